//! The end of a registration in the business org that a package left: its records stay, and its
//! licenses become Read-Only (R-MOV-1, R-LIC-9). Nothing is moved, and no subscriber hears of it
//! from here.

use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::license::field;
use openlma_core::license::state::LicenseType;
use openlma_core::org::OrgStatus;
use openlma_core::{Id, Record, Result, Value};
use openlma_store::messages::Message;
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, licensing};

use crate::bodies::{self, Ended};
use crate::register::{find_package, first, set_state};
use crate::save::{self, Saving};

/// What `olma__Registration_State__c` of a Package record says once the package has left.
const STATE: &str = "Ended";
/// Why the terms of a license that were on their way never arrived.
const NOT_SENT: &str = "the package is no longer registered with this org";

/// Applies the message. Answers the body with which it goes on, when there are more licenses than
/// one unit writes.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    message: &Message,
) -> Result<Option<String>> {
    let mut body: Ended = bodies::decode(&message.body)?;
    let Some(package) = find_package(tx, saving, body.package_id)? else {
        return Ok(None);
    };
    if body.after.is_none() {
        set_state(tx, saving, ids, &package, STATE)?;
    }
    let reached = mark(tx, saving, ids, &package, LicenseType::ReadOnly, body.after)?;
    body.after = reached;
    reached.map(|_| bodies::encode(&body)).transpose()
}

/// The type of a license that is made for a package now: one that comes late, from a customer who
/// installed before the package left, can be edited no more than the others.
pub(crate) fn license_type(package: &Record) -> LicenseType {
    if package.get("olma__Registration_State__c").as_text() == Some(STATE) {
        LicenseType::ReadOnly
    } else {
        LicenseType::Editable
    }
}

/// Gives the licenses of a package a type, one batch after another. Answers the last one of the
/// batch, unless it was the last batch. Licenses made by hand stay as they are (R-LIC-9), and those
/// of a vanished org stay Read-Only (R-REF-1).
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    package: &Record,
    to: LicenseType,
    after: Option<Id>,
) -> Result<Option<Id>> {
    let Some(package) = package.id() else {
        return Ok(None);
    };
    let org = &saving.writer.org;
    let limit = i64::try_from(save::BATCH).unwrap_or(i64::MAX);
    let batch = licensing::licenses_of(tx, org.id, package, after, limit)?;
    let object = org.catalog.known(names::LICENSE);
    let pairs = records::load(tx, org.id, object, &batch, Lock::Rows)?
        .into_iter()
        .map(|before| {
            let after = marked(&before, to);
            (before, after)
        });
    for row in save::rewrite(tx, saving, ids, pairs.collect())? {
        row.map_err(first)?;
    }
    Ok(batch.last().copied().filter(|_| batch.len() == save::BATCH))
}

fn marked(license: &Record, to: LicenseType) -> Record {
    let mut after = license.clone();
    let vanished =
        license.get(field::ORG_STATUS).as_text() == Some(OrgStatus::Deleted.stored_text());
    match to {
        LicenseType::Editable if vanished => return after,
        LicenseType::Editable => {}
        LicenseType::ReadOnly => {
            if license.get("olma__Sync_State__c").as_text() == Some("Pending") {
                after.set("olma__Sync_State__c", "Failed");
                after.set("olma__Sync_Error__c", NOT_SENT);
            }
        }
    }
    after.set(field::LICENSE_TYPE, Value::text(to.as_str()));
    after
}
