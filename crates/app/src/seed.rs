//! What a new org is born with: profiles and their permission sets, record types, lead statuses
//! and the license management app's automated user.

use std::sync::Arc;

use openlma_core::access::{default_profiles, names as profile_names, with_lma};
use openlma_core::catalog::{Catalog, LEAD_STATUSES, ObjectDef, license_record_types, names};
use openlma_core::id::{IdRun, prefix};
use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Record, Result};
use openlma_store::Tx;
use openlma_store::records;

use crate::grants::of_profile;

/// The ids that later steps need.
pub(crate) struct Seeded {
    /// Profile of administrators.
    pub(crate) administrator: Id,
    /// The automated user.
    pub(crate) lma_user: Id,
}

/// Name of the automated user, in the guide's words.
const LICENSE_MANAGER: &str = "License Manager";

pub(crate) fn seed(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    zone: &str,
    lma: bool,
    now: Timestamp,
) -> Result<Seeded> {
    let born = Born {
        lma_user: ids.next(prefix::USER),
        now,
    };
    let administrator = profiles(tx, ids, org, lma, &born)?;
    let mut user = born.record("User", Some(born.lma_user));
    user.set("Username", format!("license.manager@{org}.invalid"));
    user.set("Email", format!("license.manager@{org}.invalid"));
    user.set("LastName", LICENSE_MANAGER);
    user.set("Name", LICENSE_MANAGER);
    user.set("Alias", "lma");
    user.set("CommunityNickname", "License Manager");
    user.set("UserType", "AutomatedProcess");
    user.set("ProfileId", administrator);
    user.set("TimeZoneSidKey", zone);
    user.set("LocaleSidKey", "en_US");
    user.set("LanguageLocaleKey", "en_US");
    user.set("EmailEncodingKey", "UTF-8");
    records::insert(tx, org, &[user])?;
    lists(tx, ids, org, &born)?;
    Ok(Seeded {
        administrator,
        lma_user: born.lma_user,
    })
}

struct Born {
    lma_user: Id,
    now: Timestamp,
}

impl Born {
    fn record(&self, object: &str, id: Option<Id>) -> Record {
        let object: &Arc<ObjectDef> = Catalog::standard().known(object);
        let mut record = Record::with_defaults(object);
        record.set("Id", id);
        for (field, value) in [
            ("CreatedById", openlma_core::Value::Id(self.lma_user)),
            ("LastModifiedById", self.lma_user.into()),
            ("CreatedDate", self.now.into()),
            ("LastModifiedDate", self.now.into()),
            ("SystemModstamp", self.now.into()),
        ] {
            if object.field(field).is_some() {
                record.set(field, value);
            }
        }
        record
    }
}

/// The default profiles. Only where the LMA is do they grant something on its objects: who installs it
/// later chooses who may access it (R-ORG-3).
fn profiles(tx: &mut Tx<'_>, ids: &mut IdRun, org: Id, lma: bool, born: &Born) -> Result<Id> {
    let mut profiles = Vec::new();
    let mut sets = Vec::new();
    let mut administrator = None;
    for default in default_profiles() {
        let id = ids.next("00e");
        if default.name == profile_names::SYSTEM_ADMINISTRATOR {
            administrator = Some(id);
        }
        let mut profile = born.record("Profile", Some(id));
        profile.set("Name", default.name);
        profile.set("Description", default.description);
        profiles.push(profile);
        let mut set = born.record("PermissionSet", Some(ids.next("0PS")));
        of_profile(&mut set, id);
        let grants = serde_json::to_string(&if lma {
            default.grants
        } else {
            with_lma(&default.grants, default.name, false)
        });
        set.set(
            "grants",
            grants.map_err(|e| Error::internal(e.to_string()))?,
        );
        sets.push(set);
    }
    records::insert(tx, org, &profiles)?;
    records::insert(tx, org, &sets)?;
    administrator.ok_or_else(|| Error::internal("no administrator among the default profiles"))
}

fn lists(tx: &mut Tx<'_>, ids: &mut IdRun, org: Id, born: &Born) -> Result<()> {
    let mut types = Vec::new();
    for (id, name) in license_record_types() {
        let mut record = born.record("RecordType", Some(id));
        record.set("Name", name);
        record.set("DeveloperName", name);
        record.set("NamespacePrefix", "sfLma");
        record.set("SobjectType", names::LICENSE);
        record.set("IsActive", true);
        types.push(record);
    }
    records::insert(tx, org, &types)?;
    let mut statuses = Vec::new();
    for (order, (label, is_default, is_converted)) in (1_i64..).zip(LEAD_STATUSES) {
        let mut record = born.record("LeadStatus", Some(ids.next("01J")));
        record.set("MasterLabel", label);
        record.set("ApiName", label);
        record.set("SortOrder", order);
        record.set("IsDefault", is_default);
        record.set("IsConverted", is_converted);
        statuses.push(record);
    }
    records::insert(tx, org, &statuses)
}
