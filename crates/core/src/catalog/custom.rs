//! Custom fields (R-AUT-7): what an org declares beside the standard fields, and what makes a
//! definition valid. Nothing here may know where definitions are kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Catalog;
use super::field::{FieldDef, FieldType, Source, field};
use super::input::{from_json_loosely, required_line, try_default};
use super::picklist::Picklist;
use crate::error::{Code, Error, Result};
use crate::fold::fold;
use crate::quote::beginning;
use crate::value::Value;

/// Most characters of a name before `__c`.
const NAME_LENGTH: usize = 40;
/// Most characters of a label.
const LABEL_LENGTH: u32 = 40;
/// Most values of a picklist.
const PICKLIST_VALUES: usize = 1000;

/// The definition of a custom field (R-AUT-7), as stored and as sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the switches of a definition"
)]
pub struct CustomField {
    /// API name of the object.
    pub object: String,
    /// API name, ends in `__c`.
    pub name: String,
    /// Label.
    pub label: String,
    /// Type with its measures.
    #[serde(flatten)]
    pub ty: CustomType,
    /// Value when not given on create.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<serde_json::Value>,
    /// Must have a value.
    #[serde(default)]
    pub required: bool,
    /// Has an index.
    #[serde(default)]
    pub indexed: bool,
    /// Unique in the org.
    #[serde(default)]
    pub unique: bool,
    /// A key of some other system.
    #[serde(default)]
    pub external_id: bool,
}

/// The types of custom fields (R-AUT-7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum CustomType {
    /// One line of text.
    Text {
        /// Most characters, 1-255.
        length: u32,
    },
    /// Number with precision (digits in all, at most 18) and scale (after the point).
    Number {
        /// Digits in all.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// Calendar day.
    Date,
    /// Instant.
    Datetime,
    /// Checkbox.
    Checkbox,
    /// A choice of these values.
    Picklist {
        /// The values, in order.
        values: Vec<String>,
    },
    /// Email address.
    Email,
    /// Web address.
    Url,
}

impl CustomType {
    fn field_type(&self) -> FieldType {
        match self {
            CustomType::Text { length } => FieldType::String(*length),
            CustomType::Number { precision, scale } => FieldType::Double(*precision, *scale),
            CustomType::Date => FieldType::Date,
            CustomType::Datetime => FieldType::DateTime,
            CustomType::Checkbox => FieldType::Boolean,
            CustomType::Picklist { values } => {
                FieldType::Picklist(Picklist::own(values.clone()), 255)
            }
            CustomType::Email => FieldType::Email(80),
            CustomType::Url => FieldType::Url(255),
        }
    }
}

impl CustomField {
    /// Checks a new definition against the catalogue of its org; answers it as it is kept, its
    /// texts without the blanks around them.
    ///
    /// # Errors
    /// `INVALID_TYPE` for an object that does not exist, `INVALID_OPERATION` for one that takes
    /// no custom fields, `DUPLICATE_VALUE` for a name that is taken, `REQUIRED_FIELD_MISSING` and
    /// `STRING_TOO_LONG` for the label, `FIELD_INTEGRITY_EXCEPTION` naming the part of the
    /// definition that breaks a limit, and those of a value that does not fit for the default.
    pub fn checked(mut self, catalog: &Catalog) -> Result<CustomField> {
        let Some(object) = catalog.object(&self.object) else {
            let message = format!(
                "sObject type '{}' is not supported.",
                beginning(&self.object)
            );
            return Err(Error::new(Code::InvalidType, message).field("object"));
        };
        if !object.generic {
            let message = format!("{} takes no custom fields", object.label);
            return Err(Error::new(Code::InvalidOperation, message).field("object"));
        }
        if !well_named(&self.name) {
            return refuse(
                "name",
                "a field name has 1-40 letters, digits and single underscores, begins with a \
                 letter and ends in __c",
            );
        }
        if object.field(&self.name).is_some() {
            let message = format!("{} has a field {} already", object.label, self.name);
            return Err(Error::new(Code::DuplicateValue, message).field("name"));
        }
        self.label = required_line("label", &self.label, LABEL_LENGTH)?;
        if self.label.chars().any(char::is_control) {
            return refuse("label", "a label has 1-40 characters on one line");
        }
        self.ty = self.ty.checked()?;
        if (self.unique || self.external_id) && !self.ty.identifies() {
            let key = if self.unique { "unique" } else { "external_id" };
            return refuse(
                key,
                "only text, number and email fields can be unique or external ids",
            );
        }
        if let Some(default) = &self.default {
            try_default(&self.ty.field_type(), default).map_err(|mut error| {
                error.fields = vec!["default".to_owned()];
                error
            })?;
        }
        Ok(self)
    }
}

impl CustomType {
    /// Can its values tell records apart?
    fn identifies(&self) -> bool {
        matches!(
            self,
            CustomType::Text { .. } | CustomType::Number { .. } | CustomType::Email
        )
    }

    fn checked(self) -> Result<CustomType> {
        match self {
            CustomType::Text { length } if !(1..=255).contains(&length) => {
                refuse("length", "a text field has a length of 1-255 characters")
            }
            CustomType::Number { precision, .. } if !(1..=18).contains(&precision) => {
                refuse("precision", "a number has 1-18 digits")
            }
            CustomType::Number { precision, scale } if scale > precision => {
                refuse("scale", "a number has at most as many decimals as digits")
            }
            CustomType::Picklist { values } => Ok(CustomType::Picklist {
                values: picklist(&values)?,
            }),
            other => Ok(other),
        }
    }
}

fn picklist(values: &[String]) -> Result<Vec<String>> {
    if !(1..=PICKLIST_VALUES).contains(&values.len()) {
        return refuse("values", "a picklist has 1-1000 values");
    }
    let values: Vec<String> = values.iter().map(|v| v.trim().to_owned()).collect();
    let usable =
        |v: &String| !v.is_empty() && v.chars().count() <= 255 && !v.chars().any(char::is_control);
    if !values.iter().all(usable) {
        return refuse(
            "values",
            "a picklist value has 1-255 characters on one line",
        );
    }
    let mut folded: Vec<_> = values.iter().map(|v| fold(v)).collect();
    folded.sort_unstable();
    if folded.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse(
            "values",
            "the values of a picklist differ, also ignoring case",
        );
    }
    Ok(values)
}

/// `Region__c`: no namespace, no double underscore but the last.
fn well_named(name: &str) -> bool {
    let Some(stem) = name.strip_suffix("__c") else {
        return false;
    };
    (1..=NAME_LENGTH).contains(&stem.len())
        && stem.starts_with(|c: char| c.is_ascii_alphabetic())
        && stem.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_')
        && !stem.contains("__")
        && !stem.ends_with('_')
}

fn refuse<T>(part: &str, message: &str) -> Result<T> {
    Err(Error::new(Code::FieldIntegrityException, message).field(part))
}

impl FieldDef {
    pub(super) fn from_custom(custom: CustomField) -> FieldDef {
        let ty = custom.ty.field_type();
        FieldDef {
            name: Cow::Owned(custom.name),
            label: Cow::Owned(custom.label),
            column: String::new(),
            source: Source::Custom,
            createable: true,
            updateable: true,
            nillable: ty != FieldType::Boolean,
            defaulted: custom.default.is_some() || ty == FieldType::Boolean,
            id_lookup: custom.external_id,
            restricted: matches!(ty, FieldType::Picklist(..)),
            required: custom.required,
            indexed: custom.indexed || custom.unique || custom.external_id,
            unique: custom.unique,
            external_id: custom.external_id,
            default: match (&custom.default, &ty) {
                (Some(json), _) => from_json_loosely(&ty, json),
                (None, FieldType::Boolean) => Value::Bool(false),
                _ => Value::Null,
            },
            ..field("", "", ty, "")
        }
    }
}

#[cfg(test)]
#[path = "custom_tests.rs"]
mod tests;
