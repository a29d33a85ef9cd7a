//! Tests of changes of grants, and of the access to the License Management App.

use super::*;
use crate::catalog::{Catalog, names as objects};
use crate::error::Code;

fn grants(name: &str) -> Grants {
    let profiles = default_profiles();
    let found = profiles.into_iter().find(|p| p.name == name);
    found.unwrap().grants
}

fn change(rights: &[(Right, bool)]) -> GrantsChange {
    let of_licenses = ObjectChange {
        rights: rights.iter().copied().collect(),
        ..ObjectChange::default()
    };
    GrantsChange {
        objects: [("sflma__license__C".to_owned(), of_licenses)].into(),
        ..GrantsChange::default()
    }
}

fn licenses(grants: &Grants) -> ObjectGrant {
    grants.object(objects::LICENSE).cloned().unwrap_or_default()
}

/// R-SEC-1: a permission comes with those that it needs, and goes with those that need it.
#[test]
fn r_sec_1_permissions_need_others() {
    let catalog = Catalog::standard();
    let nothing = Grants::default();
    for right in Right::ALL {
        let given = change(&[(*right, true)]).apply(&nothing, catalog).unwrap();
        let access = licenses(&given).access;
        assert!(access.read && access.has(*right), "{right}");
        assert_eq!(
            access.edit,
            access.has(Right::Delete) || *right == Right::Edit
        );
        let less = change(&[(Right::Read, false)])
            .apply(&given, catalog)
            .unwrap();
        assert_eq!(less, nothing, "{right}");
        for needed in right.needs() {
            let wrong = change(&[(*right, true), (*needed, false)]);
            let refused = wrong.apply(&nothing, catalog).unwrap_err();
            assert_eq!(refused.code, Code::FieldIntegrityException);
        }
    }
    let all = change(&[(Right::ModifyAll, true)])
        .apply(&nothing, catalog)
        .unwrap();
    let less = change(&[(Right::Edit, false)])
        .apply(&all, catalog)
        .unwrap();
    let access = licenses(&less).access;
    assert!(access.read && access.view_all && !access.delete && !access.modify_all);
}

/// R-SEC-1: fields follow the object permissions unless something else is said.
#[test]
fn r_sec_1_fields_follow() {
    let catalog = Catalog::standard();
    let level = |grants: &Grants| licenses(grants).fields.default;
    let read = change(&[(Right::Read, true)])
        .apply(&Grants::default(), catalog)
        .unwrap();
    assert_eq!(level(&read), FieldLevel::Read);
    let edit = change(&[(Right::Edit, true)])
        .apply(&read, catalog)
        .unwrap();
    assert_eq!(level(&edit), FieldLevel::Edit);
    let back = change(&[(Right::Edit, false)])
        .apply(&edit, catalog)
        .unwrap();
    assert_eq!(level(&back), FieldLevel::Read);
    let mut chosen = change(&[(Right::Edit, true)]);
    let of_licenses = chosen.objects.values_mut().next().unwrap();
    of_licenses.fields = Some(FieldLevel::None);
    of_licenses
        .except
        .insert("sfLma__seats__c".into(), Some(FieldLevel::Edit));
    let hidden = chosen.apply(&read, catalog).unwrap();
    assert_eq!(level(&hidden), FieldLevel::None);
    assert_eq!(
        licenses(&hidden).fields.level("sfLma__Seats__c"),
        FieldLevel::Edit
    );
    for field in ["Nothing__c", "Id"] {
        let mut wrong = change(&[]);
        let of_licenses = wrong.objects.values_mut().next().unwrap();
        of_licenses
            .except
            .insert(field.into(), Some(FieldLevel::Read));
        assert!(wrong.apply(&read, catalog).is_err(), "{field}");
    }
}

/// R-SEC-1: what a grantor must have is what is given, not what was there before.
#[test]
fn r_sec_1_only_what_is_given_is_asked() {
    let catalog = Catalog::standard();
    let before = grants(names::LICENSE_ADMINISTRATOR);
    let mut lead_reader = change(&[]);
    lead_reader.permissions = [
        (Permission::ManageListings, true),
        (Permission::ApiEnabled, true),
        (Permission::ViewSetup, false),
    ]
    .into();
    let after = lead_reader.apply(&before, catalog).unwrap();
    assert!(!after.permissions.contains(&Permission::ViewSetup));
    let given = lead_reader.given(&before, &after, catalog);
    assert_eq!(given.permissions, [Permission::ManageListings].into());
    assert!(given.objects.is_empty());
    let create = change(&[(Right::Create, true)]);
    let after = create.apply(&before, catalog).unwrap();
    let given = create.given(&before, &after, catalog);
    assert!(licenses(&given).access.create && given.objects.len() == 1);
}

/// R-ORG-3, R-SEC-2: who was not chosen has nothing of the LMA's objects; who was has what the
/// guide recommends.
#[test]
fn r_org_3_access_to_the_lma() {
    let everything = grants(names::SYSTEM_ADMINISTRATOR);
    let kept = with_lma(&everything, names::SYSTEM_ADMINISTRATOR, false);
    assert_eq!(kept, everything);
    for profile in &default_profiles()[1..] {
        let without = with_lma(&profile.grants, profile.name, false);
        for name in [objects::LICENSE, objects::PACKAGE, objects::PACKAGE_VERSION] {
            let object = Catalog::standard().known(name);
            let bare = Grants {
                permissions: Default::default(),
                ..without.clone()
            };
            assert_eq!(
                Permissions::union([&bare]).object(object),
                ObjectAccess::default()
            );
            let with = Permissions::union([&with_lma(&without, profile.name, true)]);
            assert!(with.object(object).read, "{} {name}", profile.name);
        }
        assert_eq!(without.permissions, profile.grants.permissions);
        assert_eq!(
            without.object(objects::LEAD),
            profile.grants.object(objects::LEAD)
        );
    }
    let editor = grants(names::LICENSE_ADMINISTRATOR);
    let without = with_lma(&editor, names::LICENSE_ADMINISTRATOR, false);
    assert_eq!(
        with_lma(&without, names::LICENSE_ADMINISTRATOR, true),
        editor
    );
    let own = with_lma(&Grants::default(), "Desk", true);
    assert_eq!(licenses(&own).access, ObjectAccess::READ);
}
