//! What an org has to send.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use super::{Message, Outgoing, message};
use crate::dialect::Dialect;
use crate::feed::Signal;
use crate::rows::{List, Set};
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::Val;

statements! {
    SEND: Set = Set {
        head: Made(|_| {
            "INSERT INTO outbox (org_id, id, to_org, queue, seq, kind, revision, body, created_at) \
             VALUES "
                .to_owned()
        }),
        columns: 9,
        tail: "",
    };
    /// An unsent snapshot gives way to a newer one, in its place: no further than to the event that
    /// came after it, which must not meet what is newer than itself, and never on its way to an org
    /// that the package left.
    REPLACE = "UPDATE outbox SET revision = ?4, body = ?5 \
               WHERE org_id = ?1 AND queue = ?2 AND kind = ?3 AND revision < ?4 AND to_org = ?6 \
               AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.org_id = ?1 AND l.queue = ?2 \
                               AND l.seq > outbox.seq)";
    SENDERS = "SELECT DISTINCT org_id FROM outbox LIMIT 200";
    UNSENT = "SELECT COUNT(*) FROM outbox WHERE org_id = ?1 AND queue = ?2";
    TAKE: Made = Made(|dialect| taking(dialect, ""));
    TAKE_FOR: Made = Made(|dialect| taking(dialect, " AND o.to_org = ?3"));
    LEFT: List = List {
        head: "SELECT DISTINCT org_id FROM outbox WHERE org_id",
        tail: "",
        fixed: 0,
    };
    WAYS = "SELECT DISTINCT to_org FROM outbox WHERE org_id = ?1 ORDER BY to_org";
}

/// Takes the heads of a sender's queues, of those that are `also` so.
fn taking(dialect: Dialect, also: &str) -> String {
    format!(
        "DELETE FROM outbox WHERE org_id = ?1 AND id IN (SELECT o.id FROM outbox o \
         WHERE o.org_id = ?1{also} AND o.id = (SELECT e.id FROM outbox e \
         WHERE e.org_id = ?1 AND e.queue = o.queue ORDER BY e.seq LIMIT 1) \
         ORDER BY o.id LIMIT ?2{}) \
         RETURNING id, to_org, queue, seq, kind, revision, body, 0",
        dialect.skip_locked("o")
    )
}

/// A message that has left its sender's outbox.
pub(super) struct Taken {
    pub(super) from: Id,
    pub(super) message: Message,
}

/// Writes a message in the sender's transaction.
///
/// # Errors
/// Of the database.
pub fn send(tx: &mut Tx<'_>, org: Id, message: &Outgoing, now: Timestamp) -> Result<()> {
    send_all(tx, org, std::slice::from_ref(message), now)
}

/// Writes messages in the sender's transaction, in set statements.
///
/// # Errors
/// Of the database.
pub fn send_all(tx: &mut Tx<'_>, org: Id, messages: &[Outgoing], now: Timestamp) -> Result<()> {
    let rows = messages.iter().map(|m| {
        vec![
            org.into(),
            m.id.into(),
            m.to_org.into(),
            m.queue.into(),
            Val::Int(m.seq),
            m.kind.into(),
            Val::Int(m.revision),
            m.body.as_str().into(),
            now.into(),
        ]
    });
    let rows: Vec<_> = rows.collect();
    SEND.write(tx, &rows)?;
    if !rows.is_empty() {
        tx.signal(Signal::Outbox(org));
    }
    Ok(())
}

/// Writes a snapshot: one that is still unsent, and the last of its queue, is replaced.
///
/// # Errors
/// Of the database.
pub fn send_snapshot(tx: &mut Tx<'_>, org: Id, message: &Outgoing, now: Timestamp) -> Result<()> {
    let replaced = tx.execute(
        REPLACE,
        &[
            org.into(),
            message.queue.into(),
            message.kind.into(),
            Val::Int(message.revision),
            message.body.as_str().into(),
            message.to_org.into(),
        ],
    )?;
    if replaced > 0 {
        tx.signal(Signal::Outbox(org));
        return Ok(());
    }
    send(tx, org, message, now)
}

/// Orgs that have something to send.
///
/// # Errors
/// Of the database.
pub(super) fn senders(tx: &mut Tx<'_>) -> Result<Vec<Id>> {
    let rows = tx.query(SENDERS, &[])?;
    rows.iter().map(|row| row.key(0)).collect()
}

/// Takes the heads of a sender's queues out of its outbox, at most `limit`; with `receiver` only
/// what is for that org. What another node is taking is left to it.
///
/// One sender a statement: a distributed PostgreSQL locks with `SKIP LOCKED` within one org only.
///
/// # Errors
/// Of the database.
pub(super) fn take(
    tx: &mut Tx<'_>,
    sender: Id,
    receiver: Option<Id>,
    limit: usize,
) -> Result<Vec<Taken>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let (statement, receiver) = match receiver {
        None => (TAKE, None),
        Some(receiver) => (TAKE_FOR, Some(receiver.into())),
    };
    let params: Vec<Val> = [sender.into(), Val::Int(limit)]
        .into_iter()
        .chain(receiver)
        .collect();
    let rows = tx.query(&statement.text(tx.dialect()), &params)?;
    let from = sender;
    rows.into_iter()
        .map(|row| message(row).map(|message| Taken { from, message }))
        .collect()
}

/// Who of the senders still has something to send.
///
/// # Errors
/// Of the database.
pub(super) fn left(tx: &mut Tx<'_>, senders: &[Id]) -> Result<Vec<Id>> {
    let senders: Vec<Val> = senders.iter().map(|org| Val::from(*org)).collect();
    let rows = LEFT.query(tx, &[], &senders)?;
    rows.iter().map(|row| row.key(0)).collect()
}

/// To whom an org has something to send.
///
/// # Errors
/// Of the database.
pub fn ways(tx: &mut Tx<'_>, sender: Id) -> Result<Vec<Id>> {
    let rows = tx.query(WAYS, &[sender.into()])?;
    rows.iter().map(|row| row.key(0)).collect()
}

/// Has the org unsent messages in this queue?
///
/// # Errors
/// Of the database.
pub fn unsent(tx: &mut Tx<'_>, org: Id, queue: Id) -> Result<bool> {
    Ok(tx
        .query_one(UNSENT, &[org.into(), queue.into()])?
        .is_some_and(|r| r.number(0) > 0))
}
