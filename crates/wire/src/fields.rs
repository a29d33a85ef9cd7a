//! Custom fields (R-AUT-7).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// The definition of a custom field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// API name of the object.
    #[schema(example = "sfLma__License__c")]
    pub object: String,
    /// API name; ends in `__c`.
    #[schema(example = "Cost_Center__c")]
    pub name: String,
    /// Label.
    pub label: String,
    /// Type.
    #[serde(rename = "type")]
    #[schema(value_type = words::FieldType)]
    pub kind: String,
    /// With `text`: most characters, 1-255.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// With `number`: digits in all, 1-18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<u8>,
    /// With `number`: digits after the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<u8>,
    /// With `picklist`: the values, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
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
