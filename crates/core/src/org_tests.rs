//! Tests of orgs.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn r_org_2_editions() {
    let table: Vec<_> = Edition::ALL
        .iter()
        .map(|e| (e.as_str(), e.org_type_text(), e.lead_code()))
        .collect();
    assert_eq!(
        table,
        [
            ("Enterprise", "Enterprise Edition", "EE"),
            ("Performance", "Performance Edition", "PXE"),
            ("Unlimited", "Unlimited Edition", "UE"),
            ("Developer", "Developer Edition", "DE"),
            ("Professional", "Professional Edition", "PE"),
            ("Group", "Group Edition", "GE"),
            ("Personal", "Personal Edition", "Free"),
        ]
    );
    for edition in Edition::ALL {
        assert_eq!(
            Edition::parse(&edition.as_str().to_uppercase()).unwrap(),
            *edition
        );
        assert_eq!(Edition::parse(edition.org_type_text()).unwrap(), *edition);
    }
    let error = Edition::parse("Gold").unwrap_err();
    assert_eq!(error.code, Code::InvalidOrNullForRestrictedPicklist);
    assert!(error.message.contains("Enterprise, Performance"));
}

#[test]
fn r_org_2_statuses() {
    let table: Vec<_> = OrgStatus::ALL
        .iter()
        .map(|s| {
            (
                s.as_str(),
                s.stored_text(),
                s.package_subscriber(),
                s.blocks_checks(),
            )
        })
        .collect();
    assert_eq!(
        table,
        [
            ("Active", "ACTIVE", "Active", false),
            ("Trial", "TRIAL", "Trial", false),
            ("Free", "FREE", "Free", false),
            ("Locked", "LOCKED", "Inactive", true),
            ("Disabled", "DISABLED", "Inactive", true),
            ("Deleted", "DELETED", "Inactive", true),
        ]
    );
    for status in OrgStatus::ALL {
        assert_eq!(OrgStatus::parse(status.stored_text()).unwrap(), *status);
    }
}

#[test]
fn r_org_7_trial_org_counts_as_locked_the_day_after() {
    let zone = TimeZone::get("Asia/Tokyo").unwrap();
    let end = Some(date(2026, 1, 31));
    let last: Timestamp = "2026-01-31T14:59:59Z".parse().unwrap();
    let over: Timestamp = "2026-01-31T15:00:00Z".parse().unwrap();
    assert_eq!(
        effective_status(OrgStatus::Trial, end, &zone, last),
        OrgStatus::Trial
    );
    assert_eq!(
        effective_status(OrgStatus::Trial, end, &zone, over),
        OrgStatus::Locked
    );
    assert_eq!(
        effective_status(OrgStatus::Active, end, &zone, over),
        OrgStatus::Active
    );
    assert_eq!(
        effective_status(OrgStatus::Trial, None, &zone, over),
        OrgStatus::Trial
    );
}

#[test]
fn r_org_2_instances() {
    for (instance, sandbox) in [("NA1", false), ("NA1234", false), ("CS42", true)] {
        validate_instance(instance, sandbox).unwrap();
    }
    for (instance, sandbox) in [
        ("", false),
        ("NA12345", false),
        ("NA 1", false),
        ("CS42", false),
        ("NA1", true),
    ] {
        assert!(validate_instance(instance, sandbox).is_err(), "{instance}");
    }
}

#[test]
fn r_org_4_domains() {
    for domain in ["a", "acme", "acme-2", "a1-b2-c3"] {
        validate_domain(domain).unwrap();
    }
    let long = "a".repeat(41);
    for domain in [
        "",
        "Acme",
        "2acme",
        "-a",
        "a-",
        "a--b",
        "a.b",
        "a/b",
        "ä",
        long.as_str(),
    ] {
        assert!(validate_domain(domain).is_err(), "{domain}");
    }
}

#[test]
fn r_org_3_where_the_lma_installs() {
    let target = |edition, status, sandbox, owns_managed_package| LmaTarget {
        edition,
        status,
        sandbox,
        owns_managed_package,
    };
    for edition in Edition::ALL {
        let refused = may_install_lma(&target(*edition, OrgStatus::Active, false, false)).is_err();
        let other = matches!(
            edition,
            Edition::Professional | Edition::Group | Edition::Personal
        );
        assert_eq!(refused, other, "{edition}");
    }
    let owner = target(Edition::Developer, OrgStatus::Active, false, true);
    assert_eq!(
        may_install_lma(&owner).unwrap_err().code,
        Code::InvalidOperation
    );
    let warned = |status, sandbox| {
        may_install_lma(&target(Edition::Unlimited, status, sandbox, false))
            .unwrap()
            .is_some()
    };
    assert!(warned(OrgStatus::Trial, false) && warned(OrgStatus::Active, true));
    assert!(!warned(OrgStatus::Active, false));
}

proptest! {
    /// R-ORG-4: what is taken for a domain is a DNS label.
    #[test]
    fn domains_are_dns_labels(domain in "[a-z0-9A-Z_.-]{0,45}") {
        if validate_domain(&domain).is_ok() {
            prop_assert!(domain.len() <= 63 && !domain.starts_with('-') && !domain.ends_with('-'));
            prop_assert!(domain.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-'));
        }
    }
}

/// R-ORG-7: a trial has a last day; an org that is shut keeps it, one in force has none.
#[test]
fn r_org_7_status_and_trial_end() {
    use OrgStatus::{Active, Deleted, Disabled, Free, Locked, Trial};
    let day = Some(date(2026, 6, 30));
    let later = Some(date(2026, 7, 31));
    for (before, status, end, after) in [
        ((Active, None), Some(Trial), Some(day), Some((Trial, day))),
        ((Active, None), Some(Trial), None, None),
        ((Active, None), None, Some(day), None),
        ((Active, None), None, Some(None), Some((Active, None))),
        ((Trial, day), None, Some(later), Some((Trial, later))),
        ((Trial, day), None, Some(None), None),
        ((Trial, day), Some(Locked), None, Some((Locked, day))),
        ((Locked, day), Some(Trial), None, Some((Trial, day))),
        (
            (Locked, day),
            Some(Disabled),
            Some(later),
            Some((Disabled, later)),
        ),
        ((Trial, day), Some(Deleted), None, Some((Deleted, day))),
        ((Trial, day), Some(Active), None, Some((Active, None))),
        ((Trial, day), Some(Free), Some(later), None),
    ] {
        match (change_status(before, status, end), after) {
            (Ok(done), Some(after)) => assert_eq!(done, after),
            (Err(e), None) => assert_eq!(e.fields, ["trial_end"]),
            (done, after) => panic!("{before:?} {status:?} {end:?}: {done:?}, not {after:?}"),
        }
    }
}
