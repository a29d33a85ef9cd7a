//! What a save sets off beside the rows: the terms of a license travel to the subscriber.

use openlma_core::catalog::names;
use openlma_core::id::{IdRun, prefix};
use openlma_core::license::field;
use openlma_core::rules::license;
use openlma_core::{Error, Id, Record, Result};
use openlma_store::Tx;
use openlma_store::messages::{self, Outgoing};

use super::Saving;
use crate::bodies::{self, kind};

/// Fields whose change is a change of terms.
const TERMS: [&str; 3] = [field::STATUS, field::SEATS, field::EXPIRATION];

/// Counts up what the message will carry, in the record about to be written.
pub(super) fn prepare(saving: &Saving<'_>, before: &Record, after: &mut Record) {
    if !terms_go_out(saving, before, after) {
        return;
    }
    for counter in ["terms_revision", "out_seq"] {
        let next = after.get(counter).as_int().unwrap_or(0) + 1;
        after.set(counter, next);
    }
    after.set("olma__Sync_State__c", "Pending");
    after.set("olma__Sync_Error__c", openlma_core::Value::Null);
}

/// Writes the messages, in the same transaction.
pub(super) fn send(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    pairs: &[(&Record, &Record)],
) -> Result<()> {
    for (before, after) in pairs {
        if !terms_go_out(saving, before, after) {
            continue;
        }
        let (Some(to_org), Some(queue), Some(terms)) = (
            subscriber(after),
            package_license(after),
            license::terms(after)?,
        ) else {
            return Err(Error::internal("a license with a copy but without its ids"));
        };
        let message = Outgoing {
            id: ids.next(prefix::MESSAGE),
            to_org,
            queue,
            seq: after.get("out_seq").as_int().unwrap_or(0),
            kind: kind::TERMS,
            revision: after.get("terms_revision").as_int().unwrap_or(0),
            body: bodies::encode(&terms)?,
        };
        messages::send_snapshot(tx, saving.org(), &message, saving.now)?;
    }
    Ok(())
}

/// A person changed the terms of a license that has a copy. What the app itself writes came from
/// the subscriber.
fn terms_go_out(saving: &Saving<'_>, before: &Record, after: &Record) -> bool {
    after.object().name == names::LICENSE
        && saving.person()
        && package_license(after).is_some()
        && TERMS.iter().any(|f| before.get(f) != after.get(f))
}

/// The subscriber's org of a license.
pub(crate) fn subscriber(license: &Record) -> Option<Id> {
    Id::parse(license.get("sfLma__Subscriber_Org_ID__c").as_text()?).ok()
}

/// The subscriber's copy of a license.
pub(crate) fn package_license(license: &Record) -> Option<Id> {
    Id::parse(license.get(field::PACKAGE_LICENSE_ID).as_text()?).ok()
}
