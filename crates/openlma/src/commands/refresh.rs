//! `openlma package refresh`: brings the licenses of a package in line with its installs.

use clap::Args;
use serde_json::{Value, json};

use super::package::find;
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape, watch};
use crate::output::{self, Column, Format};

const COLUMNS: &[Column] = &[
    ("PACKAGE", "subject_id"),
    ("STATE", "state"),
    ("REQUESTED", "requested_at"),
    ("SEEN", "counts.seen"),
    ("OF", "counts.total"),
    ("MADE", "counts.made"),
    ("CORRECTED", "counts.corrected"),
    ("FAILED", "counts.failed"),
    ("JOB", "id"),
];
const DETAILS: &[Column] = &[
    ("job", "id"),
    ("package", "subject_id"),
    ("state", "state"),
    ("reason", "reason"),
    ("installs", "counts.total"),
    ("seen", "counts.seen"),
    ("licenses made", "counts.made"),
    ("corrected", "counts.corrected"),
    ("terms sent again", "counts.terms_sent"),
    ("vanished", "counts.vanished"),
    ("left to messages", "counts.left"),
    ("failed", "counts.failed"),
];

/// What to refresh. PACKAGE is an id (033… or that of its record) or a namespace.
#[derive(Args)]
pub(crate) struct RefreshArgs {
    /// id or namespace
    package: String,
    /// do not ask whether it is meant
    #[arg(long)]
    yes: bool,
    /// wait for the end; exit 1 when it fails
    #[arg(long)]
    wait: bool,
}

/// Refreshes.
pub(crate) fn run(args: &RefreshArgs, client: &Client, format: Format) -> Result<Exit, Failure> {
    let package = match args.package.starts_with("a0P") {
        true => escape(&args.package),
        false => find(client, &args.package)?,
    };
    let question = format!(
        "Refresh the licenses of {}? This is possible once a week, or as a setting has it.",
        args.package
    );
    if !args.yes && !output::agreed(&question) {
        return Err(Failure::new(Exit::Refused, "nothing was refreshed").hint("agree with --yes"));
    }
    let path = format!("/api/v1/packages/{package}/refresh");
    let mut job = client.post(&path, &json!({}))?;
    if args.wait {
        job = ended(client, &job)?;
    }
    output::one(format, DETAILS, &job);
    for failure in job["failures"].as_array().into_iter().flatten() {
        let text = |member: &str| failure[member].as_str().unwrap_or_default().to_owned();
        output::note(format_args!("{}: {}", text("org_id"), text("reason")));
    }
    if !args.wait {
        output::note("it goes on by itself; openlma package refreshes shows how far it has come");
    }
    Ok(match job["state"].as_str() {
        Some("Failed") => Exit::Refused,
        _ => Exit::Ok,
    })
}

/// Waits for the end of a job and shows how far it has come.
fn ended(client: &Client, job: &Value) -> Result<Value, Failure> {
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap_or_default());
    let ended = watch(|| {
        let job = client.get(&path)?;
        let count = |name: &str| job["counts"][name].as_i64().unwrap_or(0);
        output::progress(count("seen"), count("total"));
        Ok((!job["finished_at"].is_null()).then_some(job))
    });
    output::progress_ended();
    ended
}

/// Lists refreshes.
pub(crate) fn list(client: &Client, format: Format) -> Result<(), Failure> {
    let jobs = client.all("/api/v1/jobs")?;
    output::rows(format, output::named(format, COLUMNS), &jobs);
    Ok(())
}
