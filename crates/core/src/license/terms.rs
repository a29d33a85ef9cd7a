//! What a license grants, and the values it begins with (R-PKG-4, R-INS-6).

use serde::{Deserialize, Serialize};

use super::expiry::{TRIAL_DAYS, days_after};
use super::seats::Seats;
use super::state::Status;
use crate::error::{Code, Error, Result};
use crate::time::Date;

/// Most days that default values may give an Active license, a hundred years.
pub const MAX_ACTIVE_DAYS: u32 = 36_500;

/// The terms of a license, equal on both copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The written status.
    pub status: Status,
    /// How many users it lets in.
    pub seats: Seats,
    /// The last day of access; `None` does not expire.
    #[serde(with = "iso_day", default)]
    pub expiration: Option<Date>,
}

impl Terms {
    /// Active, Site License, does not expire: the terms of unregistered installs (R-INS-8) and
    /// of sandboxes (R-INS-6).
    pub const UNLIMITED: Terms = Terms {
        status: Status::Active,
        seats: Seats::Site,
        expiration: None,
    };
}

/// How long a new license runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// A trial of 1 to 90 whole days.
    Trial {
        /// Days after the install, the last one included.
        days: u8,
    },
    /// Active for so many days, or without end.
    Active {
        /// Days after the install, 1 to [`MAX_ACTIVE_DAYS`]; `None` never ends.
        days: Option<u32>,
    },
}

/// What a package does in sandboxes (R-INS-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxPolicy {
    /// Sandboxes get an Active, never-expiring Site License whatever the defaults.
    pub unrestricted: bool,
    /// Sandbox installs make leads.
    pub leads: bool,
}

impl Default for SandboxPolicy {
    fn default() -> SandboxPolicy {
        SandboxPolicy {
            unrestricted: true,
            leads: true,
        }
    }
}

/// The values that new licenses of a package begin with (R-PKG-4).
///
/// In JSON: `{"status": "Trial", "trial_days": 30, "seats": 5}` or
/// `{"status": "Active", "active_days": null, "seats": "site"}`, with an optional `sandbox`.
///
/// ```
/// use openlma_core::license::DefaultValues;
/// let defaults: DefaultValues =
///     serde_json::from_str(r#"{"status": "Trial", "trial_days": 30, "seats": 5}"#).unwrap();
/// assert!(defaults.sandbox.unrestricted);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct DefaultValues {
    /// Trial or Active, and for how long.
    pub validity: Validity,
    /// How many users.
    pub seats: Seats,
    /// What happens in sandboxes.
    pub sandbox: SandboxPolicy,
}

impl Default for DefaultValues {
    /// The guide's defaults: Active, does not expire, Site License.
    fn default() -> DefaultValues {
        DefaultValues {
            validity: Validity::Active { days: None },
            seats: Seats::Site,
            sandbox: SandboxPolicy::default(),
        }
    }
}

impl DefaultValues {
    /// Default values from their parts.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` for a trial of other than 1 to 90 days, for Active days
    /// outside 1 to 36,500, for seats outside their range.
    pub fn new(validity: Validity, seats: Seats, sandbox: SandboxPolicy) -> Result<DefaultValues> {
        match validity {
            Validity::Trial { days } if !(1..=TRIAL_DAYS).contains(&days) => {
                return Err(trial_range(days));
            }
            Validity::Active { days: Some(days) } if !(1..=MAX_ACTIVE_DAYS).contains(&days) => {
                return Err(invalid(
                    "active_days",
                    format!(
                        "active_days: {days} is not allowed; give 1 to 36500, or null for never"
                    ),
                ));
            }
            Validity::Trial { .. } | Validity::Active { .. } => {}
        }
        if let Seats::Number(n) = seats {
            Seats::number(n)?;
        }
        Ok(DefaultValues {
            validity,
            seats,
            sandbox,
        })
    }
}

/// The terms of a license at its first install (R-PKG-4, R-INS-6).
///
/// `install_date` is the day in the subscriber org's zone.
#[must_use]
pub fn terms_at_install(defaults: &DefaultValues, install_date: Date, is_sandbox: bool) -> Terms {
    if is_sandbox && defaults.sandbox.unrestricted {
        return Terms::UNLIMITED;
    }
    let (status, expiration) = match defaults.validity {
        Validity::Trial { days } => (
            Status::Trial,
            Some(days_after(install_date, u32::from(days))),
        ),
        Validity::Active { days } => (
            Status::Active,
            days.map(|days| days_after(install_date, days)),
        ),
    };
    Terms {
        status,
        seats: defaults.seats,
        expiration,
    }
}

/// The JSON form of [`DefaultValues`].
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trial_days: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_days: Option<i64>,
    #[serde(default)]
    seats: Seats,
    #[serde(default)]
    sandbox: SandboxPolicy,
}

impl From<DefaultValues> for Form {
    fn from(values: DefaultValues) -> Form {
        let (status, trial_days, active_days) = match values.validity {
            Validity::Trial { days } => (Status::Trial, Some(i64::from(days)), None),
            Validity::Active { days } => (Status::Active, None, days.map(i64::from)),
        };
        let DefaultValues { seats, sandbox, .. } = values;
        Form {
            status,
            trial_days,
            active_days,
            seats,
            sandbox,
        }
    }
}

impl TryFrom<Form> for DefaultValues {
    type Error = Error;

    fn try_from(form: Form) -> Result<DefaultValues> {
        let validity = match (form.status, form.trial_days, form.active_days) {
            (Status::Trial, Some(days), None) => Validity::Trial {
                days: u8::try_from(days).map_err(|_| trial_range(days))?,
            },
            (Status::Trial, None, None) => {
                return Err(invalid(
                    "trial_days",
                    "trial_days is missing; give 1 to 90".into(),
                ));
            }
            (Status::Active, None, days) => Validity::Active {
                days: days.map(|d| u32::try_from(d).unwrap_or(0)),
            },
            (Status::Trial, _, Some(_)) => {
                return Err(invalid(
                    "active_days",
                    "active_days does not go with status Trial; give trial_days".into(),
                ));
            }
            (Status::Active, Some(_), _) => {
                return Err(invalid(
                    "trial_days",
                    "trial_days does not go with status Active; give active_days or neither".into(),
                ));
            }
            (status, ..) => {
                return Err(invalid(
                    "status",
                    format!("status: {status} is not allowed; give Trial or Active"),
                ));
            }
        };
        DefaultValues::new(validity, form.seats, form.sandbox)
    }
}

fn trial_range(days: impl std::fmt::Display) -> Error {
    invalid(
        "trial_days",
        format!("trial_days: {days} is not allowed; give 1 to 90 whole days"),
    )
}

fn invalid(field: &str, message: String) -> Error {
    Error::new(Code::FieldIntegrityException, message).field(field)
}

/// A day as ISO text in JSON, or null.
mod iso_day {
    use serde::{Deserialize, Deserializer, Serializer, de};

    use crate::time::Date;

    #[expect(clippy::ref_option, reason = "the signature that serde asks for")]
    pub(super) fn serialize<S: Serializer>(day: &Option<Date>, s: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => s.collect_str(day),
            None => s.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Date>, D::Error> {
        let text = <Option<String>>::deserialize(d)?;
        text.map(|text| text.parse().map_err(de::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
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
}
