//! `openlma init`: the operator and the first publisher of a new database (R-ORG-6).

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use openlma_app::orgs::NewOrg;
use openlma_app::users::NewUser;
use openlma_core::Code;
use openlma_core::org::{Edition, OrgStatus};
use serde_json::json;

use crate::config::{Config, ConfigArgs};
use crate::failure::{Exit, Failure};
use crate::output::{self, Format};
use crate::surroundings::{SystemClock, random};
use crate::{compose, hex};

/// Who is made.
#[derive(Args)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// user name of the operator, shaped like an email address
    #[arg(long, value_name = "USERNAME")]
    operator: String,
    /// password of the operator; one is made when not given
    #[arg(long, env = "OPENLMA_OPERATOR_PASSWORD", hide_env_values = true)]
    operator_password: Option<String>,
    /// name of the publisher's business org, which gets the License Management App
    #[arg(long, value_name = "NAME", requires_all = ["domain", "admin"])]
    publisher: Option<String>,
    /// its name in addresses: lower-case letters, digits and hyphens
    #[arg(long, requires = "publisher")]
    domain: Option<String>,
    /// user name of its administrator
    #[arg(long, value_name = "USERNAME", requires = "publisher")]
    admin: Option<String>,
    /// password of its administrator; one is made when not given
    #[arg(long, env = "OPENLMA_ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: Option<String>,
    /// edition: Enterprise, Performance, Unlimited or Developer
    #[arg(long, default_value = "Enterprise", value_parser = edition)]
    edition: Edition,
    /// time zone of the publisher's org
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// country of the publisher's org
    #[arg(long)]
    country: Option<String>,
}

fn edition(text: &str) -> Result<Edition, String> {
    Edition::parse(text).map_err(|e| e.message)
}

/// Makes operator and publisher; prints the passwords that it made, once. What it cannot finish
/// leaves no files behind.
pub(crate) fn run(args: &InitArgs, format: Format) -> Result<Exit, Failure> {
    let config = args.config.for_database()?;
    compose::start_log(config.log, "warn")?;
    let new = new_files(&config.database);
    let done = make(args, &config, format);
    if done.is_err() {
        for file in new {
            // It may not have come so far.
            let _ = std::fs::remove_file(file);
        }
    }
    done
}

/// The files that an SQLite database is about to get; none when it is there already.
fn new_files(database: &str) -> Vec<String> {
    let is_new = !database.contains("://") && !Path::new(database).exists();
    let ends = ["", ".key", ".lock"].iter().filter(|_| is_new);
    let files = ends.map(|end| format!("{database}{end}"));
    files.filter(|file| !Path::new(file).exists()).collect()
}

fn make(args: &InitArgs, config: &Config, format: Format) -> Result<Exit, Failure> {
    let app = compose::app_of(config, Arc::new(SystemClock))?;
    let operator = person(
        &args.operator,
        "Operator",
        args.operator_password.as_deref(),
    );
    let publisher = publisher(args);
    let made = compose::runtime()?
        .block_on(app.init(&operator, publisher.as_ref()))
        .map_err(|e| {
            let is_old = e.code == Code::InvalidOperation;
            let failure = Failure::from(e);
            if is_old {
                failure.hint(
                    "openlma init needs an empty database; on this one the operator makes publishers: \
                     openlma org create NAME --business --domain DOMAIN --admin USERNAME",
                )
            } else {
                failure
            }
        })?;
    let org = made.as_ref().zip(publisher.as_ref());
    if let Some(warning) = made.as_ref().and_then(|m| m.warning) {
        output::note(format_args!("warning: {warning}"));
    }
    let facts = json!({
        "operator": {"username": operator.username, "password": operator.password},
        "org": org.map(|(made, new)| json!({
            "id": made.id.to_string(),
            "name": new.name,
            "domain": new.domain,
            "username": new.administrator.username,
            "password": new.administrator.password,
        })),
    });
    let columns = [
        ("operator", "operator.username"),
        ("password", "operator.password"),
        ("org", "org.id"),
        ("name", "org.name"),
        ("administrator", "org.username"),
        ("password", "org.password"),
    ];
    output::one(format, &columns, &facts);
    output::note("keep the passwords: they are not shown again");
    if org.is_none() {
        output::note(
            "make a publisher as the operator, when the server runs: openlma org create NAME --business \
             --domain DOMAIN --admin USERNAME",
        );
    }
    Ok(Exit::Ok)
}

fn person(username: &str, last_name: &str, password: Option<&str>) -> NewUser {
    let made = || hex::encode(&random::<12>());
    NewUser {
        username: username.to_owned(),
        last_name: last_name.to_owned(),
        password: Some(password.map_or_else(made, str::to_owned)),
        ..NewUser::default()
    }
}

fn publisher(args: &InitArgs) -> Option<NewOrg> {
    let (name, domain) = (args.publisher.clone()?, args.domain.clone()?);
    let administrator = person(
        args.admin.as_deref()?,
        "Administrator",
        args.admin_password.as_deref(),
    );
    Some(NewOrg {
        name,
        domain,
        edition: args.edition,
        status: OrgStatus::Active,
        trial_end: None,
        sandbox: false,
        instance: None,
        country: args.country.clone(),
        language: None,
        time_zone: args.time_zone.clone(),
        business: true,
        packaging: false,
        administrator,
    })
}
