//! What pages show of each object: tabs, columns, labels; `record_layout` has what is on the page
//! of a record. Declarations only; whoever may not read a field or an object does not see it,
//! whatever stands here.

use openlma_core::catalog::{FieldDef, ObjectDef, names};

/// The tabs of an org's app.
pub(super) fn tabs(business: bool) -> &'static [&'static str] {
    if business {
        &[
            names::PACKAGE,
            names::PACKAGE_VERSION,
            names::LICENSE,
            names::LEAD,
            names::ACCOUNT,
            names::CONTACT,
        ]
    } else {
        &[names::PACKAGE_LICENSE, names::USER]
    }
}

/// What the list of an object is called.
pub(super) fn plural(object: &ObjectDef) -> &'static str {
    match object.name {
        names::PACKAGE_LICENSE => "Installed Packages",
        _ => object.plural,
    }
}

/// When an empty list will have something in it.
pub(super) fn when_filled(object: &ObjectDef) -> &'static str {
    match object.name {
        names::PACKAGE | names::PACKAGE_VERSION => {
            "They appear by themselves when a package is registered with this org."
        }
        names::LICENSE => "One appears with every install of a package registered with this org.",
        names::LEAD => {
            "One appears with every install of your packages, and they can be made by hand."
        }
        names::PACKAGE_LICENSE => "They appear when a package is installed in this org.",
        _ => "They appear here as soon as there are any.",
    }
}

/// History of licenses.
pub(super) const HISTORY: &str = "sfLma__License__History";

/// The columns of a list, the record's name first.
pub(super) fn columns(object: &ObjectDef) -> Vec<&str> {
    let chosen = match object.name {
        names::LICENSE => LICENSE,
        names::PACKAGE => PACKAGE,
        names::PACKAGE_VERSION => PACKAGE_VERSION,
        names::LEAD => LEAD,
        names::ACCOUNT => ACCOUNT,
        names::CONTACT => CONTACT,
        names::OPPORTUNITY => OPPORTUNITY,
        names::TASK => TASK,
        names::USER => USER,
        names::PACKAGE_LICENSE => PACKAGE_LICENSE,
        names::USER_PACKAGE_LICENSE => USER_PACKAGE_LICENSE,
        HISTORY => CHANGES,
        _ => return usual_columns(object),
    };
    chosen.to_vec()
}

const LICENSE: &[&str] = &[
    "Name",
    "olma__Subscriber_Org_Name__c",
    "sfLma__Package__c",
    "sfLma__Package_Version_Number__c",
    "olma__Effective_Status__c",
    "sfLma__Seats__c",
    "sfLma__Expiration__c",
    "sfLma__Install_Date__c",
    "olma__Sync_State__c",
];

const PACKAGE: &[&str] = &[
    "Name",
    "sfLma__Developer_Name__c",
    "sfLma__Latest_Version__c",
    "sfLma__Release_Date__c",
    "sfLma__Lead_Manager__c",
    "sfLma__Package_ID__c",
];

const PACKAGE_VERSION: &[&str] = &[
    "Name",
    "sfLma__Package__c",
    "sfLma__Version_Number__c",
    "sfLma__Is_Beta__c",
    "sfLma__Release_Date__c",
    "sfLma__Version_ID__c",
];

const LEAD: &[&str] = &[
    "Name",
    "Company",
    "Status",
    "Email",
    "LeadSource",
    "OwnerId",
    "CreatedDate",
];

const ACCOUNT: &[&str] = &[
    "Name",
    "Type",
    "Industry",
    "Phone",
    "BillingCountry",
    "OwnerId",
];

const CONTACT: &[&str] = &["Name", "AccountId", "Title", "Email", "Phone", "OwnerId"];

const OPPORTUNITY: &[&str] = &[
    "Name",
    "AccountId",
    "StageName",
    "Amount",
    "CloseDate",
    "OwnerId",
];

const TASK: &[&str] = &[
    "Subject",
    "WhatId",
    "Status",
    "Priority",
    "ActivityDate",
    "OwnerId",
];

const USER: &[&str] = &[
    "Name",
    "Username",
    "Email",
    "ProfileId",
    "IsActive",
    "LastLoginDate",
];

const PACKAGE_LICENSE: &[&str] = &[
    "NamespacePrefix",
    "Status",
    "AllowedLicenses",
    "ExpirationDate",
    "LastModifiedDate",
];

const USER_PACKAGE_LICENSE: &[&str] = &["Id", "UserId", "PackageLicenseId", "CreatedDate"];

/// The columns of a history.
pub(super) const CHANGES: &[&str] = &[
    "CreatedDate",
    "Field",
    "OldValue",
    "NewValue",
    "CreatedById",
];

/// The name, or the id where there is none, and the first few fields of its own.
fn usual_columns(object: &ObjectDef) -> Vec<&str> {
    let first = object.name_field().map_or("Id", |field| &field.name);
    let others = object.fields().iter().filter(|field| {
        field.name != first
            && !field.hidden
            && field.name != "Id"
            && !system(field)
            && field.part_of.is_none()
            && field.ty.sortable()
    });
    let mut columns = vec![first];
    columns.extend(others.map(|field| &*field.name).take(5));
    columns
}

/// Fields that the system keeps of every record.
pub(super) fn system(field: &FieldDef) -> bool {
    matches!(
        &*field.name,
        "Id" | "IsDeleted"
            | "RecordTypeId"
            | "MasterRecordId"
            | "CreatedDate"
            | "CreatedById"
            | "LastModifiedDate"
            | "LastModifiedById"
            | "SystemModstamp"
            | "LastActivityDate"
            | "LastViewedDate"
            | "LastReferencedDate"
    )
}

/// A field's label on pages: a look-up shows a name, not the id that its API label speaks of.
pub(super) fn label<'f>(object: &ObjectDef, field: &'f FieldDef) -> &'f str {
    match (object.name, &*field.name) {
        (names::PACKAGE_LICENSE, "NamespacePrefix") => "Package",
        (names::PACKAGE_LICENSE, "AllowedLicenses") => "Seats",
        (names::LICENSE, "olma__Subscriber_Org_Name__c") => "Subscriber",
        (names::LICENSE, "sfLma__Package_Version_Number__c") => "Version Number",
        _ if field.references().is_empty() => &field.label,
        _ => field.label.strip_suffix(" ID").unwrap_or(&field.label),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::Catalog;

    use super::*;

    /// A declaration that names what is not there would be passed over in silence.
    #[test]
    fn everything_named_here_exists() {
        let catalog = Catalog::standard();
        for object in catalog.objects() {
            for name in columns(object) {
                let field = object.field(name);
                assert!(field.is_some_and(|f| !f.hidden), "{}.{name}", object.name);
            }
        }
        for tab in tabs(true).iter().chain(tabs(false)) {
            assert!(catalog.object(tab).is_some());
        }
    }
}
