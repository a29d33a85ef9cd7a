//! Do the look-ups that were written point at records that exist and may be used?

use std::collections::{BTreeMap, BTreeSet};

use openlma_core::access::Permissions;
use openlma_core::catalog::{Catalog, FieldDef, ObjectDef, Source, names};
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, users};

use super::{RowResult, Saving};
use crate::org_context::parse_grants;

/// Checks the look-ups that differ from `old`, in one statement an object. The license
/// management app's own are known to be right.
pub(super) fn check(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    old: Option<&[Record]>,
    out: &mut [RowResult<Record>],
) -> Result<()> {
    if !saving.person() {
        return Ok(());
    }
    let mut wanted: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
    for record in out.iter().filter_map(|r| r.as_ref().ok()) {
        for (_, id) in written(object, old, record) {
            wanted.entry(target(id)).or_default().insert(id);
        }
    }
    let mut known = BTreeSet::new();
    let mut inactive = BTreeSet::new();
    for (name, ids) in wanted {
        let Some(target) = Catalog::standard().object(name) else {
            continue;
        };
        let ids: Vec<Id> = ids.into_iter().collect();
        if name == names::USER {
            for user in records::load(tx, saving.org(), target, &ids, Lock::No)? {
                known.extend(user.id());
                if !user.get("IsActive").is_true() {
                    inactive.extend(user.id());
                }
            }
        } else {
            known.extend(records::existing(tx, saving.org(), target, &ids)?);
        }
    }
    for row in out.iter_mut() {
        let Ok(record) = row else { continue };
        let mut errors = Vec::new();
        for (field, id) in written(object, old, record) {
            if !known.contains(&id) {
                errors.push(
                    Error::new(Code::InvalidCrossReferenceKey, "invalid cross reference id")
                        .field(field.name.as_ref()),
                );
            } else if field.name == "OwnerId" && inactive.contains(&id) {
                errors.push(inactive_owner(object, id));
            } else if field.name == "sfLma__Lead_Manager__c" {
                errors.extend(lead_manager(tx, saving, id, inactive.contains(&id))?);
            }
        }
        if !errors.is_empty() {
            *row = Err(errors);
        }
    }
    if object.name == names::LICENSE {
        contacts_of_accounts(tx, saving, object, old, out)?;
    }
    Ok(())
}

/// R-LIC-10: where a license has both, its contact is one of its account.
fn contacts_of_accounts(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    old: Option<&[Record]>,
    out: &mut [RowResult<Record>],
) -> Result<()> {
    const FIELDS: [&str; 2] = ["sfLma__Contact__c", "sfLma__Account__c"];
    let both = |record: &Record| {
        let concerned = written(object, old, record).any(|(f, _)| FIELDS.contains(&&*f.name));
        let [contact, account] = FIELDS.map(|name| record.get(name).as_id());
        contact.zip(account).filter(|_| concerned)
    };
    let pairs = out.iter().filter_map(|row| both(row.as_ref().ok()?));
    let contacts: Vec<Id> = pairs.map(|(contact, _)| contact).collect();
    if contacts.is_empty() {
        return Ok(());
    }
    let target = Catalog::standard().known(names::CONTACT);
    let contacts = records::load(tx, saving.org(), target, &contacts, Lock::No)?;
    for row in out.iter_mut() {
        let Some((contact, account)) = row.as_ref().ok().and_then(both) else {
            continue;
        };
        let found = contacts.iter().find(|record| record.id() == Some(contact));
        if found.and_then(|record| record.get("AccountId").as_id()) != Some(account) {
            *row = Err(vec![
                Error::new(
                    Code::FieldIntegrityException,
                    "Contact: the contact is not of the license's account; choose a contact of the \
                     account, or change or empty the other one too",
                )
                .field(FIELDS[0]),
            ]);
        }
    }
    Ok(())
}

/// The look-ups of a record that are not as they were.
fn written<'a>(
    object: &'a ObjectDef,
    old: Option<&'a [Record]>,
    record: &'a Record,
) -> impl Iterator<Item = (&'a FieldDef, Id)> {
    let before = old.and_then(|old| old.iter().find(|r| r.id() == record.id()));
    object
        .fields()
        .iter()
        .enumerate()
        .filter_map(move |(i, field)| {
            let id = record.at(i).as_id()?;
            let look_up = !field.references().is_empty()
                && (field.createable || field.updateable)
                && field.source == Source::Stored;
            let same = before.is_some_and(|b| *b.at(i) == Value::Id(id));
            (look_up && !same).then_some((field, id))
        })
}

/// The name of the object that an id belongs to.
fn target(id: Id) -> &'static str {
    Catalog::standard()
        .by_prefix(id.prefix())
        .map_or("", |o| o.name)
}

fn inactive_owner(object: &ObjectDef, id: Id) -> Error {
    Error::new(
        Code::InactiveOwnerOrUser,
        format!(
            "operation performed with inactive user [{id}] as owner of {}",
            object.name
        ),
    )
    .field("OwnerId")
}

/// R-LEAD-2: the lead manager is an active user who may read licenses.
fn lead_manager(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    user: Id,
    inactive: bool,
) -> Result<Option<Error>> {
    let refused = |why: &str| {
        Some(
            Error::new(
                Code::FieldIntegrityException,
                format!("Lead Manager: {why}"),
            )
            .field("sfLma__Lead_Manager__c"),
        )
    };
    if inactive {
        return Ok(refused("the user is not active; choose an active user"));
    }
    if !may_read_licenses(&parse_grants(&users::grants(tx, saving.org(), user)?)?) {
        return Ok(refused(
            "the user may not read licenses; choose another user or give this one Read on License",
        ));
    }
    Ok(None)
}

/// Does a set of permissions include reading licenses?
pub(crate) fn may_read_licenses(permissions: &Permissions) -> bool {
    permissions
        .object(Catalog::standard().known(names::LICENSE))
        .read
}
