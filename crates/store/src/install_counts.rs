//! How many installs of a package were asked for and how they ended (R-INS-3): counted in the
//! subscriber's org out of its requests, kept in the business org as each subscriber told them.

use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    /// What ended as Succeeded without a key was an upgrade, or found the version there already.
    OF_REQUESTS = "SELECT MIN(id), \
                   COUNT(CASE WHEN stage <> 'Succeeded' OR minted_key > 0 THEN 1 END), \
                   COUNT(CASE WHEN stage IN ('Confirmed', 'Running', 'Failed') \
                              OR (stage = 'Succeeded' AND minted_key > 0) THEN 1 END), \
                   COUNT(CASE WHEN stage = 'Succeeded' AND minted_key > 0 THEN 1 END), \
                   COUNT(CASE WHEN stage = 'Cancelled' THEN 1 END), \
                   COUNT(CASE WHEN stage = 'Failed' THEN 1 END) \
                   FROM installs WHERE org_id = ?1 AND package_id = ?2";
    KEEP = "INSERT INTO install_counts (org_id, package_id, subscriber_org, revision, requested, \
            confirmed, succeeded, cancelled, failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
            ON CONFLICT (org_id, package_id, subscriber_org) DO UPDATE SET \
            revision = excluded.revision, requested = excluded.requested, \
            confirmed = excluded.confirmed, succeeded = excluded.succeeded, \
            cancelled = excluded.cancelled, failed = excluded.failed \
            WHERE install_counts.revision < excluded.revision";
    TOLD = "SELECT CAST(COALESCE(SUM(requested), 0) AS BIGINT), \
            CAST(COALESCE(SUM(confirmed), 0) AS BIGINT), \
            CAST(COALESCE(SUM(succeeded), 0) AS BIGINT), \
            CAST(COALESCE(SUM(cancelled), 0) AS BIGINT), \
            CAST(COALESCE(SUM(failed), 0) AS BIGINT) \
            FROM install_counts WHERE org_id = ?1 AND package_id = ?2";
    /// Licenses of subscribers that told of no success: a first install that went straight through.
    UNTOLD = "SELECT COUNT(DISTINCT l.package_license_id) FROM licenses l WHERE l.org_id = ?1 AND l.package = ?3 \
              AND l.package_license_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM install_counts c \
              WHERE c.org_id = ?1 AND c.package_id = ?2 AND c.subscriber_org = l.subscriber_org_id \
              AND c.succeeded > 0)";
}

/// Requests by what became of them. Each counts in every stage that it passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub requested: i64,
    /// Those that were confirmed.
    pub confirmed: i64,
    /// Those that installed the package.
    pub succeeded: i64,
    /// Those that were cancelled.
    pub cancelled: i64,
    /// Those that failed.
    pub failed: i64,
}

/// The requests of a subscriber's org for a package, and the first of them; nothing without any.
///
/// # Errors
/// Of the database.
pub fn of_requests(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<Option<(Id, Counts)>> {
    let row = tx.query_one(OF_REQUESTS, &[org.into(), package.into()])?;
    Ok(row.and_then(|r| Some((r.id(0)?, counts(&r, 1)))))
}

/// Keeps what a subscriber told, unless something newer is known.
///
/// # Errors
/// Of the database.
pub fn keep(
    tx: &mut Tx<'_>,
    org: Id,
    package: Id,
    subscriber: Id,
    revision: i64,
    counts: Counts,
) -> Result<()> {
    tx.execute(
        KEEP,
        &[
            org.into(),
            package.into(),
            subscriber.into(),
            Val::Int(revision),
            Val::Int(counts.requested),
            Val::Int(counts.confirmed),
            Val::Int(counts.succeeded),
            Val::Int(counts.cancelled),
            Val::Int(counts.failed),
        ],
    )
    .map(drop)
}

/// All that a business org knows of a package, `record` being its Package record.
///
/// # Errors
/// Of the database.
pub fn total(tx: &mut Tx<'_>, org: Id, package: Id, record: Id) -> Result<Counts> {
    let told = tx.query_one(TOLD, &[org.into(), package.into()])?;
    let told = told.map_or_else(Counts::default, |r| counts(&r, 0));
    let untold = tx.query_one(UNTOLD, &[org.into(), package.into(), record.into()])?;
    let untold = untold.map_or(0, |r| r.number(0));
    Ok(Counts {
        requested: told.requested + untold,
        confirmed: told.confirmed + untold,
        succeeded: told.succeeded + untold,
        ..told
    })
}

fn counts(row: &Row, from: usize) -> Counts {
    Counts {
        requested: row.number(from),
        confirmed: row.number(from + 1),
        succeeded: row.number(from + 2),
        cancelled: row.number(from + 3),
        failed: row.number(from + 4),
    }
}
