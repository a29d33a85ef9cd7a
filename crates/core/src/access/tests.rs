//! Tests of access.

use proptest::prelude::*;

use super::*;
use crate::catalog::{Catalog, names as objects};
use crate::error::Code;

fn object(name: &str) -> &'static ObjectDef {
    Catalog::standard().known(name)
}

fn profile(name: &str) -> Permissions {
    let profiles = default_profiles();
    let found = profiles.iter().find(|p| p.name == name).unwrap();
    Permissions::union([&found.grants])
}

fn reads(who: &Permissions, object_name: &str, field: &str) -> bool {
    let object = object(object_name);
    who.may_read_field(object, object.field(field).unwrap())
}

fn edits(who: &Permissions, object_name: &str, field: &str) -> bool {
    let object = object(object_name);
    who.may_edit_field(object, object.field(field).unwrap())
}

fn parse(json: &str) -> Grants {
    serde_json::from_str(json).unwrap()
}

/// Create and edit need read; delete needs edit; view all needs read; modify all needs edit, delete
/// and view all.
fn consistent(access: ObjectAccess) -> bool {
    (access.read || !(access.create || access.edit || access.view_all))
        && (access.edit || !access.delete)
        && (!access.modify_all || (access.edit && access.delete && access.view_all))
}

#[test]
fn r_sec_2_default_profiles_are_valid_and_name_real_objects() {
    for profile in default_profiles() {
        for (name, grant) in &profile.grants.objects {
            let told = format!("{}: {name}", profile.name);
            assert!(consistent(grant.access), "{told}");
            if name == grants::EVERY_OBJECT {
                continue;
            }
            let object = object(name);
            assert_eq!(object.name, name, "{told}");
            for field in grant.fields.except.keys() {
                let found = object.field(field).unwrap();
                assert!(
                    found.name == field.as_str() && !found.hidden,
                    "{told}.{field}"
                );
            }
        }
        let json = serde_json::to_string(&profile.grants).unwrap();
        assert_eq!(parse(&json), profile.grants);
    }
}

#[test]
fn r_sec_2_most_users_see_no_licenses() {
    let user = profile(names::STANDARD_USER);
    for name in [objects::LICENSE, objects::PACKAGE, objects::PACKAGE_VERSION] {
        assert_eq!(user.object(object(name)), ObjectAccess::default());
        assert!(!reads(&user, name, "Id"));
    }
    assert!(user.may(Permission::ApiEnabled));
    for name in ["PackageLicense", "UserPackageLicense", "User", "LeadStatus"] {
        assert_eq!(user.object(object(name)), ObjectAccess::READ);
    }
    assert!(!user.may(Permission::ManagePackageLicenses));
    assert!(reads(&user, "PackageLicense", "Status"));
}

#[test]
fn r_sec_2_viewers_read() {
    let viewer = profile(names::READ_ONLY);
    for name in [
        objects::LICENSE,
        objects::PACKAGE,
        objects::PACKAGE_VERSION,
        objects::LEAD,
    ] {
        assert_eq!(viewer.object(object(name)), ObjectAccess::READ);
        assert!(
            object(name)
                .fields()
                .iter()
                .all(|f| !viewer.may_edit_field(object(name), f))
        );
    }
    assert!(reads(&viewer, objects::LICENSE, "sfLma__License_Status__c"));
}

#[test]
fn r_sec_2_license_editors() {
    let editor = profile(names::LICENSE_ADMINISTRATOR);
    let license = editor.object(object(objects::LICENSE));
    assert!(license.read && license.edit && !license.create && !license.delete);
    for field in [
        "sfLma__Status__c",
        "sfLma__Seats__c",
        "sfLma__Expiration__c",
    ] {
        assert!(edits(&editor, objects::LICENSE, field));
    }
    // R-PKG-6: what the platform writes is not theirs; R-PKG-5: nor is the owner.
    for field in [
        "sfLma__Install_Date__c",
        "sfLma__Package__c",
        "OwnerId",
        "RecordTypeId",
    ] {
        assert!(!edits(&editor, objects::LICENSE, field), "{field}");
    }
    // Of a package only the lead manager.
    let package = object(objects::PACKAGE);
    let editable: Vec<_> = package
        .fields()
        .iter()
        .filter(|f| editor.may_edit_field(package, f))
        .collect();
    assert_eq!(editable.len(), 1);
    assert_eq!(editable[0].name, "sfLma__Lead_Manager__c");
    assert!(!editor.object(object(objects::PACKAGE_VERSION)).edit);
}

#[test]
fn r_pkg_6_administrators_write_what_the_platform_writes() {
    for admin in [profile(names::SYSTEM_ADMINISTRATOR), Permissions::system()] {
        assert!(Permission::ALL.iter().all(|p| admin.may(*p)));
        assert!(edits(&admin, objects::LICENSE, "sfLma__Install_Date__c"));
        assert!(edits(&admin, objects::PACKAGE, "OwnerId"));
        for field in [
            "Id",
            "CreatedDate",
            "sfLma__License_Status__c",
            "RecordTypeId",
        ] {
            assert!(!edits(&admin, objects::LICENSE, field), "{field}");
        }
        for object in Catalog::standard().objects() {
            assert_eq!(admin.object(object), ObjectAccess::ALL);
            assert!(
                object
                    .fields()
                    .iter()
                    .all(|f| admin.may_read_field(object, f) != f.hidden)
            );
        }
    }
}

#[test]
fn r_sec_1_a_calculated_field_is_hidden_with_its_source() {
    let grants = parse(
        r#"{"objects": {"sfLma__License__c": {"read": true, "fields":
            {"default": "read", "except": {"sfLma__Status__c": "none"}}}}}"#,
    );
    let who = Permissions::union([&grants]);
    for field in [
        "sfLma__Status__c",
        "sfLma__License_Status__c",
        "RecordTypeId",
        "olma__Effective_Status__c",
    ] {
        assert!(!reads(&who, objects::LICENSE, field), "{field}");
    }
    assert!(reads(&who, objects::LICENSE, "sfLma__Licensed_Seats__c"));
}

#[test]
fn r_sec_1_system_fields_come_with_the_object() {
    let grants = parse(r#"{"objects": {"Lead": {"read": true}}}"#);
    let who = Permissions::union([&grants]);
    for field in [
        "Id",
        "LastName",
        "Name",
        "OwnerId",
        "LastModifiedDate",
        "IsConverted",
    ] {
        assert!(reads(&who, objects::LEAD, field), "{field}");
        assert!(!edits(&who, objects::LEAD, field), "{field}");
    }
    assert!(!reads(&who, objects::LEAD, "Email"));
    assert!(!reads(&who, objects::ACCOUNT, "Id"));
}

#[test]
fn r_sec_1_view_all_data_reads_records_not_fields() {
    let who = Permissions::union([&parse(r#"{"permissions": ["ViewAllData"]}"#)]);
    assert!(who.object(object(objects::LICENSE)).read);
    assert!(!who.object(object(objects::LICENSE)).edit);
    assert!(!reads(&who, objects::LICENSE, "sfLma__Seats__c"));
}

#[test]
fn r_sec_1_nobody_grants_what_they_lack() {
    let catalog = Catalog::standard();
    let editor = profile(names::LICENSE_ADMINISTRATOR);
    let refused = [
        r#"{"permissions": ["ModifyAllData"]}"#,
        r#"{"objects": {"sfLma__License__c": {"read": true, "create": true}}}"#,
        r#"{"objects": {"sfLma__Package__c": {"read": true, "fields": {"default": "edit"}}}}"#,
        r#"{"objects": {"*": {"read": true, "edit": true}}}"#,
    ];
    for json in refused {
        let error = editor.may_grant(&parse(json), catalog).unwrap_err();
        assert_eq!(error.code, Code::InsufficientAccess, "{json}");
    }
    let viewer = parse(r#"{"objects": {"sfLma__License__c": {"read": true}}}"#);
    assert!(editor.may_grant(&viewer, catalog).is_ok());
    for profile in default_profiles() {
        assert!(
            Permissions::system()
                .may_grant(&profile.grants, catalog)
                .is_ok()
        );
        let own = Permissions::union([&profile.grants]);
        assert!(
            own.may_grant(&profile.grants, catalog).is_ok(),
            "{}",
            profile.name
        );
    }
}

fn any_grants() -> impl Strategy<Value = Grants> {
    let level =
        || prop::sample::select(&[FieldLevel::None, FieldLevel::Read, FieldLevel::Edit][..]);
    let except = prop::collection::btree_map(
        prop::sample::select(&["Email", "Phone", "Company"][..]).prop_map(String::from),
        level(),
        0..3,
    );
    let grant = (any::<[bool; 3]>(), level(), except).prop_map(|(access, default, except)| {
        let [read, edit, create] = access;
        ObjectGrant {
            access: ObjectAccess {
                read,
                edit,
                create,
                ..ObjectAccess::default()
            },
            fields: FieldGrants { default, except },
        }
    });
    let key = prop::sample::select(&["Lead", "Account", "*"][..]).prop_map(String::from);
    let permissions =
        prop::collection::btree_set(prop::sample::select(&Permission::ALL[3..]), 0..4);
    (permissions, prop::collection::btree_map(key, grant, 0..3)).prop_map(
        |(permissions, objects)| Grants {
            permissions,
            objects,
        },
    )
}

proptest! {
    /// R-SEC-1: together, grants give what one of them gives and no more.
    #[test]
    fn union_gives_what_one_of_them_gives(all in prop::collection::vec(any_grants(), 0..4)) {
        let together = Permissions::union(&all);
        let single: Vec<_> = all.iter().map(|one| Permissions::union([one])).collect();
        for permission in Permission::ALL {
            let one = single.iter().any(|s| s.may(*permission));
            prop_assert_eq!(together.may(*permission), one);
        }
        for name in ["Lead", "Account", "Contact"] {
            let def = object(name);
            let access = single.iter().fold(ObjectAccess::default(), |a, s| a.union(s.object(def)));
            prop_assert_eq!(together.object(def), access);
            for field in def.fields() {
                let one = single.iter().any(|s| s.may_edit_field(def, field));
                prop_assert_eq!(together.may_edit_field(def, field), one);
            }
        }
    }
}
