//! What a refresh reads of all orgs: the copies of one package, and the licenses whose copy is
//! gone. It is the one place that reads records across orgs; nothing may be written here.

use std::fmt::Write as _;
use std::sync::Arc;

use openlma_core::catalog::{Catalog, ObjectDef, names};
use openlma_core::{Id, Record, Result};

use crate::records::stored;
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::{Row, Val};

statements! {
    COUNT = "SELECT COUNT(*) FROM package_licenses WHERE package_id = ?1";
    COPIES: Made = Made(|_| reading_copies());
    /// The texts of a license hold ids of 18 characters, of which the first 15 are the id.
    GONE = "SELECT l.id, CASE WHEN p.id IS NULL THEN 1 ELSE 0 END FROM licenses l \
            LEFT JOIN package_licenses p ON p.org_id = SUBSTR(l.org_key, 1, 15) \
            AND p.id = SUBSTR(l.package_license_id, 1, 15) \
            WHERE l.org_id = ?1 AND l.package = ?2 AND NOT l.is_deleted \
            AND l.package_license_id IS NOT NULL AND l.id > ?3 ORDER BY l.id LIMIT ?4";
}

/// A subscriber's copy with what a refresh has to know beside it.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The PackageLicense.
    pub copy: Record,
    /// The subscriber's Organization; none when the org is gone.
    pub org: Option<Record>,
    /// The subscriber's org.
    pub org_id: Id,
    /// The installed version is Released, not Beta.
    pub released: bool,
    /// Between the copy and its license something is on its way or held, in one direction or the
    /// other.
    pub open: bool,
}

/// Counts the copies of a package.
///
/// # Errors
/// Of the database.
pub fn count(tx: &mut Tx<'_>, package: Id) -> Result<i64> {
    let row = tx.query_one(COUNT, &[package.into()])?;
    Ok(row.map_or(0, |r| r.number(0)))
}

/// Copies of a package in the order of their orgs, after the org `after`; `business` is the org
/// that refreshes.
///
/// # Errors
/// Of the database.
pub fn copies(
    tx: &mut Tx<'_>,
    package: Id,
    business: Id,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<Copy>> {
    let catalog = Catalog::standard();
    let (copy, org) = (
        catalog.known(names::PACKAGE_LICENSE),
        catalog.known("Organization"),
    );
    let first = 4;
    let second = first + stored(copy).count();
    let after = after.map_or(Val::from(""), Val::from);
    let params = [package.into(), business.into(), after, Val::Int(limit)];
    let rows = tx.query(&COPIES.text(tx.dialect()), &params)?;
    rows.into_iter()
        .map(|mut row| {
            let there = row.id(1).is_some();
            Ok(Copy {
                copy: record(copy, &mut row, first)?,
                org: match there {
                    true => Some(record(org, &mut row, second)?),
                    false => None,
                },
                org_id: row.key(0)?,
                released: row.string(2) == "Released",
                open: row.bool(3),
            })
        })
        .collect()
}

/// Copies with their orgs; what is open is in one of the boxes.
fn reading_copies() -> String {
    let mut sql = String::from("SELECT p.org_id, o.id, v.release_state, CASE WHEN ");
    for (n, (table, of, not_done)) in [
        ("outbox", "p.org_id", ""),
        ("outbox", "?2", ""),
        ("inbox", "p.org_id", " AND m.done_at IS NULL"),
        ("inbox", "?2", " AND m.done_at IS NULL"),
    ]
    .into_iter()
    .enumerate()
    {
        let or = if n > 0 { " OR " } else { "" };
        let _ = write!(
            sql,
            "{or}EXISTS (SELECT 1 FROM {table} m WHERE m.org_id = {of} AND m.queue = p.id{not_done})"
        );
    }
    sql.push_str(" THEN 1 ELSE 0 END");
    let catalog = Catalog::standard();
    columns(&mut sql, catalog.known(names::PACKAGE_LICENSE), "p");
    columns(&mut sql, catalog.known("Organization"), "o");
    sql.push_str(
        " FROM package_licenses p LEFT JOIN organizations o ON o.id = p.org_id \
         LEFT JOIN metadata_package_versions v ON v.id = p.version_id \
         WHERE p.package_id = ?1 AND p.org_id > ?3 ORDER BY p.org_id LIMIT ?4",
    );
    sql
}

/// Adds the columns of an object's stored fields.
fn columns(sql: &mut String, object: &ObjectDef, alias: &str) {
    for field in stored(object) {
        let _ = write!(sql, ", {alias}.\"{}\"", field.column);
    }
}

fn record(object: &Arc<ObjectDef>, row: &mut Row, first: usize) -> Result<Record> {
    let mut record = Record::empty(object);
    let fields = object.fields().iter().enumerate();
    for (column, (i, field)) in fields.filter(|(_, f)| f.stored()).enumerate() {
        record.set_at(i, row.take(first + column).into_value(field)?);
    }
    Ok(record)
}

/// A page of a package's licenses by id after `after`: each, and whether its copy is gone. A
/// license that was made by hand has none and is left out.
///
/// # Errors
/// Of the database.
pub fn gone(
    tx: &mut Tx<'_>,
    business: Id,
    package_record: Id,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<(Id, bool)>> {
    let after = after.map_or(Val::from(""), Val::from);
    let params = [
        business.into(),
        package_record.into(),
        after,
        Val::Int(limit),
    ];
    let rows = tx.query(GONE, &params)?;
    rows.iter().map(|r| Ok((r.key(0)?, r.bool(1)))).collect()
}
