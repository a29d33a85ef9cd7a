//! Custom fields (R-AUT-7): what an org declares beside the standard fields, and what makes a
//! definition valid. Nothing here may know where definitions are kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::field::{FieldDef, FieldType, Source, field};
use super::picklist::Picklist;
use crate::value::Value;

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
                (Some(json), _) => super::input::from_json_loosely(&ty, json),
                (None, FieldType::Boolean) => Value::Bool(false),
                _ => Value::Null,
            },
            ..field("", "", ty, "")
        }
    }
}
