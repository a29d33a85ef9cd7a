//! Field history: one row for the creation, one (two for look-ups) for each tracked change.

use std::collections::BTreeMap;
use std::sync::Arc;

use openlma_core::catalog::input::encode_any;
use openlma_core::catalog::{Catalog, FieldDef, FieldType, ObjectDef};
use openlma_core::id::{IdRun, prefix};
use openlma_core::{Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::Saving;

/// The history object of an object, if it has one.
fn history_of(object: &ObjectDef) -> Option<&'static Arc<ObjectDef>> {
    let name = format!("{}__History", object.name.strip_suffix("__c")?);
    Catalog::standard().object(&name)
}

pub(super) fn created(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    records: &[Record],
) -> Result<()> {
    let Some(history) = records.first().and_then(|r| history_of(r.object())) else {
        return Ok(());
    };
    let rows: Vec<Record> = records
        .iter()
        .filter_map(Record::id)
        .map(|parent| row(saving, ids, history, parent, "created", None))
        .collect();
    records::insert(tx, saving.org(), &rows)
}

pub(super) fn changed(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    pairs: &[(&Record, &Record)],
) -> Result<()> {
    let Some(history) = history_of(object) else {
        return Ok(());
    };
    let names = names(tx, saving, object, pairs)?;
    let mut rows = Vec::new();
    for (before, after) in pairs {
        let Some(parent) = after.id() else { continue };
        for (i, field) in object
            .tracked()
            .filter(|(i, _)| before.at(*i) != after.at(*i))
        {
            let (old, new) = (before.at(i), after.at(i));
            let mut add = |data_type, old, new| {
                let change = Some((data_type, old, new));
                rows.push(row(saving, ids, history, parent, &field.name, change));
            };
            if field.references().is_empty() {
                add(data_type(field), encode_any(old), encode_any(new));
            } else {
                let name = |v: &Value| {
                    v.as_id()
                        .and_then(|id| names.get(&id))
                        .map_or(Value::Null, |name| encode_any(&Value::text(name.as_str())))
                };
                add("Text", name(old), name(new));
                add("EntityId", encode_any(old), encode_any(new));
            }
        }
    }
    records::insert(tx, saving.org(), &rows)
}

/// Notes in a record's history what is no change of a field, with a text.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    record: &Record,
    what: &str,
    text: Option<&str>,
) -> Result<()> {
    let (Some(history), Some(parent)) = (history_of(record.object()), record.id()) else {
        return Ok(());
    };
    let text = text.map_or(Value::Null, |text| encode_any(&Value::text(text)));
    let change = Some(("Text", Value::Null, text));
    let row = row(saving, ids, history, parent, what, change);
    records::insert(tx, saving.org(), &[row])
}

fn row(
    saving: &Saving<'_>,
    ids: &mut IdRun,
    history: &Arc<ObjectDef>,
    parent: Id,
    field: &str,
    change: Option<(&'static str, Value, Value)>,
) -> Record {
    let mut record = Record::with_defaults(history);
    record.set("Id", ids.next(prefix::HISTORY));
    record.set("ParentId", parent);
    record.set("CreatedById", saving.writer.user);
    record.set("CreatedDate", saving.now);
    record.set("Field", field);
    if let Some((data_type, old, new)) = change {
        record.set("DataType", data_type);
        record.set("OldValue", old);
        record.set("NewValue", new);
    }
    record
}

/// The names of the records that changed look-ups point at, in one statement an object.
fn names(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &ObjectDef,
    pairs: &[(&Record, &Record)],
) -> Result<BTreeMap<Id, String>> {
    let mut wanted: BTreeMap<&str, Vec<Id>> = BTreeMap::new();
    for (i, _) in object.tracked().filter(|(_, f)| !f.references().is_empty()) {
        for (before, after) in pairs.iter().filter(|(b, a)| b.at(i) != a.at(i)) {
            for id in [before.at(i), after.at(i)]
                .into_iter()
                .filter_map(Value::as_id)
            {
                let name = Catalog::standard()
                    .by_prefix(id.prefix())
                    .map_or("", |o| o.name);
                wanted.entry(name).or_default().push(id);
            }
        }
    }
    let mut names = BTreeMap::new();
    for (name, ids) in wanted {
        let Some(target) = Catalog::standard().object(name) else {
            continue;
        };
        for record in records::load(tx, saving.org(), target, &ids, Lock::No)? {
            let name = target
                .name_field()
                .and_then(|f| record.get(&f.name).as_text());
            if let (Some(id), Some(name)) = (record.id(), name) {
                names.insert(id, name.to_owned());
            }
        }
    }
    Ok(names)
}

fn data_type(field: &FieldDef) -> &'static str {
    match &field.ty {
        FieldType::Picklist(..) => "DynamicEnum",
        FieldType::Double(..) | FieldType::Int(_) => "Double",
        FieldType::Currency(..) => "Currency",
        FieldType::Percent(..) => "Percent",
        FieldType::Date => "DateOnly",
        FieldType::DateTime => "DateTime",
        FieldType::Boolean => "Boolean",
        FieldType::Email(_) => "Email",
        FieldType::Phone(_) => "Phone",
        _ => "Text",
    }
}
