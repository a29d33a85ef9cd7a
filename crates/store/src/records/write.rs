//! Inserts and changes of records.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use openlma_core::catalog::{FieldDef, FieldType, ObjectDef, Source};
use openlma_core::fold::fold;
use openlma_core::{Id, Record, Result, Value};

use super::stored;
use crate::feed::Signal;
use crate::schema::ColumnType;
use crate::schema::of_catalog::{column_type, compared, folds};
use crate::tx::Tx;
use crate::value::Val;
use crate::{custom_fields, rows};

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
    let values = records.iter().map(|record| {
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
    let values: Vec<_> = values.collect();
    rows::insert(tx, object.table, &columns, &values)?;
    tell(tx, org, records);
    custom_fields::index(tx, org, records, None)
}

/// Tells those who keep what they have read: nodes keep the settings of orgs and what their users
/// may do, and what checks ask of copies.
fn tell(tx: &mut Tx<'_>, org: Id, records: &[Record]) {
    for record in records {
        match (record.object().table, record.id()) {
            ("organizations" | "users" | "permission_sets", _) => tx.signal(Signal::Org(org)),
            ("package_licenses", Some(copy)) => tx.signal(Signal::Entitlement(org, copy)),
            _ => {}
        }
    }
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
    let mut values = Vec::with_capacity(records.len());
    for record in records {
        let mut row = vec![Val::of(record.get("Id"))];
        for (i, field) in &fields {
            push_columns(&mut row, field, record.at(*i));
        }
        if custom {
            row.push(custom_fields::encode(record));
        }
        values.push(row);
    }
    for chunk in rows::chunks(&values) {
        let sql = update_text(object.table, &columns, chunk.len());
        let mut params = vec![Val::from(org)];
        params.extend(chunk.iter().flatten().cloned());
        tx.execute(&sql, &params)?;
    }
    tell(tx, org, records);
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

/// Marks records as deleted or restores them, and says how many were touched. The values of a
/// deleted record are free for others.
///
/// # Errors
/// `DUPLICATE_VALUE`, when another record has taken a unique value of one that is restored.
pub fn set_deleted(
    tx: &mut Tx<'_>,
    org: Id,
    object: &ObjectDef,
    ids: &[Id],
    deleted: bool,
    by: Id,
    now: openlma_core::time::Timestamp,
) -> Result<u64> {
    let head = format!(
        "UPDATE {} SET is_deleted = ?2, last_modified_by_id = ?3, last_modified_date = ?4, \
         system_modstamp = ?4 WHERE org_id = ?1 AND is_deleted <> ?2 AND id",
        object.table
    );
    let wanted: Vec<Val> = ids.iter().map(|id| Val::from(*id)).collect();
    let fixed = [org.into(), deleted.into(), by.into(), now.into()];
    let touched = rows::execute_in(tx, &head, &fixed, &wanted)?;
    custom_fields::set_deleted(tx, org, object, &wanted, deleted)?;
    Ok(touched)
}

/// Removes one row for good.
///
/// # Errors
/// Of the database.
pub fn remove(tx: &mut Tx<'_>, org: Id, object: &ObjectDef, id: Id) -> Result<u64> {
    if object.generic {
        custom_fields::remove(tx, org, object, id)?;
    }
    let sql = format!("DELETE FROM {} WHERE org_id = ?1 AND id = ?2", object.table);
    tx.execute(&sql, &[org.into(), id.into()])
}

/// Sets a look-up to null wherever it points at one of `parents`.
///
/// # Errors
/// Of the database.
pub fn detach(
    tx: &mut Tx<'_>,
    org: Id,
    child: &ObjectDef,
    look_up: &FieldDef,
    parents: &[Id],
    by: Id,
    now: openlma_core::time::Timestamp,
) -> Result<()> {
    let head = format!(
        "UPDATE {} SET \"{column}\" = NULL, last_modified_by_id = ?2, last_modified_date = ?3, \
         system_modstamp = ?3 WHERE org_id = ?1 AND \"{column}\"",
        child.table,
        column = look_up.column
    );
    let wanted: Vec<Val> = parents.iter().map(|id| Val::from(*id)).collect();
    rows::execute_in(tx, &head, &[org.into(), by.into(), now.into()], &wanted).map(drop)
}
