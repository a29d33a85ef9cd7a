//! Reads and writes of any object's records by the catalogue: one room for all tables.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use openlma_core::catalog::{Catalog, FieldDef, FieldType, ObjectDef, Source};
use openlma_core::fold::fold;
use openlma_core::{Id, Record, Result, Value};

use crate::custom_fields;
use crate::schema::ColumnType;
use crate::schema::of_catalog::{column_type, compared, folds};
use crate::tx::Tx;
use crate::value::{Row, Val};

/// Sizes of set statements: few texts, so that all stay prepared.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Whether a read is the first half of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Just reading.
    No,
    /// Nobody else may change the rows until this unit ends.
    Rows,
}

/// Inserts new records of one object, in set statements.
///
/// # Errors
/// `DUPLICATE_VALUE` with the index's name as the inner half; see [`Tx::query`].
pub fn insert(tx: &mut Tx<'_>, org: Id, records: &[Record]) -> Result<()> {
    let Some(first) = records.first() else {
        return Ok(());
    };
    let object = Arc::clone(first.object());
    let mut columns = vec!["org_id".to_owned()];
    for field in stored(&object) {
        columns.push(field.column.clone());
        if folds(field) {
            columns.push(compared(field));
        }
    }
    if object.generic {
        columns.push("custom".to_owned());
    }
    let rows = records.iter().map(|record| {
        let mut row = Vec::with_capacity(columns.len());
        row.push(Val::from(org));
        for (i, field) in object
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, f)| f.stored())
        {
            push_columns(&mut row, field, record.at(i));
        }
        if object.generic {
            row.push(custom_fields::encode(record));
        }
        row
    });
    let rows: Vec<_> = rows.collect();
    insert_rows(tx, object.table, &columns, rows)?;
    custom_fields::index(tx, org, records, None)
}

/// Inserts rows into a table, in set statements.
pub(crate) fn insert_rows(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[impl AsRef<str>],
    rows: Vec<Vec<Val>>,
) -> Result<()> {
    let names: Vec<String> = columns
        .iter()
        .map(|c| format!("\"{}\"", c.as_ref()))
        .collect();
    let head = format!("INSERT INTO {table} ({}) VALUES ", names.join(", "));
    for chunk in chunks(&rows) {
        let mut sql = head.clone();
        placeholders(&mut sql, chunk.len(), columns.len(), 0);
        let params: Vec<Val> = chunk.iter().flatten().cloned().collect();
        tx.execute(&sql, &params)?;
    }
    Ok(())
}

/// Writes the `changed` fields (positions) of records that exist, in set statements.
///
/// # Errors
/// As [`insert`].
pub fn update(
    tx: &mut Tx<'_>,
    org: Id,
    records: &[Record],
    changed: &BTreeSet<usize>,
) -> Result<()> {
    let Some(first) = records.first() else {
        return Ok(());
    };
    let object = Arc::clone(first.object());
    let fields: Vec<(usize, &FieldDef)> = changed
        .iter()
        .map(|i| (*i, &object.fields()[*i]))
        .filter(|(_, f)| f.stored() && f.ty != FieldType::Id)
        .collect();
    let custom = changed
        .iter()
        .any(|i| object.fields()[*i].source == Source::Custom);
    let mut columns: Vec<(String, ColumnType)> = vec![("id".to_owned(), ColumnType::Text)];
    for (_, field) in &fields {
        columns.push((field.column.clone(), column_type(&field.ty)));
        if folds(field) {
            columns.push((compared(field), ColumnType::Text));
        }
    }
    if custom {
        columns.push(("custom".to_owned(), ColumnType::Text));
    }
    if columns.len() == 1 {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let mut row = vec![Val::of(record.get("Id"))];
        for (i, field) in &fields {
            push_columns(&mut row, field, record.at(*i));
        }
        if custom {
            row.push(custom_fields::encode(record));
        }
        rows.push(row);
    }
    for chunk in chunks(&rows) {
        let sql = update_text(object.table, &columns, chunk.len());
        let mut params = vec![Val::from(org)];
        params.extend(chunk.iter().flatten().cloned());
        tx.execute(&sql, &params)?;
    }
    if custom {
        custom_fields::index(tx, org, records, Some(changed))
    } else {
        Ok(())
    }
}

fn update_text(table: &str, columns: &[(String, ColumnType)], rows: usize) -> String {
    let mut sql = format!("UPDATE {table} SET ");
    for (n, (column, _)) in columns.iter().enumerate().skip(1) {
        let comma = if n > 1 { ", " } else { "" };
        let _ = write!(sql, "{comma}\"{column}\" = v.column{}", n + 1);
    }
    sql.push_str(" FROM (VALUES ");
    let mut parameter = 1;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for (n, (_, ty)) in columns.iter().enumerate() {
            parameter += 1;
            let comma = if n > 0 { ", " } else { "" };
            // The first row tells PostgreSQL the types of all.
            let _ = match row {
                0 => write!(
                    sql,
                    "{comma}CAST(?{parameter} AS {})",
                    crate::Dialect::cast_type(*ty)
                ),
                _ => write!(sql, "{comma}?{parameter}"),
            };
        }
        sql.push(')');
    }
    let _ = write!(
        sql,
        ") AS v WHERE {table}.org_id = ?1 AND {table}.id = v.column1"
    );
    sql
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
    load_by(tx, org, object, "Id", &values, lock)
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

/// Reads whole records whose `field` has one of `values`; texts compare without case.
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
    let Some(field) = object.field(field) else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    for part in values.chunks(CHUNKS[0]) {
        let padded = CHUNKS
            .iter()
            .rev()
            .find(|n| **n >= part.len())
            .copied()
            .unwrap_or(part.len());
        let mut sql = select_all(object);
        let _ = write!(sql, " WHERE org_id = ?1 AND \"{}\" IN (", compared(field));
        let mut params = vec![Val::from(org)];
        for n in 0..padded {
            let _ = write!(sql, "{}?{}", if n > 0 { ", " } else { "" }, n + 2);
            params.push(compared_value(field, &part[n.min(part.len() - 1)]));
        }
        sql.push(')');
        if lock == Lock::Rows {
            // In the order of ids, so that two units never wait for each other in a circle.
            let _ = write!(sql, " ORDER BY id{}", tx.dialect().for_update());
        }
        for row in tx.query(&sql, &params)? {
            out.push(decode(object, row)?);
        }
    }
    Ok(out)
}

/// The value against which the field's compared column is held.
pub(crate) fn compared_value(field: &FieldDef, value: &Value) -> Val {
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

fn stored(object: &ObjectDef) -> impl Iterator<Item = &FieldDef> {
    object.fields().iter().filter(|f| f.stored())
}

fn push_columns(row: &mut Vec<Val>, field: &FieldDef, value: &Value) {
    row.push(match value {
        // A checkbox is never null.
        Value::Null if field.ty == FieldType::Boolean => Val::Bool(false),
        value => Val::of(value),
    });
    if folds(field) {
        row.push(match value {
            Value::Text(text) => Val::Text(fold(text)),
            _ => Val::Null,
        });
    }
}

/// `(?1, ?2), (?3, ?4)`, after `before` parameters.
fn placeholders(sql: &mut String, rows: usize, columns: usize, before: usize) {
    let mut parameter = before;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            parameter += 1;
            let _ = write!(sql, "{}?{parameter}", if column > 0 { ", " } else { "" });
        }
        sql.push(')');
    }
}

fn chunks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = CHUNKS.iter().find(|n| **n <= rest.len())?;
        let (chunk, after) = rest.split_at(*size);
        rest = after;
        Some(chunk)
    })
}

/// Marks records as deleted or restores them, and says how many were touched.
///
/// # Errors
/// Of the database.
pub fn set_deleted(
    tx: &mut Tx<'_>,
    org: Id,
    object: &ObjectDef,
    ids: &[Id],
    deleted: bool,
    by: Id,
    now: openlma_core::time::Timestamp,
) -> Result<u64> {
    let mut touched = 0;
    for part in ids.chunks(CHUNKS[0]) {
        let mut sql = format!(
            "UPDATE {} SET is_deleted = ?2, last_modified_by_id = ?3, last_modified_date = ?4, \
             system_modstamp = ?4 WHERE org_id = ?1 AND is_deleted <> ?2 AND id IN (",
            object.table
        );
        let mut params = vec![org.into(), deleted.into(), by.into(), now.into()];
        for (n, id) in part.iter().enumerate() {
            let _ = write!(sql, "{}?{}", if n > 0 { ", " } else { "" }, n + 5);
            params.push(Val::from(*id));
        }
        sql.push(')');
        touched += tx.execute(&sql, &params)?;
    }
    Ok(touched)
}

/// Removes rows of an object that has no recycle bin.
///
/// # Errors
/// Of the database.
pub fn remove(tx: &mut Tx<'_>, org: Id, object: &ObjectDef, id: Id) -> Result<u64> {
    let sql = format!("DELETE FROM {} WHERE org_id = ?1 AND id = ?2", object.table);
    tx.execute(&sql, &[org.into(), id.into()])
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
    let mut out = Vec::new();
    for part in ids.chunks(CHUNKS[0]) {
        let padded = CHUNKS
            .iter()
            .rev()
            .find(|n| **n >= part.len())
            .copied()
            .unwrap_or(part.len());
        let mut sql = format!(
            "SELECT id FROM {} WHERE org_id = ?1{live} AND id IN (",
            object.table
        );
        let mut params = vec![Val::from(org)];
        for n in 0..padded {
            let _ = write!(sql, "{}?{}", if n > 0 { ", " } else { "" }, n + 2);
            params.push(Val::from(part[n.min(part.len() - 1)]));
        }
        sql.push(')');
        for row in tx.query(&sql, &params)? {
            out.push(row.key(0)?);
        }
    }
    Ok(out)
}

/// Live children of `parents` through one look-up: child id and parent id.
///
/// # Errors
/// Of the database.
pub fn children(
    tx: &mut Tx<'_>,
    org: Id,
    child: &ObjectDef,
    look_up: &FieldDef,
    parents: &[Id],
    limit: u32,
) -> Result<Vec<(Id, Id)>> {
    let live = if child.soft_delete() {
        " AND NOT is_deleted"
    } else {
        ""
    };
    let mut out = Vec::new();
    for parent in parents {
        let sql = format!(
            "SELECT id FROM {} WHERE org_id = ?1 AND \"{}\" = ?2{live} ORDER BY id LIMIT {limit}",
            child.table, look_up.column
        );
        for row in tx.query(&sql, &[org.into(), (*parent).into()])? {
            out.push((row.key(0)?, *parent));
        }
    }
    Ok(out)
}

/// Takes `count` numbers from a counter of the org; answers the first.
///
/// # Errors
/// Of the database.
pub fn take_numbers(tx: &mut Tx<'_>, org: Id, counter: &str, count: i64) -> Result<i64> {
    let sql = "INSERT INTO counters (org_id, name, value) VALUES (?1, ?2, ?3) \
               ON CONFLICT (org_id, name) DO UPDATE SET value = counters.value + excluded.value \
               RETURNING value";
    let row = tx.query_one(sql, &[org.into(), counter.into(), Val::Int(count)])?;
    Ok(row.map_or(0, |r| r.number(0)) - count + 1)
}

/// Names that a catalogue object has in SQL, for the test that compares the two.
#[must_use]
pub fn table_names() -> Vec<&'static str> {
    Catalog::standard()
        .objects()
        .iter()
        .map(|o| o.table)
        .collect()
}
