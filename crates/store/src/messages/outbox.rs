//! What an org has to send.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use super::{Message, Outgoing, message};
use crate::feed::Signal;
use crate::rows;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

statements! {
    SEND = "INSERT INTO outbox (org_id, id, to_org, queue, seq, kind, revision, body, created_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    /// An unsent snapshot gives way to a newer one, in its place: no further than to the event that
    /// came after it, which must not meet what is newer than itself, and never on its way to an org
    /// that the package left.
    REPLACE = "UPDATE outbox SET revision = ?4, body = ?5 \
               WHERE org_id = ?1 AND queue = ?2 AND kind = ?3 AND revision < ?4 AND to_org = ?6 \
               AND NOT EXISTS (SELECT 1 FROM outbox l WHERE l.org_id = ?1 AND l.queue = ?2 \
                               AND l.seq > outbox.seq)";
    SENDERS = "SELECT DISTINCT org_id FROM outbox LIMIT 200";
    UNSENT = "SELECT COUNT(*) FROM outbox WHERE org_id = ?1 AND queue = ?2";
}

const COLUMNS: [&str; 9] = [
    "org_id",
    "id",
    "to_org",
    "queue",
    "seq",
    "kind",
    "revision",
    "body",
    "created_at",
];

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
        ]
    });
    let values: Vec<_> = values.collect();
    rows::insert(tx, "outbox", &COLUMNS, &values, "")?;
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
    let skip = match tx.dialect() {
        crate::Dialect::Sqlite => "",
        crate::Dialect::Postgres => " FOR UPDATE OF o SKIP LOCKED",
    };
    let only = receiver.map_or("", |_| " AND o.to_org = ?3");
    let sql = format!(
        "DELETE FROM outbox WHERE org_id = ?1 AND id IN (SELECT o.id FROM outbox o \
         WHERE o.org_id = ?1{only} AND o.id = (SELECT e.id FROM outbox e \
         WHERE e.org_id = ?1 AND e.queue = o.queue ORDER BY e.seq LIMIT 1) \
         ORDER BY o.id LIMIT ?2{skip}) \
         RETURNING id, to_org, queue, seq, kind, revision, body, 0"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params: Vec<Val> = [sender.into(), Val::Int(limit)]
        .into_iter()
        .chain(receiver.map(Val::from))
        .collect();
    let rows = tx.query(&sql, &params)?.into_iter();
    let from = sender;
    rows.map(|row| message(row).map(|message| Taken { from, message }))
        .collect()
}

/// Who of the senders still has something to send, and to whom.
///
/// # Errors
/// Of the database.
pub(super) fn receivers(tx: &mut Tx<'_>, senders: &[Id]) -> Result<Vec<(Id, Id)>> {
    let wanted: Vec<Val> = senders.iter().map(|org| Val::from(*org)).collect();
    let mut out = Vec::new();
    for list in rows::lists(&wanted) {
        let mut sql = String::from("SELECT DISTINCT org_id, to_org FROM outbox WHERE org_id IN ");
        rows::placeholders(&mut sql, 1, list.len(), 0);
        for row in tx.query(&sql, &list)? {
            out.push((row.key(0)?, row.key(1)?));
        }
    }
    Ok(out)
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
