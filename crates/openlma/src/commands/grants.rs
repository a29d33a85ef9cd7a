//! `openlma profile` and `openlma permission-set`: who may see and do what.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use openlma_core::catalog::{Catalog, ObjectDef};
use openlma_wire as wire;
use serde_json::{Value, json};

use super::user::id_of as user_id;
use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};
use crate::session::Server;

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

/// What to grant or revoke.
#[derive(Args)]
pub(crate) struct Change {
    /// name or id
    name: String,
    /// an object and what may be done with its records: read, create, edit, delete, view_all,
    /// modify_all, with commas between them; revoked, an object alone goes altogether
    #[arg(long, value_name = "OBJECT=WHAT,…")]
    object: Vec<String>,
    /// how far the fields of an object are open: none, read or edit [default: as the records are]
    #[arg(long, value_name = "OBJECT=LEVEL")]
    fields: Vec<String>,
    /// how far a single field is open: none, read, edit, or default to go with the others
    #[arg(long, value_name = "OBJECT.FIELD=LEVEL")]
    field: Vec<String>,
    /// a permission that belongs to no object, such as ConvertLeads or ManageListings
    #[arg(long, value_name = "PERMISSION")]
    permission: Vec<String>,
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

impl Change {
    fn request(&self, given: bool) -> Result<wire::GrantsChange, Failure> {
        let mut objects: BTreeMap<String, wire::ObjectChange> = BTreeMap::new();
        for text in &self.object {
            let (name, rights) = match text.split_once('=') {
                Some((name, rights)) => (name, rights),
                None if !given => (text.as_str(), "read"),
                None => return Err(malformed("--object", text, "License=read,edit")),
            };
            let change = objects.entry(api_name(name)).or_default();
            for right in rights.split(',').map(str::trim) {
                *switch(change, right)? = Some(given);
            }
        }
        for text in &self.fields {
            let parts = text.split_once('=');
            let (name, level) = parts.ok_or_else(|| malformed("--fields", text, "License=read"))?;
            objects.entry(api_name(name)).or_default().fields = Some(level.to_owned());
        }
        for text in &self.field {
            let example = "License.sfLma__Seats__c=read";
            let parts = text.split_once('=');
            let parts = parts.and_then(|(path, level)| Some((path.split_once('.')?, level)));
            let ((name, field), level) =
                parts.ok_or_else(|| malformed("--field", text, example))?;
            let change = objects.entry(api_name(name)).or_default();
            let level = (level != "default").then(|| level.to_owned());
            change.except.insert(field.to_owned(), level);
        }
        let permissions = self.permission.iter();
        Ok(wire::GrantsChange {
            permissions: permissions.map(|name| (name.clone(), given)).collect(),
            objects,
        })
    }
}

fn switch<'c>(
    change: &'c mut wire::ObjectChange,
    right: &str,
) -> Result<&'c mut Option<bool>, Failure> {
    Ok(match right {
        "read" => &mut change.read,
        "create" => &mut change.create,
        "edit" => &mut change.edit,
        "delete" => &mut change.delete,
        "view_all" => &mut change.view_all,
        "modify_all" => &mut change.modify_all,
        other => {
            return Err(Failure::usage(format!(
                "{other} is no object permission; there are read, create, edit, delete, view_all and \
                 modify_all"
            )));
        }
    })
}

fn malformed(flag: &str, text: &str, example: &str) -> Failure {
    Failure::usage(format!("{flag} {text} lacks something"))
        .hint(format!("give it as {flag} {example}"))
}

/// The API name of an object that is named so or as people call it.
fn api_name(name: &str) -> String {
    let objects = Catalog::standard().objects();
    let called = |object: &&std::sync::Arc<ObjectDef>| object.label.eq_ignore_ascii_case(name);
    let known = Catalog::standard().object(name).is_some();
    let found = objects.iter().find(called).filter(|_| !known);
    found.map_or(name, |object| object.name).to_owned()
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

/// Whom an installer chooses: administrators, all, or profiles by name or id with commas between them.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    Administrators,
    All,
    Profiles(Vec<String>),
}

/// Reads a choice.
pub(super) fn access(text: &str) -> Result<Access, String> {
    Ok(match text {
        "administrators" => Access::Administrators,
        "all" => Access::All,
        names => Access::Profiles(names.split(',').map(|n| n.trim().to_owned()).collect()),
    })
}

impl Access {
    /// The choice as the server takes it.
    pub(super) fn request(&self, client: &Client) -> Result<wire::Access, Failure> {
        Ok(match self {
            Access::Administrators => wire::Access::Administrators,
            Access::All => wire::Access::All,
            Access::Profiles(names) => {
                let ids = names.iter().map(|name| id_of(&PROFILE, client, name));
                wire::Access::Profiles(ids.collect::<Result<_, _>>()?)
            }
        })
    }
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

#[cfg(test)]
mod tests {
    use openlma_wire as wire;

    use super::{Change, api_name};

    fn request(object: &str, given: bool) -> wire::ObjectChange {
        let change = Change {
            name: "x".into(),
            object: vec![object.into()],
            fields: Vec::new(),
            field: vec!["License.sfLma__Seats__c=default".into()],
            permission: Vec::new(),
        };
        let mut request = change.request(given).unwrap();
        request.objects.remove("sfLma__License__c").unwrap()
    }

    /// R-SEC-1: what is granted and what is revoked, and objects as people call them.
    #[test]
    fn r_sec_1_what_is_granted_and_revoked() {
        let granted = request("license=read, edit", true);
        assert_eq!((granted.read, granted.edit), (Some(true), Some(true)));
        assert_eq!(granted.except["sfLma__Seats__c"], None);
        let revoked = request("sfLma__License__c", false);
        assert_eq!((revoked.read, revoked.edit), (Some(false), None));
        assert_eq!(api_name("package version"), "sfLma__Package_Version__c");
        assert_eq!(api_name("Nothing"), "Nothing");
    }
}
