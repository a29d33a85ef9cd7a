//! LeadStatus: the values of `Lead.Status`, and which of them end a conversion.

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, object};

/// A row of LeadStatus with which every org begins: label, default, converted.
pub type LeadStatusSeed = (&'static str, bool, bool);

/// The rows in their sort order, which begins at 1. A test holds them to the picklist.
pub const LEAD_STATUSES: [LeadStatusSeed; 4] = [
    ("Open - Not Contacted", true, false),
    ("Working - Contacted", false, false),
    ("Closed - Converted", false, true),
    ("Closed - Not Converted", false, false),
];

pub(super) fn define() -> ObjectDef {
    object("LeadStatus", "Lead Status Value", "lead_statuses")
        .prefix("01J")
        .fields([
            field("MasterLabel", "Master Label", T::String(255), "nN"),
            field("ApiName", "API Name", T::String(255), "I"),
            field("SortOrder", "Sort Order", T::Int(9), "n"),
            field("IsDefault", "Is Default", T::Boolean, "D"),
            field("IsConverted", "Converted", T::Boolean, "D"),
        ])
        .audit()
        .unique(&["ApiName"])
        .build()
}
