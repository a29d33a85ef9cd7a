//! Look-ups of records.

use std::fmt::Write as _;
use std::sync::Arc;

use openlma_core::catalog::{FieldDef, ObjectDef, Source};
use openlma_core::fold::fold;
use openlma_core::{Id, Record, Result, Value};

use super::stored;
use crate::schema::of_catalog::{compared, folds};
use crate::tx::Tx;
use crate::value::{Row, Val};
use crate::{custom_fields, rows};

/// Whether a read is the first half of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Just reading.
    No,
    /// Nobody else may change the rows until this unit ends.
    Rows,
}

/// Reads whole records by id, in no particular order; missing ones are left out, deleted ones
/// are not.
///
/// # Errors
/// Of the database.
pub fn load(
    tx: &mut Tx<'_>,
    org: Id,
    object: &Arc<ObjectDef>,
    ids: &[Id],
    lock: Lock,
) -> Result<Vec<Record>> {
    let values: Vec<Value> = ids.iter().map(|id| Value::Id(*id)).collect();
    find(tx, org, object, "Id", &values, Rows::All, lock)
}

/// Reads one whole record.
///
/// # Errors
/// Of the database.
pub fn load_one(
    tx: &mut Tx<'_>,
    org: Id,
    object: &Arc<ObjectDef>,
    id: Id,
    lock: Lock,
) -> Result<Option<Record>> {
    Ok(load(tx, org, object, &[id], lock)?.pop())
}

/// Reads whole records that are not deleted and whose `field` has one of `values`; texts compare
/// without case. A custom field must be an indexed one.
///
/// # Errors
/// Of the database.
pub fn load_by(
    tx: &mut Tx<'_>,
    org: Id,
    object: &Arc<ObjectDef>,
    field: &str,
    values: &[Value],
    lock: Lock,
) -> Result<Vec<Record>> {
    find(tx, org, object, field, values, Rows::Living, lock)
}

/// As [`load_by`], of living records and of those in the recycle bin; `field` must be one that no two
/// living records share.
///
/// # Errors
/// Of the database.
pub fn load_with_deleted_by(
    tx: &mut Tx<'_>,
    org: Id,
    object: &Arc<ObjectDef>,
    field: &str,
    values: &[Value],
    lock: Lock,
) -> Result<Vec<Record>> {
    find(tx, org, object, field, values, Rows::Both, lock)
}

/// Which rows a look-up finds. Its conditions are those of the indexes that serve it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rows {
    /// By the primary key, which has them all.
    All,
    Living,
    /// Living and deleted in one statement, so that one which is deleted or taken back at this moment
    /// is not missed.
    Both,
}

fn find(
    tx: &mut Tx<'_>,
    org: Id,
    object: &Arc<ObjectDef>,
    field: &str,
    values: &[Value],
    which: Rows,
    lock: Lock,
) -> Result<Vec<Record>> {
    let Some(field) = object.field(field) else {
        return Ok(Vec::new());
    };
    let (condition, fixed, wanted) = match field.source {
        Source::Custom => {
            let texts = values.iter().filter_map(custom_fields::indexed_text);
            (
                "id IN (SELECT id FROM custom_values WHERE org_id = ?1 AND object = ?2 \
                 AND field = ?3 AND value IN "
                    .to_owned(),
                vec![org.into(), object.name.into(), field.name.as_ref().into()],
                texts.map(Val::Text).collect(),
            )
        }
        _ => (
            of_column(field),
            vec![org.into()],
            values
                .iter()
                .map(|v| compared_value(field, v))
                .collect::<Vec<_>>(),
        ),
    };
    let mut out = Vec::new();
    for list in rows::lists(&wanted) {
        let mut sql = look_up(object, &condition, list.len(), fixed.len(), which);
        if lock == Lock::Rows {
            sql.push_str(tx.dialect().for_update());
        }
        let params: Vec<Val> = fixed.iter().cloned().chain(list).collect();
        for row in tx.query(&sql, &params)? {
            out.push(decode(object, row)?);
        }
    }
    Ok(out)
}

/// The beginning of a condition on a column.
fn of_column(field: &FieldDef) -> String {
    format!("(\"{}\" IN ", compared(field))
}

/// The text of a look-up of `list` values, after `fixed` parameters.
fn look_up(object: &ObjectDef, condition: &str, list: usize, fixed: usize, which: Rows) -> String {
    let mut found = condition.to_owned();
    found.push_str(&rows::values(1, list, fixed));
    found.push(')');
    let rows = match which {
        Rows::Living if object.soft_delete() => format!("{found} AND NOT is_deleted"),
        Rows::Both if object.soft_delete() => {
            format!("({found} AND NOT is_deleted OR {found} AND is_deleted)")
        }
        Rows::All | Rows::Living | Rows::Both => found,
    };
    format!("{} WHERE org_id = ?1 AND {rows}", select_all(object))
}

/// The value against which the field's compared column is held.
fn compared_value(field: &FieldDef, value: &Value) -> Val {
    match value {
        Value::Text(text) if folds(field) => Val::Text(fold(text)),
        other => Val::of(other),
    }
}

/// `SELECT` of every stored field in catalogue order, then `custom`.
fn select_all(object: &ObjectDef) -> String {
    let mut sql = String::from("SELECT ");
    for (n, field) in stored(object).enumerate() {
        let _ = write!(sql, "{}\"{}\"", if n > 0 { ", " } else { "" }, field.column);
    }
    if object.generic {
        sql.push_str(", custom");
    }
    let _ = write!(sql, " FROM {}", object.table);
    sql
}

fn decode(object: &Arc<ObjectDef>, mut row: Row) -> Result<Record> {
    let mut record = Record::empty(object);
    let mut column = 0;
    for (i, field) in object
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, f)| f.stored())
    {
        record.set_at(i, row.take(column).into_value(field)?);
        column += 1;
    }
    if object.generic {
        custom_fields::decode(&mut record, row.text(column));
    }
    Ok(record)
}

/// Which of `ids`, all of one object, exist and are not deleted.
///
/// # Errors
/// Of the database.
pub fn existing(tx: &mut Tx<'_>, org: Id, object: &ObjectDef, ids: &[Id]) -> Result<Vec<Id>> {
    let live = if object.soft_delete() {
        " AND NOT is_deleted"
    } else {
        ""
    };
    let wanted: Vec<Val> = ids.iter().map(|id| Val::from(*id)).collect();
    let mut out = Vec::new();
    for list in rows::lists(&wanted) {
        let mut sql = format!(
            "SELECT id FROM {} WHERE org_id = ?1{live} AND id IN ",
            object.table
        );
        sql.push_str(&rows::values(1, list.len(), 1));
        let params: Vec<Val> = std::iter::once(org.into()).chain(list).collect();
        for row in tx.query(&sql, &params)? {
            out.push(row.key(0)?);
        }
    }
    Ok(out)
}

/// Live children of `parents` through one look-up.
///
/// # Errors
/// Of the database.
pub fn children(
    tx: &mut Tx<'_>,
    org: Id,
    child: &ObjectDef,
    look_up: &FieldDef,
    parents: &[Id],
) -> Result<Vec<Id>> {
    let live = if child.soft_delete() {
        " AND NOT is_deleted"
    } else {
        ""
    };
    let wanted: Vec<Val> = parents.iter().map(|id| Val::from(*id)).collect();
    let mut out = Vec::new();
    for list in rows::lists(&wanted) {
        let mut sql = format!(
            "SELECT id FROM {} WHERE org_id = ?1{live} AND \"{}\" IN ",
            child.table, look_up.column
        );
        sql.push_str(&rows::values(1, list.len(), 1));
        let params: Vec<Val> = std::iter::once(org.into()).chain(list).collect();
        for row in tx.query(&sql, &params)? {
            out.push(row.key(0)?);
        }
    }
    Ok(out)
}

/// Deleted children of `parents` through one look-up that were deleted in the same moment as
/// their parent: those that went with it.
///
/// # Errors
/// Of the database.
pub fn fallen(
    tx: &mut Tx<'_>,
    org: Id,
    parent: &ObjectDef,
    child: &ObjectDef,
    look_up: &FieldDef,
    parents: &[Id],
) -> Result<Vec<Id>> {
    let wanted: Vec<Val> = parents.iter().map(|id| Val::from(*id)).collect();
    let mut out = Vec::new();
    for list in rows::lists(&wanted) {
        let mut sql = format!(
            "SELECT c.id FROM {} c JOIN {} p ON p.org_id = c.org_id AND p.id = c.\"{}\" \
             WHERE c.org_id = ?1 AND c.is_deleted AND p.is_deleted \
             AND c.system_modstamp = p.system_modstamp AND p.id IN ",
            child.table, parent.table, look_up.column
        );
        sql.push_str(&rows::values(1, list.len(), 1));
        let params: Vec<Val> = std::iter::once(org.into()).chain(list).collect();
        for row in tx.query(&sql, &params)? {
            out.push(row.key(0)?);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::{Catalog, FieldDef, ObjectDef};

    use super::{Rows, look_up, of_column};
    use crate::migrate;
    use crate::schema::of_catalog::is_indexed;
    use crate::tx::{Connection, Tx};

    /// What SQLite does to find 16 records by a field.
    fn plan(tx: &mut Tx<'_>, object: &ObjectDef, field: &FieldDef, which: Rows) -> String {
        let text = look_up(object, &of_column(field), 16, 1, which);
        let sql = format!("EXPLAIN QUERY PLAN {text}");
        let params = vec!["x".into(); 17];
        let rows = tx.query(&sql, &params).unwrap();
        let steps: Vec<String> = rows.into_iter().map(|mut row| row.string(3)).collect();
        steps.join("; ")
    }

    /// A look-up that is no search by its own column reads the org's whole table.
    #[test]
    fn look_ups_search_by_their_column() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut tx = Tx::new(Connection::Sqlite(&connection));
        migrate::run(&mut tx).unwrap();
        let mut searched = 0;
        for object in Catalog::standard().objects() {
            let mut wanted = Vec::new();
            for field in object.fields().iter().filter(|f| f.stored()) {
                let unique = object.uniques.iter().any(|u| **u == [field.name.as_ref()]);
                if unique && object.soft_delete() {
                    wanted.push((field, Rows::Both));
                }
                if unique || is_indexed(object, field) || field.child_name.is_some() {
                    wanted.push((field, Rows::Living));
                }
            }
            for (field, which) in wanted {
                let plan = plan(&mut tx, object, field, which);
                let by = format!("{}=?", super::compared(field));
                assert!(plan.contains(&by), "{} {which:?}: {plan}", field.name);
                let searches = plan.matches(&by).count();
                let wanted = if which == Rows::Both { 2 } else { 1 };
                assert_eq!(searches, wanted, "{} {which:?}: {plan}", field.name);
                searched += 1;
            }
        }
        assert!(searched > 40, "{searched}");
    }
}
