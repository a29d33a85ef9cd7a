//! What a save sets off beside the rows: the terms of a license travel to the subscriber, and what
//! waits for a package's lead manager is tried again.

use openlma_core::catalog::names;
use openlma_core::id::{IdRun, prefix};
use openlma_core::license::field;
use openlma_core::rules::license;
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::messages::{self, Outgoing};

use super::Saving;
use crate::bodies::{self, kind};
use crate::lead_owner;

/// Fields whose change is a change of terms.
const TERMS: [&str; 3] = [field::STATUS, field::SEATS, field::EXPIRATION];

/// Counts up what the message will carry, in the record about to be written.
pub(super) fn prepare(saving: &Saving<'_>, before: &Record, after: &mut Record) {
    if !terms_go_out(saving, before, after) {
        return;
    }
    count_up(after);
}

fn count_up(license: &mut Record) {
    for counter in ["terms_revision", "out_seq"] {
        let next = license.get(counter).as_int().unwrap_or(0) + 1;
        license.set(counter, next);
    }
    license.set(field::SYNC_STATE, "Pending");
    license.set(field::SYNC_ERROR, Value::Null);
}

/// Counts up a license whose terms go out again, though nobody changed them: its copy has others,
/// of the revision `known`. [`send_again`] or [`send_terms`] follows the save.
pub(crate) fn terms_again(license: &mut Record, known: i64) {
    let own = license.get("terms_revision").as_int().unwrap_or(0);
    license.set("terms_revision", own.max(known));
    count_up(license);
}

/// Writes the terms of a saved license; they take the place of its unsent ones.
pub(crate) fn send_again(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    license: &Record,
) -> Result<()> {
    let message = outgoing(ids, license)?;
    messages::send_snapshot(tx, saving.org(), &message, saving.now)
}

/// Writes the terms of saved licenses, in whose queues nothing is unsent, in set statements.
pub(crate) fn send_terms(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    licenses: &[Record],
) -> Result<()> {
    let messages = licenses.iter().map(|license| outgoing(ids, license));
    let messages: Vec<Outgoing> = messages.collect::<Result<_>>()?;
    messages::send_all(tx, saving.org(), &messages, saving.now)
}

/// Writes the messages, in the same transaction, and tries again those that a lead manager held up.
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
        let message = outgoing(ids, after)?;
        messages::send_snapshot(tx, saving.org(), &message, saving.now)?;
    }
    if pairs
        .iter()
        .any(|(before, after)| has_new_manager(before, after))
    {
        lead_owner::named(tx, saving.org(), saving.now)?;
    }
    Ok(())
}

fn outgoing(ids: &mut IdRun, saved: &Record) -> Result<Outgoing> {
    let (Some(to_org), Some(queue), Some(terms)) = (
        subscriber(saved),
        package_license(saved),
        license::terms(saved)?,
    ) else {
        return Err(Error::internal("a license with a copy but without its ids"));
    };
    Ok(Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org,
        queue,
        seq: saved.get("out_seq").as_int().unwrap_or(0),
        kind: kind::TERMS,
        revision: saved.get("terms_revision").as_int().unwrap_or(0),
        body: bodies::encode(&terms)?,
    })
}

/// Has a package another lead manager, or none any more?
fn has_new_manager(before: &Record, after: &Record) -> bool {
    let manager = "sfLma__Lead_Manager__c";
    after.object().name == names::PACKAGE && before.get(manager) != after.get(manager)
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
