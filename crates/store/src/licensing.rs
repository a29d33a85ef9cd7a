//! The hot questions of the subscriber's org: the check, and who holds a seat.

use openlma_core::time::{Date, Timestamp};
use openlma_core::{Id, Result};

use crate::feed::Signal;
use crate::rows::Set;
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    /// The license's terms and the seat, in one statement.
    CHECK = "SELECT o.status, o.trial_expiration_date, o.time_zone_sid_key, p.terms_status, \
             p.expiration_date, p.expires_on, p.allowed_licenses, p.used_licenses, p.package_id, \
             p.version_number, p.namespace_prefix, p.publisher_org, p.key_hash, p.last_modified_date, \
             u.id, u.is_active, s.id, p.id, p.uninstalled_at \
             FROM package_licenses p JOIN organizations o ON o.id = p.org_id \
             LEFT JOIN users u ON u.org_id = p.org_id AND u.id = ?3 \
             LEFT JOIN user_package_licenses s ON s.org_id = p.org_id AND s.package_license_id = p.id \
             AND s.user_id = ?3 WHERE p.org_id = ?1 AND p.id = ?2";
    BY_NAMESPACE = "SELECT id FROM package_licenses WHERE org_id = ?1 AND namespace_prefix__f = ?2";
    COPIES = "SELECT id FROM package_licenses WHERE org_id = ?1 ORDER BY id";
    /// Of the business org: licenses of a Package record that have a subscriber's copy.
    LICENSES_OF = "SELECT id FROM licenses WHERE org_id = ?1 AND package = ?2 AND id > ?3 \
                   AND package_license_id IS NOT NULL ORDER BY id LIMIT ?4";
    TERMS_REVISION = "SELECT terms_revision FROM package_licenses WHERE org_id = ?1 AND id = ?2";
    BY_PACKAGE = "SELECT id FROM package_licenses WHERE org_id = ?1 AND package_id = ?2";
    SEATS = "SELECT s.id, s.user_id, u.username, u.name, u.is_active, s.created_date \
             FROM user_package_licenses s JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id \
             WHERE s.org_id = ?1 AND s.package_license_id = ?2 AND s.id > ?3 ORDER BY s.id LIMIT ?4";
    SEAT = "SELECT id FROM user_package_licenses \
            WHERE org_id = ?1 AND package_license_id = ?2 AND user_id = ?3";
    SEAT_BY_ID = "SELECT package_license_id, user_id FROM user_package_licenses \
                  WHERE org_id = ?1 AND id = ?2";
    ASSIGN: Set = Set {
        head: Made(|_| {
            "INSERT INTO user_package_licenses (org_id, id, package_license_id, user_id, is_revoked, \
             created_date, created_by_id, last_modified_date, last_modified_by_id, system_modstamp) \
             VALUES "
                .to_owned()
        }),
        columns: 10,
        tail: "",
    };
    REVOKE = "DELETE FROM user_package_licenses \
              WHERE org_id = ?1 AND package_license_id = ?2 AND user_id = ?3";
    REVOKE_ALL = "DELETE FROM user_package_licenses WHERE org_id = ?1 AND package_license_id = ?2";
    COUNT = "SELECT COUNT(*) FROM user_package_licenses WHERE org_id = ?1 AND package_license_id = ?2";
}

/// What the check has to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitlement {
    /// Status of the org as stored (R-ORG-2).
    pub org_status: String,
    /// End of the org's trial.
    pub org_trial_end: Option<Timestamp>,
    /// The org's time zone.
    pub zone: String,
    /// The subscriber's copy.
    pub package_license: Id,
    /// Trial, Active, Suspended or Free.
    pub terms_status: String,
    /// Is the package still installed?
    pub installed: bool,
    /// First instant without access.
    pub access_ends_at: Option<Timestamp>,
    /// Last day of access.
    pub expires_on: Option<Date>,
    /// Seats, -1 for a site license.
    pub seats: i64,
    /// Seats taken.
    pub used: i64,
    /// The package.
    pub package: Option<Id>,
    /// Number of the installed version.
    pub version: String,
    /// Namespace of the package.
    pub namespace: String,
    /// Is the package registered with a business org?
    pub registered: bool,
    /// Hash of the installation key.
    pub key_hash: Option<String>,
    /// When the copy was last changed.
    pub changed_at: Option<Timestamp>,
    /// The user, if there is one of that id, and whether active.
    pub user: Option<(Id, bool)>,
    /// Does the user hold a seat?
    pub seated: bool,
}

/// Reads what the check has to know of a copy and a user, in one statement.
///
/// # Errors
/// Of the database.
pub fn entitlement(
    tx: &mut Tx<'_>,
    org: Id,
    package_license: Id,
    user: Option<Id>,
) -> Result<Option<Entitlement>> {
    let user = user.map_or(Val::from(""), Val::from);
    let row = tx.query_one(CHECK, &[org.into(), package_license.into(), user])?;
    row.map(decode).transpose()
}

fn decode(mut row: Row) -> Result<Entitlement> {
    Ok(Entitlement {
        org_status: row.string(0),
        org_trial_end: row.instant(1),
        zone: row.string(2),
        terms_status: row.string(3),
        installed: row.instant(18).is_none(),
        access_ends_at: row.instant(4),
        expires_on: row.date(5),
        seats: row.int(6).unwrap_or(-1),
        used: row.number(7),
        package: row.id(8),
        version: row.string(9),
        namespace: row.string(10),
        registered: row.id(11).is_some(),
        key_hash: row.text(12),
        changed_at: row.instant(13),
        user: row.id(14).map(|id| (id, row.bool(15))),
        seated: row.id(16).is_some(),
        package_license: row.key(17)?,
    })
}

/// The org's copy for a namespace, given folded.
///
/// # Errors
/// Of the database.
pub fn by_namespace(tx: &mut Tx<'_>, org: Id, namespace: &str) -> Result<Option<Id>> {
    Ok(tx
        .query_one(BY_NAMESPACE, &[org.into(), namespace.into()])?
        .and_then(|r| r.id(0)))
}

/// The org's copy for a package.
///
/// # Errors
/// Of the database.
pub fn by_package(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<Option<Id>> {
    Ok(tx
        .query_one(BY_PACKAGE, &[org.into(), package.into()])?
        .and_then(|r| r.id(0)))
}

/// All copies of the org, those of uninstalled packages too.
///
/// # Errors
/// Of the database.
pub fn copies(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Id>> {
    tx.query(COPIES, &[org.into()])?
        .iter()
        .map(|r| r.key(0))
        .collect()
}

/// Licenses of a Package record of the business org that have a subscriber's copy, by id after
/// `after`.
///
/// # Errors
/// Of the database.
pub fn licenses_of(
    tx: &mut Tx<'_>,
    org: Id,
    package: Id,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Id>> {
    let after = after.map_or(Val::from(""), Val::from);
    let rows = tx.query(
        LICENSES_OF,
        &[org.into(), package.into(), after, Val::Int(limit)],
    )?;
    rows.iter().map(|r| r.key(0)).collect()
}

/// The revision of the terms that a copy has.
///
/// # Errors
/// Of the database.
pub fn terms_revision(tx: &mut Tx<'_>, org: Id, package_license: Id) -> Result<Option<i64>> {
    let row = tx.query_one(TERMS_REVISION, &[org.into(), package_license.into()])?;
    Ok(row.map(|r| r.number(0)))
}

/// A seat and who holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Its id (051).
    pub id: Id,
    /// The user.
    pub user: Id,
    /// User name.
    pub username: String,
    /// Full name.
    pub name: String,
    /// A deactivated user's seat counts as used until revoked (R-SEAT-2).
    pub active: bool,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// The seats of a copy, by id after `after`.
///
/// # Errors
/// Of the database.
pub fn seats(
    tx: &mut Tx<'_>,
    org: Id,
    package_license: Id,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Seat>> {
    let after = after.map_or(Val::from(""), Val::from);
    let rows = tx.query(
        SEATS,
        &[org.into(), package_license.into(), after, Val::Int(limit)],
    )?;
    rows.into_iter()
        .map(|mut row| {
            Ok(Seat {
                id: row.key(0)?,
                user: row.key(1)?,
                username: row.string(2),
                name: row.string(3),
                active: row.bool(4),
                since: row.instant(5),
            })
        })
        .collect()
}

/// Does the user hold a seat?
///
/// # Errors
/// Of the database.
pub fn seat_of(tx: &mut Tx<'_>, org: Id, package_license: Id, user: Id) -> Result<Option<Id>> {
    let row = tx.query_one(SEAT, &[org.into(), package_license.into(), user.into()])?;
    Ok(row.and_then(|r| r.id(0)))
}

/// The copy and the user of a seat.
///
/// # Errors
/// Of the database.
pub fn seat(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<(Id, Id)>> {
    Ok(tx
        .query_one(SEAT_BY_ID, &[org.into(), id.into()])?
        .and_then(|r| Some((r.id(0)?, r.id(1)?))))
}

/// Inserts seats: the id of each and the user who gets it.
///
/// # Errors
/// `DUPLICATE_VALUE`, when a user holds one already.
pub fn insert_seats(
    tx: &mut Tx<'_>,
    org: Id,
    package_license: Id,
    seats: &[(Id, Id)],
    by: Id,
    now: Timestamp,
) -> Result<()> {
    let seats = seats.iter().map(|(id, user)| {
        vec![
            org.into(),
            (*id).into(),
            package_license.into(),
            (*user).into(),
            false.into(),
            now.into(),
            by.into(),
            now.into(),
            by.into(),
            now.into(),
        ]
    });
    let seats: Vec<_> = seats.collect();
    tx.signal(Signal::Entitlement(org, package_license));
    ASSIGN.write(tx, &seats)
}

/// Takes a user's seat; answers whether there was one.
///
/// # Errors
/// Of the database.
pub fn revoke(tx: &mut Tx<'_>, org: Id, package_license: Id, user: Id) -> Result<bool> {
    tx.signal(Signal::Entitlement(org, package_license));
    Ok(tx.execute(REVOKE, &[org.into(), package_license.into(), user.into()])? > 0)
}

/// Takes all seats of a copy.
///
/// # Errors
/// Of the database.
pub fn revoke_all(tx: &mut Tx<'_>, org: Id, package_license: Id) -> Result<u64> {
    tx.signal(Signal::Entitlement(org, package_license));
    tx.execute(REVOKE_ALL, &[org.into(), package_license.into()])
}

/// Counts the seats of a copy.
///
/// # Errors
/// Of the database.
pub fn count_seats(tx: &mut Tx<'_>, org: Id, package_license: Id) -> Result<i64> {
    let row = tx.query_one(COUNT, &[org.into(), package_license.into()])?;
    Ok(row.map_or(0, |r| r.number(0)))
}
