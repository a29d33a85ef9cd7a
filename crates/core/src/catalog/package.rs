//! Package: a managed package as the publisher's business org knows it (R-PKG-5).

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("sfLma__Package__c", "Package", "packages")
        .prefix("a0P")
        .generic()
        .ops("CUD u r s l m t")
        .recycle_bin()
        .fields([
            parts::owner(&["Group", "User"]).platform(),
            field("Name", "Package Name", T::String(80), "CUnDIN")
                .platform()
                .indexed(),
            field("sfLma__Package_ID__c", "Package ID", T::String(18), "CUn")
                .platform()
                .indexed(),
            field(
                "sfLma__Developer_Name__c",
                "Developer Name",
                T::String(80),
                "CUn",
            )
            .platform(),
            field(
                "sfLma__Developer_Org_ID__c",
                "Developer Org ID",
                T::String(18),
                "CUn",
            )
            .platform(),
            field(
                "sfLma__Latest_Version__c",
                "Latest Version",
                T::String(20),
                "CUn",
            )
            .platform(),
            field(
                "sfLma__Lead_Manager__c",
                "Lead Manager",
                T::reference(&["User"], "sfLma__Lead_Manager__r"),
                "CUn",
            )
            .children("sfLma__R00N30000001JvRJEA0__r", OnDelete::SetNull),
            field("sfLma__Release_Date__c", "Release Date", T::Date, "CUn").platform(),
            field(
                "sfLma__Last_License_Refresh__c",
                "Last License Refresh",
                T::Date,
                "CUn",
            )
            .platform(),
            field(
                "sfLma__Next_Available_Refresh__c",
                "Next Available Refresh",
                T::Date,
                "n",
            )
            .calculated(&["sfLma__Last_License_Refresh__c"]),
            field("sfLma__Help__c", "Help", T::String(1300), "n").calculated(&[]),
            field("olma__Namespace__c", "Namespace", T::String(15), "CUn")
                .platform()
                .indexed(),
            field(
                "olma__Registration_State__c",
                "Registration State",
                T::Picklist(p::REGISTRATION_STATE, 40),
                "nR",
            ),
        ])
        .audit()
        .activities()
        .viewed()
        .build()
}
