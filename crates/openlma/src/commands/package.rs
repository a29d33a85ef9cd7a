//! `openlma package`: packages, versions, connections, registrations.

use clap::{Args, Subcommand};
use openlma_wire as wire;
use serde_json::Value;

use super::soql::{named, quoted};
use super::user::id_of;
use super::{moving, refresh};
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};
use crate::session::Server;

const COLUMNS: &[Column] = &[
    ("ID", "id"),
    ("NAME", "name"),
    ("NAMESPACE", "namespace"),
    ("DEVELOPER", "developer"),
    ("REGISTERED WITH", "registration.org_id"),
    ("STATE", "registration.state"),
];
pub(super) const DETAILS: &[Column] = &[
    ("id", "id"),
    ("name", "name"),
    ("namespace", "namespace"),
    ("developer", "developer"),
    ("registered with", "registration.org_id"),
    ("state", "registration.state"),
    ("reason", "registration.reason"),
    ("new installs held", "registration.hold_installs"),
    ("new licenses", "registration.defaults.status"),
    ("trial days", "registration.defaults.trial_days"),
    ("active days", "registration.defaults.active_days"),
    ("seats", "registration.defaults.seats"),
];
const VERSIONS: &[Column] = &[
    ("VERSION", "version"),
    ("ID", "id"),
    ("NAME", "name"),
    ("BETA", "beta"),
    ("DEPRECATED", "deprecated"),
    ("UPLOADED", "uploaded_at"),
];

/// What to do with packages. PACKAGE is an id (033…) or a namespace.
#[derive(Subcommand)]
pub(crate) enum PackageCommand {
    /// make a package in the org of the token
    Create {
        /// name of the package
        name: String,
        /// namespace: 1 to 15 letters, digits and single underscores, a letter first; without one
        /// the package is unmanaged and cannot be licensed
        #[arg(long)]
        namespace: Option<String>,
    },
    /// upload a version
    Upload(Upload),
    /// take no new installs and no upgrades of a version; whoever has it keeps it
    Deprecate {
        /// id of the version (04t), as package show lists it
        version: String,
    },
    /// list the packages of this org and of the connected packaging orgs
    List,
    /// show a package with its versions, newest first
    Show {
        /// id or namespace
        package: String,
    },
    /// connect a packaging org, proven by the token of its administrator
    Connect {
        /// access token of the packaging org: openlma token USERNAME
        #[arg(long, env = "OPENLMA_ORG_TOKEN", hide_env_values = true)]
        org_token: String,
    },
    /// register a package with the org that has the License Management App; again to change the
    /// values that new licenses begin with
    Register(Register),
    /// end the association of a package with its business org, to move it to another one
    Dissociate(moving::Dissociate),
    /// show how many installs were asked for and what became of them
    Funnel {
        /// id or namespace
        package: String,
    },
    /// choose who gets the leads of a package
    SetLeadManager {
        /// id or namespace
        package: String,
        /// id or user name, somebody active who may read licenses; without one the automated user
        /// License Manager gets them
        user: Option<String>,
    },
    /// bring the licenses of a package in line with its installs; once a week, unless a setting of
    /// the org says otherwise
    Refresh(refresh::RefreshArgs),
    /// list the refreshes of this org, newest first, and what they did
    Refreshes,
}

/// A version to be uploaded.
#[derive(Args)]
pub(crate) struct Upload {
    /// id or namespace
    package: String,
    /// number: major.minor or major.minor.patch, each 0 to 99999
    version: String,
    /// name [default: the number]
    #[arg(long)]
    name: Option<String>,
    /// beta, not released: installs only in sandboxes and Developer orgs, and makes no license
    #[arg(long)]
    beta: bool,
    /// release notes
    #[arg(long)]
    notes: Option<String>,
    /// address of the artifact
    #[arg(long, value_name = "URL")]
    artifact_url: Option<String>,
    /// SHA-256 of the artifact, hexadecimal
    #[arg(long, value_name = "HEX")]
    artifact_sha256: Option<String>,
}

/// A registration with the values that new licenses begin with.
#[derive(Args)]
pub(crate) struct Register {
    /// id or namespace
    package: String,
    /// access token of the org with the License Management App [default: this one]
    #[arg(long, env = "OPENLMA_ORG_TOKEN", hide_env_values = true)]
    org_token: Option<String>,
    /// new licenses are trials of so many days, 1 to 90 [default: active licenses]
    #[arg(
        long,
        value_name = "DAYS",
        conflicts_with = "active_days",
        allow_hyphen_values = true,
        value_parser = days
    )]
    trial_days: Option<i64>,
    /// new licenses are active for so many days, 1 to 36500 [default: without end]
    #[arg(long, value_name = "DAYS", allow_hyphen_values = true, value_parser = days)]
    active_days: Option<i64>,
    /// seats of new licenses, 1 to 99000000; site for all users of the org
    #[arg(
        long,
        value_name = "NUMBER|site",
        default_value_t = wire::Seats::Site,
        allow_hyphen_values = true
    )]
    seats: wire::Seats,
    /// sandboxes get the same terms as others [default: site licenses without end]
    #[arg(long)]
    restrict_sandboxes: bool,
    /// sandbox installs make no leads
    #[arg(long)]
    no_sandbox_leads: bool,
}

/// How many days; which of them are allowed the server says.
pub(super) fn days(text: &str) -> Result<i64, String> {
    text.parse()
        .map_err(|_| "give a whole number of days".to_owned())
}

/// Runs it.
pub(crate) fn run(
    command: PackageCommand,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        PackageCommand::Create { name, namespace } => {
            let new = wire::NewPackage { name, namespace };
            output::one(format, DETAILS, &client.post("/api/v1/packages", &new)?);
        }
        PackageCommand::Upload(upload) => {
            let package = find(&client, &upload.package)?;
            let path = format!("/api/v1/packages/{package}/versions");
            let made = client.post(&path, &upload.request())?;
            output::rows(format, VERSIONS, &[made]);
        }
        PackageCommand::Deprecate { version } => {
            let path = format!("/api/v1/versions/{}/deprecate", escape(&version));
            let done = client.post(&path, &serde_json::json!({}))?;
            output::rows(format, VERSIONS, &[done]);
        }
        PackageCommand::List => {
            let packages = client.all("/api/v1/packages")?;
            output::rows(format, COLUMNS, &packages);
            if packages.is_empty() {
                output::note("hint: openlma install list shows what this org has installed");
            }
        }
        PackageCommand::Show { package } => {
            let package = find(&client, &package)?;
            show(format, &client.get(&format!("/api/v1/packages/{package}"))?);
        }
        PackageCommand::Connect { org_token } => {
            let connected =
                client.post("/api/v1/connections", &wire::NewConnection { org_token })?;
            let columns = [
                ("org", "org_id"),
                ("name", "org_name"),
                ("namespace", "namespace"),
            ];
            output::one(format, &columns, &connected);
        }
        PackageCommand::Register(register) => {
            let new = register.request(&client)?;
            output::one(
                format,
                DETAILS,
                &client.post("/api/v1/registrations", &new)?,
            );
        }
        PackageCommand::Refresh(args) => return refresh::run(&args, &client, format),
        PackageCommand::Refreshes => refresh::list(&client, format)?,
        PackageCommand::Dissociate(dissociate) => {
            return moving::dissociate(&dissociate, &client, format);
        }
        PackageCommand::Funnel { package } => {
            return moving::funnel(&package, &client, format);
        }
        PackageCommand::SetLeadManager { package, user } => {
            let path = format!("/api/v1/packages/{}/lead-manager", find(&client, &package)?);
            let user = user.map(|user| id_of(&client, &user)).transpose()?;
            client.put(&path, &wire::LeadManager { user })?;
            output::note("set; it counts for new leads");
        }
    }
    Ok(Exit::Ok)
}

fn show(format: Format, package: &Value) {
    if format == Format::Json {
        return output::json(package);
    }
    let versions = package["versions"].as_array().into_iter().flatten();
    let newest_first: Vec<Value> = versions.rev().cloned().collect();
    if format == Format::Table {
        output::one(format, DETAILS, package);
        output::line("");
    }
    output::rows(format, VERSIONS, &newest_first);
}

/// The id of a package that is named by id or namespace.
pub(super) fn find(client: &Client, package: &str) -> Result<String, Failure> {
    if package.starts_with("033") && matches!(package.len(), 15 | 18) {
        return Ok(package.to_owned());
    }
    let packages = client.all("/api/v1/packages")?;
    let named = |p: &&Value| {
        p["namespace"]
            .as_str()
            .is_some_and(|n| n.eq_ignore_ascii_case(package))
    };
    let listed = packages.iter().find(named).map(|p| output::cell(p, "id"));
    listed
        .or_else(|| registered(client, package))
        .ok_or_else(|| {
            Failure::new(
                Exit::Refused,
                format!("there is no package with namespace {package} here"),
            )
            .hint(
                "openlma package list shows those of this org and of connected ones, and \
             openlma package connect connects one",
            )
        })
}

/// The id of a package that is registered with this org, whose packaging org another one has
/// connected.
fn registered(client: &Client, namespace: &str) -> Option<String> {
    let text = format!(
        "SELECT sfLma__Package_ID__c FROM sfLma__Package__c WHERE olma__Namespace__c = '{}'",
        quoted(namespace)
    );
    // An org that may not read such records has none.
    let record = named(client, &text, "package").ok()?;
    Some(output::cell(&record, "sfLma__Package_ID__c"))
}

impl Upload {
    fn request(self) -> wire::NewVersion {
        wire::NewVersion {
            version: self.version,
            name: self.name,
            beta: self.beta,
            notes: self.notes,
            artifact_url: self.artifact_url,
            artifact_sha256: self.artifact_sha256,
        }
    }
}

impl Register {
    fn request(self, client: &Client) -> Result<wire::NewRegistration, Failure> {
        let own = client.token().unwrap_or_default().to_owned();
        let status = if self.trial_days.is_some() {
            "Trial"
        } else {
            "Active"
        };
        Ok(wire::NewRegistration {
            package_id: find(client, &self.package)?,
            org_token: self.org_token.unwrap_or(own),
            defaults: wire::Defaults {
                status: status.into(),
                trial_days: self.trial_days,
                active_days: self.active_days,
                seats: self.seats,
                sandbox: wire::SandboxPolicy {
                    unrestricted: !self.restrict_sandboxes,
                    leads: !self.no_sandbox_leads,
                },
            },
        })
    }
}
