//! The two halves of what passes between orgs (§4): the outbox of the sender and the inbox of
//! the receiver. Nothing here knows what a message means.
//!
//! A message is written in the transaction that causes it, claimed by lease, inserted into the
//! receiver's inbox, acknowledged, and applied there in order per queue (one queue per license
//! and direction). A repeat of a delivery finds its row and changes nothing.

use std::fmt::Write as _;

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::feed::Signal;
use crate::rows;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

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

/// Most messages of one pass.
pub const BATCH: i64 = 64;

statements! {
    SEND = "INSERT INTO outbox (org_id, id, to_org, queue, seq, kind, revision, body, created_at, \
            due_at, lease_until, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, 0, 0)";
    /// An unsent snapshot gives way to a newer one, in its place.
    REPLACE = "UPDATE outbox SET revision = ?4, body = ?5 \
               WHERE org_id = ?1 AND queue = ?2 AND kind = ?3 AND revision < ?4";
    /// Only heads count, else an org whose head is on its way or held would be due for ever.
    DUE_SENDERS = "SELECT DISTINCT o.org_id FROM outbox o WHERE o.due_at <= ?1 AND o.lease_until <= ?1 \
                   AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org_id = o.org_id \
                                   AND e.queue = o.queue AND e.seq < o.seq) LIMIT 200";
    DUE_RECEIVERS = "SELECT DISTINCT i.org_id FROM inbox i WHERE i.done_at IS NULL AND i.due_at <= ?1 \
                     AND NOT EXISTS (SELECT 1 FROM inbox e WHERE e.org_id = i.org_id \
                                     AND e.queue = i.queue AND e.seq < i.seq AND e.done_at IS NULL) \
                     LIMIT 200";
    /// The heads of the org's queues; the outer condition is asked again after waiting for a lock.
    CLAIM = "UPDATE outbox SET lease_until = ?3, attempts = attempts + 1 \
             WHERE org_id = ?1 AND lease_until <= ?2 AND id IN ( \
               SELECT o.id FROM outbox o WHERE o.org_id = ?1 AND o.due_at <= ?2 AND o.lease_until <= ?2 \
               AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.org_id = o.org_id AND e.queue = o.queue \
                               AND e.seq < o.seq) \
               ORDER BY o.due_at LIMIT ?4) \
             RETURNING id, to_org, queue, seq, kind, revision, body, attempts";
    HOLD = "UPDATE inbox SET attempts = attempts + 1, reason_code = ?3, reason = ?4, fix = ?5, \
            due_at = ?6 WHERE org_id = ?1 AND id = ?2 AND done_at IS NULL";
    WAITING = "SELECT id, from_org, queue, seq, kind, revision, body, attempts, received_at, due_at, \
               reason_code, reason, fix FROM inbox WHERE org_id = ?1 AND done_at IS NULL AND id > ?2 \
               ORDER BY id LIMIT ?3";
    WAITING_ONE = "SELECT id, from_org, queue, seq, kind, revision, body, attempts, received_at, \
                   due_at, reason_code, reason, fix FROM inbox WHERE org_id = ?1 AND id = ?2 \
                   AND done_at IS NULL";
    RETRY = "UPDATE inbox SET due_at = ?3 WHERE org_id = ?1 AND done_at IS NULL AND queue = \
             (SELECT i.queue FROM inbox i WHERE i.org_id = ?1 AND i.id = ?2)";
    PRUNE = "DELETE FROM inbox WHERE done_at IS NOT NULL AND done_at < ?1";
    UNSENT = "SELECT COUNT(*) FROM outbox WHERE org_id = ?1 AND queue = ?2";
}

const RECEIVED: [&str; 12] = [
    "org_id",
    "id",
    "from_org",
    "queue",
    "seq",
    "kind",
    "revision",
    "body",
    "received_at",
    "due_at",
    "lease_until",
    "attempts",
];
/// A repeat changes nothing; a newer revision begins anew.
const REPEATED: &str = " ON CONFLICT (org_id, id) DO UPDATE SET revision = excluded.revision, \
    body = excluded.body, due_at = excluded.due_at, attempts = 0, done_at = NULL, \
    reason_code = NULL, reason = NULL, fix = NULL WHERE excluded.revision > inbox.revision";
/// Of the messages that follow in `IN`.
const RELEASE: &str = "UPDATE outbox SET lease_until = 0 WHERE org_id = ?1 AND id";
/// Of the messages that follow in `IN`.
const DONE: &str = "UPDATE inbox SET done_at = ?2, body = '', reason = NULL, reason_code = NULL, \
    fix = NULL WHERE org_id = ?1 AND id";

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

/// Writes a snapshot: one that is still unsent is replaced in its place.
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
        ],
    )?;
    if replaced > 0 {
        tx.signal(Signal::Outbox(org));
        return Ok(());
    }
    send(tx, org, message, now)
}

/// Orgs that have something to send or to apply, for a worker that just started.
///
/// # Errors
/// Of the database.
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Signal>> {
    let mut signals = Vec::new();
    for row in tx.query(DUE_SENDERS, &[now.into()])? {
        signals.push(Signal::Outbox(row.key(0)?));
    }
    for row in tx.query(DUE_RECEIVERS, &[now.into()])? {
        signals.push(Signal::Inbox(row.key(0)?));
    }
    Ok(signals)
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

/// Puts messages from `from` into the receiver's inbox; a repeat changes nothing.
///
/// # Errors
/// Of the database.
pub fn receive(
    tx: &mut Tx<'_>,
    org: Id,
    from: Id,
    messages: &[Message],
    now: Timestamp,
) -> Result<()> {
    let rows: Vec<Vec<Val>> = messages
        .iter()
        .map(|m| {
            vec![
                org.into(),
                m.id.into(),
                from.into(),
                m.queue.into(),
                Val::Int(m.seq),
                m.kind.as_str().into(),
                Val::Int(m.revision),
                m.body.as_str().into(),
                now.into(),
                now.into(),
                Val::Int(0),
                Val::Int(0),
            ]
        })
        .collect();
    rows::insert(tx, "inbox", &RECEIVED, &rows, REPEATED)?;
    tx.signal(Signal::Inbox(org));
    Ok(())
}

/// Ends the sending of messages that the receiver has. What was replaced by a newer revision
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
        tx.signal(Signal::Outbox(org));
    }
    Ok(())
}

/// The due heads of the org's incoming queues, locked for this unit.
///
/// # Errors
/// Of the database.
pub fn due_heads(tx: &mut Tx<'_>, org: Id, now: Timestamp, limit: i64) -> Result<Vec<Message>> {
    let skip = match tx.dialect() {
        crate::Dialect::Sqlite => "",
        crate::Dialect::Postgres => " FOR UPDATE OF i SKIP LOCKED",
    };
    let sql = format!(
        "SELECT i.id, i.from_org, i.queue, i.seq, i.kind, i.revision, i.body, i.attempts \
         FROM inbox i WHERE i.org_id = ?1 AND i.done_at IS NULL AND i.due_at <= ?2 \
         AND NOT EXISTS (SELECT 1 FROM inbox e WHERE e.org_id = i.org_id AND e.queue = i.queue \
                         AND e.seq < i.seq AND e.done_at IS NULL) \
         ORDER BY i.due_at, i.id LIMIT ?3{skip}"
    );
    let rows = tx.query(&sql, &[org.into(), now.into(), Val::Int(limit)])?;
    rows.into_iter().map(message).collect()
}

/// Marks messages as applied.
///
/// # Errors
/// Of the database.
pub fn done(tx: &mut Tx<'_>, org: Id, ids: &[Id], now: Timestamp) -> Result<()> {
    let ids: Vec<Val> = ids.iter().map(|id| Val::from(*id)).collect();
    rows::execute_in(tx, DONE, &[org.into(), now.into()], &ids).map(drop)
}

/// Keeps messages that could not be applied, with the reason.
///
/// # Errors
/// Of the database.
pub fn hold(tx: &mut Tx<'_>, org: Id, held: &[Hold]) -> Result<()> {
    for h in held {
        tx.execute(
            HOLD,
            &[
                org.into(),
                h.id.into(),
                h.code.as_str().into(),
                h.reason.as_str().into(),
                h.fix.as_deref().into(),
                h.due_at.into(),
            ],
        )?;
    }
    Ok(())
}

/// What waits in the org's inbox, by id after `after`.
///
/// # Errors
/// Of the database.
pub fn waiting(tx: &mut Tx<'_>, org: Id, after: Option<Id>, limit: i64) -> Result<Vec<Waiting>> {
    let after = after.map_or(Val::from(""), Val::from);
    let rows = tx.query(WAITING, &[org.into(), after, Val::Int(limit)])?;
    rows.into_iter().map(waiting_row).collect()
}

/// One message that waits.
///
/// # Errors
/// Of the database.
pub fn waiting_one(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Waiting>> {
    tx.query_one(WAITING_ONE, &[org.into(), id.into()])?
        .map(waiting_row)
        .transpose()
}

fn waiting_row(mut row: Row) -> Result<Waiting> {
    let (received_at, due_at) = (row.instant(8), row.instant(9));
    let (code, reason, fix) = (row.text(10), row.text(11), row.text(12));
    let at = |t: Option<Timestamp>| t.unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Waiting {
        message: message(row)?,
        received_at: at(received_at),
        due_at: at(due_at),
        code,
        reason,
        fix,
    })
}

/// Makes the queue of a waiting message due now; answers whether there is one.
///
/// # Errors
/// Of the database.
pub fn retry(tx: &mut Tx<'_>, org: Id, id: Id, now: Timestamp) -> Result<bool> {
    let touched = tx.execute(RETRY, &[org.into(), id.into(), now.into()])?;
    if touched > 0 {
        tx.signal(Signal::Inbox(org));
    }
    Ok(touched > 0)
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

/// Forgets applied messages older than `before`; their repeats were over long ago.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(PRUNE, &[before.into()])
}
