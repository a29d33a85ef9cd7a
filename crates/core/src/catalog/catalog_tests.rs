//! The declarations of all objects, held against each other.

use std::collections::{HashMap, HashSet};

use super::*;

fn all() -> impl Iterator<Item = (&'static Arc<ObjectDef>, &'static FieldDef)> {
    Catalog::standard()
        .objects()
        .iter()
        .flat_map(|o| o.fields().iter().map(move |f| (o, f)))
}

fn field(object: &str, name: &str) -> &'static FieldDef {
    let object = Catalog::standard().known(object);
    object
        .field(name)
        .unwrap_or_else(|| panic!("{} lacks {name}", object.name))
}

#[test]
fn the_objects_of_the_catalogue() {
    let names: Vec<_> = Catalog::standard()
        .objects()
        .iter()
        .map(|o| o.name)
        .collect();
    assert_eq!(names.len(), 21);
    let generic: Vec<_> = Catalog::standard()
        .objects()
        .iter()
        .filter(|o| o.generic)
        .map(|o| o.name)
        .collect();
    assert_eq!(
        generic,
        [
            names::LICENSE,
            names::PACKAGE,
            names::PACKAGE_VERSION,
            names::LEAD,
            names::ACCOUNT,
            names::CONTACT,
            names::OPPORTUNITY,
            names::TASK
        ]
    );
}

#[test]
fn prefixes_tables_and_names_are_unique() {
    let objects = Catalog::standard().objects();
    let unique = |texts: Vec<&str>| {
        let folded: HashSet<_> = texts.iter().map(|t| t.to_ascii_lowercase()).collect();
        assert_eq!(folded.len(), texts.len(), "{texts:?}");
    };
    unique(objects.iter().map(|o| o.name).collect());
    unique(objects.iter().map(|o| o.table).collect());
    let prefixes: Vec<_> = objects.iter().filter_map(|o| o.prefix).collect();
    assert_eq!(prefixes.iter().collect::<HashSet<_>>().len(), objects.len());
    for object in objects {
        let prefix = object.prefix.unwrap();
        assert!(prefix.len() == 3 && prefix.bytes().all(|c| c.is_ascii_alphanumeric()));
        assert_eq!(
            Catalog::standard().by_prefix(prefix).unwrap().name,
            object.name
        );
    }
}

/// `org_id` and `custom` belong to the store; what has a column has one of its own.
#[test]
fn column_names_are_unique_and_free() {
    for object in Catalog::standard().objects() {
        let mut seen = HashMap::new();
        for f in object.fields() {
            assert_eq!(
                f.stored(),
                !f.column.is_empty(),
                "{}.{}",
                object.name,
                f.name
            );
            if !f.stored() {
                continue;
            }
            assert!(
                f.column
                    .bytes()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
            );
            assert!(
                !matches!(&*f.column, "org_id" | "custom"),
                "{}.{}",
                object.name,
                f.name
            );
            let other = seen.insert(f.column.clone(), f.name.clone());
            assert!(other.is_none(), "{}: {} and {other:?}", object.name, f.name);
        }
    }
    assert_eq!(
        field(names::LICENSE, "olma__Access_Ends_At__c").column,
        "access_ends_at"
    );
    assert_eq!(
        field(names::LICENSE, "sfLma__Org_Status_Formula__c").column,
        "org_status_formula"
    );
    assert_eq!(
        field(names::USER, "UserPermissionsSFContentUser").column,
        "user_permissions_sfcontent_user"
    );
}

#[test]
fn field_names_are_unique_ignoring_case() {
    for object in Catalog::standard().objects() {
        let folded: HashSet<_> = object
            .fields()
            .iter()
            .map(|f| f.name.to_ascii_lowercase())
            .collect();
        assert_eq!(folded.len(), object.fields().len(), "{}", object.name);
    }
}

#[test]
fn look_ups_lead_to_objects_of_the_catalogue() {
    for (object, f) in all() {
        if matches!(f.ty, FieldType::Reference { .. }) {
            assert!(!f.references().is_empty(), "{}.{}", object.name, f.name);
        }
        for to in f.references() {
            assert_eq!(
                Catalog::standard().known(to).name,
                *to,
                "{}.{}",
                object.name,
                f.name
            );
        }
    }
}

/// Names of parent paths and of sub-queries mean one thing each.
#[test]
fn relationship_names_are_unique() {
    for object in Catalog::standard().objects() {
        let paths: Vec<_> = object
            .fields()
            .iter()
            .filter_map(FieldDef::relationship)
            .collect();
        assert_eq!(
            paths.iter().collect::<HashSet<_>>().len(),
            paths.len(),
            "{}",
            object.name
        );
        let children: Vec<_> = Catalog::standard()
            .children_of(object.name)
            .filter_map(|(_, f)| f.child_name)
            .collect();
        assert_eq!(
            children.iter().collect::<HashSet<_>>().len(),
            children.len(),
            "{}: {children:?}",
            object.name
        );
    }
}

#[test]
fn flags_agree_with_each_other() {
    for (object, f) in all() {
        let at = format!("{}.{}", object.name, f.name);
        assert!(
            !f.required || (f.createable && !f.nillable && !f.defaulted),
            "{at}: required"
        );
        assert!(
            !f.calculated_value() || !(f.createable || f.updateable),
            "{at}: worked out"
        );
        assert!(
            !f.hidden || !(f.createable || f.updateable || f.name_field),
            "{at}: hidden"
        );
        assert!(!f.platform || f.createable, "{at}: platform");
        assert!(
            !f.auto_number || !(f.createable || f.updateable),
            "{at}: auto-number"
        );
        assert!(
            !f.restricted || matches!(f.ty, FieldType::Picklist(..)),
            "{at}: restricted"
        );
        assert!(
            f.ty != FieldType::Boolean || (!f.nillable && f.defaulted),
            "{at}: boolean"
        );
        assert!(
            f.child_name.is_none() || !f.references().is_empty(),
            "{at}: child name"
        );
        assert!(f.id_lookup || f.ty != FieldType::Id, "{at}: id look-up");
        assert!(!f.indexed || f.ty.filterable(), "{at}: indexed");
        assert!(
            !f.calculated_value() || f.default.is_null() || f.ty == FieldType::Boolean,
            "{at}"
        );
        for source in f.calculated_from {
            let source = object
                .field(source)
                .unwrap_or_else(|| panic!("{at} from {source}"));
            assert!(
                !source.hidden && source.name != f.name,
                "{at} from {}",
                source.name
            );
        }
        if let Some(compound) = f.part_of {
            assert!(
                object.field(compound).is_some(),
                "{at} is part of {compound}"
            );
        }
    }
    for object in Catalog::standard().objects() {
        assert!(
            object.fields().iter().filter(|f| f.name_field).count() <= 1,
            "{}",
            object.name
        );
        let lists = object.lists.iter().flatten();
        let indexes = object.uniques.iter().chain(&object.indexes).flatten();
        for name in indexes.chain(lists) {
            assert!(
                object.field(name).is_some_and(FieldDef::stored),
                "{}: {name}",
                object.name
            );
        }
    }
}

/// Defaults are values that the field would take from outside.
#[test]
fn defaults_fit_their_fields() {
    for (object, f) in all() {
        if f.default.is_null() {
            continue;
        }
        let json = input::to_json(f, &f.default);
        let read = input::from_json(f, &json);
        assert_eq!(read.as_ref(), Ok(&f.default), "{}.{}", object.name, f.name);
        if let FieldType::Picklist(list, _) = &f.ty {
            let text = f.default.as_text().unwrap();
            assert_eq!(list.canonical(text).as_deref(), Some(text));
        }
    }
}

#[test]
fn picklists_fit_their_fields() {
    for (object, f) in all() {
        let FieldType::Picklist(list, length) = &f.ty else {
            continue;
        };
        let values: Vec<_> = list.values().collect();
        assert!(
            values.iter().all(|v| v.len() <= *length as usize),
            "{}.{}",
            object.name,
            f.name
        );
        assert_eq!(values.iter().collect::<HashSet<_>>().len(), values.len());
        assert!(list.default_value().is_none_or(|v| values.contains(&v)));
    }
}

/// Parent paths are found ignoring case; hidden columns have none.
#[test]
fn parent_paths() {
    let license = Catalog::standard().known(names::LICENSE);
    assert_eq!(
        license.parent("SFLMA__lead__r").unwrap().name,
        "sfLma__Lead__c"
    );
    assert_eq!(
        license.parent("Owner").unwrap().references(),
        ["Group", "User"]
    );
    assert!(
        Catalog::standard()
            .known(names::OPPORTUNITY)
            .parent("Contact")
            .is_none()
    );
    assert!(
        Catalog::standard()
            .known(names::ACCOUNT)
            .parent("Owner")
            .is_some_and(|f| !f.polymorphic())
    );
}

/// History follows these fields of a license and no others.
#[test]
fn tracked_fields() {
    let license = Catalog::standard().known(names::LICENSE);
    let tracked: Vec<_> = license.tracked().map(|(_, f)| &*f.name).collect();
    assert_eq!(
        tracked,
        [
            "sfLma__Status__c",
            "sfLma__Seats__c",
            "sfLma__Expiration__c",
            "sfLma__Package_Version__c"
        ]
    );
    assert_eq!(all().filter(|(_, f)| f.history).count(), tracked.len());
}

/// R-LIC-2: five record types, one for each status and Expired.
#[test]
fn r_lic_2_record_types_of_license() {
    let ids: HashSet<_> = license_record_types()
        .iter()
        .map(|(id, _)| id.to_string().to_ascii_lowercase())
        .collect();
    assert_eq!(ids.len(), 5);
    for (id, name) in license_record_types() {
        assert_eq!(id.prefix(), "012");
        assert_eq!(license_record_type(name), Some(id));
    }
    let FieldType::Picklist(statuses, _) = &field(names::LICENSE, "sfLma__Status__c").ty else {
        panic!("the status is a picklist")
    };
    assert!(statuses.values().all(|s| license_record_type(s).is_some()));
    assert_eq!(license_record_type("nothing"), None);
}

#[test]
fn lead_statuses_follow_the_picklist() {
    let labels: Vec<_> = LEAD_STATUSES.iter().map(|s| s.0).collect();
    assert_eq!(labels, picklist::LEAD_STATUS.values().collect::<Vec<_>>());
    let default: Vec<_> = LEAD_STATUSES.iter().filter(|s| s.1).map(|s| s.0).collect();
    assert_eq!(default, [picklist::LEAD_STATUS.default_value().unwrap()]);
    assert_eq!(LEAD_STATUSES.iter().filter(|s| s.2).count(), 1);
}
