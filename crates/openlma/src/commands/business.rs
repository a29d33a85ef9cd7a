//! `openlma messages`, `openlma retry`: what waits in the caller's business org, and why.

use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::http::escape;
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

/// Lists what waits, and why.
pub(crate) fn messages(server: &Server, format: Format) -> Result<Exit, Failure> {
    let waiting = server.client()?.all("/api/v1/messages?state=waiting")?;
    output::rows(format, MESSAGES, &waiting);
    Ok(Exit::Ok)
}

/// Tries a waiting message again; exit 1 when it still waits.
pub(crate) fn retry(message: &str, server: &Server, format: Format) -> Result<Exit, Failure> {
    let path = format!("/api/v1/messages/{}/retry", escape(message));
    let answer = server.client()?.post(&path, &json!({}))?;
    if answer["done"] == true {
        output::note("it went through");
        return Ok(Exit::Ok);
    }
    output::rows(format, MESSAGES, std::slice::from_ref(&answer["message"]));
    Ok(Exit::Refused)
}
