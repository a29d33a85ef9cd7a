//! `openlma license edit`, `delete` and `undelete`: what a license's record is beside its terms.

use clap::Args;
use openlma_wire as wire;
use serde_json::{Map, Value};

use super::license::{is_id, path};
use super::soql::{named_deleted, quoted};
use crate::failure::Failure;
use crate::http::{Client, escape};
use crate::output::{self, Column, Format};

const DETAILS: &[Column] = &[
    ("id", "id"),
    ("account", "account_id"),
    ("contact", "contact_id"),
];

/// Details to be edited; what is not given stays.
#[derive(Args)]
pub(crate) struct Edit {
    /// id or name
    license: String,
    /// id of the account (001…); an empty one takes it away
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    /// id of the contact (003…), one of the account; an empty one takes it away
    #[arg(long, value_name = "ID")]
    contact: Option<String>,
    /// a custom field and its value, such as Renewal_Desk__c=North; an empty value takes it away
    #[arg(long, value_name = "FIELD=VALUE", value_parser = assignment)]
    set: Vec<(String, String)>,
}

/// A field and its value.
fn assignment(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("give FIELD=VALUE")?;
    Ok((field.to_owned(), value.to_owned()))
}

/// A value as the field's type has it in JSON. What does not fit is left to the server to refuse.
fn typed(fields: &[Value], name: &str, value: &str) -> Value {
    let named = |field: &&Value| {
        field["object"] == "sfLma__License__c"
            && field["name"]
                .as_str()
                .is_some_and(|n| n.eq_ignore_ascii_case(name))
    };
    let of_type = fields.iter().find(named).map(|field| &field["type"]);
    match of_type.and_then(Value::as_str) {
        _ if value.is_empty() => Value::Null,
        Some("number" | "checkbox") => {
            serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))
        }
        _ => Value::from(value),
    }
}

/// A record to be deleted.
#[derive(Args)]
pub(crate) struct Delete {
    /// id or name
    license: String,
    /// do it without being asked
    #[arg(long)]
    yes: bool,
}

/// Edits details.
pub(super) fn edit(edit: &Edit, client: &Client, format: Format) -> Result<(), Failure> {
    if edit.account.is_none() && edit.contact.is_none() && edit.set.is_empty() {
        return Err(Failure::usage("nothing to change was given")
            .hint("give --account, --contact or --set; openlma license modify changes terms"));
    }
    let look_up = |id: &Option<String>| {
        let id = id.as_ref();
        id.map(|id| (!id.is_empty()).then(|| id.clone()))
    };
    let known = if edit.set.is_empty() {
        Vec::new()
    } else {
        client.all("/api/v1/fields")?
    };
    let set = edit.set.iter();
    let details = wire::LicenseDetails {
        account: look_up(&edit.account),
        contact: look_up(&edit.contact),
        fields: set
            .map(|(name, value)| (name.clone(), typed(&known, name, value)))
            .collect(),
    };
    let edited = client.patch(&path(client, &edit.license, "")?, &details)?;
    let custom: Vec<(String, String)> = edited["fields"]
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .map(|name| (name.clone(), format!("fields.{name}")))
        .collect();
    let columns = DETAILS.iter().copied();
    let custom = custom
        .iter()
        .map(|(name, path)| (name.as_str(), path.as_str()));
    let columns: Vec<Column> = columns.chain(custom).collect();
    output::one(format, &columns, &edited);
    Ok(())
}

/// Deletes a record, once it is confirmed.
pub(super) fn delete(delete: &Delete, client: &Client) -> Result<(), Failure> {
    let path = path(client, &delete.license, "")?;
    let confirmed = format!("{path}?confirm=deletes_license");
    let deleted = match client.delete(if delete.yes { &confirmed } else { &path }) {
        Err(asked) if asked.is_one_of(&["CONFIRMATION_REQUIRED"]) => {
            if !output::agreed(&format!("{}. Delete it?", asked.message)) {
                return Err(asked);
            }
            client.delete(&confirmed)
        }
        deleted => deleted,
    };
    deleted?;
    output::note("deleted; openlma license undelete takes it back");
    Ok(())
}

/// Takes a record back.
pub(super) fn undelete(license: &str, client: &Client) -> Result<(), Failure> {
    let id = if is_id(license) {
        license.to_owned()
    } else {
        let text = format!(
            "SELECT Id FROM sfLma__License__c WHERE IsDeleted = true AND Name = '{}'",
            quoted(license)
        );
        let found = named_deleted(client, &text, &format!("deleted license {license}"))?;
        output::cell(&found, "Id")
    };
    let path = format!("/api/v1/records/{}/undelete", escape(&id));
    client.post(&path, &serde_json::json!({}))?;
    output::note("it is back");
    Ok(())
}

/// R-LIC-11: the license of a deleted org can only be deleted, and how is said on the spot.
pub(super) fn advice(client: &Client, license: &str, refused: Failure) -> Failure {
    if !refused.is_one_of(&["PROXY_USER_HAS_DEACTIVATED"]) {
        return refused;
    }
    let shown = path(client, license, "").and_then(|path| client.get(&path));
    match shown {
        Ok(shown) if shown["org_status"] == "DELETED" => {
            refused.hint(format!("openlma license delete {license} deletes it"))
        }
        _ => refused,
    }
}
