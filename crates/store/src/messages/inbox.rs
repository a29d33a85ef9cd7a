//! What an org has received.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use super::outbox::Taken;
use super::{Hold, Message, Waiting, message};
use crate::feed::Signal;
use crate::rows::{List, Set};
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    DUE_RECEIVERS = "SELECT DISTINCT i.org_id FROM inbox i WHERE i.done_at IS NULL AND i.due_at > 0 AND i.due_at <= ?1 \
                     AND i.id = (SELECT e.id FROM inbox e WHERE e.org_id = i.org_id \
                                 AND e.queue = i.queue AND e.done_at IS NULL \
                                 ORDER BY e.seq LIMIT 1) \
                     LIMIT 200";
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
    RETRY_QUEUE = "UPDATE inbox SET due_at = ?3 WHERE org_id = ?1 AND queue = ?2 \
                   AND done_at IS NULL";
    RETRY_HELD = "UPDATE inbox SET due_at = ?3 WHERE org_id = ?1 AND reason_code = ?2 \
                  AND done_at IS NULL";
    SUPERSEDE = "UPDATE inbox SET done_at = ?6, body = '', reason = NULL, reason_code = NULL, \
                 fix = NULL WHERE org_id = ?1 AND queue = ?2 AND from_org = ?3 AND kind = ?4 \
                 AND seq < ?5 AND done_at IS NULL AND NOT EXISTS ( \
                   SELECT 1 FROM inbox e WHERE e.org_id = ?1 AND e.queue = ?2 \
                   AND e.from_org = ?3 AND e.kind <> ?4 AND e.seq > inbox.seq AND e.seq < ?5 \
                   AND e.done_at IS NULL)";
    GO_ON = "UPDATE inbox SET body = ?3 WHERE org_id = ?1 AND id = ?2";
    PRUNE = "DELETE FROM inbox WHERE done_at IS NOT NULL AND done_at < ?1";
    RECEIVE: Set = Set {
        head: Made(|_| {
            "INSERT INTO inbox (org_id, id, from_org, queue, seq, kind, revision, body, received_at, \
             due_at, attempts) VALUES "
                .to_owned()
        }),
        columns: 11,
        tail: "",
    };
    /// Each row's queue is asked for its first one, a search in the index of queues; from an anti-join
    /// PostgreSQL may make a comparison of each with each.
    HEADS: Made = Made(|dialect| {
        format!(
            "SELECT i.id, i.from_org, i.queue, i.seq, i.kind, i.revision, i.body, i.attempts \
             FROM inbox i WHERE i.org_id = ?1 AND i.done_at IS NULL AND i.due_at > 0 \
             AND i.due_at <= ?2 \
             AND i.id = (SELECT e.id FROM inbox e WHERE e.org_id = i.org_id AND e.queue = i.queue \
                         AND e.done_at IS NULL ORDER BY e.seq LIMIT 1) \
             ORDER BY i.due_at, i.id LIMIT ?3{}",
            dialect.skip_locked("i")
        )
    });
    DONE: List = List {
        head: "UPDATE inbox SET done_at = ?2, body = '', reason = NULL, reason_code = NULL, \
               fix = NULL WHERE org_id = ?1 AND id",
        tail: "",
        fixed: 2,
    };
    HELD: List = List {
        head: "SELECT queue, reason_code, reason FROM inbox WHERE org_id = ?1 \
               AND done_at IS NULL AND reason_code IS NOT NULL AND queue",
        tail: "",
        fixed: 1,
    };
}

/// Orgs that have something to apply.
///
/// # Errors
/// Of the database.
pub(super) fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Id>> {
    tx.query(DUE_RECEIVERS, &[now.into()])?
        .iter()
        .map(|row| row.key(0))
        .collect()
}

/// Puts messages into the inboxes of their receivers.
///
/// # Errors
/// Of the database.
pub(super) fn receive(tx: &mut Tx<'_>, taken: &[Taken], now: Timestamp) -> Result<()> {
    let rows = taken.iter().map(|Taken { from, message: m }| {
        vec![
            m.other_org.into(),
            m.id.into(),
            (*from).into(),
            m.queue.into(),
            Val::Int(m.seq),
            m.kind.as_str().into(),
            Val::Int(m.revision),
            m.body.as_str().into(),
            now.into(),
            now.into(),
            Val::Int(0),
        ]
    });
    let rows: Vec<_> = rows.collect();
    RECEIVE.write(tx, &rows)?;
    for one in taken {
        if one.message.revision > 0 {
            supersede(tx, one, now)?;
        }
        tx.signal(Signal::Inbox(one.message.other_org));
    }
    Ok(())
}

/// The due heads of the org's incoming queues, locked for this unit.
///
/// # Errors
/// Of the database.
pub fn due_heads(tx: &mut Tx<'_>, org: Id, now: Timestamp, limit: i64) -> Result<Vec<Message>> {
    let params = [org.into(), now.into(), Val::Int(limit)];
    let rows = tx.query(&HEADS.text(tx.dialect()), &params)?;
    rows.into_iter().map(message).collect()
}

/// Marks messages as applied.
///
/// # Errors
/// Of the database.
pub fn done(tx: &mut Tx<'_>, org: Id, ids: &[Id], now: Timestamp) -> Result<()> {
    let ids: Vec<Val> = ids.iter().map(|id| Val::from(*id)).collect();
    DONE.execute(tx, &[org.into(), now.into()], &ids).map(drop)
}

/// Keeps how far a message has been applied, which takes more than one unit: the next one goes on
/// from this body.
///
/// # Errors
/// Of the database.
pub fn go_on(tx: &mut Tx<'_>, org: Id, id: Id, body: &str) -> Result<()> {
    tx.execute(GO_ON, &[org.into(), id.into(), body.into()])
        .map(drop)
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

/// Of these queues those with a message that is held: queue, code and reason.
///
/// # Errors
/// Of the database.
pub fn held(tx: &mut Tx<'_>, org: Id, queues: &[Id]) -> Result<Vec<(Id, String, String)>> {
    let wanted: Vec<Val> = queues.iter().map(|queue| Val::from(*queue)).collect();
    let rows = HELD.query(tx, &[org.into()], &wanted)?;
    rows.into_iter()
        .map(|mut row| Ok((row.key(0)?, row.string(1), row.string(2))))
        .collect()
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

/// Makes a whole queue due now; answers whether anything waits in it.
///
/// # Errors
/// Of the database.
pub fn retry_queue(tx: &mut Tx<'_>, org: Id, queue: Id, now: Timestamp) -> Result<bool> {
    let touched = tx.execute(RETRY_QUEUE, &[org.into(), queue.into(), now.into()])?;
    if touched > 0 {
        tx.signal(Signal::Inbox(org));
    }
    Ok(touched > 0)
}

/// Makes due now whatever is held by an error with this code; answers whether anything is.
///
/// # Errors
/// Of the database.
pub fn retry_held(tx: &mut Tx<'_>, org: Id, code: &str, now: Timestamp) -> Result<bool> {
    let touched = tx.execute(RETRY_HELD, &[org.into(), code.into(), now.into()])?;
    if touched > 0 {
        tx.signal(Signal::Inbox(org));
    }
    Ok(touched > 0)
}

/// Of snapshots only the latest counts, also when older ones wait for a reason; but an event that
/// waits must not meet what is newer than itself.
fn supersede(tx: &mut Tx<'_>, Taken { from, message }: &Taken, now: Timestamp) -> Result<()> {
    let params = [
        message.other_org.into(),
        message.queue.into(),
        (*from).into(),
        message.kind.as_str().into(),
        Val::Int(message.seq),
        now.into(),
    ];
    tx.execute(SUPERSEDE, &params).map(drop)
}

/// Forgets applied messages older than `before`; their repeats were over long ago.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(PRUNE, &[before.into()])
}
