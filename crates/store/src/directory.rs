//! The directory (R-ORG-5): what belongs to no org and every install may read.

use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    TAKE_DOMAIN = "INSERT INTO domains (name, org_id) VALUES (?1, ?2)";
    DOMAIN = "SELECT org_id FROM domains WHERE name = ?1";
    TAKE_NAMESPACE = "INSERT INTO namespaces (name, org_id, package_id) VALUES (?1, ?2, ?3)";
    NAMESPACE = "SELECT org_id, package_id FROM namespaces WHERE name = ?1";
    TARGET = "SELECT v.id, v.metadata_package_id, v.name, v.major_version, v.minor_version, \
              v.patch_version, v.release_state, v.is_deprecated, p.name, p.namespace_prefix, \
              p.managed, p.org_id, r.org_id, r.defaults, r.state, r.hold_installs \
              FROM metadata_package_versions v \
              JOIN metadata_packages p ON p.id = v.metadata_package_id \
              LEFT JOIN registrations r ON r.package_id = p.id WHERE v.id = ?1";
    VERSIONS = "SELECT v.id, v.metadata_package_id, v.name, v.major_version, v.minor_version, \
                v.patch_version, v.release_state, v.is_deprecated, v.uploaded_at \
                FROM metadata_packages p JOIN metadata_package_versions v \
                ON v.org_id = p.org_id AND v.metadata_package_id = p.id \
                WHERE p.id = ?1 ORDER BY v.id";
    PACKAGE = "SELECT p.id, p.org_id, p.name, p.namespace_prefix, p.managed, o.name, r.org_id, \
               r.defaults, r.state, r.reason, r.hold_installs FROM metadata_packages p \
               JOIN organizations o ON o.id = p.org_id \
               LEFT JOIN registrations r ON r.package_id = p.id WHERE p.id = ?1";
    PACKAGES_OF = "SELECT p.id, p.org_id, p.name, p.namespace_prefix, p.managed, o.name, r.org_id, \
                   r.defaults, r.state, r.reason, r.hold_installs FROM metadata_packages p \
                   JOIN organizations o ON o.id = p.org_id \
                   LEFT JOIN registrations r ON r.package_id = p.id WHERE p.org_id = ?1 ORDER BY p.id";
    CONNECT = "INSERT INTO connections (org_id, packaging_org, connected_by, connected_at) \
               VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, packaging_org) DO NOTHING";
    CONNECTED = "SELECT packaging_org FROM connections WHERE org_id = ?1 ORDER BY packaging_org";
    OWNS_MANAGED = "SELECT 1 FROM metadata_packages WHERE org_id = ?1 AND managed LIMIT 1";
    META = "SELECT value FROM meta WHERE name = ?1";
    SET_META = "INSERT INTO meta (name, value) VALUES (?1, ?2) \
                ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    KEEP_META = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    NEXT_NODE = "INSERT INTO meta (name, value) VALUES ('node', '1') ON CONFLICT (name) DO UPDATE \
                 SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT) RETURNING value";
    ORGS = "SELECT id FROM organizations WHERE id > ?1 ORDER BY id LIMIT ?2";
}

/// A version with its package and where that is registered: all an install has to know.
#[derive(Clone, Debug)]
pub struct Target {
    /// The version.
    pub version: Version,
    /// Name of the package.
    pub package_name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Only managed packages are licensed.
    pub managed: bool,
    /// The packaging org.
    pub packaging_org: Id,
    /// The business org, once registration is done.
    pub business_org: Option<Id>,
    /// The business org, also while registration is under way or has failed; none once it ended.
    pub registered_org: Option<Id>,
    /// Default values as JSON.
    pub defaults: Option<String>,
    /// No new installs until the package is registered again (R-INS-8).
    pub held: bool,
}

/// An uploaded version.
#[derive(Clone, Debug)]
pub struct Version {
    /// Its id (04t).
    pub id: Id,
    /// Its package (033).
    pub package: Id,
    /// Its name.
    pub name: String,
    /// Major, minor, patch.
    pub number: (i64, i64, i64),
    /// Released, not Beta.
    pub released: bool,
    /// Takes no new installs.
    pub deprecated: bool,
    /// When it was uploaded.
    pub uploaded_at: Option<Timestamp>,
}

/// A package in the directory.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its id (033).
    pub id: Id,
    /// The packaging org.
    pub packaging_org: Id,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Only managed packages are licensed.
    pub managed: bool,
    /// Name of the packaging org.
    pub developer: String,
    /// Where it is registered, or was last.
    pub registration: Option<Registration>,
}

impl Package {
    /// The registration that holds: none once it ended (R-MOV-1).
    #[must_use]
    pub fn registered(&self) -> Option<&Registration> {
        self.registration.as_ref().filter(|r| r.state != ENDED)
    }
}

/// State of a registration that ended.
pub const ENDED: &str = "Ended";

/// Where a package is registered, and with what.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The business org.
    pub org: Id,
    /// Default values as JSON.
    pub defaults: String,
    /// Requested, Running, Done, Failed or Ended.
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// No new installs until the package is registered again (R-INS-8).
    pub hold_installs: bool,
}

/// Reserves a domain name for an org.
///
/// # Errors
/// `DUPLICATE_VALUE`, when it is taken.
pub fn take_domain(tx: &mut Tx<'_>, name: &str, org: Id) -> Result<()> {
    tx.execute(TAKE_DOMAIN, &[name.into(), org.into()])
        .map(drop)
}

/// The org of a domain name.
///
/// # Errors
/// Of the database.
pub fn org_of_domain(tx: &mut Tx<'_>, name: &str) -> Result<Option<Id>> {
    Ok(tx.query_one(DOMAIN, &[name.into()])?.and_then(|r| r.id(0)))
}

/// Reserves a namespace for the one managed package it holds (R-PKG-1).
///
/// # Errors
/// `DUPLICATE_VALUE`, when it is taken.
pub fn take_namespace(tx: &mut Tx<'_>, name: &str, org: Id, package: Id) -> Result<()> {
    tx.execute(TAKE_NAMESPACE, &[name.into(), org.into(), package.into()])
        .map(drop)
}

/// The owner and the package of a namespace, given folded.
///
/// # Errors
/// Of the database.
pub fn namespace(tx: &mut Tx<'_>, name: &str) -> Result<Option<(Id, Id)>> {
    Ok(tx
        .query_one(NAMESPACE, &[name.into()])?
        .and_then(|r| Some((r.id(0)?, r.id(1)?))))
}

/// All an install has to know of a version, in one statement.
///
/// # Errors
/// Of the database.
pub fn target(tx: &mut Tx<'_>, version: Id) -> Result<Option<Target>> {
    let Some(mut row) = tx.query_one(TARGET, &[version.into()])? else {
        return Ok(None);
    };
    let state = row.string(14);
    let done = state == "Done";
    Ok(Some(Target {
        package_name: row.string(8),
        namespace: row.text(9),
        managed: row.bool(10),
        packaging_org: row.key(11)?,
        business_org: row.id(12).filter(|_| done),
        registered_org: row.id(12).filter(|_| state != ENDED),
        held: row.bool(15),
        defaults: row.text(13).filter(|_| done),
        version: version_row(row, None)?,
    }))
}

fn version_row(mut row: Row, uploaded_at: Option<Timestamp>) -> Result<Version> {
    Ok(Version {
        id: row.key(0)?,
        package: row.key(1)?,
        name: row.string(2),
        number: (row.number(3), row.number(4), row.number(5)),
        released: row.string(6) == "Released",
        deprecated: row.bool(7),
        uploaded_at,
    })
}

/// The versions of a package, in the order of upload.
///
/// # Errors
/// Of the database.
pub fn versions(tx: &mut Tx<'_>, package: Id) -> Result<Vec<Version>> {
    let rows = tx.query(VERSIONS, &[package.into()])?;
    rows.into_iter()
        .map(|row| {
            let at = row.instant(8);
            version_row(row, at)
        })
        .collect()
}

/// One package.
///
/// # Errors
/// Of the database.
pub fn package(tx: &mut Tx<'_>, id: Id) -> Result<Option<Package>> {
    tx.query_one(PACKAGE, &[id.into()])?
        .map(package_row)
        .transpose()
}

/// The packages of a packaging org.
///
/// # Errors
/// Of the database.
pub fn packages_of(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Package>> {
    tx.query(PACKAGES_OF, &[org.into()])?
        .into_iter()
        .map(package_row)
        .collect()
}

fn package_row(mut row: Row) -> Result<Package> {
    let registration = row.id(6).map(|org| Registration {
        org,
        defaults: row.string(7),
        state: row.string(8),
        reason: row.text(9),
        hold_installs: row.bool(10),
    });
    Ok(Package {
        id: row.key(0)?,
        packaging_org: row.key(1)?,
        name: row.string(2),
        namespace: row.text(3),
        managed: row.bool(4),
        developer: row.string(5),
        registration,
    })
}

/// Connects a packaging org with a publisher's org (R-PKG-2).
///
/// # Errors
/// Of the database.
pub fn connect(tx: &mut Tx<'_>, org: Id, packaging: Id, by: Id, now: Timestamp) -> Result<()> {
    tx.execute(
        CONNECT,
        &[org.into(), packaging.into(), by.into(), now.into()],
    )
    .map(drop)
}

/// The packaging orgs that an org is connected with.
///
/// # Errors
/// Of the database.
pub fn connected(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Id>> {
    tx.query(CONNECTED, &[org.into()])?
        .iter()
        .map(|r| r.key(0))
        .collect()
}

/// Does the org own a managed package (R-ORG-3)?
///
/// # Errors
/// Of the database.
pub fn owns_managed(tx: &mut Tx<'_>, org: Id) -> Result<bool> {
    Ok(tx.query_one(OWNS_MANAGED, &[org.into()])?.is_some())
}

/// Orgs after `after`, by id.
///
/// # Errors
/// Of the database.
pub fn orgs(tx: &mut Tx<'_>, after: Option<Id>, limit: i64) -> Result<Vec<Id>> {
    let after = after.map_or(Val::from(""), Val::from);
    tx.query(ORGS, &[after, Val::Int(limit)])?
        .iter()
        .map(|r| r.key(0))
        .collect()
}

/// A setting of the whole server.
///
/// # Errors
/// Of the database.
pub fn meta(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    Ok(tx
        .query_one(META, &[name.into()])?
        .and_then(|mut r| r.text(0)))
}

/// Sets a setting of the whole server.
///
/// # Errors
/// Of the database.
pub fn set_meta(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    tx.execute(SET_META, &[name.into(), value.into()]).map(drop)
}

/// Sets a setting unless it is there, and answers what then holds.
///
/// # Errors
/// Of the database.
pub fn keep_meta(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<String> {
    tx.execute(KEEP_META, &[name.into(), value.into()])?;
    meta(tx, name)?.ok_or_else(|| Error::internal("a setting vanished"))
}

/// A number for this process among the nodes of the database, 0-1023.
///
/// # Errors
/// Of the database.
pub fn next_node(tx: &mut Tx<'_>) -> Result<u16> {
    let text = tx
        .query_one(NEXT_NODE, &[])?
        .map(|mut r| r.string(0))
        .unwrap_or_default();
    let number: u64 = text.parse().unwrap_or(0);
    Ok(u16::try_from(number % 1024).unwrap_or(0))
}
