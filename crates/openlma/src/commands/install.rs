//! `openlma install`, `upgrade`, `uninstall`: packages in the caller's org.

use clap::{Args, Subcommand};
use openlma_wire as wire;
use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::hex;
use crate::http::{Client, Method, escape, json_of};
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

/// A package version to be installed.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct InstallArgs {
    #[command(subcommand)]
    request: Option<RequestCommand>,
    /// id of the version (04t…)
    #[arg(required = true)]
    version: Option<String>,
    /// who gets access: administrators, all, or profile ids separated by commas
    #[arg(long, default_value = "administrators", value_parser = access)]
    access: wire::Access,
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

fn access(text: &str) -> Result<wire::Access, String> {
    match text {
        "administrators" => Ok(wire::Access::Administrators),
        "all" => Ok(wire::Access::All),
        ids if ids.split(',').all(|id| id.starts_with("00e")) => Ok(wire::Access::Profiles(
            ids.split(',').map(str::to_owned).collect(),
        )),
        _ => Err("give administrators, all, or ids of profiles (00e…)".into()),
    }
}

/// Installs.
pub(crate) fn install(args: InstallArgs, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let path = |install: &str, verb| format!("/api/v1/installs/{}{verb}", escape(install));
    let install = match &args.request {
        Some(RequestCommand::Show { install }) => client.get(&path(install, ""))?,
        Some(RequestCommand::Confirm { install }) => post(&client, &path(install, "/confirm"))?,
        Some(RequestCommand::Cancel { install }) => post(&client, &path(install, "/cancel"))?,
        None => new_install(&client, args)?,
    };
    output::one(format, COLUMNS, &install);
    Ok(Exit::Ok)
}

fn post(client: &Client, path: &str) -> Result<Value, Failure> {
    client.post(path, &serde_json::json!({}))
}

fn new_install(client: &Client, args: InstallArgs) -> Result<Value, Failure> {
    let new = json_of(&wire::NewInstall {
        version_id: args.version.unwrap_or_default(),
        access: args.access,
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
    let path = format!("/api/v1/installs/{}/upgrade", escape(install));
    let answer = server
        .client()?
        .post(&path, &wire::Upgrade { version_id })?;
    output::one(format, COLUMNS, &answer);
    Ok(Exit::Ok)
}

/// Uninstalls the package of an install.
pub(crate) fn uninstall(install: &str, server: &Server) -> Result<Exit, Failure> {
    let path = format!("/api/v1/installs/{}", escape(install));
    server.client()?.delete(&path)?;
    output::note("uninstalled; seats are released");
    Ok(Exit::Ok)
}
