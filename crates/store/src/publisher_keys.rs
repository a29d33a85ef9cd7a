//! Publisher keys, hashed at rest, and what one of them reaches (R-CHK-5, R-SEC-5). Who may make
//! them, and whether a key is right, is not decided here.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    ADD = "INSERT INTO publisher_keys (org_id, id, name, generation, hash, created_by, created_at) \
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    LIST = "SELECT id, name, generation, created_by, created_at, rotated_at FROM publisher_keys \
            WHERE org_id = ?1 ORDER BY id";
    GET = "SELECT id, name, generation, created_by, created_at, rotated_at FROM publisher_keys \
           WHERE org_id = ?1 AND id = ?2";
    COUNT = "SELECT COUNT(*) FROM publisher_keys WHERE org_id = ?1";
    ROTATE = "UPDATE publisher_keys SET generation = ?3, hash = ?4, rotated_at = ?5 \
              WHERE org_id = ?1 AND id = ?2";
    DELETE = "DELETE FROM publisher_keys WHERE org_id = ?1 AND id = ?2";
    /// A namespace begins with a letter and a domain is lower-case, so neither is ever an id.
    REACH = "SELECT k.hash, p.org_id, p.id FROM publisher_keys k \
             LEFT JOIN registrations r ON r.org_id = k.org_id AND r.state <> 'Ended' \
             AND r.package_id = COALESCE((SELECT package_id FROM namespaces WHERE name = ?3), ?3) \
             LEFT JOIN package_licenses p ON p.package_id = r.package_id \
             AND p.org_id = COALESCE((SELECT org_id FROM domains WHERE name = ?4), ?4) \
             WHERE k.org_id = ?1 AND k.id = ?2";
}

/// A publisher key without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct PublisherKey {
    /// Its id.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// Counts its secrets, from 1.
    pub generation: i64,
    /// Who made it.
    pub created_by: Id,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it got its secret of today, if that is not the first.
    pub rotated_at: Option<Timestamp>,
}

/// Keeps a new key with the hash of its secret.
///
/// # Errors
/// Of the database.
pub fn add(tx: &mut Tx<'_>, org: Id, key: &PublisherKey, hash: &str) -> Result<()> {
    tx.execute(
        ADD,
        &[
            org.into(),
            key.id.into(),
            key.name.as_str().into(),
            Val::Int(key.generation),
            hash.into(),
            key.created_by.into(),
            key.created_at.into(),
        ],
    )
    .map(drop)
}

/// The keys of an org, the oldest first.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, org: Id) -> Result<Vec<PublisherKey>> {
    let rows = tx.query(LIST, &[org.into()])?;
    rows.into_iter().map(decode).collect()
}

/// One key of an org.
///
/// # Errors
/// Of the database.
pub fn get(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<PublisherKey>> {
    let row = tx.query_one(GET, &[org.into(), id.into()])?;
    row.map(decode).transpose()
}

fn decode(mut row: Row) -> Result<PublisherKey> {
    Ok(PublisherKey {
        id: row.key(0)?,
        name: row.string(1),
        generation: row.number(2),
        created_by: row.key(3)?,
        created_at: row.instant(4).unwrap_or(Timestamp::UNIX_EPOCH),
        rotated_at: row.instant(5),
    })
}

/// How many keys an org has.
///
/// # Errors
/// Of the database.
pub fn count(tx: &mut Tx<'_>, org: Id) -> Result<i64> {
    let row = tx.query_one(COUNT, &[org.into()])?;
    Ok(row.map_or(0, |r| r.number(0)))
}

/// Gives a key the hash of another secret.
///
/// # Errors
/// Of the database.
pub fn rotate(
    tx: &mut Tx<'_>,
    org: Id,
    id: Id,
    generation: i64,
    hash: &str,
    now: Timestamp,
) -> Result<()> {
    let generation = Val::Int(generation);
    tx.execute(
        ROTATE,
        &[org.into(), id.into(), generation, hash.into(), now.into()],
    )
    .map(drop)
}

/// Deletes a key; answers whether there was one.
///
/// # Errors
/// Of the database.
pub fn delete(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<bool> {
    Ok(tx.execute(DELETE, &[org.into(), id.into()])? > 0)
}

/// What a key is known by, and what it reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// Hash of its secret.
    pub hash: String,
    /// The subscriber's org and its copy, where the package is registered with the org of the key
    /// and was ever installed there.
    pub copy: Option<(Id, Id)>,
}

/// What a key reaches of a package, given by id or folded namespace, in a subscriber's org, given by
/// id or folded domain: in one statement. Nothing when there is no such key.
///
/// # Errors
/// Of the database.
pub fn reach(
    tx: &mut Tx<'_>,
    org: Id,
    key: Id,
    package: &str,
    subscriber: &str,
) -> Result<Option<Reach>> {
    let params = [org.into(), key.into(), package.into(), subscriber.into()];
    let row = tx.query_one(REACH, &params)?;
    Ok(row.map(|mut row| Reach {
        hash: row.string(0),
        copy: row.id(1).zip(row.id(2)),
    }))
}
