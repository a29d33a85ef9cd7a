//! `openlma profile` and `openlma permission-set`: who may see and do what.

mod access;
mod change;

use clap::{Args, Subcommand};
use openlma_core::catalog::Catalog;
use openlma_wire as wire;
use serde_json::{Value, json};

use super::user::id_of as user_id;
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};
use crate::session::Server;

pub(super) use access::{Access, access};
use change::Change;
pub(super) use change::api_name;

/// What there is two of, alike but for the address.
struct Kind {
    what: &'static str,
    command: &'static str,
    path: &'static str,
    columns: &'static [Column<'static>],
}

const PROFILE: Kind = Kind {
    what: "profile",
    command: "profile",
    path: "/api/v1/profiles",
    columns: &[
        ("NAME", "name"),
        ("DESCRIPTION", "description"),
        ("ID", "id"),
    ],
};
const SET: Kind = Kind {
    what: "permission set",
    command: "permission-set",
    path: "/api/v1/permission-sets",
    columns: &[
        ("NAME", "name"),
        ("LABEL", "label"),
        ("DESCRIPTION", "description"),
        ("ID", "id"),
    ],
};
const ABOUT: &[Column] = &[
    ("id", "id"),
    ("name", "name"),
    ("description", "description"),
    ("permissions", "permissions"),
    ("users", "users"),
];
const OBJECTS: &[Column] = &[
    ("OBJECT", "object"),
    ("MAY", "may"),
    ("FIELDS", "fields"),
    ("OTHER FIELDS", "except"),
];

/// What to do with profiles. PROFILE is a name or an id.
#[derive(Subcommand)]
pub(crate) enum ProfileCommand {
    /// list profiles
    List,
    /// show what a profile grants, and who has it
    Show {
        /// name or id
        profile: String,
    },
    /// make a profile
    Create(Create),
    /// grant something to all users of a profile
    Grant(Change),
    /// revoke something from all users of a profile
    Revoke(Change),
}

/// What to do with permission sets. SET is a name or an id.
#[derive(Subcommand)]
pub(crate) enum SetCommand {
    /// list permission sets
    List,
    /// show what a permission set grants, and who has it
    Show {
        /// name or id
        set: String,
    },
    /// make a permission set
    Create(Create),
    /// grant something to all who have the permission set
    Grant(Change),
    /// revoke something of the permission set
    Revoke(Change),
    /// give users a permission set
    Assign(Holders),
    /// take a permission set away from users
    Unassign(Holders),
}

/// Something to be made that grants.
#[derive(Args)]
pub(crate) struct Create {
    /// its name
    name: String,
    /// what it is for
    #[arg(long)]
    description: Option<String>,
    /// name of the profile whose grants it begins with [default: it grants nothing]
    #[arg(long, value_name = "PROFILE")]
    like: Option<String>,
}

/// Who gets or loses a permission set.
#[derive(Args)]
pub(crate) struct Holders {
    /// name or id of the permission set
    set: String,
    /// ids or user names
    #[arg(required = true)]
    users: Vec<String>,
}

/// Runs a command on profiles.
pub(crate) fn profile(
    command: ProfileCommand,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        ProfileCommand::List => list(&PROFILE, &client, format)?,
        ProfileCommand::Show { profile } => show(&PROFILE, &client, &profile, format)?,
        ProfileCommand::Create(new) => create(&PROFILE, &client, new, format)?,
        ProfileCommand::Grant(grant) => change(&PROFILE, &client, &grant, true, format)?,
        ProfileCommand::Revoke(revoke) => change(&PROFILE, &client, &revoke, false, format)?,
    }
    Ok(Exit::Ok)
}

/// Runs a command on permission sets.
pub(crate) fn permission_set(
    command: SetCommand,
    server: &Server,
    format: Format,
) -> Result<Exit, Failure> {
    let client = server.client()?;
    match command {
        SetCommand::List => list(&SET, &client, format)?,
        SetCommand::Show { set } => show(&SET, &client, &set, format)?,
        SetCommand::Create(new) => create(&SET, &client, new, format)?,
        SetCommand::Grant(grant) => change(&SET, &client, &grant, true, format)?,
        SetCommand::Revoke(revoke) => change(&SET, &client, &revoke, false, format)?,
        SetCommand::Assign(holders) => {
            for path in holders.paths(&client)? {
                client.put(&path, &json!({}))?;
            }
            output::note("assigned; it counts at once");
        }
        SetCommand::Unassign(holders) => {
            for path in holders.paths(&client)? {
                client.delete(&path)?;
            }
            output::note("taken away; it counts at once");
        }
    }
    Ok(Exit::Ok)
}

impl Holders {
    fn paths(&self, client: &Client) -> Result<Vec<String>, Failure> {
        let set = address(&SET, client, &self.set)?;
        let users = self.users.iter();
        users
            .map(|user| Ok(format!("{set}/users/{}", escape(&user_id(client, user)?))))
            .collect()
    }
}

fn list(kind: &Kind, client: &Client, format: Format) -> Result<(), Failure> {
    output::rows(format, kind.columns, &client.all(kind.path)?);
    Ok(())
}

fn show(kind: &Kind, client: &Client, name: &str, format: Format) -> Result<(), Failure> {
    shown(format, &client.get(&address(kind, client, name)?)?);
    Ok(())
}

fn create(kind: &Kind, client: &Client, new: Create, format: Format) -> Result<(), Failure> {
    let new = wire::NewGrants {
        name: new.name,
        label: None,
        description: new.description,
        like: new.like,
    };
    output::one(format, &[("id", "id")], &client.post(kind.path, &new)?);
    Ok(())
}

fn change(
    kind: &Kind,
    client: &Client,
    change: &Change,
    given: bool,
    format: Format,
) -> Result<(), Failure> {
    let wanted = change.request(given)?;
    if wanted == wire::GrantsChange::default() {
        return Err(Failure::usage("nothing to change was given")
            .hint("give --object, --fields, --field or --permission, or several of them"));
    }
    let path = address(kind, client, &change.name)?;
    shown(format, &client.patch(&path, &wanted)?);
    Ok(())
}

/// The address of what is named by name or id.
fn address(kind: &Kind, client: &Client, name: &str) -> Result<String, Failure> {
    Ok(format!(
        "{}/{}",
        kind.path,
        escape(&id_of(kind, client, name)?)
    ))
}

fn id_of(kind: &Kind, client: &Client, name: &str) -> Result<String, Failure> {
    let all = client.all(kind.path)?;
    let named = all.iter().find(|row| {
        row["id"] == name
            || row["name"]
                .as_str()
                .is_some_and(|n| n.eq_ignore_ascii_case(name))
    });
    named.map(|row| output::cell(row, "id")).ok_or_else(|| {
        Failure::new(Exit::Refused, format!("there is no {} {name}", kind.what))
            .hint(format!("openlma {} list shows them", kind.command))
    })
}

fn shown(format: Format, granted: &Value) {
    if format == Format::Json {
        return output::json(granted);
    }
    let objects = granted["objects"].as_object().into_iter().flatten();
    let mut rows: Vec<Value> = objects.map(|(name, grant)| row(name, grant)).collect();
    if format == Format::Table {
        for row in &mut rows {
            let known = Catalog::standard().object(row["object"].as_str().unwrap_or_default());
            if let Some(object) = known {
                row["object"] = object.label.into();
            }
        }
        rows.sort_by_key(|row| output::cell(row, "object"));
        let mut about = granted.clone();
        for (list, member) in [("permissions", None), ("users", Some("username"))] {
            let texts = granted[list].as_array().into_iter().flatten();
            let text = |value: &Value| {
                let value = member.map_or(value, |member| &value[member]);
                value.as_str().unwrap_or_default().to_owned()
            };
            about[list] = texts.map(text).collect::<Vec<_>>().join(", ").into();
        }
        output::one(format, ABOUT, &about);
        output::line("");
    }
    output::rows(format, OBJECTS, &rows);
}

fn row(name: &str, grant: &Value) -> Value {
    let rights = ["read", "create", "edit", "delete", "view_all", "modify_all"];
    let may: Vec<&str> = rights.into_iter().filter(|r| grant[*r] == true).collect();
    let except = grant["except"].as_object().into_iter().flatten();
    let except: Vec<String> = except
        .map(|(field, level)| format!("{field}={}", level.as_str().unwrap_or_default()))
        .collect();
    json!({
        "object": name,
        "may": may.join(", "),
        "fields": grant["fields"],
        "except": except.join(", "),
    })
}
