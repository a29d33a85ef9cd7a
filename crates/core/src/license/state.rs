//! The states of a license and the moves between them (R-LIC-2).

use super::field;
use crate::error::{Code, Error, Result};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The status that is written. Expiry never changes it (R-LIC-5).
    pub enum Status = "Status" {
        /// On trial, with a last day within 90 days of the install.
        Trial = "Trial",
        /// In force.
        Active = "Active",
        /// Shut by the publisher.
        Suspended = "Suspended",
        /// The customer uninstalled the package; not editable.
        Uninstalled = "Uninstalled",
    }
}

vocabulary! {
    /// Whether the publisher can change the license (R-LIC-9).
    pub enum LicenseType = "License Type" {
        /// Changes reach the subscriber.
        Editable = "Editable",
        /// The package is no longer registered here, or the subscriber's org vanished.
        ReadOnly = "Read-Only",
    }
}

/// What brings a change of status about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A person, by any door.
    Person,
    /// The customer uninstalled the package.
    Uninstall,
    /// The customer installed it again; the license becomes what it was.
    Reinstall {
        /// The status before the uninstall.
        previous: Status,
    },
    /// *Grant new trial*, the only way to a second trial.
    NewTrial,
}

/// Moves a license from one status to another.
///
/// # Errors
/// `FIELD_CUSTOM_VALIDATION_EXCEPTION` on `sfLma__Status__c`, naming what is allowed.
pub fn transition(from: Status, to: Status, cause: Cause) -> Result<Status> {
    let allowed: &[Status] = match cause {
        Cause::Person => allowed_next(from),
        Cause::Uninstall => &[Status::Uninstalled],
        Cause::Reinstall { previous } if from == Status::Uninstalled => match previous {
            Status::Trial => &[Status::Trial],
            Status::Active => &[Status::Active],
            Status::Suspended => &[Status::Suspended],
            Status::Uninstalled => &[],
        },
        Cause::NewTrial if from != Status::Uninstalled => &[Status::Trial],
        Cause::Reinstall { .. } | Cause::NewTrial => &[],
    };
    if allowed.contains(&to) {
        Ok(to)
    } else {
        Err(forbidden(from, to, allowed))
    }
}

/// What a person may make of a license in this status, its present status included; nothing for
/// an uninstalled one.
#[must_use]
pub fn allowed_next(from: Status) -> &'static [Status] {
    match from {
        Status::Trial => &[Status::Trial, Status::Active, Status::Suspended],
        Status::Active => &[Status::Active, Status::Suspended],
        Status::Suspended => &[Status::Suspended, Status::Active],
        Status::Uninstalled => &[],
    }
}

/// May a person make a license by hand in this status?
///
/// # Errors
/// `FIELD_CUSTOM_VALIDATION_EXCEPTION` for Uninstalled, which only an uninstall reaches.
pub fn may_begin(status: Status) -> Result<()> {
    if status == Status::Uninstalled {
        return Err(refusal(
            "Status: a license becomes Uninstalled only by an uninstall; \
             allowed: Trial, Active, Suspended"
                .into(),
        ));
    }
    Ok(())
}

/// The error for taking the status of a license away.
#[must_use]
pub fn no_status(from: Status) -> Error {
    let allowed: Vec<_> = allowed_next(from).iter().map(|s| s.as_str()).collect();
    refusal(format!(
        "Status: a license must keep a status; allowed: {}",
        allowed.join(", ")
    ))
}

/// The error for a license that an uninstall has closed.
#[must_use]
pub fn not_editable() -> Error {
    refusal(
        "Status: the package is uninstalled and the license cannot be edited; \
         it comes back when the customer installs the package again"
            .into(),
    )
}

fn forbidden(from: Status, to: Status, allowed: &[Status]) -> Error {
    if from == Status::Uninstalled && allowed.is_empty() {
        return not_editable();
    }
    let allowed: Vec<_> = allowed.iter().map(|s| s.as_str()).collect();
    let allowed = if allowed.is_empty() {
        "nothing".into()
    } else {
        allowed.join(", ")
    };
    refusal(format!(
        "Status: {from} cannot become {to}; allowed: {allowed}"
    ))
}

fn refusal(message: String) -> Error {
    Error::new(Code::FieldCustomValidationException, message).field(field::STATUS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Status::*;
    use super::*;

    fn any_status() -> impl Strategy<Value = Status> {
        prop::sample::select(Status::ALL)
    }

    #[test]
    fn r_lic_2_table() {
        let table = [
            (Trial, [true, true, true, false]),
            (Active, [false, true, true, false]),
            (Suspended, [false, true, true, false]),
            (Uninstalled, [false, false, false, false]),
        ];
        for (from, row) in table {
            for (to, allowed) in [Trial, Active, Suspended, Uninstalled].into_iter().zip(row) {
                let result = transition(from, to, Cause::Person);
                assert_eq!(result.is_ok(), allowed, "{from} to {to}");
                if let Err(error) = result {
                    assert_eq!(error.code, Code::FieldCustomValidationException);
                    assert_eq!(error.fields, ["sfLma__Status__c"]);
                }
            }
        }
    }

    #[test]
    fn r_lic_2_refusal_names_what_is_allowed() {
        let error = transition(Active, Trial, Cause::Person).unwrap_err();
        assert_eq!(
            error.message,
            "Status: Active cannot become Trial; allowed: Active, Suspended"
        );
        assert!(
            transition(Uninstalled, Active, Cause::Person)
                .unwrap_err()
                .message
                .contains("edit")
        );
    }

    #[test]
    fn r_lic_2_reinstall_only_to_what_it_was() {
        for previous in [Trial, Active, Suspended] {
            let cause = Cause::Reinstall { previous };
            for to in Status::ALL {
                assert_eq!(transition(Uninstalled, *to, cause).is_ok(), *to == previous);
            }
            assert!(transition(Active, previous, cause).is_err());
        }
    }

    #[test]
    fn r_lic_2_new_trial() {
        for from in [Trial, Active, Suspended] {
            assert!(transition(from, Trial, Cause::NewTrial).is_ok());
        }
        assert!(transition(Uninstalled, Trial, Cause::NewTrial).is_err());
        assert!(transition(Active, Suspended, Cause::NewTrial).is_err());
    }

    #[test]
    fn parse_ignores_case_and_lists_what_is_allowed() {
        assert_eq!(Status::parse("aCTIVE").unwrap(), Active);
        let error = Status::parse("Expired").unwrap_err();
        assert_eq!(error.code, Code::InvalidOrNullForRestrictedPicklist);
        assert!(
            error
                .message
                .ends_with("(allowed: Trial, Active, Suspended, Uninstalled)")
        );
    }

    proptest! {
        /// R-LIC-2: no path of a person's moves leads back to Trial or to Uninstalled.
        #[test]
        fn no_way_back(start in any_status(), moves in prop::collection::vec(any_status(), 0..20)) {
            let mut status = start;
            for to in moves {
                if let Ok(next) = transition(status, to, Cause::Person) {
                    prop_assert!(next != Trial || status == Trial);
                    prop_assert!(next != Uninstalled);
                    status = next;
                }
            }
        }

        /// R-LIC-2: an uninstall always succeeds, and again.
        #[test]
        fn uninstall_is_idempotent(from in any_status()) {
            prop_assert_eq!(transition(from, Uninstalled, Cause::Uninstall).unwrap(), Uninstalled);
        }
    }
}
