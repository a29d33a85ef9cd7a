//! From inside to outside.

use serde_json::{Map, Number, Value as Json};

use crate::catalog::field::{FieldDef, FieldType};
use crate::record::Record;
use crate::time;
use crate::value::Value;

/// Writes a value as the Salesforce-compatible doors show it (standard-objects.md §1.3): ids of
/// 18 characters, `5.0` for numbers that may have a fraction, instants in UTC with milliseconds.
#[must_use]
pub fn to_json(field: &FieldDef, value: &Value) -> Json {
    match (&field.ty, value) {
        (FieldType::Int(_), Value::Number(_)) => {
            value.as_int().map_or_else(|| double(value), Json::from)
        }
        (FieldType::Int(_), _) => plain(value),
        (FieldType::AnyType, Value::Text(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| plain(value))
        }
        (_, Value::Int(_)) => double(value),
        _ => plain(value),
    }
}

/// The JSON of a value by its own type.
fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(n) => Json::from(*n),
        Value::Number(_) => double(value),
        Value::Text(text) => Json::String(text.clone()),
        Value::Date(date) => Json::String(date.to_string()),
        Value::DateTime(at) => Json::String(time::format_rest(*at)),
        Value::Id(id) => Json::String(id.to_string()),
    }
}

fn double(value: &Value) -> Json {
    value
        .as_number()
        .and_then(Number::from_f64)
        .map_or(Json::Null, Json::Number)
}

/// Puts a compound together from its parts: an object, or null when every part is null, or when
/// `field` is no compound. Parts that `readable` refuses count as null.
#[must_use]
pub fn compound_json(
    record: &Record,
    field: &FieldDef,
    readable: impl Fn(&FieldDef) -> bool,
) -> Json {
    const PARTS: [(&str, &str); 8] = [
        ("city", "City"),
        ("country", "Country"),
        ("geocodeAccuracy", "GeocodeAccuracy"),
        ("latitude", "Latitude"),
        ("longitude", "Longitude"),
        ("postalCode", "PostalCode"),
        ("state", "State"),
        ("street", "Street"),
    ];
    let FieldType::Address(prefix) = field.ty else {
        return Json::Null;
    };
    let object = record.object();
    let mut out = Map::new();
    for (key, name) in PARTS {
        let part = object.index_of(&format!("{prefix}{name}"));
        let json = part
            .filter(|i| readable(&object.fields()[*i]))
            .map_or(Json::Null, |i| to_json(&object.fields()[i], record.at(i)));
        out.insert(key.to_owned(), json);
    }
    if out.values().all(Json::is_null) {
        Json::Null
    } else {
        Json::Object(out)
    }
}

/// The value that a field of type `anyType` holds for `value`: the JSON text of the scalar.
#[must_use]
pub fn encode_any(value: &Value) -> Value {
    let json = match value {
        Value::Null => return Value::Null,
        Value::Int(_) => double(value),
        other => plain(other),
    };
    Value::Text(json.to_string())
}
