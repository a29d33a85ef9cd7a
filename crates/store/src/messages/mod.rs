//! The two halves of what passes between orgs (§4): the outbox of the sender and the inbox of
//! the receiver. Nothing here knows what a message means.
//!
//! A message is written in the transaction that causes it, carried from the outbox into the
//! receiver's inbox in a second one, and applied there in order per queue (one queue per license
//! and direction) in a third.

pub(crate) mod inbox;
pub(crate) mod outbox;

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::feed::Signal;
use crate::tx::Tx;
use crate::value::Row;

pub use inbox::{
    done, due_heads, go_on, held, hold, prune, retry, retry_held, retry_queue, waiting, waiting_one,
};
pub use outbox::{send, send_all, send_snapshot, unsent, ways};

/// A message as its sender writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Its id, made outside the unit.
    pub id: Id,
    /// The receiving org.
    pub to_org: Id,
    /// The package license whose queue it joins.
    pub queue: Id,
    /// Its place in the queue, counted by the sender.
    pub seq: i64,
    /// What it is (`installed`, `terms`, …).
    pub kind: &'static str,
    /// Of snapshots; 0 for events.
    pub revision: i64,
    /// JSON.
    pub body: String,
}

/// A message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: Id,
    /// The other org: receiver in the outbox, sender in the inbox.
    pub other_org: Id,
    /// The package license whose queue it is in.
    pub queue: Id,
    /// Its place in the queue.
    pub seq: i64,
    /// What it is.
    pub kind: String,
    /// Of snapshots.
    pub revision: i64,
    /// JSON.
    pub body: String,
    /// Tries so far.
    pub attempts: i64,
}

/// A message that waits in the inbox, with the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The message.
    pub message: Message,
    /// When it came.
    pub received_at: Timestamp,
    /// When it is tried again.
    pub due_at: Timestamp,
    /// Code of the error that holds it; empty when it waits behind another one.
    pub code: Option<String>,
    /// The reason as a sentence.
    pub reason: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
}

/// Why a message could not be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Hold {
    /// The message.
    pub id: Id,
    /// Code of the error.
    pub code: String,
    /// The reason as a sentence.
    pub reason: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// When to try again.
    pub due_at: Timestamp,
}

/// Most messages that are applied in one pass.
pub const BATCH: i64 = 64;
/// Most messages that are carried in one pass; of one sender, so that the others have their turn.
const CARRIED: usize = 200;
const CARRIED_OF_ONE: usize = 64;

/// Orgs that have something to send or to apply, for a worker that just started.
///
/// # Errors
/// Of the database.
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Signal>> {
    let senders = outbox::senders(tx)?.into_iter().map(Signal::Outbox);
    let receivers = inbox::due(tx, now)?.into_iter().map(Signal::Inbox);
    Ok(senders.chain(receivers).collect())
}

/// What [`carry`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Messages that went.
    pub messages: usize,
    /// Who still has something to send.
    pub left: Vec<Id>,
}

/// Carries the heads of the senders' outgoing queues into the inboxes of their receivers; with
/// `receiver` only what is for that org. What another node is carrying is left to it.
///
/// # Errors
/// Of the database.
pub fn carry(
    tx: &mut Tx<'_>,
    senders: &[Id],
    receiver: Option<Id>,
    now: Timestamp,
) -> Result<Carried> {
    let mut taken = Vec::new();
    for sender in senders {
        let room = CARRIED - taken.len();
        if room == 0 {
            break;
        }
        taken.extend(outbox::take(
            tx,
            *sender,
            receiver,
            room.min(CARRIED_OF_ONE),
        )?);
    }
    inbox::receive(tx, &taken, now)?;
    Ok(Carried {
        messages: taken.len(),
        left: outbox::left(tx, senders)?,
    })
}

fn message(mut row: Row) -> Result<Message> {
    Ok(Message {
        id: row.key(0)?,
        other_org: row.key(1)?,
        queue: row.key(2)?,
        seq: row.number(3),
        kind: row.string(4),
        revision: row.number(5),
        body: row.string(6),
        attempts: row.number(7),
    })
}
