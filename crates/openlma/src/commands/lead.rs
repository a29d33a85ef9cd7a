//! `openlma lead`: leads in the caller's business org, and what they are converted into.

use clap::{Args, Subcommand};
use openlma_wire as wire;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::http::{Client, escape, with_query};
use crate::output::{self, Column, Format};
use crate::session::Server;

const COLUMNS: &[Column] = &[
    ("NAME", "name"),
    ("COMPANY", "company"),
    ("EMAIL", "email"),
    ("STATUS", "status"),
    ("SOURCE", "source"),
    ("ID", "id"),
];
const DETAILS: &[Column] = &[
    ("id", "id"),
    ("name", "name"),
    ("company", "company"),
    ("email", "email"),
    ("country", "country"),
    ("state", "state"),
    ("status", "status"),
    ("source", "source"),
    ("owner", "owner_name"),
    ("converted", "converted"),
    ("converted on", "converted_on"),
    ("account", "account_id"),
    ("contact", "contact_id"),
    ("opportunity", "opportunity_id"),
    ("created at", "created_at"),
];
const CONVERTED: &[Column] = &[
    ("lead", "lead_id"),
    ("account", "account_id"),
    ("contact", "contact_id"),
    ("opportunity", "opportunity_id"),
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
        /// id or email
        lead: String,
    },
    /// convert a lead into an account, a contact and an opportunity
    Convert(Convert),
}

/// A lead and what to convert it into.
#[derive(Args)]
pub(crate) struct Convert {
    /// id or email
    lead: String,
    /// status of the lead afterwards, one that ends a conversion
    #[arg(long, default_value = "Closed - Converted")]
    status: String,
    /// merge into this account, by id; a new one when not given
    #[arg(long)]
    account: Option<String>,
    /// merge into this contact of the account, by id; a new one when not given
    #[arg(long, requires = "account")]
    contact: Option<String>,
    /// who owns the lead and what is made, by user id; the lead's owner when not given
    #[arg(long)]
    owner: Option<String>,
    /// make no opportunity
    #[arg(long)]
    no_opportunity: bool,
    /// name of the opportunity; the lead's company when not given
    #[arg(long, conflicts_with = "no_opportunity")]
    opportunity_name: Option<String>,
    /// the lead's source replaces that of the contact
    #[arg(long, requires = "contact")]
    overwrite_lead_source: bool,
}

/// Runs it.
pub(crate) fn run(command: LeadCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
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
            let found = client.all(&path)?;
            output::rows(format, output::named(format, COLUMNS), &found);
        }
        LeadCommand::Show { lead } => {
            let lead = id_of(&client, &lead)?;
            let found = client.get(&path(&lead, ""));
            output::one(
                format,
                DETAILS,
                &found.map_err(|f| unless_missing(f, &lead))?,
            );
        }
        LeadCommand::Convert(args) => {
            let lead = id_of(&client, &args.lead)?;
            let made = client.post(&path(&lead, "/convert"), &args.request());
            output::one(
                format,
                CONVERTED,
                &made.map_err(|f| unless_missing(f, &lead))?,
            );
        }
    }
    Ok(Exit::Ok)
}

impl Convert {
    fn request(self) -> wire::Convert {
        wire::Convert {
            converted_status: self.status,
            account_id: self.account,
            contact_id: self.contact,
            owner_id: self.owner,
            do_not_create_opportunity: self.no_opportunity,
            opportunity_name: self.opportunity_name,
            overwrite_lead_source: self.overwrite_lead_source,
            send_notification_email: false,
        }
    }
}

/// The id of a lead that is named by id or email. Of several with one email the open one is meant.
fn id_of(client: &Client, lead: &str) -> Result<String, Failure> {
    if !lead.contains('@') {
        return Ok(lead.to_owned());
    }
    let found = client.all(&with_query("/api/v1/leads", &[("email", Some(lead))]))?;
    let open: Vec<&Value> = found.iter().filter(|l| l["converted"] == false).collect();
    let ids = match (open.as_slice(), found.as_slice()) {
        ([one], _) => return Ok(output::cell(one, "id")),
        (_, [one]) => return Ok(output::cell(one, "id")),
        (_, many) => many.iter().map(|l| output::cell(l, "id")),
    };
    let ids: Vec<String> = ids.collect();
    let failure = |message| Failure::new(Exit::Refused, message);
    Err(match ids.as_slice() {
        [] => failure(format!(
            "there is no lead {lead}, or none for this user to read"
        ))
        .hint("openlma lead list shows their emails and ids"),
        ids => failure(format!("several leads have the email {lead}"))
            .hint(format!("name one by id: {}", ids.join(", "))),
    })
}

fn path(lead: &str, verb: &str) -> String {
    format!("/api/v1/leads/{}{verb}", escape(lead))
}

/// A lead that is not there answers as one that this user may not read.
fn unless_missing(failure: Failure, lead: &str) -> Failure {
    let failure = match failure {
        missing if missing.is_one_of(&["NOT_FOUND"]) => Failure::new(
            Exit::Refused,
            format!("there is no lead {lead}, or none for this user to read"),
        ),
        // An account's or a contact's id may be the malformed one.
        malformed if malformed.is_one_of(&["MALFORMED_ID"]) && !is_id(lead) => malformed,
        other => return other,
    };
    failure.hint("openlma lead list shows the ids of leads")
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.chars().all(|c| c.is_ascii_alphanumeric())
}
