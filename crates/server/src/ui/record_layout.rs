//! What stands on the page of a record: highlights, sections, related lists. Declarations only,
//! as in `layout`.

use openlma_core::catalog::{FieldDef, ObjectDef, names};

use super::layout::{CHANGES, HISTORY};

/// A child list on a record page.
pub(super) struct Related {
    pub(super) object: &'static str,
    /// The look-up that points at the record.
    pub(super) by: &'static str,
    pub(super) columns: &'static [&'static str],
    /// Newest first by this field; by id when empty.
    pub(super) newest_by: &'static str,
}

/// A section of a record page by declaration.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) fields: &'static [&'static str],
}

/// The declared sections; fields that stand in none follow by themselves.
pub(super) fn sections(object: &ObjectDef) -> &'static [Section] {
    match object.name {
        names::LICENSE => LICENSE,
        _ => &[],
    }
}

const LICENSE: &[Section] = &[
    Section {
        title: "License details",
        fields: &[
            "Name",
            "sfLma__License_Status__c",
            "sfLma__License_Type__c",
            "sfLma__Licensed_Seats__c",
            "sfLma__Install_Date__c",
            "sfLma__Used_Licenses__c",
            "sfLma__Expiration__c",
            "olma__Available_Seats__c",
            "sfLma__Package__c",
            "sfLma__Package_Version__c",
            "sfLma__Package_Version_Number__c",
            "OwnerId",
        ],
    },
    Section {
        title: "Prospect and customer",
        fields: &["sfLma__Lead__c", "sfLma__Account__c", "sfLma__Contact__c"],
    },
    Section {
        title: "Subscriber org",
        fields: &[
            "olma__Subscriber_Org_Name__c",
            "sfLma__Subscriber_Org_ID__c",
            "sfLma__Org_Edition__c",
            "sfLma__Org_Status__c",
            "sfLma__Instance__c",
            "sfLma__Trial_Expiration_Date__c",
            "sfLma__Is_Sandbox__c",
            "sfLma__Last_Modified__c",
        ],
    },
];

/// Fields that only repeat what another one shows, or what the head of the page does.
pub(super) fn repeated(object: &ObjectDef, field: &FieldDef) -> bool {
    object.name == names::LICENSE
        && matches!(
            &*field.name,
            "sfLma__Status__c"
                | "sfLma__Seats__c"
                | "sfLma__Expiration_Date__c"
                | "sfLma__Version_Number__c"
                | "sfLma__Subscriber_Org_Is_Sandbox__c"
                | "sfLma__Org_Instance__c"
                | "sfLma__Org_Type__c"
                | "sfLma__Org_Status_Formula__c"
                | "sfLma__Org_Trial_Expiration__c"
                | "olma__Effective_Status__c"
                | "olma__Days_To_Expiry__c"
                | "olma__Sync_State__c"
        )
}

/// Fields in the highlights of a record page.
pub(super) fn highlights(object: &ObjectDef) -> &'static [&'static str] {
    match object.name {
        names::LICENSE => &[
            "olma__Effective_Status__c",
            "sfLma__Package_Version__c",
            "olma__Subscriber_Org_Name__c",
            "sfLma__Seats__c",
            "sfLma__Expiration__c",
            "olma__Sync_State__c",
        ],
        names::PACKAGE => &[
            "sfLma__Developer_Name__c",
            "sfLma__Latest_Version__c",
            "sfLma__Release_Date__c",
            "sfLma__Lead_Manager__c",
            "olma__Registration_State__c",
        ],
        names::PACKAGE_VERSION => &[
            "sfLma__Package__c",
            "sfLma__Version_Number__c",
            "sfLma__Is_Beta__c",
            "sfLma__Release_Date__c",
        ],
        names::LEAD => &["Company", "Status", "Email", "Phone", "OwnerId"],
        names::ACCOUNT => &["Type", "Phone", "Website", "OwnerId"],
        names::CONTACT => &["AccountId", "Title", "Email", "Phone"],
        names::OPPORTUNITY => &["AccountId", "StageName", "Amount", "CloseDate"],
        names::PACKAGE_LICENSE => &["Status", "AllowedLicenses", "ExpirationDate"],
        names::USER => &["Username", "ProfileId", "IsActive", "LastLoginDate"],
        _ => &[],
    }
}

const OF_LICENSES: &[&str] = &[
    "Name",
    "olma__Subscriber_Org_Name__c",
    "sfLma__Package__c",
    "sfLma__Package_Version_Number__c",
    "olma__Effective_Status__c",
    "sfLma__Seats__c",
    "sfLma__Expiration__c",
];

const fn licenses(by: &'static str) -> Related {
    Related {
        object: names::LICENSE,
        by,
        columns: OF_LICENSES,
        newest_by: "",
    }
}

const OF_ACCOUNT: &[Related] = &[
    licenses("sfLma__Account__c"),
    Related {
        object: names::CONTACT,
        by: "AccountId",
        columns: &["Name", "Title", "Email", "Phone"],
        newest_by: "",
    },
];

const OF_PACKAGE: &[Related] = &[
    Related {
        object: names::PACKAGE_VERSION,
        by: "sfLma__Package__c",
        columns: &[
            "Name",
            "sfLma__Version_Number__c",
            "sfLma__Is_Beta__c",
            "sfLma__Release_Date__c",
        ],
        newest_by: "",
    },
    licenses("sfLma__Package__c"),
];

const OF_LICENSE: &[Related] = &[Related {
    object: HISTORY,
    by: "ParentId",
    columns: CHANGES,
    newest_by: "CreatedDate",
}];

const OF_PACKAGE_LICENSE: &[Related] = &[Related {
    object: names::USER_PACKAGE_LICENSE,
    by: "PackageLicenseId",
    columns: &["UserId", "CreatedDate"],
    newest_by: "",
}];

/// The child lists on the page of a record.
pub(super) fn related(object: &ObjectDef) -> &'static [Related] {
    const OF_LEAD: &[Related] = &[licenses("sfLma__Lead__c")];
    const OF_CONTACT: &[Related] = &[licenses("sfLma__Contact__c")];
    const OF_VERSION: &[Related] = &[licenses("sfLma__Package_Version__c")];
    match object.name {
        names::LICENSE => OF_LICENSE,
        names::LEAD => OF_LEAD,
        names::ACCOUNT => OF_ACCOUNT,
        names::CONTACT => OF_CONTACT,
        names::PACKAGE => OF_PACKAGE,
        names::PACKAGE_VERSION => OF_VERSION,
        names::PACKAGE_LICENSE => OF_PACKAGE_LICENSE,
        _ => &[],
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
            let sections = sections(object).iter().flat_map(|s| s.fields);
            for name in sections.chain(highlights(object)) {
                let field = object.field(name);
                assert!(field.is_some_and(|f| !f.hidden), "{}.{name}", object.name);
            }
            for list in related(object) {
                let child = catalog.known(list.object);
                let by = child.field(list.by).map(FieldDef::references);
                let by = by.unwrap_or_default();
                assert!(by.contains(&object.name), "{}.{}", list.object, list.by);
                assert!(list.columns.iter().all(|name| child.field(name).is_some()));
                assert!(list.newest_by.is_empty() || child.field(list.newest_by).is_some());
            }
        }
    }
}
