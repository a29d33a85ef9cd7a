//! Child relationships and record types of a describe.

use openlma_core::catalog::{ObjectDef, OnDelete, license_record_types, names};
use serde::Serialize;
use serde_json::{Value, json};

use super::Describer;

/// The record type that every object has.
const MASTER: &str = "012000000000000AAA";

/// A look-up of another object that points here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChildRelationship {
    cascade_delete: bool,
    #[serde(rename = "childSObject")]
    child_sobject: &'static str,
    deprecated_and_hidden: bool,
    field: String,
    junction_id_list_names: [&'static str; 0],
    junction_reference_to: [&'static str; 0],
    relationship_name: Option<&'static str>,
    restricted_delete: bool,
}

/// The look-ups that point at the object, as far as the caller may read them.
pub(super) fn children(describer: &Describer<'_>, object: &ObjectDef) -> Vec<ChildRelationship> {
    describer
        .catalog
        .children_of(object.name)
        .filter(|(child, look_up)| describer.sees(child, look_up))
        .map(|(child, look_up)| ChildRelationship {
            cascade_delete: look_up.on_delete == OnDelete::Cascade,
            child_sobject: child.name,
            deprecated_and_hidden: false,
            field: look_up.name.to_string(),
            junction_id_list_names: [],
            junction_reference_to: [],
            relationship_name: look_up.child_name,
            restricted_delete: look_up.on_delete == OnDelete::Restrict,
        })
        .collect()
}

/// The record types: those of License, which follow its status (R-LIC-2) and so are nobody's to
/// choose, and Master at the end.
pub(super) fn record_types(describer: &Describer<'_>, object: &ObjectDef) -> Vec<Value> {
    let info = |name: &str, id: &str, master: bool| {
        let layout = format!("sobjects/{}/describe/layouts/{id}", object.name);
        json!({
            "active": true,
            "available": master,
            "defaultRecordTypeMapping": master,
            "developerName": name,
            "master": master,
            "name": name,
            "recordTypeId": id,
            "urls": {"layout": describer.version.path(&layout)},
        })
    };
    let mut out = Vec::new();
    if object.name == names::LICENSE {
        let own = license_record_types();
        out.extend(own.map(|(id, name)| info(name, &id.to_string(), false)));
    }
    out.push(info("Master", MASTER, true));
    out
}
