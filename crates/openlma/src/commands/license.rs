//! `openlma license`: licenses in the caller's business org.

use clap::{Args, Subcommand};
use openlma_wire as wire;
use serde_json::Value;

use super::details;
use super::soql::{named, quoted};
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape, with_query};
use crate::output::{self, Column, Format};
use crate::session::Server;

const COLUMNS: &[Column] = &[
    ("NAME", "name"),
    ("ORG", "org_name"),
    ("PACKAGE", "namespace"),
    ("VERSION", "version"),
    ("STATUS", "effective_status"),
    ("SEATS", "seats"),
    ("USED", "used"),
    ("EXPIRES ON", "expires_on"),
    ("ID", "id"),
];
const DETAILS: &[Column] = &[
    ("id", "id"),
    ("name", "name"),
    ("org", "org_name"),
    ("org id", "org_id"),
    ("org status", "org_status"),
    ("package", "package_name"),
    ("namespace", "namespace"),
    ("version", "version"),
    ("status", "status"),
    ("effective status", "effective_status"),
    ("seats", "seats"),
    ("used", "used"),
    ("available", "available"),
    ("installed on", "install_date"),
    ("expires on", "expires_on"),
    ("days to expiry", "days_to_expiry"),
    ("uninstalled at", "uninstalled_at"),
    ("type", "license_type"),
    ("sync", "sync"),
    ("sync error", "sync_error"),
    ("current as of", "current_as_of"),
    ("lead", "lead_id"),
    ("account", "account_id"),
    ("contact", "contact_id"),
];
const CHANGES: &[Column] = &[("FIELD", "field"), ("FROM", "from"), ("TO", "to")];
const HISTORY: &[Column] = &[
    ("AT", "at"),
    ("BY", "user_name"),
    ("FIELD", "field"),
    ("FROM", "from"),
    ("TO", "to"),
];

/// What to do with licenses. LICENSE is an id or a name such as L-00001.
#[derive(Subcommand)]
pub(crate) enum LicenseCommand {
    /// list licenses
    List(Wanted),
    /// show a license
    Show {
        /// id or name
        license: String,
    },
    /// change status, seats or expiration
    Modify(Modify),
    /// edit account, contact and custom fields
    Edit(details::Edit),
    /// delete the record of a license, as for a deleted org; that of a live install comes back with the
    /// next refresh
    Delete(details::Delete),
    /// take the record of a license back from the recycle bin
    Undelete {
        /// id or name
        license: String,
    },
    /// grant a new trial, the only way back to Trial (System Administrators)
    GrantTrial(GrantTrial),
    /// send the terms of a license to its subscriber once more
    Retry {
        /// id or name
        license: String,
    },
    /// show what was changed, newest first
    History {
        /// id or name
        license: String,
    },
}

/// Which licenses.
#[derive(Args)]
pub(crate) struct Wanted {
    /// of the package with this namespace
    #[arg(long)]
    namespace: Option<String>,
    /// with this status as written: Trial, Active, Suspended or Uninstalled
    #[arg(long)]
    status: Option<String>,
    /// with this status on this day: Trial, Active, Expired, Suspended or Uninstalled
    #[arg(long)]
    effective_status: Option<String>,
    /// of this subscriber org, by id
    #[arg(long)]
    org: Option<String>,
    /// of this lead, by id
    #[arg(long)]
    lead: Option<String>,
    /// of this account, by id
    #[arg(long)]
    account: Option<String>,
    /// of this contact, by id
    #[arg(long)]
    contact: Option<String>,
}

/// What to change; what is not given stays.
#[derive(Args)]
pub(crate) struct Modify {
    /// id or name
    license: String,
    /// Trial, Active or Suspended; what was active becomes a trial again by grant-trial only
    #[arg(long)]
    status: Option<String>,
    /// how many users may have a seat, 1 to 99000000; site for all users of the org
    #[arg(long, value_name = "NUMBER|site", allow_hyphen_values = true)]
    seats: Option<wire::Seats>,
    /// last day of access in the time zone of the subscriber's org, such as 2026-12-31; never for
    /// no end. A trial ends at the latest 90 days after the install, or after a new trial was granted
    #[arg(long, value_name = "DAY|never")]
    expires_on: Option<String>,
    /// show what would change, write nothing
    #[arg(long)]
    dry_run: bool,
    /// do it although users lose access at once: the last day lies in the past
    #[arg(long, alias = "ends-access-now")]
    yes: bool,
}

/// A new trial.
#[derive(Args)]
pub(crate) struct GrantTrial {
    /// id or name
    license: String,
    /// how many days from today, 1 to 90, in the time zone of the subscriber's org
    #[arg(long, allow_negative_numbers = true, value_parser = super::package::days)]
    days: i64,
    /// why, at most 255 characters; it stands in the history
    #[arg(long)]
    reason: Option<String>,
    /// show what would change, write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs it.
pub(crate) fn run(
    command: LicenseCommand,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        LicenseCommand::List(wanted) => {
            let path = with_query(
                "/api/v1/licenses",
                &[
                    ("namespace", wanted.namespace.as_deref()),
                    ("status", wanted.status.as_deref()),
                    ("effective_status", wanted.effective_status.as_deref()),
                    ("org", wanted.org.as_deref()),
                    ("lead", wanted.lead.as_deref()),
                    ("account", wanted.account.as_deref()),
                    ("contact", wanted.contact.as_deref()),
                ],
            );
            let found = client.all(&path).map_err(unless_unreadable)?;
            output::rows(format, output::named(format, COLUMNS), &found);
        }
        LicenseCommand::Show { license } => {
            let path = path(&client, &license, "")?;
            output::one(format, DETAILS, &client.get(&path)?);
        }
        LicenseCommand::Modify(modify) => {
            modify.something()?;
            let path = path(&client, &modify.license, "/modify")?;
            let dry_run = modify.dry_run;
            let license = modify.license.clone();
            let mut wanted = modify.request();
            let answer = match client.post(&path, &wanted) {
                Err(asked) if agreed(&asked) => {
                    wanted.confirm = vec!["ends_access_now".to_owned()];
                    client.post(&path, &wanted)
                }
                answer => answer,
            };
            let answer = answer.map_err(|refused| details::advice(&client, &license, refused));
            modified(format, dry_run, &answer?);
        }
        LicenseCommand::Edit(edit) => details::edit(&edit, &client, format)?,
        LicenseCommand::Delete(delete) => details::delete(&delete, &client)?,
        LicenseCommand::Undelete { license } => details::undelete(&license, &client)?,
        LicenseCommand::GrantTrial(grant) => {
            let path = path(&client, &grant.license, "/grant-trial")?;
            let dry_run = grant.dry_run;
            modified(format, dry_run, &client.post(&path, &grant.request())?);
        }
        LicenseCommand::Retry { license } => {
            let path = path(&client, &license, "/retry")?;
            resent(format, &client.post(&path, &serde_json::json!({}))?);
        }
        LicenseCommand::History { license } => {
            let path = path(&client, &license, "/history")?;
            let changes = client.all(&path)?;
            output::rows(format, HISTORY, &labelled(format, &changes));
        }
    }
    Ok(Exit::Ok)
}

impl Modify {
    /// Insists that there is something to change.
    fn something(&self) -> Result<(), Failure> {
        if self.status.is_some() || self.seats.is_some() || self.expires_on.is_some() {
            return Ok(());
        }
        Err(Failure::usage("nothing to change was given")
            .hint("give --status, --seats or --expires-on, or several of them"))
    }

    fn request(self) -> wire::Modify {
        let confirm = self.yes.then(|| "ends_access_now".to_owned());
        wire::Modify {
            status: self.status,
            seats: self.seats,
            expires_on: self
                .expires_on
                .map(|day| (!day.eq_ignore_ascii_case("never")).then_some(day)),
            dry_run: self.dry_run,
            confirm: confirm.into_iter().collect(),
        }
    }
}

impl GrantTrial {
    fn request(self) -> wire::NewTrial {
        wire::NewTrial {
            days: self.days,
            reason: self.reason,
            dry_run: self.dry_run,
        }
    }
}

/// Does somebody at a terminal agree to what has to be confirmed?
fn agreed(asked: &Failure) -> bool {
    let question = format!("{}. Do it?", asked.message);
    asked.is_one_of(&["CONFIRMATION_REQUIRED"]) && output::agreed(&question)
}

fn resent(format: Format, answer: &Value) {
    if format == Format::Json {
        return output::json(answer);
    }
    match answer["sync"].as_str() {
        Some("InSync") => output::note("the subscriber has it"),
        Some("Failed") => output::note(format_args!(
            "it waits at the subscriber: {}",
            output::cell(answer, "sync_error")
        )),
        _ => output::note("the subscriber gets it as soon as it can be reached"),
    }
}

fn modified(format: Format, dry_run: bool, answer: &Value) {
    if format == Format::Json {
        return output::json(answer);
    }
    let changes = answer["changes"].as_array().cloned().unwrap_or_default();
    if changes.is_empty() {
        output::note("nothing changes");
    } else {
        output::rows(format, CHANGES, &labelled(format, &changes));
    }
    if let Some(over) = answer["over_by"].as_u64().filter(|over| *over > 0) {
        output::note(format_args!("{over} more seats are used than licensed"));
    }
    if answer["access_ends_now"] == true {
        output::note("users lose access at once");
    }
    match answer["sync"].as_str() {
        _ if changes.is_empty() => {}
        _ if dry_run => output::note("dry run: nothing was written"),
        Some("InSync") => output::note("the subscriber has it"),
        Some("Pending") => output::note("the subscriber gets it as soon as it can be reached"),
        _ => {}
    }
}

/// Fields of licenses and what people call them.
const LABELS: &[(&str, &str)] = &[
    ("sfLma__Status__c", "status"),
    ("sfLma__Seats__c", "seats"),
    ("sfLma__Expiration__c", "expiration"),
    ("newTrialGranted", "new trial"),
];

/// The changes as a table shows them, with the words of people for the fields; programs get their
/// API names.
fn labelled(format: Format, changes: &[Value]) -> Vec<Value> {
    let mut changes = changes.to_vec();
    if format == Format::Table {
        for change in &mut changes {
            let name = change["field"].as_str();
            let label = LABELS.iter().find(|(field, _)| Some(*field) == name);
            if let Some((_, label)) = label {
                change["field"] = Value::from(*label);
            }
        }
    }
    changes
}

/// The address of a license that is named by id or name.
pub(super) fn path(client: &Client, license: &str, verb: &str) -> Result<String, Failure> {
    let id = if is_id(license) {
        license.to_owned()
    } else {
        by_name(client, license)?
    };
    Ok(format!("/api/v1/licenses/{}{verb}", escape(&id)))
}

/// Is a license named by its id?
pub(super) fn is_id(license: &str) -> bool {
    matches!(license.len(), 15 | 18) && license.bytes().all(|c| c.is_ascii_alphanumeric())
}

fn by_name(client: &Client, name: &str) -> Result<String, Failure> {
    let text = format!(
        "SELECT Id FROM sfLma__License__c WHERE Name = '{}'",
        quoted(name)
    );
    let found = named(client, &text, &format!("license {name}"))
        .map_err(|f| f.hint("name it by id or as L-00001; openlma license list shows them"))?;
    Ok(output::cell(&found, "Id"))
}

/// A list that this user may not read answers as if there were none.
fn unless_unreadable(failure: Failure) -> Failure {
    if failure.is_one_of(&["NOT_FOUND"]) {
        failure.hint("this user may not read licenses; an administrator of the org can grant it")
    } else {
        failure
    }
}
