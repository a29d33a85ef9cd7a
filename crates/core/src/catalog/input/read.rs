//! From outside to inside.

use serde_json::Value as Json;

use super::number;
use crate::catalog::field::{FieldDef, FieldType};
use crate::catalog::{Catalog, is_email};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::quote::beginning;
use crate::time::{self, Date, Timestamp};
use crate::value::Value;

/// Where a text came from, which decides the error for one that is not of the type.
#[derive(Clone, Copy)]
enum Door {
    Json,
    Text,
}

/// Reads a field's value from JSON. Text of blanks alone is null; a text of one line loses those
/// around it, one of several lines keeps them. Numbers may be written as text.
///
/// # Errors
/// One of `JSON_PARSER_ERROR` (wrong JSON type), `STRING_TOO_LONG`, `INVALID_EMAIL_ADDRESS`,
/// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, `MALFORMED_ID`, `NUMBER_OUTSIDE_VALID_RANGE`,
/// `FIELD_INTEGRITY_EXCEPTION` (look-up of the wrong object, U+0000 in text); all but the first
/// name the field.
pub fn from_json(field: &FieldDef, json: &Json) -> Result<Value> {
    match (&field.ty, json) {
        (FieldType::Boolean | FieldType::Address(_), Json::Null) => Err(wrong_json(field, json)),
        (_, Json::Null) => Ok(Value::Null),
        (FieldType::Boolean, Json::Bool(flag)) => Ok(Value::Bool(*flag)),
        (FieldType::AnyType, Json::Bool(_) | Json::Number(_)) => Ok(Value::Text(json.to_string())),
        (ty, Json::Number(n)) if numeric(ty) => {
            let value = n.as_f64().ok_or_else(|| wrong_json(field, json))?;
            if matches!(ty, FieldType::Int(_)) && value.fract() != 0.0 {
                return Err(wrong_json(field, json));
            }
            number::fit(field, value)
        }
        (_, Json::String(text)) => read(field, text, Door::Json),
        _ => Err(wrong_json(field, json)),
    }
}

/// Reads a field's value from the text of a CSV cell or the command line. Blank text is null,
/// for a checkbox false; whoever means "not given" leaves the cell out. Checkboxes take `true`,
/// `false`, `1`, `0`.
///
/// # Errors
/// As [`from_json`], with `INVALID_TYPE_ON_FIELD_IN_RECORD` for text that is not of the type.
pub fn from_text(field: &FieldDef, text: &str) -> Result<Value> {
    match (&field.ty, text.trim()) {
        (FieldType::Boolean, "" | "0") => Ok(Value::Bool(false)),
        (FieldType::Boolean, "1") => Ok(Value::Bool(true)),
        _ => read(field, text, Door::Text),
    }
}

fn read(field: &FieldDef, text: &str, door: Door) -> Result<Value> {
    let wrong = || match door {
        Door::Json => wrong_json(field, &Json::String(text.to_owned())),
        Door::Text => wrong_text(field, text),
    };
    if text.trim().is_empty() && field.ty != FieldType::Boolean {
        return Ok(Value::Null);
    }
    match &field.ty {
        FieldType::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong()),
        },
        FieldType::Int(_) => match text.trim().parse::<i64>() {
            Ok(_) => number::fit(field, number::parse(text).ok_or_else(wrong)?),
            Err(_) => Err(wrong()),
        },
        FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..) => {
            number::fit(field, number::parse(text).ok_or_else(wrong)?)
        }
        FieldType::Date => day(text).map(Value::Date).ok_or_else(wrong),
        FieldType::DateTime => instant(text).map(Value::DateTime).ok_or_else(wrong),
        FieldType::Id | FieldType::Reference { .. } => read_id(field, text),
        FieldType::AnyType => read_text(field, text).map(|value| super::encode_any(&value)),
        FieldType::Address(_) => Err(wrong()),
        FieldType::TextArea(_) => read_text(field, text),
        _ => read_text(field, text.trim()),
    }
}

/// The calendar of the original ends with the years 1700 and 4000; so does ours, which keeps the
/// day after any stored day a day.
fn within_calendar(year: i16) -> bool {
    (1700..=4000).contains(&year)
}

/// A day as all doors take it: `2026-01-31`, of the years 1700 to 4000.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let shape = text.len() == 10 && text.bytes().all(|c| c.is_ascii_digit() || c == b'-');
    let date: Date = shape.then(|| text.parse().ok()).flatten()?;
    within_calendar(date.year()).then_some(date)
}

fn instant(text: &str) -> Option<Timestamp> {
    let at = time::parse_instant(text)?;
    let year = time::day_in(at, &jiff::tz::TimeZone::UTC).year();
    within_calendar(year).then(|| time::from_micros(time::to_micros(at)))
}

fn read_id(field: &FieldDef, text: &str) -> Result<Value> {
    let of_wrong_type = |code| {
        Error::new(
            code,
            format!(
                "{}: id value of incorrect type: {}",
                field.label,
                beginning(text)
            ),
        )
        .field(&*field.name)
    };
    let id = Id::parse(text).map_err(|_| of_wrong_type(Code::MalformedId))?;
    let catalog = Catalog::standard();
    let fits = |name: &&str| {
        catalog
            .object(name)
            .and_then(|o| o.prefix)
            .is_none_or(|prefix| prefix == id.prefix())
    };
    let to = field.references();
    if to.is_empty() || to.iter().any(fits) {
        Ok(Value::Id(id))
    } else {
        Err(of_wrong_type(Code::FieldIntegrityException))
    }
}

fn read_text(field: &FieldDef, text: &str) -> Result<Value> {
    let refuse = |code, message: String| Err(Error::new(code, message).field(&*field.name));
    let label = &field.label;
    if let Some(c) = text.chars().find(|c| is_refused(*c)) {
        return refuse(
            Code::FieldIntegrityException,
            format!(
                "{label}: the character U+{:04X} cannot be stored",
                u32::from(c)
            ),
        );
    }
    if let Some(most) = field.ty.text_length().filter(|n| exceeds(text, *n)) {
        return refuse(
            Code::StringTooLong,
            format!(
                "{label}: data value too large: {} (max length={most})",
                beginning(text)
            ),
        );
    }
    match &field.ty {
        FieldType::Email(_) if !is_email(text) => refuse(
            Code::InvalidEmailAddress,
            format!("{label}: invalid email address: {}", beginning(text)),
        ),
        FieldType::Picklist(list, _) if field.restricted => match list.canonical(text) {
            Some(value) => Ok(Value::Text(value)),
            None => {
                let text = beginning(text);
                let message = format!("{label}: bad value for restricted picklist field: {text}");
                let code = Code::InvalidOrNullForRestrictedPicklist;
                Err(Error::new(code, message)
                    .fix(list.allowed())
                    .field(&*field.name))
            }
        },
        _ => Ok(Value::text(text)),
    }
}

/// Control characters have no place in a text, except for those that make lines and columns, which
/// are kept as sent.
fn is_refused(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// Has `text` more than `most` characters?
fn exceeds(text: &str, most: u32) -> bool {
    let most = most as usize;
    text.len() > most && text.chars().count() > most
}

fn numeric(ty: &FieldType) -> bool {
    matches!(
        ty,
        FieldType::Int(_)
            | FieldType::Double(..)
            | FieldType::Currency(..)
            | FieldType::Percent(..)
    )
}

fn wrong_text(field: &FieldDef, text: &str) -> Error {
    Error::new(
        Code::InvalidTypeOnFieldInRecord,
        format!(
            "{}: value not of required type: {}",
            field.label,
            beginning(text)
        ),
    )
    .field(&*field.name)
}

/// The original's parser names the token it met.
fn wrong_json(field: &FieldDef, json: &Json) -> Error {
    let token = match json {
        Json::Null => "VALUE_NULL value null".to_owned(),
        Json::Bool(true) => "VALUE_TRUE value true".to_owned(),
        Json::Bool(false) => "VALUE_FALSE value false".to_owned(),
        Json::Number(n) if n.is_f64() => format!("VALUE_NUMBER_FLOAT value {n}"),
        Json::Number(n) => format!("VALUE_NUMBER_INT value {n}"),
        Json::String(text) => format!("VALUE_STRING value {}", beginning(text)),
        Json::Array(_) => "START_ARRAY value [".to_owned(),
        Json::Object(_) => "START_OBJECT value {".to_owned(),
    };
    let ty = field.ty.name();
    Error::new(
        Code::JsonParserError,
        format!("Cannot deserialize instance of {ty} from {token}"),
    )
}
