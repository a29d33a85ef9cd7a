//! Install requests and their stages, in the subscriber's org (R-INS-1).

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    ADD = "INSERT INTO installs (org_id, id, package_id, version_id, package_license, stage, reason, \
           access, user_id, unseated, unseated_first, minted_key, requested_at, finished_at) \
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    GET = "SELECT id, package_id, version_id, package_license, stage, reason, access, user_id, \
           unseated, unseated_first, minted_key, requested_at, finished_at FROM installs \
           WHERE org_id = ?1 AND id = ?2";
    LATEST = "SELECT id, package_id, version_id, package_license, stage, reason, access, user_id, \
              unseated, unseated_first, minted_key, requested_at, finished_at FROM installs \
              WHERE org_id = ?1 AND package_id = ?2 AND stage = 'Succeeded' ORDER BY id DESC LIMIT 1";
    /// What made the org have the package: the requests from it on are about what is there now.
    BEGINNING = "SELECT finished_at, id FROM installs WHERE org_id = ?1 AND package_id = ?2 \
                 AND stage = 'Succeeded' AND minted_key > 0 \
                 ORDER BY finished_at DESC, id DESC LIMIT 1";
    LIST = "SELECT i.id, i.package_id, i.version_id, i.package_license, i.stage, i.reason, i.access, \
            i.user_id, i.unseated, i.unseated_first, i.minted_key, i.requested_at, i.finished_at, \
            p.namespace_prefix, v.major_version, v.minor_version, v.patch_version, \
            CASE WHEN i.stage = 'Succeeded' AND l.uninstalled_at IS NULL \
            AND i.id = (SELECT n.id FROM installs n WHERE n.org_id = i.org_id \
            AND n.package_id = i.package_id AND n.stage = 'Succeeded' \
            ORDER BY n.finished_at DESC, n.id DESC LIMIT 1) THEN 1 ELSE 0 END \
            FROM installs i JOIN metadata_packages p ON p.id = i.package_id \
            JOIN metadata_package_versions v ON v.id = i.version_id \
            LEFT JOIN package_licenses l ON l.org_id = i.org_id AND l.id = i.package_license \
            WHERE i.org_id = ?1 AND (?2 = '' OR i.id < ?2) \
            AND (?3 = '' OR p.namespace_prefix__f = ?3) ORDER BY i.id DESC LIMIT ?4";
    STAGE = "UPDATE installs SET stage = ?3, reason = ?4, package_license = ?5, unseated = ?6, \
             unseated_first = ?7, minted_key = ?8, finished_at = ?9 \
             WHERE org_id = ?1 AND id = ?2 AND stage IN ('Requested', 'Confirmed', 'Running')";
}

/// One install request.
#[derive(Clone, Debug, PartialEq)]
pub struct Install {
    /// Its id.
    pub id: Id,
    /// The package.
    pub package: Id,
    /// The version.
    pub version: Id,
    /// The subscriber's copy, once it succeeded.
    pub package_license: Option<Id>,
    /// Requested, Confirmed, Running, Succeeded, Cancelled, Failed.
    pub stage: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// JSON of whom the installer chose.
    pub access: String,
    /// The installer.
    pub user: Id,
    /// How many chosen users got no seat.
    pub unseated: i64,
    /// JSON list of the first hundred of them.
    pub unseated_first: Option<String>,
    /// Generation of the installation key that it minted; 0 for none.
    pub minted_key: i64,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// An install as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The request.
    pub install: Install,
    /// Namespace of the package.
    pub namespace: Option<String>,
    /// Major, minor, patch of the version.
    pub number: (i64, i64, i64),
    /// Is this what the org has now?
    pub current: bool,
}

/// Which installs are listed: newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only older ones than this.
    pub before: Option<Id>,
    /// Only of the package with this namespace, given folded.
    pub namespace: Option<String>,
    /// Most rows.
    pub limit: i64,
}

/// Keeps a new request.
///
/// # Errors
/// Of the database.
pub fn add(tx: &mut Tx<'_>, org: Id, i: &Install) -> Result<()> {
    tx.execute(
        ADD,
        &[
            org.into(),
            i.id.into(),
            i.package.into(),
            i.version.into(),
            i.package_license.into(),
            i.stage.as_str().into(),
            i.reason.as_deref().into(),
            i.access.as_str().into(),
            i.user.into(),
            Val::Int(i.unseated),
            i.unseated_first.as_deref().into(),
            Val::Int(i.minted_key),
            i.requested_at.into(),
            i.finished_at.into(),
        ],
    )
    .map(drop)
}

/// Moves an unfinished request to its next stage; answers whether it was unfinished.
///
/// # Errors
/// Of the database.
pub fn advance(tx: &mut Tx<'_>, org: Id, i: &Install) -> Result<bool> {
    let touched = tx.execute(
        STAGE,
        &[
            org.into(),
            i.id.into(),
            i.stage.as_str().into(),
            i.reason.as_deref().into(),
            i.package_license.into(),
            Val::Int(i.unseated),
            i.unseated_first.as_deref().into(),
            Val::Int(i.minted_key),
            i.finished_at.into(),
        ],
    )?;
    Ok(touched > 0)
}

/// One request.
///
/// # Errors
/// Of the database.
pub fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Install>> {
    tx.query_one(GET, &[org.into(), id.into()])?
        .map(decode)
        .transpose()
}

/// The last request for a package that succeeded.
///
/// # Errors
/// Of the database.
pub fn latest(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<Option<Install>> {
    tx.query_one(LATEST, &[org.into(), package.into()])?
        .map(decode)
        .transpose()
}

/// Was the request done before the package came to the org for the last time? What it installed has
/// been uninstalled since.
///
/// # Errors
/// Of the database.
pub fn is_over(tx: &mut Tx<'_>, org: Id, install: &Install) -> Result<bool> {
    let beginning = tx.query_one(BEGINNING, &[org.into(), install.package.into()])?;
    let beginning = beginning.and_then(|row| Some((row.instant(0)?, row.id(1)?)));
    let done = install.finished_at.map(|at| (at, install.id));
    Ok(done.is_none_or(|done| beginning.is_some_and(|beginning| done < beginning)))
}

/// The org's requests.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, org: Id, wanted: &Wanted) -> Result<Vec<Listed>> {
    let before = wanted.before.map_or(Val::from(""), Val::from);
    let namespace = wanted.namespace.as_deref().unwrap_or_default();
    let found = tx.query(
        LIST,
        &[org.into(), before, namespace.into(), Val::Int(wanted.limit)],
    )?;
    found.into_iter().map(listed).collect()
}

fn listed(mut row: Row) -> Result<Listed> {
    Ok(Listed {
        namespace: row.text(13),
        number: (row.number(14), row.number(15), row.number(16)),
        current: row.number(17) == 1,
        install: decode(row)?,
    })
}

fn decode(mut row: Row) -> Result<Install> {
    Ok(Install {
        id: row.key(0)?,
        package: row.key(1)?,
        version: row.key(2)?,
        package_license: row.id(3),
        stage: row.string(4),
        reason: row.text(5),
        access: row.string(6),
        user: row.key(7)?,
        unseated: row.number(8),
        unseated_first: row.text(9),
        minted_key: row.number(10),
        requested_at: row.instant(11).unwrap_or(Timestamp::UNIX_EPOCH),
        finished_at: row.instant(12),
    })
}
