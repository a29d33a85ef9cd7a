//! Tests of the check.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-06-01T12:00:00Z")
}

fn terms(status: Status, seats: Seats, ends: Option<Timestamp>, grace_days: u8) -> LicenseFact {
    LicenseFact::Terms {
        status,
        seats,
        access_ends_at: ends,
        grace_days,
    }
}

fn licensed() -> CheckFacts {
    CheckFacts {
        org_status: OrgStatus::Active,
        org_trial_ends_at: None,
        installed: true,
        user: UserFact::Active { has_seat: true },
        license: terms(Status::Active, Seats::Number(5), None, 0),
    }
}

fn reason_of(facts: CheckFacts) -> Reason {
    check(&facts, now()).reason
}

/// R-CHK-2: each reason wins over all that stand after it.
#[test]
fn r_chk_2_first_reason_that_holds() {
    let past = Some(at("2026-05-01T00:00:00Z"));
    let mut facts = CheckFacts {
        org_status: OrgStatus::Locked,
        org_trial_ends_at: None,
        installed: false,
        user: UserFact::Unknown,
        license: LicenseFact::Unrestricted,
    };
    assert_eq!(reason_of(facts), Reason::OrgLocked);
    facts.org_status = OrgStatus::Free;
    assert_eq!(reason_of(facts), Reason::Uninstalled);
    facts.installed = true;
    assert_eq!(reason_of(facts), Reason::UserUnknown);
    facts.user = UserFact::Inactive;
    assert_eq!(reason_of(facts), Reason::UserInactive);
    facts.user = UserFact::Active { has_seat: false };
    assert_eq!(reason_of(facts), Reason::Unrestricted);
    facts.license = terms(Status::Suspended, Seats::Number(1), past, 0);
    assert_eq!(reason_of(facts), Reason::Suspended);
    facts.license = terms(Status::Active, Seats::Number(1), past, 0);
    assert_eq!(reason_of(facts), Reason::Expired);
    facts.license = terms(Status::Active, Seats::Number(1), None, 0);
    assert_eq!(reason_of(facts), Reason::NoSeat);
    facts.user = UserFact::Active { has_seat: true };
    assert_eq!(reason_of(facts), Reason::Licensed);
}

#[test]
fn r_chk_2_site_license_needs_no_seat() {
    let facts = CheckFacts {
        user: UserFact::Active { has_seat: false },
        license: terms(Status::Trial, Seats::Site, None, 0),
        ..licensed()
    };
    let answer = check(&facts, now());
    assert_eq!(answer.reason, Reason::Licensed);
    assert_eq!(answer.effective_status, Some(EffectiveStatus::Trial));
}

#[test]
fn r_chk_2_grace() {
    let ended = Some(at("2026-06-01T00:00:00Z"));
    let mut facts = CheckFacts {
        license: terms(Status::Active, Seats::Number(5), ended, 1),
        ..licensed()
    };
    let answer = check(&facts, now());
    assert!(answer.licensed);
    assert_eq!(answer.reason, Reason::InGrace);
    assert_eq!(answer.effective_status, Some(EffectiveStatus::Expired));
    facts.user = UserFact::Active { has_seat: false };
    assert_eq!(reason_of(facts), Reason::NoSeat);
    facts.user = UserFact::Active { has_seat: true };
    assert_eq!(
        check(&facts, at("2026-06-02T00:00:00Z")).reason,
        Reason::Expired
    );
}

#[test]
fn r_chk_2_valid_until() {
    assert_eq!(
        check(&licensed(), now()).valid_until,
        at("2026-06-01T12:01:00Z")
    );
    let soon = Some(at("2026-06-01T12:00:20Z"));
    let facts = CheckFacts {
        license: terms(Status::Active, Seats::Number(5), soon, 0),
        ..licensed()
    };
    assert_eq!(check(&facts, now()).valid_until, at("2026-06-01T12:00:20Z"));
    let expired = check(&facts, at("2026-06-01T12:00:20Z"));
    assert_eq!(expired.reason, Reason::Expired);
    assert_eq!(expired.valid_until, at("2026-06-01T12:01:20Z"));
}

#[test]
fn r_org_7_trial_org_locks_after_its_end() {
    let end = at("2026-06-01T12:00:30Z");
    let facts = CheckFacts {
        org_status: OrgStatus::Trial,
        org_trial_ends_at: Some(end),
        ..licensed()
    };
    let before = check(&facts, now());
    assert_eq!((before.reason, before.valid_until), (Reason::Licensed, end));
    assert_eq!(check(&facts, end).reason, Reason::OrgLocked);
}

#[test]
fn r_ins_7_uninstalled_unrestricted_package_says_so() {
    let facts = CheckFacts {
        installed: false,
        license: LicenseFact::Unrestricted,
        ..licensed()
    };
    let answer = check(&facts, now());
    assert_eq!(answer.reason, Reason::Uninstalled);
    assert!(!answer.licensed);
}

fn any_facts() -> impl Strategy<Value = CheckFacts> {
    let instant = || {
        prop::option::of(
            (-400_000i64..400_000).prop_map(|s| after(now(), SignedDuration::from_secs(s))),
        )
    };
    let user = prop_oneof![
        Just(UserFact::Unknown),
        Just(UserFact::Inactive),
        any::<bool>().prop_map(|has_seat| UserFact::Active { has_seat }),
    ];
    let license = prop_oneof![
        1 => Just(LicenseFact::Unrestricted),
        4 => (prop::sample::select(Status::ALL), any::<bool>(), instant(), 0u8..=30).prop_map(
            |(status, site, ends, grace)| {
                terms(status, if site { Seats::Site } else { Seats::Number(3) }, ends, grace)
            }
        ),
    ];
    (
        prop::sample::select(OrgStatus::ALL),
        instant(),
        any::<bool>(),
        user,
        license,
    )
        .prop_map(
            |(org_status, org_trial_ends_at, installed, user, license)| CheckFacts {
                org_status,
                org_trial_ends_at,
                installed,
                user,
                license,
            },
        )
}

proptest! {
    /// R-CHK-2: an answer holds without change until `valid_until`, which is at most 60 s on.
    #[test]
    fn answers_hold_until_valid_until(facts in any_facts(), part in 0i64..60_000) {
        let answer = check(&facts, now());
        prop_assert!(answer.valid_until > now());
        prop_assert!(answer.valid_until <= after(now(), ANSWER_HOLDS));
        let later = after(now(), SignedDuration::from_millis(part));
        if later < answer.valid_until {
            prop_assert_eq!(check(&facts, later).reason, answer.reason);
        }
    }

    /// R-SEAT-2, R-CHK-2: nobody is licensed who is unknown or inactive, in a locked org, or
    /// whose package is gone or suspended.
    #[test]
    fn never_licensed_by_mistake(facts in any_facts()) {
        if check(&facts, now()).licensed {
            prop_assert!(!facts.org_status.blocks_checks());
            prop_assert!(facts.installed);
            let active = matches!(facts.user, UserFact::Active { .. });
            prop_assert!(active);
            if let LicenseFact::Terms { status, seats, .. } = facts.license {
                prop_assert!(matches!(status, Status::Trial | Status::Active));
                let seated = facts.user == UserFact::Active { has_seat: true };
                prop_assert!(seats == Seats::Site || seated);
            }
        }
    }
}
