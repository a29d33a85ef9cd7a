//! Users of an org, and operators of the server (R-USR-1).

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::fold::fold;
use openlma_core::id::{IdRun, prefix};
use openlma_core::quote::beginning;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, users};

use crate::actor::{Actor, server_org};
use crate::org_context::may_give;
use crate::org_settings::change_org;
use crate::{App, lead_owner, not_found, unless_duplicate};

/// A user to be made.
#[derive(Clone, Debug, Default)]
pub struct NewUser {
    /// Email-shaped, unique over the server ignoring case.
    pub username: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Email; the user name when not given.
    pub email: Option<String>,
    /// Password, 8-128 characters; without one the user cannot sign in.
    pub password: Option<String>,
    /// Name of a profile; administrators' for the first user, else Standard User.
    pub profile: Option<String>,
    /// The user's id in the customer's own systems (R-USR-3).
    pub external_id: Option<String>,
    /// Company; leads take it before the org's name.
    pub company: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// State or province.
    pub state: Option<String>,
}

/// A checked user with the password hashed.
#[derive(Clone, Debug)]
pub(crate) struct PreparedUser {
    record: Record,
    password_hash: Option<String>,
}

impl App {
    /// Checks a new user's fields and hashes the password, outside any transaction.
    pub(crate) async fn prepare_user(&self, user: &NewUser) -> Result<PreparedUser> {
        let record = checked(user)?;
        let password_hash = match &user.password {
            None => None,
            Some(password) => {
                let mut salt = [0_u8; 16];
                self.inner.random.fill(&mut salt);
                Some(self.inner.passwords.hash(password, salt).await?)
            }
        };
        Ok(PreparedUser {
            record,
            password_hash,
        })
    }

    /// R-USR-3: makes a user in the actor's org.
    ///
    /// # Errors
    /// `DUPLICATE_USERNAME`, `DUPLICATE_VALUE` on the external id, and errors of fields;
    /// `INSUFFICIENT_ACCESS_OR_READONLY` for a profile that gives what the actor lacks (R-SEC-1).
    pub async fn create_user(&self, actor: &Actor, user: &NewUser) -> Result<Id> {
        actor.require(Permission::ManageUsers)?;
        let prepared = self.prepare_user(user).await?;
        let profile = user
            .profile
            .clone()
            .unwrap_or_else(|| "Standard User".into());
        let (now, ids, by) = (self.now(), self.ids(), actor.user);
        let (org, actor) = (Arc::clone(&actor.org), actor.clone());
        self.store()
            .write(move |tx| {
                let profile = profile_named(tx, org.id, &profile)?;
                may_give(&actor, &profile_grants(tx, org.id, profile)?)?;
                let mut ids = ids.clone();
                let id = insert(
                    tx,
                    &mut ids,
                    org.id,
                    &prepared,
                    profile,
                    &org.zone_name,
                    by,
                    now,
                )?;
                Ok(id)
            })
            .await
    }

    /// R-SEAT-2: switches a user of the actor's org on or off. Seats stay as they are. The
    /// publishers of the org's packages hear of its automated user (R-LIC-11).
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_OPERATION` for oneself, and for the automated user of an org with the
    /// LMA, which works as that user.
    pub async fn set_user_active(&self, actor: &Actor, user: Id, active: bool) -> Result<()> {
        actor.require(Permission::ManageUsers)?;
        let refused = |why| Err(Error::new(Code::InvalidOperation, why));
        let proxy = Some(user) == actor.org.lma_user;
        if !active && user == actor.user {
            return refused("you cannot deactivate yourself");
        }
        if !active && proxy && actor.org.is_business {
            return refused(
                "you cannot deactivate the License Manager: the License Management App of this \
                 org works as this user",
            );
        }
        let (org, by, now, ids) = (actor.org.id, actor.user, self.now(), self.ids());
        self.store()
            .write(move |tx| {
                if proxy {
                    change_org(tx, &mut ids.clone(), org, Some(by), now, |_, row| {
                        row.set("proxy_inactive", !active);
                        Ok(())
                    })?;
                }
                switch(tx, org, user, active, by, now)
            })
            .await
    }
}

/// Switches a user on or off; one who is switched off is signed out.
fn switch(tx: &mut Tx<'_>, org: Id, user: Id, active: bool, by: Id, now: Timestamp) -> Result<()> {
    change_user(tx, org, user, "IsActive", active.into(), by, now)?;
    if !active {
        openlma_store::auth::revoke_all(tx, org, user)?;
    }
    if active {
        // It may be the one whom the installs wait for (R-LEAD-2).
        lead_owner::named(tx, org, now)?;
    }
    Ok(())
}

/// Gives one field of a user another value.
pub(crate) fn change_user(
    tx: &mut Tx<'_>,
    org: Id,
    user: Id,
    field: &str,
    value: Value,
    by: Id,
    now: Timestamp,
) -> Result<()> {
    let object = Catalog::standard().known("User");
    let Some(before) = records::load_one(tx, org, object, user, Lock::Rows)? else {
        return Err(not_found("user"));
    };
    let mut after = before.clone();
    after.set(field, value);
    after.set("LastModifiedById", by);
    after.set("LastModifiedDate", now);
    after.set("SystemModstamp", now);
    let changed = (0..after.values().len())
        .filter(|i| before.at(*i) != after.at(*i))
        .collect();
    records::update(tx, org, &[after], &changed)
}

/// The id of a profile of the org, by name.
pub(crate) fn profile_named(tx: &mut Tx<'_>, org: Id, name: &str) -> Result<Id> {
    let object = Catalog::standard().known("Profile");
    let found = records::load_by(tx, org, object, "Name", &[Value::text(name)], Lock::No)?;
    found.first().and_then(Record::id).ok_or_else(|| {
        Error::new(
            Code::FieldIntegrityException,
            format!("profile: there is none called {}", beginning(name)),
        )
        .field("profile")
    })
}

/// What a profile gives, as stored.
pub(crate) fn profile_grants(tx: &mut Tx<'_>, org: Id, profile: Id) -> Result<Vec<String>> {
    let object = Catalog::standard().known("PermissionSet");
    let sets = records::load_by(tx, org, object, "ProfileId", &[profile.into()], Lock::No)?;
    let grants = sets.iter().filter_map(|set| set.get("grants").as_text());
    Ok(grants.map(str::to_owned).collect())
}

fn checked(user: &NewUser) -> Result<Record> {
    let object = Catalog::standard().known("User");
    let mut record = Record::with_defaults(object);
    // Without an email the user name is it: what is wrong with it is wrong with the user name.
    let email = user.email.as_deref();
    let username = user.username.trim().to_lowercase();
    let given = [
        ("Username", Some(username.as_str())),
        ("FirstName", user.first_name.as_deref()),
        ("LastName", Some(user.last_name.as_str())),
        ("Email", email.or(Some(&username))),
        ("CompanyName", user.company.as_deref()),
        ("Country", user.country.as_deref()),
        ("State", user.state.as_deref()),
        ("external_id", user.external_id.as_deref()),
    ];
    if !username.is_empty() && !openlma_core::catalog::is_email(&username) {
        return Err(Error::new(
            Code::InvalidEmailAddress,
            format!("Username: invalid email address: {}", beginning(&username)),
        )
        .field("Username"));
    }
    let mut missing = Vec::new();
    for (name, text) in given {
        let Some(field) = object.field(name) else {
            continue;
        };
        let value = from_json(field, &serde_json::Value::from(text))?;
        let stands_in = name == "Email" && email.is_none();
        if value.is_null() && field.required && !stands_in {
            missing.push(name);
        }
        record.set(name, value);
    }
    if !missing.is_empty() {
        return Err(Error::missing(missing));
    }
    let names = ["FirstName", "LastName"].map(|name| record.get(name).as_text());
    let name: Vec<&str> = names.into_iter().flatten().collect();
    let (name, last) = (name.join(" "), names[1].unwrap_or_default());
    let alias: String = last.chars().take(8).collect();
    record.set("Name", name);
    record.set("Alias", alias);
    record.set("LocaleSidKey", "en_US");
    record.set("LanguageLocaleKey", "en_US");
    record.set("EmailEncodingKey", "UTF-8");
    Ok(record)
}

/// Inserts a prepared user.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a plain fact of the new row"
)]
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    user: &PreparedUser,
    profile: Id,
    zone: &str,
    by: Id,
    now: Timestamp,
) -> Result<Id> {
    let id = ids.next(prefix::USER);
    let mut record = user.record.clone();
    record.set("Id", id);
    record.set("ProfileId", profile);
    record.set("TimeZoneSidKey", zone);
    record.set("CommunityNickname", format!("User{}", &id.as_str()[3..]));
    for field in ["CreatedById", "LastModifiedById"] {
        record.set(field, by);
    }
    for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        record.set(field, now);
    }
    if let Some(external) = record.get("external_id").as_text() {
        let taken = users::resolve_external(tx, org, external)?;
        if taken.is_some() {
            return Err(Error::new(
                Code::DuplicateValue,
                format!(
                    "external_id: {} belongs to another user of this org",
                    beginning(external)
                ),
            )
            .field("external_id"));
        }
    }
    take_name(tx, &record, org, id)?;
    records::insert(tx, org, &[record])?;
    if let Some(hash) = &user.password_hash {
        users::set_password(tx, org, id, hash, now)?;
    }
    Ok(id)
}

fn take_name(tx: &mut Tx<'_>, record: &Record, org: Id, id: Id) -> Result<()> {
    let name = fold(record.get("Username").as_text().unwrap_or_default());
    if users::by_name(tx, &name)?.is_some() {
        return Err(name_taken());
    }
    // Two at once: the later one hears it from the database.
    users::take_name(tx, &name, org, id).map_err(|e| unless_duplicate(e, name_taken))
}

fn name_taken() -> Error {
    Error::new(
        Code::DuplicateUsername,
        "Duplicate Username. The username already exists on this server. Usernames must be \
         unique across all orgs; choose another one.",
    )
    .field("Username")
}

/// Inserts an operator: a user of the server's own org, without a profile.
pub(crate) fn insert_operator(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    user: &PreparedUser,
    now: Timestamp,
) -> Result<Id> {
    let id = ids.next(prefix::USER);
    let org = server_org();
    let mut record = user.record.clone();
    record.set("Id", id);
    record.set("CommunityNickname", format!("User{}", &id.as_str()[3..]));
    for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        record.set(field, now);
    }
    take_name(tx, &record, org, id)?;
    records::insert(tx, org, &[record])?;
    if let Some(hash) = &user.password_hash {
        users::set_password(tx, org, id, hash, now)?;
    }
    Ok(id)
}
