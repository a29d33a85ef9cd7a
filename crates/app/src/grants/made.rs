//! Profiles and permission sets that are made.

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::{PROFILE, SET, text};
use crate::actor::Actor;
use crate::org_context::may_give;
use crate::users::{profile_grants, profile_named};
use crate::{App, unless_duplicate};

/// A profile or permission set to be made.
#[derive(Clone, Debug, Default)]
pub struct NewGrants {
    /// Name, unique in the org.
    pub name: String,
    /// What people call a permission set; the name when not given.
    pub label: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Name of the profile whose grants it begins with; none when not given.
    pub like: Option<String>,
}

impl App {
    /// Makes a permission set that grants nothing yet, or what a profile grants.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE`, when the name is taken; errors of fields.
    pub async fn create_permission_set(&self, actor: &Actor, new: &NewGrants) -> Result<Id> {
        self.create_grants(actor, new, SET).await
    }

    /// Makes a profile that grants nothing yet, or what another one grants.
    ///
    /// # Errors
    /// As [`App::create_permission_set`].
    pub async fn create_profile(&self, actor: &Actor, new: &NewGrants) -> Result<Id> {
        self.create_grants(actor, new, PROFILE).await
    }

    async fn create_grants(
        &self,
        actor: &Actor,
        new: &NewGrants,
        prefix: &'static str,
    ) -> Result<Id> {
        actor.require(Permission::ManageUsers)?;
        let (actor, new, now, ids) = (actor.clone(), new.clone(), self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let (org, mut ids) = (actor.org.id, ids.clone());
                let grants = match &new.like {
                    Some(name) => {
                        let like = profile_named(tx, org, name).map_err(as_like)?;
                        profile_grants(tx, org, like)?
                    }
                    None => vec!["{}".to_owned()],
                };
                may_give(&actor, &grants)?;
                let id = ids.next(prefix);
                let author = Author {
                    user: actor.user,
                    now,
                };
                let mut set = if prefix == PROFILE {
                    insert(tx, org, author.profile(id, &new)?)?;
                    let mut set = author.record("PermissionSet", ids.next(SET));
                    of_profile(&mut set, id);
                    set
                } else {
                    author.set(id, &new)?
                };
                set.set("grants", grants.first().map(String::as_str));
                insert(tx, org, set)?;
                Ok(id)
            })
            .await
    }
}

/// Who makes a profile or permission set, and when.
struct Author {
    user: Id,
    now: Timestamp,
}

impl Author {
    fn profile(&self, id: Id, new: &NewGrants) -> Result<Record> {
        let mut record = self.record("Profile", id);
        give(&mut record, "Name", Some(&new.name), "name")?;
        give(
            &mut record,
            "Description",
            new.description.as_deref(),
            "description",
        )?;
        Ok(record)
    }

    fn set(&self, id: Id, new: &NewGrants) -> Result<Record> {
        let mut record = self.record("PermissionSet", id);
        let label = new.label.as_deref().unwrap_or(&new.name);
        give(&mut record, "Name", Some(&new.name), "name")?;
        give(&mut record, "Label", Some(label), "label")?;
        give(
            &mut record,
            "Description",
            new.description.as_deref(),
            "description",
        )?;
        Ok(record)
    }

    fn record(&self, object: &str, id: Id) -> Record {
        let mut record = Record::with_defaults(Catalog::standard().known(object));
        record.set("Id", id);
        for field in ["CreatedById", "LastModifiedById"] {
            record.set(field, self.user);
        }
        for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            record.set(field, self.now);
        }
        record
    }
}

/// Makes the record of a permission set the one that holds a profile's grants.
pub(crate) fn of_profile(set: &mut Record, profile: Id) {
    for field in ["Name", "Label"] {
        set.set(field, format!("X{}", profile.as_str()));
    }
    set.set("IsOwnedByProfile", true);
    set.set("IsCustom", false);
    set.set("Type", "Profile");
    set.set("ProfileId", profile);
}

/// Gives a field what a door calls `member`.
fn give(record: &mut Record, name: &str, given: Option<&str>, member: &str) -> Result<()> {
    let object = std::sync::Arc::clone(record.object());
    let Some(field) = object.field(name) else {
        return Err(Error::internal(format!("{} has no {name}", object.name)));
    };
    let value = from_json(field, &serde_json::Value::from(given))?;
    if value.is_null() && field.required {
        return Err(Error::missing([member]));
    }
    record.set(name, value);
    Ok(())
}

fn insert(tx: &mut Tx<'_>, org: Id, record: Record) -> Result<()> {
    let what = record.object().label;
    let name = text(&record, "Name");
    let taken = || {
        Error::new(
            Code::DuplicateValue,
            format!("name: there is a {what} {name} already; choose another name"),
        )
        .field("name")
    };
    let known = records::load_by(
        tx,
        org,
        record.object(),
        "Name",
        &[Value::text(name.clone())],
        Lock::No,
    )?;
    if !known.is_empty() {
        return Err(taken());
    }
    records::insert(tx, org, &[record]).map_err(|e| unless_duplicate(e, taken))
}

fn as_like(mut error: Error) -> Error {
    error.message = error.message.replacen("profile:", "like:", 1);
    error.fields = vec!["like".to_owned()];
    error
}
