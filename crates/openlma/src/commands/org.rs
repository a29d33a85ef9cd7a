//! `openlma org`: orgs, by an operator; the caller's own org.

use clap::{Args, Subcommand};
use openlma_wire as wire;

use super::grants::{Access, access};
use crate::failure::{Exit, Failure};
use crate::hex;
use crate::http::{Client, escape, json_of};
use crate::output::{self, Column, Format};
use crate::session::Server;
use crate::surroundings::random;

const COLUMNS: &[Column] = &[
    ("id", "id"),
    ("name", "name"),
    ("domain", "domain"),
    ("edition", "edition"),
    ("status", "status"),
    ("trial end", "trial_end"),
    ("sandbox", "sandbox"),
    ("instance", "instance"),
    ("country", "country"),
    ("language", "language"),
    ("time zone", "time_zone"),
    ("fallback lead owner", "fallback_lead_owner"),
    ("refresh days", "refresh_interval_days"),
    ("roles", "roles"),
    ("namespace", "namespace"),
];

const ROWS: &[Column] = &[
    ("DOMAIN", "domain"),
    ("NAME", "name"),
    ("EDITION", "edition"),
    ("STATUS", "status"),
    ("ROLES", "roles"),
    ("NAMESPACE", "namespace"),
    ("ID", "id"),
];

/// What to do with orgs.
#[derive(Subcommand)]
pub(crate) enum OrgCommand {
    /// make an org with its administrator (operators)
    Create(Box<Create>),
    /// list the orgs of the server (operators)
    List,
    /// show the org of the token
    Show,
    /// change settings of the org of the token (its administrators)
    Set(Box<Settings>),
    /// set the status of an org (operators)
    SetStatus {
        /// id or domain
        org: String,
        /// Active, Trial, Free, Locked, Disabled or Deleted; no user is licensed in one that is
        /// Locked, Disabled or Deleted
        status: String,
        /// last day of the trial, such as 2026-12-31; Trial needs one, and is locked after it
        #[arg(long, value_name = "DATE")]
        trial_end: Option<String>,
    },
    /// install the License Management App in the org of the token
    InstallLma {
        /// who may access it: administrators, all, or names or ids of profiles with commas between
        /// them; openlma profile and openlma permission-set widen it later [default: administrators]
        #[arg(long, value_parser = access)]
        access: Option<Access>,
    },
}

/// Settings; what is not given stays.
#[derive(Args)]
pub(crate) struct Settings {
    /// name of the org
    #[arg(long)]
    name: Option<String>,
    /// country; an empty one takes it away
    #[arg(long)]
    country: Option<String>,
    /// language, such as en_US or de
    #[arg(long)]
    language: Option<String>,
    /// time zone, such as Europe/Berlin: licenses end with their last day in it
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// who gets the leads of installs while a lead manager cannot, by id or user name; with nobody
    /// such installs wait
    #[arg(long, value_name = "USER|nobody")]
    fallback_lead_owner: Option<String>,
    /// days between two refreshes of a package, 0 to 30; usual is 7
    #[arg(long, value_name = "DAYS|usual", value_parser = interval)]
    refresh_interval: Option<Interval>,
}

/// Days, or none for the usual ones.
#[derive(Clone, Copy)]
struct Interval(Option<i64>);

fn interval(text: &str) -> Result<Interval, String> {
    match text {
        "usual" => Ok(Interval(None)),
        days => days
            .parse()
            .map(|days| Interval(Some(days)))
            .map_err(|_| "give a number of days, 0 to 30, or usual".to_owned()),
    }
}

impl Settings {
    fn request(self, client: &Client) -> Result<wire::OrgSettings, Failure> {
        let owner = |user: String| match user.as_str() {
            "nobody" => Ok(None),
            user => super::user::id_of(client, user).map(Some),
        };
        let settings = wire::OrgSettings {
            name: self.name,
            country: self
                .country
                .map(|name| Some(name).filter(|n| !n.is_empty())),
            language: self.language,
            time_zone: self.time_zone,
            fallback_lead_owner: self.fallback_lead_owner.map(owner).transpose()?,
            refresh_interval_days: self.refresh_interval.map(|Interval(days)| days),
        };
        if settings == wire::OrgSettings::default() {
            return Err(Failure::usage("nothing to change was given")
                .hint("openlma org set --help shows what there is to change"));
        }
        Ok(settings)
    }
}

/// An org to be made.
#[derive(Args)]
pub(crate) struct Create {
    /// name of the org
    name: String,
    /// its name in addresses: lower-case letters, digits and hyphens
    #[arg(long)]
    domain: String,
    /// Enterprise, Performance, Unlimited, Developer, Professional, Group or Personal; the License
    /// Management App installs in the first four
    #[arg(long, default_value = "Enterprise")]
    edition: String,
    /// Active, Trial or Free; Trial needs --trial-end [default: Active]
    #[arg(long)]
    status: Option<String>,
    /// last day of the trial, such as 2026-12-31
    #[arg(long, value_name = "DATE")]
    trial_end: Option<String>,
    /// it is a sandbox
    #[arg(long)]
    sandbox: bool,
    /// instance, at most 6 characters, such as NA1; those of sandboxes begin with CS
    #[arg(long)]
    instance: Option<String>,
    /// country
    #[arg(long)]
    country: Option<String>,
    /// language, such as en_US or de
    #[arg(long)]
    language: Option<String>,
    /// time zone, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// install the License Management App: a publisher's business org
    #[arg(long)]
    business: bool,
    /// packages will be made there
    #[arg(long)]
    packaging: bool,
    /// user name of its administrator
    #[arg(long, value_name = "USERNAME")]
    admin: String,
    /// password of its administrator; one is made when not given
    #[arg(long, env = "OPENLMA_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: Option<String>,
}

/// Runs it.
pub(crate) fn run(command: OrgCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        OrgCommand::Create(create) => {
            let new = create.request();
            let mut made = client.post("/api/v1/orgs", &new)?;
            if let Some(warning) = made["warning"].as_str() {
                output::note(format_args!("warning: {warning}"));
            }
            made["username"] = new.administrator.username.as_str().into();
            made["password"] = json_of(&new.administrator.password)?;
            let columns = [
                ("id", "id"),
                ("administrator", "username"),
                ("password", "password"),
            ];
            output::one(format, &columns, &made);
        }
        OrgCommand::List => output::rows(format, ROWS, &client.all("/api/v1/orgs")?),
        OrgCommand::Show => {
            output::one(format, COLUMNS, &client.get("/api/v1/orgs/current")?);
        }
        OrgCommand::Set(settings) => {
            let settings = settings.request(&client)?;
            let changed = client.patch("/api/v1/orgs/current", &settings)?;
            output::one(format, COLUMNS, &changed);
        }
        OrgCommand::SetStatus {
            org,
            status,
            trial_end,
        } => {
            let path = format!("/api/v1/orgs/{}", escape(&id_of(&client, &org)?));
            let change = wire::OrgChange {
                status: Some(status),
                trial_end: trial_end.map(Some),
            };
            let changed = client.patch(&path, &change)?;
            output::one(format, COLUMNS, &changed);
        }
        OrgCommand::InstallLma { access } => {
            let access = access.map(|access| access.request(&client)).transpose()?;
            let installed = client.post("/api/v1/lma", &wire::InstallLma { access })?;
            match installed["warning"].as_str() {
                Some(warning) => output::note(format_args!("warning: {warning}")),
                None => output::note("installed"),
            }
        }
    }
    Ok(Exit::Ok)
}

/// The id of an org that is named by id or domain, which begins with a letter.
fn id_of(client: &Client, org: &str) -> Result<String, Failure> {
    if org.starts_with("00D") {
        return Ok(org.to_owned());
    }
    let orgs = client.all("/api/v1/orgs")?;
    let named = orgs.iter().find(|o| o["domain"] == org);
    named.map(|o| output::cell(o, "id")).ok_or_else(|| {
        Failure::new(Exit::Refused, format!("there is no org with domain {org}"))
            .hint("openlma org list shows them")
    })
}

impl Create {
    fn request(self) -> wire::NewOrg {
        let made = || hex::encode(&random::<12>());
        wire::NewOrg {
            name: self.name,
            domain: self.domain,
            edition: self.edition,
            status: self.status,
            trial_end: self.trial_end,
            sandbox: self.sandbox,
            instance: self.instance,
            country: self.country,
            language: self.language,
            time_zone: self.time_zone,
            business: self.business,
            packaging: self.packaging,
            administrator: wire::NewUser {
                username: self.admin,
                last_name: "Administrator".into(),
                password: Some(self.admin_password.unwrap_or_else(made)),
                ..wire::NewUser::default()
            },
        }
    }
}
