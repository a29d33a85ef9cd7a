//! One field of a describe, with every key that a real answer has.

use std::sync::LazyLock;

use openlma_core::Value;
use openlma_core::catalog::input::to_json;
use openlma_core::catalog::{FieldDef, FieldType, ObjectDef, OnDelete, Source};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{Describer, Verbs};

/// Keys that have one value for every field.
static SAME: LazyLock<Map<String, Json>> = LazyLock::new(|| {
    let keys = json!({
        "aiPredictionField": false,
        "calculatedFormula": null,
        "caseSensitive": false,
        "controllerName": null,
        "defaultValueFormula": null,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "displayLocationInDecimal": false,
        "encrypted": false,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "highScaleNumber": false,
        "htmlFormatted": false,
        "inlineHelpText": null,
        "mask": null,
        "maskType": null,
        "queryByDistance": false,
        "referenceTargetField": null,
        "relationshipOrder": null,
        "searchPrefilterable": false,
        "writeRequiresMasterRead": false,
    });
    keys.as_object().cloned().unwrap_or_default()
});

/// A field as describe shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "one per describe key")]
pub(super) struct FieldBody {
    name: String,
    label: String,
    #[serde(rename = "type")]
    type_name: &'static str,
    soap_type: &'static str,
    length: u32,
    byte_length: u32,
    precision: u8,
    scale: u8,
    digits: u8,
    nillable: bool,
    createable: bool,
    updateable: bool,
    defaulted_on_create: bool,
    custom: bool,
    unique: bool,
    external_id: bool,
    id_lookup: bool,
    auto_number: bool,
    calculated: bool,
    name_field: bool,
    filterable: bool,
    sortable: bool,
    groupable: bool,
    aggregatable: bool,
    permissionable: bool,
    reference_to: &'static [&'static str],
    relationship_name: Option<String>,
    polymorphic_foreign_key: bool,
    name_pointing: bool,
    cascade_delete: bool,
    restricted_delete: bool,
    picklist_values: Vec<PicklistValue>,
    restricted_picklist: bool,
    default_value: Json,
    compound_field_name: Option<&'static str>,
    extra_type_info: Option<&'static str>,
    #[serde(flatten)]
    same: &'static Map<String, Json>,
}

/// One value of a picklist.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PicklistValue {
    active: bool,
    default_value: bool,
    label: String,
    valid_for: Option<String>,
    value: String,
}

impl FieldBody {
    pub(super) fn of(
        describer: &Describer<'_>,
        object: &ObjectDef,
        verbs: Verbs,
        field: &FieldDef,
    ) -> FieldBody {
        let (length, byte_length) = lengths(&field.ty);
        let (precision, scale, digits) = numbers(&field.ty);
        let (groupable, aggregatable) = summaries(&field.ty);
        let writable = !object.generic || describer.permissions.may_edit_field(object, field);
        let look_up = matches!(field.ty, FieldType::Reference { .. });
        FieldBody {
            name: field.name.to_string(),
            label: field.label.to_string(),
            type_name: field.ty.name(),
            soap_type: soap_type(&field.ty),
            length,
            byte_length,
            precision,
            scale,
            digits,
            nillable: field.nillable,
            createable: field.createable && verbs.create && writable,
            updateable: field.updateable && verbs.update && writable,
            defaulted_on_create: field.defaulted,
            custom: field.name.ends_with("__c"),
            unique: field.unique,
            external_id: field.external_id,
            id_lookup: field.id_lookup,
            auto_number: field.auto_number,
            calculated: field.formula(),
            name_field: field.name_field,
            filterable: field.ty.filterable(),
            sortable: field.ty.sortable(),
            groupable,
            aggregatable,
            permissionable: field.permissionable(),
            reference_to: field.references(),
            relationship_name: field.relationship().map(str::to_owned),
            polymorphic_foreign_key: field.polymorphic(),
            name_pointing: field.polymorphic(),
            cascade_delete: look_up && field.on_delete == OnDelete::Cascade,
            restricted_delete: look_up && field.on_delete == OnDelete::Restrict,
            picklist_values: picklist_values(field),
            restricted_picklist: field.restricted,
            default_value: default_value(field),
            compound_field_name: field.part_of,
            extra_type_info: extra_type_info(object, field),
            same: &SAME,
        }
    }
}

fn soap_type(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Id | FieldType::Reference { .. } => "tns:ID",
        FieldType::Boolean => "xsd:boolean",
        FieldType::Int(_) => "xsd:int",
        FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..) => "xsd:double",
        FieldType::Date => "xsd:date",
        FieldType::DateTime => "xsd:dateTime",
        FieldType::AnyType => "xsd:anyType",
        FieldType::Address(_) => "urn:address",
        _ => "xsd:string",
    }
}

/// Length in characters and in bytes.
fn lengths(ty: &FieldType) -> (u32, u32) {
    match ty {
        FieldType::Id | FieldType::Reference { .. } => (18, 18),
        _ => ty.text_length().map_or((0, 0), |n| (n, n * 3)),
    }
}

/// Precision and scale, or digits.
fn numbers(ty: &FieldType) -> (u8, u8, u8) {
    match ty {
        FieldType::Double(precision, scale)
        | FieldType::Currency(precision, scale)
        | FieldType::Percent(precision, scale) => (*precision, *scale, 0),
        FieldType::Int(digits) => (0, 0, *digits),
        _ => (0, 0, 0),
    }
}

/// Groupable and aggregatable.
fn summaries(ty: &FieldType) -> (bool, bool) {
    match ty {
        FieldType::Boolean => (true, false),
        FieldType::AnyType | FieldType::Address(_) => (false, false),
        FieldType::TextArea(n) if *n > 255 => (false, false),
        FieldType::Combobox(_)
        | FieldType::Double(..)
        | FieldType::Currency(..)
        | FieldType::Percent(..)
        | FieldType::DateTime => (false, true),
        _ => (true, true),
    }
}

/// The text chosen beforehand in a picklist.
fn chosen(field: &FieldDef) -> Option<&str> {
    match &field.ty {
        FieldType::Picklist(list, _) => field.default.as_text().or(list.default_value()),
        _ => None,
    }
}

fn picklist_values(field: &FieldDef) -> Vec<PicklistValue> {
    let FieldType::Picklist(list, _) = &field.ty else {
        return Vec::new();
    };
    let chosen = chosen(field);
    list.values()
        .map(|value| PicklistValue {
            active: true,
            default_value: chosen == Some(value),
            label: value.to_owned(),
            valid_for: None,
            value: value.to_owned(),
        })
        .collect()
}

fn default_value(field: &FieldDef) -> Json {
    match field.ty {
        FieldType::Boolean => to_json(field, &Value::Bool(field.default.is_true())),
        _ => chosen(field).map_or(Json::Null, Json::from),
    }
}

fn extra_type_info(object: &ObjectDef, field: &FieldDef) -> Option<&'static str> {
    let person_name = field.name_field && field.source == Source::Calculated;
    match &field.ty {
        _ if field.part_of == Some("Name") || person_name => Some("personname"),
        _ if object.name == "Account" && field.name_field => Some("switchablepersonname"),
        FieldType::TextArea(_) => Some("plaintextarea"),
        FieldType::Url(_) if field.name.ends_with("PhotoUrl") => Some("imageurl"),
        _ => None,
    }
}
