//! `openlma messages`, `openlma retry`: what waits in the caller's business org, and why.

use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};
use crate::session::Server;

const MESSAGES: &[Column] = &[
    ("ID", "id"),
    ("KIND", "kind"),
    ("FROM ORG", "from_org_id"),
    ("RECEIVED", "received_at"),
    ("TRIES", "attempts"),
    ("REASON", "reason"),
    ("FIX", "fix"),
];
const WAITING: &str = "/api/v1/messages?state=waiting";

/// Lists what waits, and why.
pub(crate) fn messages(server: &Server, format: Format) -> Result<Exit, Failure> {
    let waiting = server.client()?.all(WAITING)?;
    output::rows(format, MESSAGES, &waiting);
    if !waiting.is_empty() {
        output::note("hint: openlma retry ID or --all tries again; it happens by itself, too");
    }
    Ok(Exit::Ok)
}

/// Tries a waiting message again, or all of them; exit 1 when one still waits.
pub(crate) fn retry(
    message: Option<&str>,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    let Some(message) = message else {
        return retry_all(&client, format);
    };
    match tried(&client, message)? {
        None => {
            output::note("it went through");
            Ok(Exit::Ok)
        }
        Some(waiting) => {
            output::rows(format, MESSAGES, &[waiting]);
            Ok(Exit::Refused)
        }
    }
}

/// What one message waited for may have held up others of its license, so this goes on until a
/// round changes nothing.
fn retry_all(client: &Client, format: Format) -> Result<Exit, Failure> {
    let mut done = 0;
    let still = loop {
        let waiting = client.all(WAITING)?;
        let mut still = Vec::new();
        for message in &waiting {
            match tried(client, &output::cell(message, "id")) {
                Ok(None) => done += 1,
                Ok(Some(message)) => still.push(message),
                // It went through by itself meanwhile.
                Err(gone) if gone.is_one_of(&["NOT_FOUND"]) => {}
                Err(failure) => return Err(failure),
            }
        }
        if still.len() == waiting.len() {
            break still;
        }
    };
    output::note(format_args!(
        "{done} went through, {} still waiting",
        still.len()
    ));
    if still.is_empty() {
        return Ok(Exit::Ok);
    }
    output::rows(format, MESSAGES, &still);
    Ok(Exit::Refused)
}

/// Tries one; what is left of it when it still waits.
fn tried(client: &Client, message: &str) -> Result<Option<Value>, Failure> {
    let path = format!("/api/v1/messages/{}/retry", escape(message));
    let answer = client.post(&path, &json!({}))?;
    Ok((answer["done"] != true).then(|| answer["message"].clone()))
}
