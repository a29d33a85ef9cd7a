//! `openlma seat` and `openlma check`: who may use a package.

use clap::{Args, Subcommand};
use openlma_wire as wire;

use crate::failure::{Exit, Failure};
use crate::http::{Method, escape, json_of, with_query};
use crate::output::{self, Column, Format};
use crate::session::Server;

const SEATS: &[Column] = &[
    ("USER NAME", "username"),
    ("NAME", "name"),
    ("ACTIVE", "active"),
    ("SINCE", "since"),
    ("SEAT", "id"),
];
const ANSWER: &[Column] = &[
    ("licensed", "licensed"),
    ("reason", "reason"),
    ("version", "version"),
    ("status", "effective_status"),
    ("seats", "seats"),
    ("used", "used"),
    ("expires on", "expires_on"),
    ("valid until", "valid_until"),
];

/// What to do with seats. PACKAGE is a namespace or an id (033…).
#[derive(Subcommand)]
pub(crate) enum SeatCommand {
    /// give seats to users: to all of them, or to none
    Assign {
        /// namespace or id
        package: String,
        /// users by id, user name, external id or email
        #[arg(required = true)]
        users: Vec<String>,
        /// give seats to those who can have one
        #[arg(long)]
        partial: bool,
    },
    /// take seats back
    Revoke {
        /// namespace or id
        package: String,
        /// users by id, user name, external id or email
        #[arg(required = true)]
        users: Vec<String>,
    },
    /// list who has a seat
    List {
        /// namespace or id
        package: String,
    },
}

/// Who is asked about.
#[derive(Args)]
pub(crate) struct CheckArgs {
    /// namespace of the package; not needed with an installation key
    namespace: Option<String>,
    /// the package by id (033…)
    #[arg(long, value_name = "ID", conflicts_with = "namespace")]
    package_id: Option<String>,
    /// id, user name, external id or email [default: the user of the token]
    #[arg(long)]
    user: Option<String>,
    /// another org by id or domain, asked with a publisher key as the token
    #[arg(long, value_name = "ID|DOMAIN", requires = "user")]
    org: Option<String>,
}

/// Runs it.
pub(crate) fn run(command: SeatCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let path = |package: &str| format!("/api/v1/packages/{}/seats", escape(package));
    match command {
        SeatCommand::Assign {
            package,
            users,
            partial,
        } => {
            let wanted = wire::AssignSeats { users, partial };
            let answer = client.post(&path(&package), &wanted)?;
            let refused = answer["refused"].as_array().cloned().unwrap_or_default();
            match format {
                Format::Json => output::json(&answer),
                _ => {
                    let made = answer["assigned"].as_array().cloned().unwrap_or_default();
                    if !made.is_empty() || format == Format::Csv {
                        output::rows(format, &[("SEAT", "id"), ("USER", "user_id")], &made);
                    }
                    for one in &refused {
                        output::note(format_args!(
                            "no seat for {}: {}",
                            output::cell(one, "user"),
                            output::cell(one, "detail")
                        ));
                    }
                }
            }
            if !refused.is_empty() {
                return Ok(Exit::Refused);
            }
        }
        SeatCommand::Revoke { package, users } => {
            let users = json_of(&wire::RevokeSeats { users })?;
            let answer = client.send(Method::Delete, &path(&package), Some(&users), None)?;
            output::one(format, &[("revoked", "revoked")], &answer.success()?);
        }
        SeatCommand::List { package } => {
            output::rows(format, SEATS, &client.all(&path(&package))?);
        }
    }
    Ok(Exit::Ok)
}

/// Asks whether a user is licensed; exit 3 when not.
pub(crate) fn check(args: &CheckArgs, server: &Server, format: Format) -> Result<Exit, Failure> {
    let path = with_query(
        "/api/v1/licensed",
        &[
            ("namespace", args.namespace.as_deref()),
            ("package_id", args.package_id.as_deref()),
            ("user", args.user.as_deref()),
            ("org", args.org.as_deref()),
        ],
    );
    let client = server.client()?;
    let answer = match args.org {
        None => client.get(&path)?,
        Some(_) => client.get(&path).map_err(of_another_org)?,
    };
    output::one(format, ANSWER, &answer);
    Ok(if answer["licensed"] == true {
        Exit::Ok
    } else {
        Exit::NotLicensed
    })
}

/// What to do about a refusal of a check with a publisher key.
fn of_another_org(failure: Failure) -> Failure {
    if failure.is_one_of(&["PACKAGE_NOT_INSTALLED"]) {
        return failure.hint("name an org that has the package, and a package of this publisher");
    }
    if failure.is_one_of(&["INVALID_SESSION_ID"]) {
        return failure.hint("--token takes a publisher key; openlma key create makes one");
    }
    failure
}
