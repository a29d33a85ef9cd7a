//! Profiles and permission sets: what they grant, and who has them (R-SEC-1, R-SEC-2).

mod made;

use openlma_core::access::{Grants, GrantsChange, Permission, names as profile_names};
use openlma_core::catalog::{Catalog, names};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, users};

use crate::actor::Actor;
use crate::org_context::{may_give, may_give_grants, parse_one};
use crate::users::{change_user, profile_grants, profile_named};
use crate::{App, lead_owner, not_found};

pub use made::NewGrants;
pub(crate) use made::of_profile;

/// Prefix of profiles.
const PROFILE: &str = "00e";
/// Prefix of permission sets.
const SET: &str = "0PS";

/// A profile or a permission set with what it grants.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// The profile (00e) or the permission set (0PS).
    pub id: Id,
    /// Its name; of a permission set its API name.
    pub name: String,
    /// What people call a permission set; the name of a profile.
    pub label: String,
    /// What it is for.
    pub description: Option<String>,
    /// What it grants.
    pub grants: Grants,
    /// Who has it, by user name: id and user name.
    pub users: Vec<(Id, String)>,
}

impl App {
    /// What a profile or permission set of the actor's org grants, and who has it.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INSUFFICIENT_ACCESS_OR_READONLY` without View Setup.
    pub async fn granted(&self, actor: &Actor, id: Id) -> Result<Granted> {
        actor.require(Permission::ViewSetup)?;
        let org = actor.org.id;
        self.store()
            .read(move |tx| {
                let set = set_of(tx, org, id, Lock::No)?;
                shown(tx, org, id, &set)
            })
            .await
    }

    /// Grants and revokes (R-SEC-1: nobody grants what they lack). It counts at once, for everybody who
    /// has the profile or permission set; installs that wait for somebody who may read licenses are
    /// tried again.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_OPERATION` for the profile System Administrator, which may do everything;
    /// `INSUFFICIENT_ACCESS_OR_READONLY`; those of the change.
    pub async fn change_grants(
        &self,
        actor: &Actor,
        id: Id,
        change: &GrantsChange,
    ) -> Result<Granted> {
        actor.require(Permission::ManageUsers)?;
        let (actor, change, now) = (actor.clone(), change.clone(), self.now());
        self.store()
            .write(move |tx| {
                let org = actor.org.id;
                let set = set_of(tx, org, id, Lock::Rows)?;
                let before = shown(tx, org, id, &set)?;
                if id.prefix() == PROFILE && before.name == profile_names::SYSTEM_ADMINISTRATOR {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        "the profile System Administrator may do everything, and that stays so; \
                         give the user another profile",
                    ));
                }
                let catalog = &actor.org.catalog;
                let after = change.apply(&before.grants, catalog)?;
                may_give_grants(&actor, &change.given(&before.grants, &after, catalog))?;
                write(tx, org, &set, &after, actor.user, now)?;
                lead_owner::named(tx, org, now)?;
                Ok(Granted {
                    grants: after,
                    ..before
                })
            })
            .await
    }

    /// Gives a user a permission set, or takes it away. Again it changes nothing.
    ///
    /// # Errors
    /// `NOT_FOUND` for either; `INSUFFICIENT_ACCESS_OR_READONLY`, also for a set that gives what the
    /// actor lacks (R-SEC-1).
    pub async fn assign_permission_set(
        &self,
        actor: &Actor,
        set: Id,
        user: Id,
        assigned: bool,
    ) -> Result<()> {
        actor.require(Permission::ManageUsers)?;
        let (actor, now) = (actor.clone(), self.now());
        self.store()
            .write(move |tx| {
                let org = actor.org.id;
                if set.prefix() != SET {
                    return Err(not_found("permission set"));
                }
                let record = set_of(tx, org, set, Lock::No)?;
                let object = Catalog::standard().known(names::USER);
                if records::load_one(tx, org, object, user, Lock::No)?.is_none() {
                    return Err(not_found("user"));
                }
                if assigned {
                    may_give_grants(&actor, &grants_of(&record)?)?;
                    users::assign_permission_set(tx, org, user, set)?;
                } else {
                    users::revoke_permission_set(tx, org, user, set)?;
                }
                lead_owner::named(tx, org, now)
            })
            .await
    }

    /// Gives a user of the actor's org another profile, by its name.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_OPERATION` for oneself and for the automated user;
    /// `FIELD_INTEGRITY_EXCEPTION`, when there is no such profile; `INSUFFICIENT_ACCESS_OR_READONLY`
    /// for one that gives what the actor lacks (R-SEC-1).
    pub async fn set_user_profile(&self, actor: &Actor, user: Id, profile: &str) -> Result<()> {
        actor.require(Permission::ManageUsers)?;
        let refused = |why| Err(Error::new(Code::InvalidOperation, why));
        if user == actor.user {
            return refused("you cannot change your own profile");
        }
        if Some(user) == actor.org.lma_user {
            return refused("the automated user keeps its profile");
        }
        let (actor, profile, now) = (actor.clone(), profile.to_owned(), self.now());
        self.store()
            .write(move |tx| {
                let org = actor.org.id;
                let profile = profile_named(tx, org, &profile)?;
                may_give(&actor, &profile_grants(tx, org, profile)?)?;
                change_user(tx, org, user, "ProfileId", profile.into(), actor.user, now)?;
                lead_owner::named(tx, org, now)
            })
            .await
    }
}

/// The profiles of an org, each with the record that holds its grants, locked.
pub(crate) fn profiles(tx: &mut Tx<'_>, org: Id) -> Result<Vec<(String, Record)>> {
    let object = Catalog::standard().known("PermissionSet");
    let owned = [Value::Bool(true)];
    let sets = records::load_by(tx, org, object, "IsOwnedByProfile", &owned, Lock::Rows)?;
    let ids: Vec<Id> = sets
        .iter()
        .filter_map(|set| set.get("ProfileId").as_id())
        .collect();
    let object = Catalog::standard().known("Profile");
    let profiles = records::load(tx, org, object, &ids, Lock::No)?;
    let name = |id| {
        let found = profiles.iter().find(|profile| profile.id() == id);
        found.map(|profile| text(profile, "Name"))
    };
    let named = |set: Record| Some((name(set.get("ProfileId").as_id())?, set));
    Ok(sets.into_iter().filter_map(named).collect())
}

/// Writes the grants of a profile's or permission set's record.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    org: Id,
    set: &Record,
    grants: &Grants,
    by: Id,
    now: Timestamp,
) -> Result<()> {
    let mut after = set.clone();
    let json = serde_json::to_string(grants).map_err(|e| Error::internal(e.to_string()))?;
    after.set("grants", json);
    after.set("LastModifiedById", by);
    for field in ["LastModifiedDate", "SystemModstamp"] {
        after.set(field, now);
    }
    let changed = (0..after.values().len())
        .filter(|i| set.at(*i) != after.at(*i))
        .collect();
    records::update(tx, org, &[after], &changed)
}

/// What the record of a profile or permission set grants.
pub(crate) fn grants_of(set: &Record) -> Result<Grants> {
    set.get("grants")
        .as_text()
        .map_or_else(|| Ok(Grants::default()), parse_one)
}

/// What the record `set` of a profile or permission set grants, and who has it.
fn shown(tx: &mut Tx<'_>, org: Id, id: Id, set: &Record) -> Result<Granted> {
    let mut granted = Granted {
        id,
        name: text(set, "Name"),
        label: text(set, "Label"),
        description: set.get("Description").as_text().map(str::to_owned),
        grants: grants_of(set)?,
        users: users::with_grants(tx, org, id)?,
    };
    if id.prefix() == PROFILE {
        let object = Catalog::standard().known("Profile");
        let profile = records::load_one(tx, org, object, id, Lock::No)?;
        let profile = profile.ok_or_else(|| not_found("profile"))?;
        granted.name = text(&profile, "Name");
        granted.label.clone_from(&granted.name);
        granted.description = profile.get("Description").as_text().map(str::to_owned);
    }
    Ok(granted)
}

/// The record that holds the grants of a profile, or of a permission set of its own.
fn set_of(tx: &mut Tx<'_>, org: Id, id: Id, lock: Lock) -> Result<Record> {
    let object = Catalog::standard().known("PermissionSet");
    let (field, what) = match id.prefix() {
        PROFILE => ("ProfileId", "profile"),
        SET => ("Id", "permission set"),
        _ => return Err(not_found("profile or permission set")),
    };
    let found = records::load_by(tx, org, object, field, &[id.into()], lock)?;
    let own = |set: &Record| field == "ProfileId" || !set.get("IsOwnedByProfile").is_true();
    let found = found.into_iter().find(own);
    found.ok_or_else(|| not_found(what))
}

fn text(record: &Record, field: &str) -> String {
    record.get(field).as_text().unwrap_or_default().to_owned()
}
