//! Tests of terms and default values.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::expiry::trial_limit;
use super::*;

fn parse(json: &str) -> Result<DefaultValues, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn r_pkg_4_json_forms() {
    let trial = parse(r#"{"status":"Trial","trial_days":30,"seats":5}"#).unwrap();
    assert_eq!(trial.validity, Validity::Trial { days: 30 });
    assert_eq!(trial.seats, Seats::Number(5));
    let never = parse(r#"{"status":"active"}"#).unwrap();
    assert_eq!(never, DefaultValues::default());
    let year = parse(r#"{"status":"Active","active_days":365,"sandbox":{"leads":false}}"#);
    assert_eq!(
        year.unwrap().sandbox,
        SandboxPolicy {
            unrestricted: true,
            leads: false
        },
    );
}

#[test]
fn r_pkg_4_refusals_say_what_is_allowed() {
    let cases = [
        (r#"{"status":"Trial"}"#, "give 1 to 90"),
        (r#"{"status":"Trial","trial_days":0}"#, "give 1 to 90"),
        (r#"{"status":"Trial","trial_days":91}"#, "give 1 to 90"),
        (r#"{"status":"Trial","trial_days":-1}"#, "give 1 to 90"),
        (r#"{"status":"Trial","trial_days":300}"#, "give 1 to 90"),
        (
            r#"{"status":"Trial","trial_days":30,"active_days":5}"#,
            "give trial_days",
        ),
        (r#"{"status":"Active","trial_days":30}"#, "give active_days"),
        (r#"{"status":"Active","active_days":0}"#, "1 to 36500"),
        (r#"{"status":"Active","active_days":-3}"#, "1 to 36500"),
        (r#"{"status":"Suspended"}"#, "give Trial or Active"),
        (r#"{"status":"Active","seats":0}"#, "1 to 99000000"),
        (r#"{"status":"Trial","trial_days":1.5}"#, "floating point"),
    ];
    for (json, hint) in cases {
        let error = parse(json).unwrap_err().to_string();
        assert!(error.contains(hint), "{json}: {error}");
    }
}

#[test]
fn r_ins_6_sandbox_policy() {
    let day = date(2026, 1, 1);
    let mut defaults = DefaultValues::new(
        Validity::Trial { days: 14 },
        Seats::Number(3),
        SandboxPolicy::default(),
    )
    .unwrap();
    assert_eq!(terms_at_install(&defaults, day, true), Terms::UNLIMITED);
    let trial = Terms {
        status: Status::Trial,
        seats: Seats::Number(3),
        expiration: Some(date(2026, 1, 15)),
    };
    assert_eq!(terms_at_install(&defaults, day, false), trial);
    defaults.sandbox.unrestricted = false;
    assert_eq!(terms_at_install(&defaults, day, true), trial);
}

#[test]
fn terms_as_json() {
    let terms = Terms {
        status: Status::Trial,
        seats: Seats::Site,
        expiration: Some(date(2026, 4, 1)),
    };
    let json = serde_json::to_string(&terms).unwrap();
    assert_eq!(
        json,
        r#"{"status":"Trial","seats":"site","expiration":"2026-04-01"}"#
    );
    assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), terms);
    let never = serde_json::to_string(&Terms::UNLIMITED).unwrap();
    assert_eq!(
        serde_json::from_str::<Terms>(&never).unwrap(),
        Terms::UNLIMITED
    );
}

#[test]
fn days_in_json_are_days() {
    for day in [
        "2026-02-30",
        "2026-01-31T10:00:00",
        "31.01.2026",
        "20260131",
    ] {
        let json = format!(r#"{{"status":"Active","seats":1,"expiration":"{day}"}}"#);
        assert!(serde_json::from_str::<Terms>(&json).is_err(), "{day}");
    }
}

proptest! {
    /// R-LIC-3, R-PKG-4: whatever the valid defaults, a trial ends, and within the limit.
    #[test]
    fn trials_end_within_the_limit(days in 0u8.., year in 2000i16..2100, seats in 1u32..1000) {
        let install = date(year, 12, 1);
        let validity = Validity::Trial { days };
        match DefaultValues::new(validity, Seats::Number(seats), SandboxPolicy::default()) {
            Ok(defaults) => {
                let end = terms_at_install(&defaults, install, false).expiration.unwrap();
                prop_assert!(end > install && end <= trial_limit(install));
            }
            Err(_) => prop_assert!(days == 0 || days > 90),
        }
    }

    /// R-PKG-4: default values read back as written.
    #[test]
    fn json_round_trip(days in 1u32..=MAX_ACTIVE_DAYS, unrestricted: bool, leads: bool) {
        let values = DefaultValues::new(
            Validity::Active { days: Some(days) },
            Seats::Site,
            SandboxPolicy { unrestricted, leads },
        )
        .unwrap();
        let json = serde_json::to_string(&values).unwrap();
        prop_assert_eq!(serde_json::from_str::<DefaultValues>(&json).unwrap(), values);
    }
}
