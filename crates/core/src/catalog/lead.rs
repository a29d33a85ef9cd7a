//! Lead: who installed, or any other prospect.

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Lead", "Lead", "leads")
        .prefix("00Q")
        .generic()
        .ops("CUD u r s l m t g")
        .recycle_bin()
        .fields(parts::person_name("CU !"))
        .fields([
            field("Title", "Title", T::String(128), "CUn"),
            field("Company", "Company", T::String(255), "CU !").indexed(),
            field("Phone", "Phone", T::Phone(40), "CUn"),
            field("Email", "Email", T::Email(80), "CUnI").indexed(),
            field("Status", "Status", T::Picklist(p::LEAD_STATUS, 255), "CUD")
                .default("Open - Not Contacted"),
            field("OwnerId", "Owner ID", T::reference(&["Group", "User"], "Owner"), "CUD"),
        ])
        .fields(parts::address("", "Address"))
        .audit()
        .build()
}
