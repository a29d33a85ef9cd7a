//! Tests of *Modify License*.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 6, 1);

fn current(status: Status, seats: Seats, expiration: Option<Date>) -> Current {
    Current {
        terms: Terms {
            status,
            seats,
            expiration,
        },
        used: 0,
        trial_begins: Some(date(2026, 5, 1)),
        reach: Reach {
            license_type: LicenseType::Editable,
            org_status: Some(OrgStatus::Active),
            proxy_active: true,
        },
    }
}

fn trial() -> Current {
    current(Status::Trial, Seats::Site, Some(date(2026, 6, 30)))
}

fn active() -> Current {
    current(Status::Active, Seats::Number(10), None)
}

fn to_status(status: Status) -> ModifyRequest {
    ModifyRequest {
        status: Some(status),
        ..ModifyRequest::default()
    }
}

fn to_expiration(day: Option<Date>) -> ModifyRequest {
    ModifyRequest {
        expiration: Some(day),
        ..ModifyRequest::default()
    }
}

#[test]
fn r_lic_3_trial_stays_within_its_limit() {
    // The 90th day after 1 May.
    assert!(plan(&trial(), &to_expiration(Some(date(2026, 7, 30))), TODAY).is_ok());
    for request in [Some(date(2026, 7, 31)), None, Some(date(1970, 1, 1))] {
        let error = plan(&trial(), &to_expiration(request), TODAY).unwrap_err();
        assert_eq!(error.code, Code::FieldIntegrityException);
        assert_eq!(error.fields, [field::EXPIRATION]);
        assert!(error.message.contains("2026-07-30"), "{}", error.message);
    }
}

#[test]
fn r_lic_3_active_and_suspended_end_any_day_or_never() {
    for status in [Status::Active, Status::Suspended] {
        let license = current(status, Seats::Site, Some(date(2026, 6, 30)));
        for day in [None, Some(date(2099, 1, 1)), Some(date(2001, 1, 1))] {
            assert_eq!(
                plan(&license, &to_expiration(day), TODAY)
                    .unwrap()
                    .terms
                    .expiration,
                day
            );
        }
    }
    let request = ModifyRequest {
        status: Some(Status::Active),
        ..to_expiration(None)
    };
    assert_eq!(
        plan(&trial(), &request, TODAY).unwrap().terms.expiration,
        None
    );
}

#[test]
fn r_lic_2_trial_never_comes_back() {
    let error = plan(&active(), &to_status(Status::Trial), TODAY).unwrap_err();
    assert_eq!(error.code, Code::FieldCustomValidationException);
}

#[test]
fn r_lic_3_a_past_day_is_asked_about() {
    let past = plan(&active(), &to_expiration(Some(date(2026, 5, 31))), TODAY).unwrap();
    assert!(past.access_ends_now && past.must_confirm);
    let today = plan(&active(), &to_expiration(Some(TODAY)), TODAY).unwrap();
    assert!(!today.access_ends_now && !today.must_confirm);
    let suspended = plan(&active(), &to_status(Status::Suspended), TODAY).unwrap();
    assert!(suspended.access_ends_now && !suspended.must_confirm);
    // Where there is no access to end, a past day is asked about as well, and nothing else is.
    for status in [Status::Active, Status::Suspended] {
        let over = current(status, Seats::Site, Some(date(2026, 1, 1)));
        let earlier = plan(&over, &to_expiration(Some(date(2025, 1, 1))), TODAY).unwrap();
        assert!(!earlier.access_ends_now && earlier.must_confirm);
        let same = plan(&over, &to_expiration(Some(date(2026, 1, 1))), TODAY).unwrap();
        assert!(!same.must_confirm);
        let seats = ModifyRequest {
            seats: Some(Seats::Number(9)),
            ..ModifyRequest::default()
        };
        assert!(!plan(&over, &seats, TODAY).unwrap().must_confirm);
        let never = plan(&over, &to_expiration(None), TODAY).unwrap();
        assert!(!never.must_confirm);
    }
}

#[test]
fn r_lic_7_fewer_seats_than_used_is_allowed_and_told() {
    let license = Current {
        used: 8,
        ..active()
    };
    let request = ModifyRequest {
        seats: Some(Seats::Number(5)),
        ..ModifyRequest::default()
    };
    let planned = plan(&license, &request, TODAY).unwrap();
    assert_eq!(planned.over_by, 3);
    assert_eq!(
        planned.changes,
        [Change {
            field: field::SEATS.into(),
            from: "10".into(),
            to: "5".into()
        }]
    );
}

#[test]
fn r_lic_10_nothing_changed_is_no_change() {
    let same = ModifyRequest {
        status: Some(Status::Active),
        seats: Some(Seats::Number(10)),
        expiration: Some(Some(date(1970, 1, 1))),
    };
    assert!(plan(&active(), &same, TODAY).unwrap().changes.is_empty());
    // A trial that is already beyond its limit may still be saved unchanged.
    let late = current(Status::Trial, Seats::Site, Some(date(2027, 1, 1)));
    assert!(
        plan(&late, &ModifyRequest::default(), TODAY)
            .unwrap()
            .changes
            .is_empty()
    );
}

#[test]
fn r_lic_9_to_11_licenses_that_cannot_be_changed() {
    let code = |license: &Current| plan(license, &to_expiration(None), TODAY).unwrap_err().code;
    let gone = current(Status::Uninstalled, Seats::Site, None);
    assert_eq!(code(&gone), Code::FieldCustomValidationException);

    let mut license = active();
    license.reach.license_type = LicenseType::ReadOnly;
    assert_eq!(code(&license), Code::InvalidOperation);

    for org in [OrgStatus::Locked, OrgStatus::Disabled, OrgStatus::Deleted] {
        let mut license = active();
        license.reach.org_status = Some(org);
        let error = plan(&license, &to_expiration(None), TODAY).unwrap_err();
        assert_eq!(error.code, Code::ProxyUserDeactivated);
        assert!(error.message.starts_with("proxy user has deactivated"));
    }
    let mut license = active();
    license.reach.proxy_active = false;
    let error = plan(&license, &to_expiration(None), TODAY).unwrap_err();
    assert_eq!(error.code, Code::ProxyUserDeactivated);
    for check in [
        "proxy user has deactivated",
        "active",
        "locked",
        "deleted",
        "installed",
    ] {
        assert!(error.message.contains(check), "{}", error.message);
    }
    license.reach.org_status = Some(OrgStatus::Deleted);
    let error = plan(&license, &to_expiration(None), TODAY).unwrap_err();
    assert!(error.message.contains("delete this license record"));

    let by_hand = Current {
        reach: Reach::NO_SUBSCRIBER,
        trial_begins: None,
        ..active()
    };
    assert!(plan(&by_hand, &to_expiration(None), TODAY).is_ok());
}

/// R-LIC-2: a new trial of 1 to 90 days, from any status but Uninstalled; the seats stay.
#[test]
fn r_lic_2_a_new_trial() {
    for status in [Status::Trial, Status::Active, Status::Suspended] {
        let license = current(status, Seats::Number(7), None);
        let planned = plan_new_trial(&license, 90, TODAY).unwrap();
        assert_eq!(planned.terms.status, Status::Trial);
        assert_eq!(planned.terms.seats, Seats::Number(7));
        assert_eq!(planned.terms.expiration, Some(date(2026, 8, 30)));
        assert!(!planned.must_confirm && !planned.access_ends_now);
        for days in [0, -1, 91, 256 + 30, i64::MAX] {
            let error = plan_new_trial(&license, days, TODAY).unwrap_err();
            assert_eq!(error.code, Code::FieldIntegrityException);
            assert_eq!(error.fields, ["days"]);
            assert!(error.message.contains("1 to 90"), "{}", error.message);
        }
    }
    let gone = current(Status::Uninstalled, Seats::Site, None);
    let error = plan_new_trial(&gone, 30, TODAY).unwrap_err();
    assert_eq!(error.code, Code::FieldCustomValidationException);
    let mut license = active();
    license.reach.license_type = LicenseType::ReadOnly;
    let error = plan_new_trial(&license, 30, TODAY).unwrap_err();
    assert_eq!(error.code, Code::InvalidOperation);
}

fn any_request() -> impl Strategy<Value = ModifyRequest> {
    let day = (2020i16..2030, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| date(y, m, d));
    (
        prop::option::of(prop::sample::select(Status::ALL)),
        prop::option::of(prop_oneof![
            Just(Seats::Site),
            (0u32..200_000_000).prop_map(Seats::Number)
        ]),
        prop::option::of(prop::option::of(day)),
    )
        .prop_map(|(status, seats, expiration)| ModifyRequest {
            status,
            seats,
            expiration,
        })
}

proptest! {
    /// R-LIC-2, R-LIC-3, R-LIC-6: whatever is asked for, what comes out keeps the rules, and
    /// asking for the same again changes nothing more.
    #[test]
    fn plans_keep_the_rules(requests in prop::collection::vec(any_request(), 1..12)) {
        let mut license = trial();
        for request in requests {
            let Ok(planned) = plan(&license, &request, TODAY) else { continue };
            let terms = planned.terms;
            prop_assert!(terms.status != Status::Trial || license.terms.status == Status::Trial);
            prop_assert!(terms.status != Status::Uninstalled);
            prop_assert!(Seats::from_stored(terms.seats.stored()).is_ok());
            prop_assert!(terms.status != Status::Trial
                || terms.expiration.is_some_and(|day| day <= date(2026, 7, 30)));
            license.terms = terms;
            prop_assert!(plan(&license, &request, TODAY).unwrap().changes.is_empty());
        }
    }
}
