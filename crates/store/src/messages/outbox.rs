//! What an org has to send.

use std::fmt::Write as _;

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use super::{BATCH, Message, Outgoing, message};
use crate::feed::Signal;
use crate::rows;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

statements! {
    SEND = "INSERT INTO outbox (org_id, id, to_org, queue, seq, kind, revision, body, created_at, \
            due_at, lease_until, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, 0)";
    /// An unsent snapshot gives way to a newer one, in its place: no further than to the event that
    /// came after it, which must not meet what is newer than itself, and never on its way to an org
    /// that the package left.
    REPLACE = "UPDATE outbox SET revision = ?4, body = ?5 \
               WHERE org_id = ?1 AND queue = ?2 AND kind = ?3 AND revision < ?4 AND to_org = ?6 \
               AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.org_id = ?1 AND l.queue = ?2 \
                               AND l.seq > outbox.seq)";
    /// Only heads count, else an org whose head is on its way or held would be due for ever.
    DUE_SENDERS = "SELECT DISTINCT o.org_id FROM outbox o WHERE o.due_at <= ?1 AND o.lease_until <= ?1 \
                   AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org_id = o.org_id \
                                   AND e.queue = o.queue AND e.seq < o.seq) LIMIT 200";
    /// The heads of the org's queues; the outer condition is asked again after waiting for a lock.
    CLAIM = "UPDATE outbox SET lease_until = ?3, attempts = attempts + 1 \
             WHERE org_id = ?1 AND lease_until <= ?2 AND id IN ( \
               SELECT o.id FROM outbox o WHERE o.org_id = ?1 AND o.due_at <= ?2 AND o.lease_until <= ?2 \
               AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org_id = o.org_id AND e.queue = o.queue \
                               AND e.seq < o.seq) \
               ORDER BY o.due_at LIMIT ?4) \
             RETURNING id, to_org, queue, seq, kind, revision, body, attempts";
    UNSENT = "SELECT COUNT(*) FROM outbox WHERE org_id = ?1 AND queue = ?2";
}

/// Of the messages that follow in `IN`.
const RELEASE: &str = "UPDATE outbox SET lease_until = 0 WHERE org_id = ?1 AND id";

/// Writes a message in the sender's transaction.
///
/// # Errors
/// Of the database.
pub fn send(tx: &mut Tx<'_>, org: Id, message: &Outgoing, now: Timestamp) -> Result<()> {
    tx.execute(
        SEND,
        &[
            org.into(),
            message.id.into(),
            message.to_org.into(),
            message.queue.into(),
            Val::Int(message.seq),
            message.kind.into(),
            Val::Int(message.revision),
            message.body.as_str().into(),
            now.into(),
        ],
    )?;
    tx.signal(Signal::Outbox(org));
    Ok(())
}

/// Writes messages of queues in which nothing is unsent, in set statements.
///
/// # Errors
/// Of the database.
pub fn send_all(tx: &mut Tx<'_>, org: Id, messages: &[Outgoing], now: Timestamp) -> Result<()> {
    let columns = [
        "org_id",
        "id",
        "to_org",
        "queue",
        "seq",
        "kind",
        "revision",
        "body",
        "created_at",
        "due_at",
        "lease_until",
        "attempts",
    ];
    let values = messages.iter().map(|m| {
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
            now.into(),
            Val::Int(0),
            Val::Int(0),
        ]
    });
    let values: Vec<_> = values.collect();
    rows::insert(tx, "outbox", &columns, &values, "")?;
    if !values.is_empty() {
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
pub(super) fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Id>> {
    tx.query(DUE_SENDERS, &[now.into()])?
        .iter()
        .map(|row| row.key(0))
        .collect()
}

/// Claims the heads of the org's outgoing queues until `lease`.
///
/// # Errors
/// Of the database.
pub fn claim(tx: &mut Tx<'_>, org: Id, now: Timestamp, lease: Timestamp) -> Result<Vec<Message>> {
    let rows = tx.query(
        CLAIM,
        &[org.into(), now.into(), lease.into(), Val::Int(BATCH)],
    )?;
    rows.into_iter().map(message).collect()
}

/// Ends the sending of messages that the receiver has. What was behind them can be claimed now, so
/// the caller claims again. What was replaced by a newer revision
/// while it was on its way goes again at once.
///
/// # Errors
/// Of the database.
pub fn acknowledge(tx: &mut Tx<'_>, org: Id, messages: &[Message]) -> Result<()> {
    for part in rows::chunks(messages) {
        let mut sql = String::from("DELETE FROM outbox WHERE org_id = ?1 AND (");
        let mut params = vec![Val::from(org)];
        for (n, m) in part.iter().enumerate() {
            let or = if n > 0 { " OR " } else { "" };
            let (id, revision) = (2 * n + 2, 2 * n + 3);
            let _ = write!(sql, "{or}(id = ?{id} AND revision = ?{revision})");
            params.extend([m.id.into(), Val::Int(m.revision)]);
        }
        sql.push(')');
        if tx.execute(&sql, &params)? < part.len() as u64 {
            let ids: Vec<Val> = part.iter().map(|m| m.id.into()).collect();
            rows::execute_in(tx, RELEASE, &[org.into()], &ids)?;
        }
    }
    Ok(())
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
