//! Messages that cannot be applied: how long they wait, and who hears of it. A registration shows
//! why it failed (R-PKG-3), and the publisher why terms did not reach the subscriber (R-SYN-3).

use jiff::SignedDuration;
use openlma_core::catalog::{Catalog, names};
use openlma_core::id::{IdRun, prefix};
use openlma_core::license::field;
use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Result};
use openlma_store::messages::{self, Hold, Message, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, registrations};

use crate::bodies::{self, Refused, kind};
use crate::register::only;
use crate::save::{self, Saving};

/// Longest time between two tries of a message that waits.
const LONGEST_BACK_OFF: SignedDuration = SignedDuration::from_hours(1);
/// Most characters of `olma__Sync_Error__c`.
const SYNC_ERROR: usize = 255;

/// How a message waits that could not be applied.
pub(crate) fn hold(message: &Message, error: &Error, now: Timestamp) -> Hold {
    Hold {
        id: message.id,
        code: error.code.as_str().to_owned(),
        reason: error.message.clone(),
        fix: error.fix.clone(),
        due_at: now.checked_add(back_off(message.attempts)).unwrap_or(now),
    }
}

/// One second, doubled with each try, an hour at most.
fn back_off(attempts: i64) -> SignedDuration {
    let seconds = 1_i64 << attempts.clamp(0, 12);
    SignedDuration::from_secs(seconds).min(LONGEST_BACK_OFF)
}

/// Tells those who wait for a message that it is about to be held. Nobody waits for a registration
/// of a package that went elsewhere meanwhile: then the answer is no.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    message: &Message,
    error: &Error,
    now: Timestamp,
) -> Result<bool> {
    match message.kind.as_str() {
        kind::REGISTERED => {
            if !registrations::follows(tx, message.queue, org)? {
                return Ok(false);
            }
            let why = error.told();
            registrations::advance(tx, message.queue, org, "Failed", Some(&why), now)?;
        }
        kind::TERMS => answer(tx, ids, org, message, error, now)?,
        _ => {}
    }
    Ok(true)
}

/// Sends the reason back to who sent the terms, once for each reason.
fn answer(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    message: &Message,
    error: &Error,
    now: Timestamp,
) -> Result<()> {
    let before = messages::waiting_one(tx, org, message.id)?;
    if before.is_some_and(|w| w.reason.as_deref() == Some(error.message.as_str())) {
        return Ok(());
    }
    let refused = Refused {
        revision: message.revision,
        reason: error.told(),
    };
    let outgoing = Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org: message.other_org,
        queue: message.queue,
        seq: next_place(tx, org, message)?,
        kind: kind::REFUSED,
        revision: 0,
        body: bodies::encode(&refused)?,
    };
    messages::send(tx, org, &outgoing, now)
}

/// The next place in the queue of a copy. One that is not there has sent nothing else.
fn next_place(tx: &mut Tx<'_>, org: Id, message: &Message) -> Result<i64> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let Some(before) = records::load_one(tx, org, object, message.queue, Lock::Rows)? else {
        return Ok(message.seq);
    };
    let next = before.get("out_seq").as_int().unwrap_or(0) + 1;
    let mut after = before.clone();
    after.set("out_seq", next);
    let changed = object.index_of("out_seq").into_iter().collect();
    records::update(tx, org, &[after], &changed)?;
    Ok(next)
}

/// The subscriber's side holds terms: the license says so, unless it has newer ones by now, or these
/// arrived after all.
pub(crate) fn refused(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    message: &Message,
) -> Result<()> {
    let body: Refused = bodies::decode(&message.body)?;
    let org = &saving.writer.org;
    let object = org.catalog.known(names::LICENSE);
    let copy = [message.queue.to_string().into()];
    let found = records::load_by(
        tx,
        org.id,
        object,
        field::PACKAGE_LICENSE_ID,
        &copy,
        Lock::Rows,
    )?;
    for before in found {
        let revision = before.get("terms_revision").as_int().unwrap_or(0);
        let arrived = before.get(field::SYNC_STATE).as_text() == Some("In sync");
        if revision != body.revision || arrived {
            continue;
        }
        let mut after = before.clone();
        let reason: String = body.reason.chars().take(SYNC_ERROR).collect();
        after.set(field::SYNC_STATE, "Failed");
        after.set(field::SYNC_ERROR, reason);
        only(save::rewrite(tx, saving, ids, vec![(before, after)])?)?;
    }
    Ok(())
}
