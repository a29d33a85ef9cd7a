//! Values as they come from and go to the outside: JSON, and the text of CSV and command line.
//!
//! Types, lengths and picklists are decided here; required fields, permissions and the objects'
//! own rules are not. Null passes: whether a field may be null is the save path's question.

mod number;
mod read;
mod write;

use serde_json::Value as Json;

use super::field::{FieldDef, FieldType, field};
use crate::error::{Error, Result};
use crate::value::Value;

pub use read::{day, from_json, from_text};
pub use write::{compound_json, encode_any, to_json};

/// Reads the default value of a custom field; what does not fit the type is null.
#[must_use]
pub fn from_json_loosely(ty: &FieldType, json: &Json) -> Value {
    try_default(ty, json).unwrap_or_default()
}

/// Reads a default value strictly.
///
/// # Errors
/// Those of [`from_json`].
pub(super) fn try_default(ty: &FieldType, json: &Json) -> Result<Value> {
    let flags = if matches!(ty, FieldType::Picklist(..)) {
        "R"
    } else {
        ""
    };
    let probe: FieldDef = field("default", "Default", ty.clone(), flags);
    from_json(&probe, json)
}

/// Reads a text that is no field of a record as one of one line is read: without the blanks around
/// it, `None` when there is nothing else.
///
/// # Errors
/// `STRING_TOO_LONG` beyond `most` characters, `FIELD_INTEGRITY_EXCEPTION` for a character that
/// cannot be stored; both name `member`.
pub fn line(member: &'static str, text: &str, most: u32) -> Result<Option<String>> {
    let probe: FieldDef = field(member, member, FieldType::String(most), "");
    let value = from_json(&probe, &Json::from(text))?;
    Ok(value.as_text().map(str::to_owned))
}

/// [`line()`] of a text that must be given.
///
/// # Errors
/// `REQUIRED_FIELD_MISSING` for a blank one, and those of [`line()`].
pub fn required_line(member: &'static str, text: &str, most: u32) -> Result<String> {
    line(member, text, most)?.ok_or_else(|| Error::missing([member]))
}

#[cfg(test)]
#[path = "input_properties.rs"]
mod properties;
#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
