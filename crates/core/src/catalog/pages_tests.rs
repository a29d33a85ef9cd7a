//! Samples of the pages that describe the objects, held against the declarations.

use super::*;

fn field(object: &str, name: &str) -> &'static FieldDef {
    let object = Catalog::standard().known(object);
    object
        .field(name)
        .unwrap_or_else(|| panic!("{} lacks {name}", object.name))
}

/// A sample of standard-objects.md and objects.md: object, fields, type, writable.
#[test]
fn fields_of_the_pages() {
    for (object, name, ty, createable, updateable, nillable) in [
        (
            names::LICENSE,
            "sfLma__Status__c",
            "picklist",
            true,
            true,
            true,
        ),
        (
            names::LICENSE,
            "sfLma__Seats__c",
            "double",
            true,
            true,
            true,
        ),
        (
            names::LICENSE,
            "sfLma__Expiration__c",
            "date",
            true,
            true,
            true,
        ),
        (
            names::LICENSE,
            "sfLma__Expiration_Date__c",
            "string",
            false,
            false,
            true,
        ),
        (
            names::LICENSE,
            "sfLma__License_Status__c",
            "string",
            false,
            false,
            true,
        ),
        (
            names::LICENSE,
            "sfLma__Is_Sandbox__c",
            "boolean",
            false,
            false,
            false,
        ),
        (
            names::LICENSE,
            "RecordTypeId",
            "reference",
            false,
            false,
            true,
        ),
        (names::LICENSE, "Name", "string", false, false, false),
        (
            names::LICENSE,
            "olma__Effective_Status__c",
            "picklist",
            false,
            false,
            true,
        ),
        (
            names::PACKAGE,
            "sfLma__Last_License_Refresh__c",
            "date",
            true,
            true,
            true,
        ),
        (
            names::PACKAGE,
            "sfLma__Next_Available_Refresh__c",
            "date",
            false,
            false,
            true,
        ),
        (
            names::PACKAGE_VERSION,
            "sfLma__Package__c",
            "reference",
            true,
            false,
            false,
        ),
        (names::LEAD, "LastName", "string", true, true, false),
        (names::LEAD, "Name", "string", false, false, false),
        (names::LEAD, "ConvertedDate", "date", false, false, true),
        (names::LEAD, "IsConverted", "boolean", true, false, false),
        (
            names::LEAD,
            "MasterRecordId",
            "reference",
            false,
            false,
            true,
        ),
        (names::LEAD, "Address", "address", false, false, true),
        (
            names::ACCOUNT,
            "ShippingGeocodeAccuracy",
            "picklist",
            true,
            true,
            true,
        ),
        (
            names::CONTACT,
            "MailingAddress",
            "address",
            false,
            false,
            true,
        ),
        (
            names::OPPORTUNITY,
            "ExpectedRevenue",
            "currency",
            false,
            false,
            true,
        ),
        (
            names::OPPORTUNITY,
            "ContactId",
            "reference",
            true,
            false,
            true,
        ),
        (names::TASK, "Subject", "combobox", true, true, true),
        ("Organization", "Country", "string", false, false, true),
        ("Organization", "City", "string", false, true, true),
        (names::USER, "TimeZoneSidKey", "picklist", true, true, false),
        (
            names::USER,
            "LastViewedDate",
            "datetime",
            false,
            false,
            true,
        ),
        (
            names::PACKAGE_LICENSE,
            "ExpirationDate",
            "datetime",
            false,
            false,
            true,
        ),
        (
            names::PACKAGE_LICENSE,
            "AllowedLicenses",
            "int",
            false,
            false,
            false,
        ),
        (
            names::USER_PACKAGE_LICENSE,
            "UserId",
            "reference",
            true,
            false,
            false,
        ),
        ("LeadStatus", "IsConverted", "boolean", false, false, false),
        (
            "sfLma__License__History",
            "OldValue",
            "anyType",
            false,
            false,
            true,
        ),
    ] {
        let f = field(object, name);
        assert_eq!(
            (f.ty.name(), f.createable, f.updateable, f.nillable),
            (ty, createable, updateable, nillable),
            "{object}.{name}"
        );
        assert!(!f.hidden);
    }
}

/// standard-objects.md §4: what must be given on create.
#[test]
fn required_fields_of_the_pages() {
    for (object, fields) in [
        (
            names::USER,
            "Username LastName Email Alias ProfileId TimeZoneSidKey LocaleSidKey LanguageLocaleKey EmailEncodingKey",
        ),
        (names::LEAD, "LastName Company"),
        (names::ACCOUNT, "Name"),
        (names::CONTACT, "LastName"),
        (names::OPPORTUNITY, "Name StageName CloseDate"),
        (names::TASK, ""),
        (names::LICENSE, ""),
        (names::USER_PACKAGE_LICENSE, "PackageLicenseId UserId"),
        ("PermissionSet", "Name Label"),
    ] {
        let object = Catalog::standard().known(object);
        let required: Vec<_> = object
            .fields()
            .iter()
            .filter(|f| f.required)
            .map(|f| &*f.name)
            .collect();
        let mut expected: Vec<_> = fields.split_whitespace().collect();
        expected.sort_by_key(|f| object.index_of(f));
        assert_eq!(required, expected, "{}", object.name);
    }
}

/// standard-objects.md §2: no recycle bin for users, security, licenses and status lists.
#[test]
fn who_has_a_recycle_bin() {
    let with: Vec<_> = Catalog::standard()
        .objects()
        .iter()
        .filter(|o| o.soft_delete())
        .map(|o| o.name)
        .collect();
    let without = Catalog::standard()
        .objects()
        .iter()
        .filter(|o| !o.soft_delete())
        .all(|o| !o.generic);
    assert_eq!(with.len(), 9);
    assert!(without && with.contains(&"sfLma__License__History"));
}

/// §8 and objects.md: names of sub-queries and what deletion does.
#[test]
fn child_relationships_of_the_pages() {
    let children: Vec<_> = [
        "Account",
        "Contact",
        "Lead",
        "User",
        "Profile",
        names::LICENSE,
    ]
    .into_iter()
    .chain([names::PACKAGE, names::PACKAGE_VERSION])
    .flat_map(|parent| {
        Catalog::standard()
            .children_of(parent)
            .filter_map(move |(o, f)| Some((parent, o.name, f.child_name?, f.on_delete)))
    })
    .collect();
    for row in [
        ("Account", "Contact", "Contacts", OnDelete::Cascade),
        ("Account", "Opportunity", "Opportunities", OnDelete::Cascade),
        ("Account", "Account", "ChildAccounts", OnDelete::SetNull),
        (
            "Account",
            names::LICENSE,
            "sfLma__R00N30000001JvRMEA0__r",
            OnDelete::SetNull,
        ),
        (
            "Contact",
            names::LICENSE,
            "sfLma__R00N30000001JvR6EAK__r",
            OnDelete::SetNull,
        ),
        ("Contact", "User", "Users", OnDelete::Restrict),
        (
            "Lead",
            names::LICENSE,
            "sfLma__R00N30000001JvRAEA0__r",
            OnDelete::SetNull,
        ),
        ("Lead", "Task", "Tasks", OnDelete::Cascade),
        (
            "User",
            names::PACKAGE,
            "sfLma__R00N30000001JvRJEA0__r",
            OnDelete::SetNull,
        ),
        ("User", "User", "ManagedUsers", OnDelete::SetNull),
        ("Profile", "User", "Users", OnDelete::Restrict),
        (
            names::PACKAGE,
            names::LICENSE,
            "sfLma__Licenses__r",
            OnDelete::SetNull,
        ),
        (
            names::PACKAGE,
            names::PACKAGE_VERSION,
            "sfLma__R00N30000001JvR7EAK__r",
            OnDelete::Cascade,
        ),
        (
            names::PACKAGE_VERSION,
            names::LICENSE,
            "sfLma__R00N30000001JvQxEAK__r",
            OnDelete::SetNull,
        ),
        (
            names::LICENSE,
            "sfLma__License__History",
            "Histories",
            OnDelete::Cascade,
        ),
        (names::LICENSE, "Task", "Tasks", OnDelete::Cascade),
    ] {
        assert!(children.contains(&row), "{row:?}");
    }
}

/// R-PKG-6: of a license five fields are open, the rest is the platform's.
#[test]
fn r_pkg_6_open_fields() {
    let open = |object: &str| -> Vec<_> {
        let fields = Catalog::standard().known(object).fields();
        fields
            .iter()
            .filter(|f| f.updateable && !f.platform)
            .map(|f| f.name.clone())
            .collect()
    };
    assert_eq!(
        open(names::LICENSE),
        [
            "sfLma__Status__c",
            "sfLma__Seats__c",
            "sfLma__Expiration__c",
            "sfLma__Account__c",
            "sfLma__Contact__c"
        ]
    );
    assert_eq!(open(names::PACKAGE), ["sfLma__Lead_Manager__c"]);
    assert!(open(names::PACKAGE_VERSION).is_empty());
}

/// standard-objects.md §1.2: what a profile can hide.
#[test]
fn permissionable_fields() {
    for (object, name, expected) in [
        (names::LEAD, "Email", true),
        (names::LEAD, "FirstName", false),
        (names::LEAD, "Name", false),
        (names::LEAD, "OwnerId", false),
        (names::LEAD, "ConvertedAccountId", false),
        (names::LEAD, "SystemModstamp", false),
        (names::LICENSE, "sfLma__Licensed_Seats__c", true),
        (names::LICENSE, "terms_revision", false),
        (names::OPPORTUNITY, "CloseDate", false),
    ] {
        assert_eq!(
            field(object, name).permissionable(),
            expected,
            "{object}.{name}"
        );
    }
    assert!(field(names::LICENSE, "sfLma__Help__c").formula());
    assert!(!field(names::LEAD, "Name").formula());
}
