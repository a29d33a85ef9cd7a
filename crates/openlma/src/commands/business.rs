//! `openlma lead`, `openlma messages`, `openlma retry`: what arrives in the caller's business
//! org, and what waits.

use clap::Subcommand;
use serde_json::json;

use super::soql::{named, quoted};
use crate::failure::{Exit, Failure};
use crate::http::{escape, with_query};
use crate::output::{self, Column, Format};
use crate::session::Server;

const LEADS: &[Column] = &[
    ("NAME", "name"),
    ("COMPANY", "company"),
    ("EMAIL", "email"),
    ("STATUS", "status"),
    ("SOURCE", "source"),
    ("ID", "id"),
];
const LEAD: &[Column] = &[
    ("id", "Id"),
    ("name", "Name"),
    ("company", "Company"),
    ("email", "Email"),
    ("country", "Country"),
    ("state", "State"),
    ("status", "Status"),
    ("source", "LeadSource"),
    ("owner", "Owner.Name"),
    ("converted", "IsConverted"),
    ("created", "CreatedDate"),
];
const MESSAGES: &[Column] = &[
    ("ID", "id"),
    ("KIND", "kind"),
    ("FROM ORG", "from_org_id"),
    ("RECEIVED", "received_at"),
    ("TRIES", "attempts"),
    ("REASON", "reason"),
    ("FIX", "fix"),
];

/// What to do with leads.
#[derive(Subcommand)]
pub(crate) enum LeadCommand {
    /// list leads, newest first
    List {
        /// from this source, such as "Package Installation"
        #[arg(long)]
        source: Option<String>,
        /// with this email
        #[arg(long)]
        email: Option<String>,
        /// only those that have been converted, or only those that have not
        #[arg(long, value_name = "true|false")]
        converted: Option<bool>,
    },
    /// show a lead
    Show {
        /// id of the lead
        lead: String,
    },
}

/// Runs it.
pub(crate) fn lead(
    command: &LeadCommand,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        LeadCommand::List {
            source,
            email,
            converted,
        } => {
            let converted = converted.map(|c| c.to_string());
            let path = with_query(
                "/api/v1/leads",
                &[
                    ("source", source.as_deref()),
                    ("email", email.as_deref()),
                    ("converted", converted.as_deref()),
                ],
            );
            output::rows(format, LEADS, &client.all(&path)?);
        }
        LeadCommand::Show { lead } => {
            let text = format!(
                "SELECT Id, Name, Company, Email, Country, State, Status, LeadSource, Owner.Name, \
                 IsConverted, CreatedDate FROM Lead WHERE Id = '{}'",
                quoted(lead)
            );
            let found = named(&client, &text, &format!("lead {lead}"))
                .map_err(|f| f.hint("openlma lead list shows them"))?;
            output::one(format, LEAD, &found);
        }
    }
    Ok(Exit::Ok)
}

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
