//! One record as JSON: attributes first, then the fields that the caller may read. Knows nothing
//! of HTTP.

use jiff::tz::TimeZone;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::input::{compound_json, to_json};
use openlma_core::catalog::{ObjectDef, Source};
use openlma_core::quote::beginning;
use openlma_core::rules::derived;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Record};
use serde_json::{Map, Value as Json, json};

use super::address::Version;

/// Positions of the fields to show: those that are named (`Id` comes last if it is not), or all.
///
/// # Errors
/// `INVALID_FIELD` for a name that is no field, or none that the caller may read.
pub(super) fn wanted(
    object: &ObjectDef,
    access: &dyn FieldAccess,
    named: Option<&str>,
) -> Result<Vec<usize>, Error> {
    let readable = |i: &usize| access.may_read_field(object, &object.fields()[*i]);
    let Some(named) = named else {
        return Ok((0..object.fields().len()).filter(readable).collect());
    };
    let mut out = Vec::new();
    for name in named.split(',').map(str::trim).chain(["Id"]) {
        let position = object.index_of(name).filter(readable).ok_or_else(|| {
            Error::new(
                Code::InvalidField,
                format!(
                    "No such column '{}' on sobject of type {}",
                    beginning(name),
                    object.name
                ),
            )
        })?;
        if !out.contains(&position) {
            out.push(position);
        }
    }
    Ok(out)
}

/// What a record is shown with besides its values.
pub(super) struct View<'a> {
    /// What the caller may read.
    pub(super) access: &'a dyn FieldAccess,
    /// The zone in which today is meant.
    pub(super) zone: &'a TimeZone,
    /// The moment of the answer.
    pub(super) now: Timestamp,
    /// The version of the address.
    pub(super) version: &'a Version,
}

/// The record with the fields at these positions.
pub(super) fn record_json(record: &Record, fields: &[usize], view: &View<'_>) -> Json {
    let object = record.object();
    let mut out = Map::with_capacity(fields.len() + 1);
    let mut attributes = json!({"type": object.name});
    if let Some(id) = record.id() {
        attributes["url"] = view.version.record(object.name, id).into();
    }
    out.insert("attributes".to_owned(), attributes);
    for i in fields {
        let field = &object.fields()[*i];
        let json = match field.source {
            Source::Derived(what) => {
                let value = derived(record, what, view.zone, view.now);
                to_json(field, &value)
            }
            Source::Compound => compound_json(record, field, |part| {
                view.access.may_read_field(object, part)
            }),
            _ => to_json(field, record.at(*i)),
        };
        out.insert(field.name.to_string(), json);
    }
    Json::Object(out)
}

#[cfg(test)]
#[path = "record_json_tests.rs"]
mod tests;
