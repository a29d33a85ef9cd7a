//! Custom fields: what may be declared, and what their values may be.

use serde_json::{Value as Json, json};

use super::CustomField;
use crate::catalog::{Catalog, FieldType, Source};
use crate::error::Code;
use crate::record::Record;
use crate::value::Value;

fn definition(change: Json) -> CustomField {
    let mut json = json!({
        "object": "Lead", "name": "Region__c", "label": "Region", "type": "text", "length": 20,
    });
    for (key, value) in change.as_object().unwrap() {
        json[key] = value.clone();
    }
    serde_json::from_value(json).unwrap()
}

fn refusal(change: Json) -> (Code, Vec<String>) {
    let error = definition(change).checked(Catalog::standard()).unwrap_err();
    (error.code, error.fields)
}

/// R-AUT-7: every type can be defined, is written as it was read, and becomes a field.
#[test]
fn r_aut_7_every_type_becomes_a_field() {
    for (change, name) in [
        (json!({}), "string"),
        (
            json!({"type": "number", "precision": 18, "scale": 2, "unique": true}),
            "double",
        ),
        (json!({"type": "date"}), "date"),
        (json!({"type": "datetime", "indexed": true}), "datetime"),
        (json!({"type": "checkbox", "default": true}), "boolean"),
        (
            json!({"type": "picklist", "values": ["North", "South"], "default": "north"}),
            "picklist",
        ),
        (json!({"type": "email", "external_id": true}), "email"),
        (json!({"type": "url", "required": true}), "url"),
    ] {
        let custom = definition(change);
        let custom = custom.checked(Catalog::standard()).unwrap();
        let text = serde_json::to_string(&custom).unwrap();
        assert_eq!(serde_json::from_str::<CustomField>(&text).unwrap(), custom);

        let catalog = Catalog::standard().with_custom(&[custom]);
        let field = catalog.known("Lead").field("region__C").unwrap();
        assert_eq!((field.ty.name(), field.source), (name, Source::Custom));
        assert!(field.createable && field.updateable && !field.stored());
    }
}

/// R-AUT-7: only the org's own catalogue has the field; defaults take part in new records.
#[test]
fn r_aut_7_a_custom_field_joins_the_object() {
    let custom = definition(json!({"object": "lead", "default": "Nowhere"}));
    let catalog = Catalog::standard().with_custom(&[custom]);
    assert!(
        Catalog::standard()
            .known("Lead")
            .field("Region__c")
            .is_none()
    );
    assert!(catalog.known("Contact").field("Region__c").is_none());
    let record = Record::with_defaults(catalog.known("Lead"));
    assert_eq!(record.get("Region__c"), &Value::from("Nowhere"));
    assert_eq!(
        catalog.known("Lead").fields().last().unwrap().name,
        "Region__c"
    );
}

/// R-AUT-7: a picklist keeps to its values, in its own spelling.
#[test]
fn r_aut_7_picklists_are_restricted() {
    let custom = definition(json!({"type": "picklist", "values": ["North"], "default": "north"}));
    let catalog = Catalog::standard().with_custom(&[custom]);
    let field = catalog.known("Lead").field("Region__c").unwrap();
    assert!(field.restricted && matches!(field.ty, FieldType::Picklist(..)));
    assert_eq!(field.default, Value::from("North"));
}

/// R-AUT-7: names, labels and measures have limits.
#[test]
fn r_aut_7_limits() {
    let wrong = |change, part: &str| {
        assert_eq!(
            refusal(change),
            (Code::FieldIntegrityException, vec![part.to_owned()])
        );
    };
    let long = format!("{}__c", "a".repeat(41));
    for name in [
        "Region", "__c", "1a__c", "a__b__c", "a___c", "a b__c", "ü__c", &long,
    ] {
        wrong(json!({"name": name}), "name");
    }
    wrong(json!({"label": "a\nb"}), "label");
    let of_label = |label: String| refusal(json!({"label": label})).0;
    assert_eq!(of_label(" \t".into()), Code::RequiredFieldMissing);
    assert_eq!(of_label("x".repeat(41)), Code::StringTooLong);
    wrong(json!({"length": 0}), "length");
    wrong(json!({"length": 256}), "length");
    wrong(
        json!({"type": "number", "precision": 19, "scale": 0}),
        "precision",
    );
    wrong(
        json!({"type": "number", "precision": 0, "scale": 0}),
        "precision",
    );
    wrong(
        json!({"type": "number", "precision": 3, "scale": 4}),
        "scale",
    );
    wrong(json!({"type": "picklist", "values": []}), "values");
    wrong(json!({"type": "picklist", "values": ["a", " "]}), "values");
    wrong(json!({"type": "picklist", "values": ["a", " A"]}), "values");
    wrong(json!({"type": "checkbox", "unique": true}), "unique");
    wrong(json!({"type": "date", "external_id": true}), "external_id");
}

/// R-AUT-7: only generic objects take custom fields, each name once, a default must fit.
#[test]
fn r_aut_7_object_name_and_default() {
    let part = |name: &str| vec![name.to_owned()];
    assert_eq!(
        refusal(json!({"object": "Nothing"})),
        (Code::InvalidType, part("object"))
    );
    assert_eq!(
        refusal(json!({"object": "User"})),
        (Code::InvalidOperation, part("object"))
    );
    assert_eq!(
        refusal(json!({"default": "x".repeat(21)})),
        (Code::StringTooLong, part("default"))
    );
    assert_eq!(
        refusal(json!({"type": "picklist", "values": ["a"], "default": "b"})),
        (Code::InvalidOrNullForRestrictedPicklist, part("default"))
    );
    let catalog = Catalog::standard().with_custom(&[definition(json!({}))]);
    let again = definition(json!({"name": "REGION__c"}))
        .checked(&catalog)
        .unwrap_err();
    assert_eq!(again.code, Code::DuplicateValue);
}
