//! Tests of the rules of a License.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::license::{current, set_org, set_terms, terms};
use super::*;
use crate::catalog::{Derived, license_record_type};
use crate::license::{Seats, Status, Terms, field, modify};
use crate::org::OrgStatus;
use crate::time::Date;

/// A license as the LMA makes it: Trial, five seats, two of them used.
fn installed() -> Record {
    let mut new = record(names::LICENSE);
    new.set("Id", id("a0L", 1));
    new.set("OwnerId", id("005", 1));
    new.set(field::PACKAGE_LICENSE_ID, id("050", 1).to_string());
    new.set(field::INSTALL_DATE, date(2026, 5, 1));
    new.set(field::LICENSE_TYPE, "Editable");
    new.set(field::ORG_STATUS, "ACTIVE");
    new.set(field::USED, 2.0);
    new.set("sfLma__Org_Type__c", "Enterprise Edition");
    new.set("sfLma__Org_Instance__c", "NA1");
    new.set("sfLma__Version_Number__c", "1.2");
    new.set("sfLma__Subscriber_Org_Is_Sandbox__c", true);
    new.set("sfLma__Org_Trial_Expiration__c", "2026-12-31");
    new.set("subscriber_zone", "America/Los_Angeles");
    let trial = Terms {
        status: Status::Trial,
        seats: Seats::Number(5),
        expiration: Some(date(2026, 6, 30)),
    };
    set_terms(&mut new, &trial);
    save_as(By::Lma, None, new).unwrap()
}

fn in_status(status: Status) -> Record {
    let mut new = installed();
    let terms = Terms {
        status,
        ..Terms::UNLIMITED
    };
    set_terms(&mut new, &terms);
    save_as(By::Lma, Some(&installed()), new).unwrap()
}

fn with(old: &Record, name: &str, value: impl Into<Value>) -> Record {
    let mut new = old.clone();
    new.set(name, value);
    new
}

fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name).as_text()
}

#[test]
fn calculated_fields() {
    let saved = installed();
    let shown = [
        (field::LICENSE_STATUS, "Trial"),
        (field::LICENSED_SEATS, "5"),
        (field::EXPIRATION_DATE, "2026-06-30"),
        ("sfLma__Package_Version_Number__c", "1.2"),
        ("sfLma__Instance__c", "NA1"),
        ("sfLma__Org_Edition__c", "Enterprise Edition"),
        ("sfLma__Org_Status__c", "ACTIVE"),
        ("sfLma__Trial_Expiration_Date__c", "2026-12-31"),
    ];
    for (name, value) in shown {
        assert_eq!(text(&saved, name), Some(value), "{name}");
    }
    assert!(saved.get("sfLma__Is_Sandbox__c").is_true());
    assert_eq!(saved.get(field::AVAILABLE_SEATS), &Value::Number(3.0));
    assert_eq!(
        saved.get("RecordTypeId").as_id(),
        license_record_type("Trial")
    );
    // R-LIC-3, R-LIC-5: in the subscriber's zone, not in the business org's.
    let ends = saved.get(field::ACCESS_ENDS_AT).as_datetime().unwrap();
    assert_eq!(ends.to_string(), "2026-07-01T07:00:00Z");
}

/// Every field that the catalogue calls calculated is set from its source, but the links to help.
#[test]
fn no_calculated_field_is_forgotten() {
    let saved = installed();
    for field in saved.object().fields() {
        let sourced = !field.calculated_from.is_empty();
        if field.source == crate::catalog::Source::Calculated && sourced {
            assert!(!saved.get(&field.name).is_null(), "{}", field.name);
        }
    }
}

#[test]
fn r_lic_4_and_6_defaults() {
    let mut new = record(names::LICENSE);
    new.set(field::SEATS, Value::Null);
    new.set(field::EXPIRATION, date(1970, 1, 1));
    let saved = save_as(ADMIN, None, new).unwrap();
    assert_eq!(saved.get(field::SEATS), &Value::Number(-1.0));
    assert_eq!(text(&saved, field::LICENSED_SEATS), Some("Site License"));
    assert!(saved.get(field::EXPIRATION).is_null());
    assert_eq!(
        text(&saved, field::EXPIRATION_DATE),
        Some("Does not expire")
    );
    assert!(saved.get(field::ACCESS_ENDS_AT).is_null());
    assert!(saved.get(field::USED).is_null());
    assert!(saved.get("RecordTypeId").is_null());
    assert_eq!(terms(&saved).unwrap(), None);
}

#[test]
fn r_lic_2_transitions_by_plain_update() {
    let trial = installed();
    let active = save_as(PERSON, Some(&trial), with(&trial, field::STATUS, "Active")).unwrap();
    assert_eq!(
        active.get("RecordTypeId").as_id(),
        license_record_type("Active")
    );
    assert_eq!(text(&active, field::LICENSE_STATUS), Some("Active"));
    for by in [PERSON, ADMIN] {
        for to in ["Trial", "Uninstalled"] {
            let error = refusal(by, Some(&active), with(&active, field::STATUS, to));
            assert_eq!(error.code, Code::FieldCustomValidationException);
            assert_eq!(error.fields, [field::STATUS]);
            assert!(error.message.contains("Active, Suspended"));
        }
        let error = refusal(by, Some(&active), with(&active, field::STATUS, Value::Null));
        assert_eq!(error.code, Code::FieldCustomValidationException);
    }
    let error = refusal(PERSON, None, with(&trial, field::STATUS, "Uninstalled"));
    assert_eq!(error.code, Code::FieldCustomValidationException);
}

#[test]
fn r_lic_3_trial_limit_by_plain_update() {
    let trial = installed();
    let last = with(&trial, field::EXPIRATION, date(2026, 7, 30));
    assert!(save_as(PERSON, Some(&trial), last).is_ok());
    for day in [Some(date(2026, 7, 31)), None] {
        let error = refusal(ADMIN, Some(&trial), with(&trial, field::EXPIRATION, day));
        assert_eq!(error.fields, [field::EXPIRATION]);
    }
    let mut paid = with(&trial, field::STATUS, "Active");
    paid.set(field::EXPIRATION, Value::Null);
    assert!(save_as(PERSON, Some(&trial), paid).is_ok());
}

#[test]
fn r_lic_6_seats_by_plain_update() {
    let trial = installed();
    for seats in [0.0, -2.0, 1.5, 99_000_001.0] {
        let error = refusal(PERSON, Some(&trial), with(&trial, field::SEATS, seats));
        assert_eq!(
            (error.code, error.fields),
            (Code::FieldIntegrityException, vec![field::SEATS.into()])
        );
    }
    // R-LIC-7: below the number used.
    let fewer = save_as(PERSON, Some(&trial), with(&trial, field::SEATS, 1.0)).unwrap();
    assert_eq!(fewer.get(field::AVAILABLE_SEATS), &Value::Number(-1.0));
    // R-LIC-8: a site license counts no seats.
    let site = save_as(PERSON, Some(&trial), with(&trial, field::SEATS, -1.0)).unwrap();
    assert!(site.get(field::USED).is_null() && site.get(field::AVAILABLE_SEATS).is_null());
}

#[test]
fn r_ins_7_uninstall_and_reinstall() {
    let trial = installed();
    let gone = save_as(
        By::Lma,
        Some(&trial),
        with(&trial, field::STATUS, "Uninstalled"),
    )
    .unwrap();
    assert!(gone.get(field::USED).is_null() && gone.get(field::AVAILABLE_SEATS).is_null());
    assert_eq!(gone.get(field::UNINSTALLED_AT).as_datetime(), Some(now()));
    let error = refusal(
        PERSON,
        Some(&gone),
        with(&gone, "sfLma__Account__c", id("001", 1)),
    );
    assert_eq!(error.code, Code::FieldCustomValidationException);
    let error = refusal(ADMIN, Some(&gone), with(&gone, field::STATUS, "Active"));
    assert_eq!(error.code, Code::FieldCustomValidationException);
    // R-PKG-6: what is no term, who has Modify All Data may change.
    assert!(
        save_as(
            ADMIN,
            Some(&gone),
            with(&gone, "sfLma__Account__c", id("001", 1))
        )
        .is_ok()
    );

    let back = save_as(By::Lma, Some(&gone), with(&gone, field::STATUS, "Trial")).unwrap();
    assert!(back.get(field::UNINSTALLED_AT).is_null());
    assert_eq!(
        back.get(field::EXPIRATION).as_date(),
        Some(date(2026, 6, 30))
    );
}

#[test]
fn r_lic_9_and_11_licenses_that_cannot_be_changed() {
    let active = in_status(Status::Active);
    let read_only = with(&active, field::LICENSE_TYPE, "Read-Only");
    let error = refusal(
        PERSON,
        Some(&read_only),
        with(&read_only, field::SEATS, 9.0),
    );
    assert_eq!(error.code, Code::InvalidOperation);

    for status in ["LOCKED", "DISABLED", "DELETED"] {
        let unreachable = with(&active, field::ORG_STATUS, status);
        let error = refusal(
            ADMIN,
            Some(&unreachable),
            with(&unreachable, field::SEATS, 9.0),
        );
        assert_eq!(error.code, Code::ProxyUserDeactivated);
    }
    // R-ORG-7: a trial org whose last day is over counts as locked.
    let mut over = with(&active, field::ORG_STATUS, "TRIAL");
    over.set("sfLma__Org_Trial_Expiration__c", "2026-05-31");
    let error = refusal(PERSON, Some(&over), with(&over, field::SEATS, 9.0));
    assert_eq!(error.code, Code::ProxyUserDeactivated);

    let proxy = with(&active, field::PROXY_INACTIVE, true);
    let error = refusal(PERSON, Some(&proxy), with(&proxy, field::SEATS, 9.0));
    assert_eq!(error.code, Code::ProxyUserDeactivated);

    let by_hand = with(&active, field::PACKAGE_LICENSE_ID, Value::Null);
    let saved = save_as(PERSON, Some(&by_hand), with(&by_hand, field::SEATS, 9.0)).unwrap();
    assert_eq!(text(&saved, field::SYNC_STATE), Some("No subscriber"));
}

/// R-LIC-9: nothing is used in a deleted org and its license is Read-Only; the status stays, and all
/// comes back with the org. What another reason made Read-Only stays so.
#[test]
fn r_lic_9_deleted_orgs() {
    let active = in_status(Status::Active);
    let mut gone = with(&active, field::SEATS, 5.0);
    set_org(&mut gone, OrgStatus::Deleted, 3);
    let gone = save_as(By::Lma, Some(&active), gone).unwrap();
    assert_eq!(text(&gone, field::ORG_STATUS), Some("DELETED"));
    assert_eq!(text(&gone, field::LICENSE_TYPE), Some("Read-Only"));
    assert_eq!(text(&gone, field::STATUS), Some("Active"));
    assert_eq!(*gone.get(field::USED), Value::Null);
    let mut back = gone.clone();
    set_org(&mut back, OrgStatus::Active, 3);
    assert_eq!(text(&back, field::LICENSE_TYPE), Some("Editable"));
    assert_eq!(*back.get(field::USED), Value::from(3.0));
    let mut elsewhere = with(&active, field::LICENSE_TYPE, "Read-Only");
    set_org(&mut elsewhere, OrgStatus::Locked, 3);
    assert_eq!(text(&elsewhere, field::LICENSE_TYPE), Some("Read-Only"));
}

/// R-LIC-2: who grants a new trial may go back to Trial, and to nothing else that is forbidden; the
/// limit then counts from that day.
#[test]
fn r_lic_2_a_new_trial_is_saved() {
    let active = in_status(Status::Active);
    let mut trial = with(&active, field::STATUS, "Trial");
    trial.set(field::EXPIRATION, date(2026, 8, 30));
    assert_eq!(
        refusal(ADMIN, Some(&active), trial.clone()).code,
        Code::FieldCustomValidationException
    );
    trial.set(field::TRIAL_GRANTED_ON, date(2026, 6, 1));
    let saved = save_as(By::NewTrial, Some(&active), trial).unwrap();
    assert_eq!(text(&saved, field::STATUS), Some("Trial"));
    let later = with(&saved, field::EXPIRATION, date(2026, 8, 29));
    assert!(save_as(PERSON, Some(&saved), later).is_ok());
    let too_late = with(&saved, field::EXPIRATION, date(2026, 8, 31));
    assert_eq!(
        refusal(PERSON, Some(&saved), too_late).fields,
        [field::EXPIRATION]
    );
    let suspended = with(&active, field::STATUS, "Suspended");
    assert!(save_as(By::NewTrial, Some(&active), suspended).is_err());
}

#[test]
fn r_lic_10_account_and_contact_are_edited_freely() {
    let active = in_status(Status::Active);
    let mut new = with(&active, "sfLma__Account__c", id("001", 1));
    new.set("sfLma__Contact__c", id("003", 1));
    assert!(save_as(PERSON, Some(&active), new).is_ok());
}

#[test]
fn r_lic_5_derived_values() {
    let trial = installed();
    let effective = |at: &str| {
        derived(
            &trial,
            Derived::EffectiveStatus,
            &TimeZone::UTC,
            at.parse().unwrap(),
        )
    };
    assert_eq!(effective("2026-07-01T06:59:59Z"), Value::from("Trial"));
    assert_eq!(effective("2026-07-01T07:00:00Z"), Value::from("Expired"));
    let days = derived(&trial, Derived::DaysToExpiry, &TimeZone::UTC, now());
    assert_eq!(days, Value::Number(29.0));

    let mut copy = record(names::PACKAGE_LICENSE);
    copy.set("ExpirationDate", now());
    for (stored, shown) in [
        ("Trial", "Expired"),
        ("Active", "Expired"),
        ("Suspended", "Suspended"),
        ("Free", "Free"),
    ] {
        copy.set("terms_status", stored);
        let status = derived(&copy, Derived::PackageLicenseStatus, &TimeZone::UTC, now());
        assert_eq!(status, Value::from(shown));
    }
}

fn any_request() -> impl Strategy<Value = modify::ModifyRequest> {
    let day = (-200i64..200).prop_map(|days| -> Date {
        date(2026, 6, 1)
            .checked_add(jiff::SignedDuration::from_hours(24 * days))
            .unwrap()
    });
    (
        prop::option::of(prop::sample::select(Status::ALL)),
        prop::option::of(prop_oneof![
            Just(Seats::Site),
            (0u32..20).prop_map(Seats::Number)
        ]),
        prop::option::of(prop::option::of(day)),
    )
        .prop_map(|(status, seats, expiration)| modify::ModifyRequest {
            status,
            seats,
            expiration,
        })
}

proptest! {
    /// R-LIC-10: *Modify License* and a plain update of the same fields agree.
    #[test]
    fn modify_and_plain_update_agree(
        status in prop::sample::select(Status::ALL),
        request in any_request(),
    ) {
        let old = if status == Status::Trial { installed() } else { in_status(status) };
        let facts = current(&old, &TimeZone::UTC, now()).unwrap().unwrap();
        let planned = modify::plan(&facts, &request, date(2026, 6, 1));
        let before = facts.terms;
        let mut new = old.clone();
        set_terms(&mut new, &Terms {
            status: request.status.unwrap_or(before.status),
            seats: request.seats.unwrap_or(before.seats),
            expiration: request.expiration.unwrap_or(before.expiration),
        });
        let untouched = new.values() == old.values();
        match (planned, save_as(PERSON, Some(&old), new)) {
            (Ok(planned), Ok(saved)) => {
                prop_assert_eq!(terms(&saved).unwrap().unwrap(), planned.terms);
            }
            (Err(_), Err(_)) => {}
            // An uninstalled license that nobody touches may pass through a save.
            (Err(_), Ok(_)) => prop_assert!(untouched && status == Status::Uninstalled),
            (Ok(_), Err(errors)) => prop_assert!(false, "{errors:?}"),
        }
    }
}
