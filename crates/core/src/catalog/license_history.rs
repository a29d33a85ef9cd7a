//! License history: who changed which tracked field of a license, from what to what.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::picklist as p;

pub(super) fn define() -> ObjectDef {
    object(
        "sfLma__License__History",
        "License History",
        "license_histories",
    )
    .plural("License History")
    .prefix("017")
    .ops("r")
    .recycle_bin()
    .fields([
        field(
            "ParentId",
            "License ID",
            T::reference(&["sfLma__License__c"], "Parent"),
            "",
        )
        .children("Histories", OnDelete::Cascade),
        field(
            "CreatedById",
            "Created By ID",
            T::reference(&["User"], "CreatedBy"),
            "D",
        )
        .on_delete(OnDelete::Keep),
        field("CreatedDate", "Created Date", T::DateTime, "D").indexed(),
        field(
            "Field",
            "Changed Field",
            T::Picklist(p::HISTORY_FIELD, 255),
            "R",
        ),
        field(
            "DataType",
            "Datatype",
            T::Picklist(p::HISTORY_DATA_TYPE, 40),
            "nR",
        ),
        field("OldValue", "Old Value", T::AnyType, "n"),
        field("NewValue", "New Value", T::AnyType, "n"),
    ])
    .index(&["ParentId", "CreatedDate"])
    .build()
}
