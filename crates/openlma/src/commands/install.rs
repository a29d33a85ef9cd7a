//! `openlma install`, `upgrade`, `uninstall`: packages in the caller's org.

use clap::{Args, Subcommand};
use openlma_wire as wire;
use serde_json::Value;

use super::grants::{Access, access};
use crate::failure::{Exit, Failure};
use crate::hex;
use crate::http::{Client, Method, escape, json_of, with_query};
use crate::output::{self, Column, Format};
use crate::session::Server;
use crate::surroundings::random;

const COLUMNS: &[Column] = &[
    ("install", "id"),
    ("stage", "stage"),
    ("reason", "reason"),
    ("package", "package_id"),
    ("version", "version_id"),
    ("license", "package_license_id"),
    ("without seat", "unseated_first"),
    ("installation key", "installation_key"),
];

const ROWS: &[Column] = &[
    ("PACKAGE", "namespace"),
    ("VERSION", "version"),
    ("CURRENT", "current"),
    ("STAGE", "stage"),
    ("REASON", "reason"),
    ("REQUESTED AT", "requested_at"),
    ("INSTALL", "id"),
];

/// A package version to be installed.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct InstallArgs {
    #[command(subcommand)]
    request: Option<RequestCommand>,
    /// id of the version (04t…); its publisher sees it in openlma package show
    #[arg(required = true)]
    version: Option<String>,
    /// who gets access: administrators, all, or names or ids of profiles with commas between them
    #[arg(long, default_value = "administrators", value_parser = access)]
    access: Access,
    /// only ask for it; an administrator confirms later
    #[arg(long)]
    ask: bool,
    /// key under which the request may be repeated without installing twice
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

/// What to do with an install that was asked for.
#[derive(Subcommand)]
enum RequestCommand {
    /// list the installs of this org, newest first
    List {
        /// of the package with this namespace
        #[arg(long)]
        namespace: Option<String>,
    },
    /// show an install
    Show {
        /// id of the install
        install: String,
    },
    /// run an install that waits to be confirmed
    Confirm {
        /// id of the install
        install: String,
    },
    /// cancel an install that waits to be confirmed
    Cancel {
        /// id of the install
        install: String,
    },
}

/// Installs.
pub(crate) fn install(args: InstallArgs, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let path = |install: &str, verb| format!("/api/v1/installs/{}{verb}", escape(install));
    let install = match &args.request {
        Some(RequestCommand::List { namespace }) => {
            output::rows(format, ROWS, &all(&client, namespace.as_deref())?);
            return Ok(Exit::Ok);
        }
        Some(RequestCommand::Show { install }) => client.get(&path(install, ""))?,
        Some(RequestCommand::Confirm { install }) => post(&client, &path(install, "/confirm"))?,
        Some(RequestCommand::Cancel { install }) => post(&client, &path(install, "/cancel"))?,
        None => new_install(&client, args)?,
    };
    output::one(format, COLUMNS, &install);
    Ok(Exit::Ok)
}

fn all(client: &Client, namespace: Option<&str>) -> Result<Vec<Value>, Failure> {
    client.all(&with_query("/api/v1/installs", &[("namespace", namespace)]))
}

/// The id of an install that is named by itself or by the namespace of its package, which begins
/// with a letter.
fn id_of(client: &Client, install: &str) -> Result<String, Failure> {
    if !install.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Ok(install.to_owned());
    }
    let installs = all(client, Some(install))?;
    let current = installs.iter().find(|i| i["current"] == true);
    let id = current.map(|i| output::cell(i, "id"));
    id.ok_or_else(|| {
        Failure::new(
            Exit::Refused,
            format!("no package with namespace {install} is installed in this org"),
        )
        .hint("openlma install list shows what is and what was")
    })
}

fn post(client: &Client, path: &str) -> Result<Value, Failure> {
    client.post(path, &serde_json::json!({}))
}

fn new_install(client: &Client, args: InstallArgs) -> Result<Value, Failure> {
    let new = json_of(&wire::NewInstall {
        version_id: args.version.unwrap_or_default(),
        access: args.access.request(client)?,
        confirm: !args.ask,
    })?;
    let once = args
        .idempotency_key
        .unwrap_or_else(|| hex::encode(&random::<16>()));
    let path = "/api/v1/installs";
    client
        .send(Method::Post, path, Some(&new), Some(&once))?
        .success()
}

/// Upgrades the package of an install.
pub(crate) fn upgrade(
    install: &str,
    version_id: String,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    let install = id_of(&client, install)?;
    let path = format!("/api/v1/installs/{}/upgrade", escape(&install));
    let answer = client
        .post(&path, &wire::Upgrade { version_id })
        .map_err(|failure| {
            if failure.is_one_of(&["PACKAGE_NOT_INSTALLED"]) {
                failure.hint("openlma install VERSION installs it again")
            } else {
                failure
            }
        })?;
    output::one(format, COLUMNS, &answer);
    Ok(Exit::Ok)
}

/// Uninstalls the package of an install.
pub(crate) fn uninstall(install: &str, server: &Server) -> Result<Exit, Failure> {
    let client = server.client()?;
    let path = format!("/api/v1/installs/{}", escape(&id_of(&client, install)?));
    client.delete(&path)?;
    output::note("uninstalled; seats are released");
    Ok(Exit::Ok)
}
