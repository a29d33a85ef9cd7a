//! Custom fields: their definitions, the JSON column that holds their values, and the index
//! beside it.

use std::collections::BTreeSet;

use openlma_core::catalog::{CustomField, FieldDef, FieldType, ObjectDef, Source};
use openlma_core::fold::fold;
use openlma_core::time::{Timestamp, from_micros, to_micros};
use openlma_core::{Error, Id, Record, Result, Value};
use serde_json::{Map, json};

use crate::rows::{List, Set};
use crate::sql::{Made, statements};
use crate::tx::Tx;
use crate::value::Val;

statements! {
    LIST = "SELECT definition FROM custom_fields WHERE org_id = ?1 ORDER BY created_at, name";
    DEFINE = "INSERT INTO custom_fields (org_id, object, name, definition, created_at) \
              VALUES (?1, ?2, ?3, ?4, ?5)";
    REMOVE = "DELETE FROM custom_values WHERE org_id = ?1 AND object = ?2 AND id = ?3";
    /// Removes index entries of one field of some records.
    FORGET: List = List {
        head: "DELETE FROM custom_values WHERE org_id = ?1 AND object = ?2 AND field = ?3 AND id",
        tail: "",
        fixed: 3,
    };
    INDEX: Set = Set {
        head: Made(|_| {
            "INSERT INTO custom_values (org_id, object, field, value, holder, id) VALUES ".to_owned()
        }),
        columns: 6,
        tail: "",
    };
    /// Frees unique values of some records.
    FREE: List = List {
        head: "UPDATE custom_values SET holder = id \
               WHERE org_id = ?1 AND object = ?2 AND field = ?3 AND id",
        tail: "",
        fixed: 3,
    };
    /// Takes them again.
    TAKE: List = List {
        head: "UPDATE custom_values SET holder = '' \
               WHERE org_id = ?1 AND object = ?2 AND field = ?3 AND id",
        tail: "",
        fixed: 3,
    };
}

/// Key, beside the value, of a text folded for comparison.
pub(crate) const FOLDED: &str = "~f";

/// The org's custom fields, oldest first.
///
/// # Errors
/// Of the database.
pub fn list(tx: &mut Tx<'_>, org: Id) -> Result<Vec<CustomField>> {
    tx.query(LIST, &[org.into()])?
        .into_iter()
        .map(|mut row| {
            serde_json::from_str(&row.string(0))
                .map_err(|e| Error::internal(format!("a custom field cannot be read: {e}")))
        })
        .collect()
}

/// Keeps a definition.
///
/// # Errors
/// `DUPLICATE_VALUE`, when the object has a field of that name.
pub fn define(tx: &mut Tx<'_>, org: Id, field: &CustomField, now: Timestamp) -> Result<()> {
    let text = serde_json::to_string(field).map_err(|e| Error::internal(e.to_string()))?;
    let name = field.name.to_ascii_lowercase();
    tx.execute(
        DEFINE,
        &[
            org.into(),
            field.object.as_str().into(),
            name.into(),
            text.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// The JSON of a record's custom values; NULL when there are none.
pub(crate) fn encode(record: &Record) -> Val {
    let mut map = Map::new();
    for (i, field) in custom(record) {
        let value = match record.at(i) {
            Value::Null => continue,
            Value::Bool(flag) => json!(flag),
            Value::Int(n) => json!(n),
            Value::Number(n) => json!(n),
            Value::Text(text) => {
                map.insert(format!("{}{FOLDED}", field.name), json!(fold(text)));
                json!(text)
            }
            Value::Date(date) => json!(date.to_string()),
            Value::DateTime(at) => json!(to_micros(*at)),
            Value::Id(id) => json!(id.as_str()),
        };
        map.insert(field.name.to_string(), value);
    }
    if map.is_empty() {
        Val::Null
    } else {
        Val::Text(serde_json::Value::Object(map).to_string())
    }
}

/// Reads the custom values back.
pub(crate) fn decode(record: &mut Record, text: Option<String>) {
    let map: Map<String, serde_json::Value> = text
        .and_then(|t| serde_json::from_str(&t).ok())
        .unwrap_or_default();
    let positions: Vec<usize> = custom(record).map(|(i, _)| i).collect();
    for i in positions {
        let field = &record.object().fields()[i];
        let value = map
            .get(field.name.as_ref())
            .map_or(Value::Null, |v| read(&field.ty, v));
        let value = match value {
            Value::Null if field.ty == FieldType::Boolean => Value::Bool(false),
            value => value,
        };
        record.set_at(i, value);
    }
}

/// One value as the custom JSON holds it.
pub(crate) fn read(ty: &FieldType, json: &serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match (ty, json) {
        (FieldType::Boolean, Json::Bool(flag)) => Value::Bool(*flag),
        (FieldType::DateTime, Json::Number(n)) => n
            .as_i64()
            .map_or(Value::Null, |n| Value::DateTime(from_micros(n))),
        (FieldType::Date, Json::String(text)) => text.parse().map_or(Value::Null, Value::Date),
        (_, Json::Number(n)) => n.as_f64().map_or(Value::Null, Value::Number),
        (_, Json::String(text)) => Value::text(text.as_str()),
        _ => Value::Null,
    }
}

/// The text under which an indexed value is found.
pub(crate) fn indexed_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Text(text) => fold(text),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(n) => n.to_string(),
        // Minus zero is zero.
        Value::Number(n) => (n + 0.0).to_string(),
        Value::Date(date) => date.to_string(),
        Value::DateTime(at) => to_micros(*at).to_string(),
        Value::Id(id) => id.as_str().to_owned(),
    })
}

/// Keeps the index of custom values; `changed` is `None` for new records.
pub(crate) fn index(
    tx: &mut Tx<'_>,
    org: Id,
    records: &[Record],
    changed: Option<&BTreeSet<usize>>,
) -> Result<()> {
    let Some(first) = records.first() else {
        return Ok(());
    };
    let object = first.object();
    let fields: Vec<(usize, &FieldDef)> = custom(first)
        .filter(|(i, f)| f.indexed && changed.is_none_or(|c| c.contains(i)))
        .collect();
    let ids: Vec<Val> = records.iter().map(|r| Val::from(r.id())).collect();
    let mut entries = Vec::new();
    for (i, field) in fields {
        let key = [org.into(), object.name.into(), field.name.as_ref().into()];
        if changed.is_some() {
            FORGET.execute(tx, &key, &ids)?;
        }
        for record in records {
            let (Some(text), Some(id)) = (indexed_text(record.at(i)), record.id()) else {
                continue;
            };
            let mut entry = key.to_vec();
            entry.extend([text.into(), holder(field, id), id.into()]);
            entries.push(entry);
        }
    }
    INDEX.write(tx, &entries)
}

/// One holder for all, so that the key keeps the value unique; else each record is its own.
fn holder(field: &FieldDef, id: Id) -> Val {
    if field.unique { "".into() } else { id.into() }
}

/// Frees the unique values of deleted records for others, or takes them again.
///
/// # Errors
/// `DUPLICATE_VALUE`, when a value to be taken again has another holder.
pub(crate) fn set_deleted(
    tx: &mut Tx<'_>,
    org: Id,
    object: &ObjectDef,
    ids: &[Val],
    deleted: bool,
) -> Result<()> {
    let statement = if deleted { FREE } else { TAKE };
    let unique = object
        .fields()
        .iter()
        .filter(|f| f.source == Source::Custom && f.unique);
    for field in unique {
        let key = [org.into(), object.name.into(), field.name.as_ref().into()];
        statement.execute(tx, &key, ids)?;
    }
    Ok(())
}

/// Removes a record from the index.
///
/// # Errors
/// Of the database.
pub(crate) fn remove(tx: &mut Tx<'_>, org: Id, object: &ObjectDef, id: Id) -> Result<()> {
    tx.execute(REMOVE, &[org.into(), object.name.into(), id.into()])
        .map(drop)
}

fn custom(record: &Record) -> impl Iterator<Item = (usize, &FieldDef)> {
    record
        .object()
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, f)| f.source == Source::Custom)
}
