//! PermissionSet: rights beside the profile; every profile owns one that holds its rights.

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("PermissionSet", "Permission Set", "permission_sets")
        .prefix("0PS")
        .ops("CUD s")
        .fields([
            field("Name", "API Name", T::String(80), "CU !"),
            field("Label", "Permission Set Name", T::String(80), "CUN !"),
            field("Description", "Description", T::String(255), "CUn"),
            field("IsOwnedByProfile", "Is Owned By Profile", T::Boolean, "D"),
            field(
                "ProfileId",
                "Profile ID",
                T::reference(&["Profile"], "Profile"),
                "n",
            )
            .on_delete(OnDelete::Cascade)
            .indexed(),
            field("IsCustom", "Is Custom", T::Boolean, "D").default(true),
            field(
                "Type",
                "Type",
                T::Picklist(p::PERMISSION_SET_TYPE, 40),
                "nR",
            )
            .default("Regular"),
            field("NamespacePrefix", "Namespace Prefix", T::String(15), "n"),
            parts::hidden("grants", T::TextArea(1_000_000)),
        ])
        .audit()
        .unique(&["Name"])
        .build()
}
