//! Requests that may be sent twice (R-INS-9): kept 24 hours per actor and route.

use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    BEGIN = "INSERT INTO idempotency (org_id, actor, route, idempotency_key, body_hash, started_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
             ON CONFLICT (org_id, actor, route, idempotency_key) DO NOTHING";
    GET = "SELECT body_hash, started_at, subject, status, answer FROM idempotency \
           WHERE org_id = ?1 AND actor = ?2 AND route = ?3 AND idempotency_key = ?4";
    TAKE_OVER = "UPDATE idempotency SET started_at = ?6 WHERE org_id = ?1 AND actor = ?2 AND route = ?3 \
                 AND idempotency_key = ?4 AND started_at = ?5 AND status IS NULL";
    SUBJECT = "UPDATE idempotency SET subject = ?5 WHERE org_id = ?1 AND actor = ?2 AND route = ?3 \
               AND idempotency_key = ?4";
    FINISH = "UPDATE idempotency SET status = ?5, answer = ?6 WHERE org_id = ?1 AND actor = ?2 \
              AND route = ?3 AND idempotency_key = ?4";
    /// What made something or has its answer stays.
    DROP = "DELETE FROM idempotency WHERE org_id = ?1 AND actor = ?2 AND route = ?3 \
            AND idempotency_key = ?4 AND started_at = ?5 AND subject IS NULL AND status IS NULL";
    PRUNE = "DELETE FROM idempotency WHERE started_at < ?1";
}

/// Which request: the actor and the route give the key its meaning.
#[derive(Clone, Debug, PartialEq)]
pub struct Scope {
    /// The actor's org.
    pub org: Id,
    /// Who asked.
    pub actor: String,
    /// Method and path.
    pub route: String,
    /// The caller's key.
    pub key: String,
}

impl Scope {
    fn params(&self) -> Vec<Val> {
        vec![
            self.org.into(),
            self.actor.as_str().into(),
            self.route.as_str().into(),
            self.key.as_str().into(),
        ]
    }

    fn with(&self, more: impl IntoIterator<Item = Val>) -> Vec<Val> {
        self.params().into_iter().chain(more).collect()
    }
}

/// Tries to begin a request whose row comes and goes.
const TRIES: usize = 8;

/// What is known of an earlier request with the same key.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Hash of its body.
    pub body_hash: String,
    /// When it began.
    pub started_at: Timestamp,
    /// What it made, if it came so far.
    pub subject: Option<Id>,
    /// Status and body of its answer, once it is finished.
    pub answer: Option<(u16, String)>,
}

/// Begins a request; `None` when it is the first with its key.
///
/// # Errors
/// `SERVER_UNAVAILABLE`, when requests with the key came and went at the same moment.
pub fn begin(
    tx: &mut Tx<'_>,
    scope: &Scope,
    body: &str,
    now: Timestamp,
) -> Result<Option<Earlier>> {
    for _ in 0..TRIES {
        if tx.execute(BEGIN, &scope.with([body.into(), now.into()]))? > 0 {
            return Ok(None);
        }
        // The row that was in the way may have been forgotten between the two statements.
        if let Some(row) = tx.query_one(GET, &scope.params())? {
            return Ok(Some(earlier(row)));
        }
    }
    Err(Error::unavailable("an idempotency key came and went"))
}

fn earlier(mut row: Row) -> Earlier {
    Earlier {
        body_hash: row.string(0),
        started_at: row.instant(1).unwrap_or(Timestamp::UNIX_EPOCH),
        subject: row.id(2),
        answer: row
            .int(3)
            .and_then(|s| u16::try_from(s).ok())
            .zip(row.text(4)),
    }
}

/// Takes over a request that began at `began` and has no answer, as one that begins `now`; answers
/// whether nobody else did.
///
/// # Errors
/// Of the database.
pub fn take_over(tx: &mut Tx<'_>, scope: &Scope, began: Timestamp, now: Timestamp) -> Result<bool> {
    Ok(tx.execute(TAKE_OVER, &scope.with([began.into(), now.into()]))? > 0)
}

/// Notes, in the transaction that makes it, what the request made.
///
/// # Errors
/// Of the database.
pub fn made(tx: &mut Tx<'_>, scope: &Scope, subject: Id) -> Result<()> {
    tx.execute(SUBJECT, &scope.with([subject.into()])).map(drop)
}

/// Keeps the answer.
///
/// # Errors
/// Of the database.
pub fn finish(tx: &mut Tx<'_>, scope: &Scope, status: u16, answer: &str) -> Result<()> {
    tx.execute(
        FINISH,
        &scope.with([Val::Int(i64::from(status)), answer.into()]),
    )
    .map(drop)
}

/// Forgets the request that began at `began` and failed in a way worth another try; answers
/// whether it did. One that made something, was answered, or was taken over is not forgotten.
///
/// # Errors
/// Of the database.
pub fn forget(tx: &mut Tx<'_>, scope: &Scope, began: Timestamp) -> Result<bool> {
    Ok(tx.execute(DROP, &scope.with([began.into()]))? > 0)
}

/// Forgets requests that began before `before`.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(PRUNE, &[before.into()])
}
