//! `openlma user`: users of the caller's org.

use clap::{Args, Subcommand};
use openlma_wire as wire;

use super::soql::{named, quoted, records};
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};
use crate::session::Server;

const COLUMNS: &[Column] = &[
    ("ID", "Id"),
    ("USER NAME", "Username"),
    ("NAME", "Name"),
    ("PROFILE", "Profile.Name"),
    ("ACTIVE", "IsActive"),
];

/// What to do with users.
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// make a user in the org of the token
    Create(Box<Create>),
    /// list the users of the org
    List,
    /// let a user in again
    Activate {
        /// id or user name
        user: String,
    },
    /// give a user another profile, which says what the user may see and do
    SetProfile {
        /// id or user name
        user: String,
        /// name of the profile; openlma profile list shows them
        profile: String,
    },
    /// shut a user out; seats stay taken until they are revoked
    Deactivate {
        /// id or user name
        user: String,
    },
}

/// A user to be made.
#[derive(Args)]
pub(crate) struct Create {
    /// user name, shaped like an email address, unique on the server
    username: String,
    /// last name
    #[arg(long)]
    last_name: String,
    /// first name
    #[arg(long)]
    first_name: Option<String>,
    /// email [default: the user name]
    #[arg(long)]
    email: Option<String>,
    /// password, 8 to 128 characters; without one the user cannot sign in, but can be licensed
    #[arg(long, env = "OPENLMA_USER_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// System Administrator, License Administrator, Standard User, Read Only, or the name of a
    /// profile of your own [default: Standard User]
    #[arg(long)]
    profile: Option<String>,
    /// the user's id in your own systems; checks find the user by it
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// company
    #[arg(long)]
    company: Option<String>,
    /// country
    #[arg(long)]
    country: Option<String>,
    /// state or province
    #[arg(long)]
    state: Option<String>,
}

/// Runs it.
pub(crate) fn run(command: UserCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        UserCommand::Create(new) => {
            let new = wire::NewUser {
                username: new.username,
                first_name: new.first_name,
                last_name: new.last_name,
                email: new.email,
                password: new.password,
                profile: new.profile,
                external_id: new.external_id,
                company: new.company,
                country: new.country,
                state: new.state,
            };
            output::one(
                format,
                &[("id", "id")],
                &client.post("/api/v1/users", &new)?,
            );
        }
        UserCommand::List => {
            let text = "SELECT Id, Username, Name, Profile.Name, IsActive FROM User \
                        WHERE UserType = 'Standard' ORDER BY Username";
            output::rows(format, COLUMNS, &records(&client, text)?);
        }
        UserCommand::SetProfile { user, profile } => {
            let change = wire::UserChange {
                profile: Some(profile),
                ..wire::UserChange::default()
            };
            change_user(&client, &user, &change)?;
            output::note("set; it counts at once");
        }
        UserCommand::Activate { user } => set_active(&client, &user, true)?,
        UserCommand::Deactivate { user } => set_active(&client, &user, false)?,
    }
    Ok(Exit::Ok)
}

fn set_active(client: &Client, user: &str, active: bool) -> Result<(), Failure> {
    let change = wire::UserChange {
        active: Some(active),
        ..wire::UserChange::default()
    };
    change_user(client, user, &change)?;
    output::note(if active { "activated" } else { "deactivated" });
    Ok(())
}

fn change_user(client: &Client, user: &str, change: &wire::UserChange) -> Result<(), Failure> {
    let id = id_of(client, user)?;
    let path = format!("/api/v1/users/{}", escape(&id));
    client.patch(&path, change).map(drop)
}

/// The id of a user who is named by id or user name.
pub(crate) fn id_of(client: &Client, user: &str) -> Result<String, Failure> {
    if !user.contains('@') {
        return Ok(user.to_owned());
    }
    let text = format!("SELECT Id FROM User WHERE Username = '{}'", quoted(user));
    let found = named(client, &text, &format!("user {user} in this org"))
        .map_err(|f| f.hint("openlma user list shows them"))?;
    Ok(output::cell(&found, "Id"))
}
