//! Profile: what a user may do; every user has one (R-SEC-1).

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, object};
use super::picklist as p;

pub(super) fn define() -> ObjectDef {
    object("Profile", "Profile", "profiles")
        .plural("Profile")
        .prefix("00e")
        .ops("CUD r s")
        .fields([
            field("Name", "Name", T::String(255), "CUIN !"),
            field("UserType", "User Type", T::Picklist(p::USER_TYPE, 40), "nR").default("Standard"),
            field("Description", "Description", T::String(255), "CUn"),
        ])
        .audit()
        .unique(&["Name"])
        .build()
}
