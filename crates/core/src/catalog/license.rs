//! License: what one subscriber org may do with one package (R-LIC-1).

use super::field::{Derived, FieldDef, FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

/// Length of a text formula.
const FORMULA: u32 = 1300;

pub(super) fn define() -> ObjectDef {
    object("sfLma__License__c", "License", "licenses")
        .prefix("a0L")
        .generic()
        .ops("CUD u r s l m t")
        .recycle_bin()
        .fields([
            field("Name", "License Name", T::String(80), "DINA").indexed(),
            parts::owner(&["Group", "User"]).platform(),
            field(
                "RecordTypeId",
                "Record Type ID",
                T::reference(&["RecordType"], "RecordType"),
                "n",
            )
            .calculated(&["sfLma__Status__c"])
            .on_delete(OnDelete::Keep),
        ])
        .fields(terms())
        .fields(links())
        .fields(organization())
        .fields(own())
        .fields([
            parts::hidden("subscriber_zone", T::String(40)),
            parts::hidden("org_key", T::String(18)),
            parts::hidden("proxy_inactive", T::Boolean),
            parts::hidden("trial_granted_on", T::Date),
            parts::hidden_count("terms_revision"),
            parts::hidden_count("facts_revision"),
            parts::hidden_count("out_seq"),
        ])
        .audit()
        .activities()
        .viewed()
        .unique(&["sfLma__Package_License_ID__c"])
        .list("sfLma__Status__c", "sfLma__Expiration__c")
        .build()
}

/// What the publisher grants, and how it reads.
fn terms() -> Vec<FieldDef> {
    let text = |name: &'static str, label: &'static str, from: &'static [&'static str]| {
        field(name, label, T::String(FORMULA), "n").calculated(from)
    };
    vec![
        field(
            "sfLma__Status__c",
            "Status",
            T::Picklist(p::LICENSE_STATUS, 255),
            "CUnR",
        )
        .tracked()
        .indexed(),
        text(
            "sfLma__License_Status__c",
            "License Status",
            &["sfLma__Status__c"],
        ),
        field("sfLma__Seats__c", "Seats", T::Double(8, 0), "CUn")
            .default(-1.0)
            .tracked(),
        text(
            "sfLma__Licensed_Seats__c",
            "Licensed Seats",
            &["sfLma__Seats__c"],
        ),
        field(
            "sfLma__Used_Licenses__c",
            "Used Licenses",
            T::Double(18, 0),
            "CUn",
        )
        .platform(),
        field("sfLma__Expiration__c", "Expiration", T::Date, "CUn")
            .tracked()
            .indexed(),
        text(
            "sfLma__Expiration_Date__c",
            "Expiration Date",
            &["sfLma__Expiration__c"],
        ),
        field("sfLma__Install_Date__c", "Install Date", T::Date, "CUn")
            .platform()
            .indexed(),
        field(
            "sfLma__Last_Modified__c",
            "Information Current As Of",
            T::DateTime,
            "CUn",
        )
        .platform(),
        field(
            "sfLma__License_Type__c",
            "License Type",
            T::String(255),
            "CUn",
        )
        .platform(),
        text("sfLma__Help__c", "Help", &[]),
    ]
}

/// Prospect, customer, package.
fn links() -> Vec<FieldDef> {
    vec![
        field(
            "sfLma__Lead__c",
            "Lead",
            T::reference(&["Lead"], "sfLma__Lead__r"),
            "CUn",
        )
        .children("sfLma__R00N30000001JvRAEA0__r", OnDelete::SetNull)
        .platform(),
        field(
            "sfLma__Account__c",
            "Account",
            T::reference(&["Account"], "sfLma__Account__r"),
            "CUn",
        )
        .children("sfLma__R00N30000001JvRMEA0__r", OnDelete::SetNull),
        field(
            "sfLma__Contact__c",
            "Contact",
            T::reference(&["Contact"], "sfLma__Contact__r"),
            "CUn",
        )
        .children("sfLma__R00N30000001JvR6EAK__r", OnDelete::SetNull),
        field(
            "sfLma__Package__c",
            "Package",
            T::reference(&["sfLma__Package__c"], "sfLma__Package__r"),
            "CUn",
        )
        .children("sfLma__Licenses__r", OnDelete::SetNull)
        .platform(),
        field(
            "sfLma__Package_Version__c",
            "Package Version",
            T::reference(&["sfLma__Package_Version__c"], "sfLma__Package_Version__r"),
            "CUn",
        )
        .children("sfLma__R00N30000001JvQxEAK__r", OnDelete::SetNull)
        .platform()
        .tracked(),
        field(
            "sfLma__Version_Number__c",
            "Version Number",
            T::String(40),
            "CUn",
        )
        .platform(),
        field(
            "sfLma__Package_Version_Number__c",
            "Package Version Number",
            T::String(FORMULA),
            "n",
        )
        .calculated(&["sfLma__Version_Number__c"]),
    ]
}

/// The subscriber org. Several formulas only show what a stored field holds; of the two org
/// status fields the one called formula is the stored one.
fn organization() -> Vec<FieldDef> {
    let stored = |name: &'static str, label: &'static str, length: u32| {
        field(name, label, T::String(length), "CUn").platform()
    };
    let shown = |name: &'static str, label: &'static str, from: &'static [&'static str]| {
        field(name, label, T::String(FORMULA), "n").calculated(from)
    };
    vec![
        stored("sfLma__Subscriber_Org_ID__c", "Subscriber Org ID", 18).indexed(),
        field(
            "sfLma__Subscriber_Org_Is_Sandbox__c",
            "Subscriber Org Is Sandbox",
            T::Boolean,
            "CUD",
        )
        .platform(),
        field("sfLma__Is_Sandbox__c", "Sandbox", T::Boolean, "D")
            .calculated(&["sfLma__Subscriber_Org_Is_Sandbox__c"]),
        stored("sfLma__Org_Instance__c", "Org Instance", 6),
        shown(
            "sfLma__Instance__c",
            "Instance",
            &["sfLma__Org_Instance__c"],
        ),
        stored("sfLma__Org_Type__c", "Org Type", 40),
        shown(
            "sfLma__Org_Edition__c",
            "Org Edition",
            &["sfLma__Org_Type__c"],
        ),
        stored("sfLma__Org_Status_Formula__c", "Org Status Formula", 20),
        shown(
            "sfLma__Org_Status__c",
            "Org Status",
            &["sfLma__Org_Status_Formula__c"],
        ),
        stored("sfLma__Org_Trial_Expiration__c", "Org Trial Expiration", 15),
        shown(
            "sfLma__Trial_Expiration_Date__c",
            "Org Expiration Date",
            &["sfLma__Org_Trial_Expiration__c"],
        ),
        stored("sfLma__Package_License_ID__c", "Package License ID", 18),
        stored("sfLma__Proxy_User__c", "Proxy User", 40).indexed(),
    ]
}

/// Our own fields (behaviour.md §14).
fn own() -> Vec<FieldDef> {
    vec![
        field(
            "olma__Effective_Status__c",
            "Effective Status",
            T::Picklist(p::EFFECTIVE_STATUS, 255),
            "n",
        )
        .derived(
            Derived::EffectiveStatus,
            &["sfLma__Status__c", "sfLma__Expiration__c"],
        ),
        field(
            "olma__Access_Ends_At__c",
            "Access Ends At",
            T::DateTime,
            "n",
        )
        .calculated(&["sfLma__Expiration__c"])
        .indexed(),
        field(
            "olma__Available_Seats__c",
            "Available Seats",
            T::Double(18, 0),
            "n",
        )
        .calculated(&["sfLma__Seats__c", "sfLma__Used_Licenses__c"]),
        field(
            "olma__Days_To_Expiry__c",
            "Days To Expiry",
            T::Double(18, 0),
            "n",
        )
        .derived(Derived::DaysToExpiry, &["sfLma__Expiration__c"]),
        field(
            "olma__Sync_State__c",
            "Sync State",
            T::Picklist(p::SYNC_STATE, 40),
            "nR",
        ),
        field("olma__Sync_Error__c", "Sync Error", T::TextArea(255), "n"),
        field(
            "olma__Uninstalled_At__c",
            "Uninstalled At",
            T::DateTime,
            "n",
        ),
        field(
            "olma__Subscriber_Org_Name__c",
            "Subscriber Org Name",
            T::String(255),
            "CUn",
        )
        .platform(),
    ]
}
