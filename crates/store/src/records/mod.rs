//! Reads and writes of any object's records by the catalogue: one room for all tables.

mod read;
mod write;

use openlma_core::catalog::{FieldDef, ObjectDef};
use openlma_core::{Id, Result};

use crate::dialect::Dialect;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

pub use read::{Lock, children, existing, fallen, load, load_by, load_one, load_with_deleted_by};
pub use write::{detach, insert, remove, set_deleted, update};

statements! {
    COUNT = "INSERT INTO counters (org_id, name, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (org_id, name) DO UPDATE SET value = counters.value + excluded.value \
             RETURNING value";
}

/// Takes `count` numbers from a counter of the org; answers the first.
///
/// # Errors
/// Of the database.
pub fn take_numbers(tx: &mut Tx<'_>, org: Id, counter: &str, count: i64) -> Result<i64> {
    let row = tx.query_one(COUNT, &[org.into(), counter.into(), Val::Int(count)])?;
    Ok(row.map_or(0, |r| r.number(0)) - count + 1)
}

/// Lets one unit at a time go on from here to its end, of those of an org that name the same thing:
/// what one decides by finding nothing, the next one finds. On SQLite units run one after the other
/// anyway, and nothing is asked.
///
/// # Errors
/// Of the database.
pub fn take_turn(tx: &mut Tx<'_>, org: Id, name: &str) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => take_numbers(tx, org, name, 0).map(drop),
    }
}

pub(crate) fn stored(object: &ObjectDef) -> impl Iterator<Item = &FieldDef> {
    object.fields().iter().filter(|f| f.stored())
}
