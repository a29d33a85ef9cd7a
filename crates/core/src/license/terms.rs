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
        let Some(text) = <Option<String>>::deserialize(d)? else {
            return Ok(None);
        };
        // The parser takes a day with a time as well, whose time would get lost.
        match text.parse() {
            Ok(day) if text.len() == 10 => Ok(Some(day)),
            _ => Err(de::Error::custom(format!(
                "{text} is not a day, such as 2026-01-31"
            ))),
        }
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
