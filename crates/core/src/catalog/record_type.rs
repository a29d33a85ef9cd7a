//! RecordType: the five record types of License, which follow its status (R-LIC-2).

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, object};
use super::picklist as p;
use crate::id::Id;

/// Ids and names, the same in every org.
const LICENSE: [(&str, &str); 5] = [
    ("012000000000LT1", "Trial"),
    ("012000000000LT2", "Active"),
    ("012000000000LT3", "Suspended"),
    ("012000000000LT4", "Expired"),
    ("012000000000LT5", "Uninstalled"),
];

/// The record types of License with their ids: Trial, Active, Suspended, Expired (described,
/// never assigned), Uninstalled. Name and DeveloperName are the same text.
///
/// # Panics
/// Never: the ids are constants, which a test parses.
#[must_use]
pub fn license_record_types() -> [(Id, &'static str); 5] {
    LICENSE.map(|(id, name)| match Id::from_stored(id) {
        Some(id) => (id, name),
        None => panic!("the record type id {id} is malformed"),
    })
}

/// The record type of a License with this status; `None` for a text that is no status.
#[must_use]
pub fn license_record_type(status: &str) -> Option<Id> {
    license_record_types()
        .into_iter()
        .find(|(_, name)| *name == status)
        .map(|(id, _)| id)
}

pub(super) fn define() -> ObjectDef {
    object("RecordType", "Record Type", "record_types")
        .prefix("012")
        .ops("r")
        .fields([
            field("Name", "Name", T::String(80), "CUIN !"),
            field("DeveloperName", "Record Type Name", T::String(80), "CU !"),
            field("NamespacePrefix", "Namespace Prefix", T::String(15), "n"),
            field("Description", "Description", T::String(255), "CUn"),
            field(
                "SobjectType",
                "SObject Type Name",
                T::Picklist(p::RECORD_TYPE_OBJECT, 40),
                "CR !",
            ),
            field("IsActive", "Active", T::Boolean, "UD").default(true),
        ])
        .audit()
        .unique(&["SobjectType", "DeveloperName"])
        .build()
}
