//! Background jobs of an org: asked for, claimed by lease, resumed from their cursor. What a job
//! does is not known here.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    ADD = "INSERT INTO jobs (org_id, id, kind, subject, state, cursor, progress, requested_by, \
           requested_at, lease_until) VALUES (?1, ?2, ?3, ?4, 'Queued', '', ?5, ?6, ?7, 0)";
    GET = "SELECT id, kind, subject, state, cursor, progress, reason, requested_by, requested_at, \
           finished_at FROM jobs WHERE org_id = ?1 AND id = ?2";
    LIST = "SELECT id, kind, subject, state, cursor, progress, reason, requested_by, requested_at, \
            finished_at FROM jobs WHERE org_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3";
    OPEN = "SELECT id FROM jobs WHERE org_id = ?1 AND kind = ?2 AND subject = ?3 \
            AND finished_at IS NULL";
    DUE = "SELECT DISTINCT org_id FROM jobs WHERE finished_at IS NULL AND lease_until <= ?1 LIMIT 200";
    /// The outer condition is asked again after waiting for a lock.
    CLAIM = "UPDATE jobs SET state = 'Running', lease_until = ?3 \
             WHERE org_id = ?1 AND finished_at IS NULL AND lease_until <= ?2 AND id IN ( \
               SELECT j.id FROM jobs j WHERE j.org_id = ?1 AND j.finished_at IS NULL \
               AND j.lease_until <= ?2 ORDER BY j.id LIMIT 1) \
             RETURNING id, kind, subject, state, cursor, progress, reason, requested_by, \
             requested_at, finished_at";
    STEP = "UPDATE jobs SET cursor = ?4, progress = ?5, lease_until = ?6 \
            WHERE org_id = ?1 AND id = ?2 AND cursor = ?3 AND finished_at IS NULL";
    FINISH = "UPDATE jobs SET state = ?4, reason = ?5, progress = ?6, finished_at = ?7 \
              WHERE org_id = ?1 AND id = ?2 AND cursor = ?3 AND finished_at IS NULL";
    PRUNE = "DELETE FROM jobs WHERE finished_at < ?1";
    RELEASE = "UPDATE jobs SET lease_until = 0 WHERE org_id = ?1 AND id = ?2 AND cursor = ?3";
}

/// One job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its id (707).
    pub id: Id,
    /// What it does.
    pub kind: String,
    /// What it does it with.
    pub subject: Id,
    /// Queued, Running, Done, Failed.
    pub state: String,
    /// How far it has come; empty at the beginning.
    pub cursor: String,
    /// JSON of what it has done.
    pub progress: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Who asked for it.
    pub requested_by: Id,
    /// When.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Keeps a new job.
///
/// # Errors
/// `DUPLICATE_VALUE`, when one of that kind with that subject has not ended.
pub fn add(tx: &mut Tx<'_>, org: Id, job: &Job) -> Result<()> {
    tx.execute(
        ADD,
        &[
            org.into(),
            job.id.into(),
            job.kind.as_str().into(),
            job.subject.into(),
            job.progress.as_str().into(),
            job.requested_by.into(),
            job.requested_at.into(),
        ],
    )
    .map(drop)
}

/// One job.
///
/// # Errors
/// Of the database.
pub fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Job>> {
    tx.query_one(GET, &[org.into(), id.into()])?
        .map(decode)
        .transpose()
}

/// The org's jobs, newest first, by id before `before`.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, org: Id, before: Option<Id>, limit: i64) -> Result<Vec<Job>> {
    // Beyond every id.
    let before = before.map_or(Val::from("~"), Val::from);
    let rows = tx.query(LIST, &[org.into(), before, Val::Int(limit)])?;
    rows.into_iter().map(decode).collect()
}

/// The job of that kind with that subject that has not ended.
///
/// # Errors
/// Of the database.
pub fn open(tx: &mut Tx<'_>, org: Id, kind: &str, subject: Id) -> Result<Option<Id>> {
    let row = tx.query_one(OPEN, &[org.into(), kind.into(), subject.into()])?;
    Ok(row.and_then(|r| r.id(0)))
}

/// Orgs that have a job which nobody runs.
///
/// # Errors
/// Of the database.
pub fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Id>> {
    tx.query(DUE, &[now.into()])?
        .iter()
        .map(|row| row.key(0))
        .collect()
}

/// Claims the oldest job of the org that nobody runs, until `lease`.
///
/// # Errors
/// Of the database.
pub fn claim(tx: &mut Tx<'_>, org: Id, now: Timestamp, lease: Timestamp) -> Result<Option<Job>> {
    tx.query_one(CLAIM, &[org.into(), now.into(), lease.into()])?
        .map(decode)
        .transpose()
}

/// Takes a job from the cursor it has to the next and renews its lease; answers whether it was
/// there. If not, somebody else has taken it further, and this unit must not be kept.
///
/// # Errors
/// Of the database.
pub fn step(
    tx: &mut Tx<'_>,
    org: Id,
    job: &Job,
    next: &str,
    progress: &str,
    lease: Timestamp,
) -> Result<bool> {
    let touched = tx.execute(
        STEP,
        &[
            org.into(),
            job.id.into(),
            job.cursor.as_str().into(),
            next.into(),
            progress.into(),
            lease.into(),
        ],
    )?;
    Ok(touched > 0)
}

/// Ends a job as Done, or as Failed with its reason; answers whether it was where it is said to
/// be.
///
/// # Errors
/// Of the database.
pub fn finish(
    tx: &mut Tx<'_>,
    org: Id,
    job: &Job,
    progress: &str,
    failed: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let state = if failed.is_some() { "Failed" } else { "Done" };
    let touched = tx.execute(
        FINISH,
        &[
            org.into(),
            job.id.into(),
            job.cursor.as_str().into(),
            state.into(),
            failed.into(),
            progress.into(),
            now.into(),
        ],
    )?;
    Ok(touched > 0)
}

/// Gives a job back, so that another node may take it at once.
///
/// # Errors
/// Of the database.
pub fn release(tx: &mut Tx<'_>, org: Id, job: &Job) -> Result<()> {
    tx.execute(
        RELEASE,
        &[org.into(), job.id.into(), job.cursor.as_str().into()],
    )
    .map(drop)
}

/// Forgets jobs that ended before `before`.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute(PRUNE, &[before.into()])
}

fn decode(mut row: Row) -> Result<Job> {
    Ok(Job {
        id: row.key(0)?,
        kind: row.string(1),
        subject: row.key(2)?,
        state: row.string(3),
        cursor: row.string(4),
        progress: row.string(5),
        reason: row.text(6),
        requested_by: row.key(7)?,
        requested_at: row.instant(8).unwrap_or(Timestamp::UNIX_EPOCH),
        finished_at: row.instant(9),
    })
}
