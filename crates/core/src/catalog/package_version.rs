//! Package Version: one uploaded version of a package (R-PKG-5).

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::parts;

pub(super) fn define() -> ObjectDef {
    object(
        "sfLma__Package_Version__c",
        "Package Version",
        "package_versions",
    )
    .prefix("a0V")
    .generic()
    .ops("CUD u r s l m t")
    .recycle_bin()
    .fields([
        parts::owner(&["Group", "User"]).platform(),
        field("Name", "Package Version Name", T::String(80), "CUnDIN")
            .platform()
            .indexed(),
        field(
            "sfLma__Package__c",
            "Package",
            T::reference(&["sfLma__Package__c"], "sfLma__Package__r"),
            "C !",
        )
        .children("sfLma__R00N30000001JvR7EAK__r", OnDelete::Cascade)
        .platform(),
        field("sfLma__Version__c", "Version", T::String(20), "CUn").platform(),
        field(
            "sfLma__Version_Number__c",
            "Version Number",
            T::String(20),
            "CUn",
        )
        .platform(),
        field("sfLma__Version_ID__c", "Version ID", T::String(18), "CUn")
            .platform()
            .indexed(),
        field("sfLma__Is_Beta__c", "Beta", T::Boolean, "CUD").platform(),
        field("sfLma__Release_Date__c", "Release Date", T::Date, "CUn").platform(),
        field("sfLma__Sequence__c", "Sequence", T::Double(18, 0), "CUn").platform(),
        field("sfLma__Help__c", "Help", T::String(1300), "n").calculated(&[]),
    ])
    .audit()
    .viewed()
    .build()
}
