//! "Is this user licensed?" (R-CHK-2).

use jiff::SignedDuration;

use super::expiry::{EffectiveStatus, effective};
use super::seats::Seats;
use super::state::Status;
use crate::org::{OrgStatus, effective_at};
use crate::time::Timestamp;
use crate::vocabulary::vocabulary;

/// How long an answer may be kept at most (R-CHK-2).
pub const ANSWER_HOLDS: SignedDuration = SignedDuration::from_secs(60);

vocabulary! {
    /// Why a user is licensed or not; the first that holds, in this order.
    pub enum Reason = "reason" {
        /// The subscriber's org is locked, disabled or deleted.
        OrgLocked = "OrgLocked",
        /// The package was uninstalled.
        Uninstalled = "Uninstalled",
        /// The org has no such user.
        UserUnknown = "UserUnknown",
        /// The user is deactivated.
        UserInactive = "UserInactive",
        /// Licensed: the package is registered nowhere, or a beta.
        Unrestricted = "Unrestricted",
        /// The publisher suspended the license.
        Suspended = "Suspended",
        /// Licensed: the last day is over, the days of grace are not.
        InGrace = "InGrace",
        /// The last day is over.
        Expired = "Expired",
        /// The user has no seat.
        NoSeat = "NoSeat",
        /// Licensed.
        Licensed = "Licensed",
    }
}

impl Reason {
    /// Does the product work for the user?
    #[must_use]
    pub fn licensed(self) -> bool {
        matches!(
            self,
            Reason::Unrestricted | Reason::InGrace | Reason::Licensed
        )
    }
}

/// What the subscriber's org knows about the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserFact {
    /// No such user.
    Unknown,
    /// Deactivated.
    Inactive,
    /// Active.
    Active {
        /// Has the user a seat of the package?
        has_seat: bool,
    },
}

/// What the subscriber's copy of the license says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LicenseFact {
    /// Unregistered, or a beta (R-INS-8, R-PKG-8).
    Unrestricted,
    /// Licensed on terms.
    Terms {
        /// The written status.
        status: Status,
        /// The seats.
        seats: Seats,
        /// First instant without access; `None` never comes.
        access_ends_at: Option<Timestamp>,
        /// Days of grace after that instant, 0 to 30 (R-CHK-3).
        grace_days: u8,
    },
}

/// Everything that an answer depends on. The package was installed at some time; one that never
/// was answers `PACKAGE_NOT_INSTALLED` before this rule is asked (R-CHK-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckFacts {
    /// The written status of the subscriber's org.
    pub org_status: OrgStatus,
    /// First instant after a trial org's end ([`crate::org::trial_ends_at`]).
    pub org_trial_ends_at: Option<Timestamp>,
    /// Is the package still installed?
    pub installed: bool,
    /// The user.
    pub user: UserFact,
    /// The license.
    pub license: LicenseFact,
}

/// The decision. Package, version and the terms themselves are added by who holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Does the product work for the user?
    pub licensed: bool,
    /// The first reason that holds.
    pub reason: Reason,
    /// The status with expiry; `None` when unrestricted.
    pub effective_status: Option<EffectiveStatus>,
    /// Until when the answer may be kept: 60 s on, or the end of access if that is earlier.
    pub valid_until: Timestamp,
}

/// Decides, with the first reason that holds (R-CHK-2).
///
/// Days of grace prolong what a user had: who has no seat has none in grace either.
#[must_use]
pub fn check(facts: &CheckFacts, now: Timestamp) -> Answer {
    let effective_status = effective_status(facts, now);
    let reason = reason(facts, effective_status, now);
    let mut valid_until = after(now, ANSWER_HOLDS);
    for change in changes_at(facts)
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
    {
        valid_until = valid_until.min(change);
    }
    Answer {
        licensed: reason.licensed(),
        reason,
        effective_status,
        valid_until,
    }
}

fn reason(facts: &CheckFacts, status: Option<EffectiveStatus>, now: Timestamp) -> Reason {
    if effective_at(facts.org_status, facts.org_trial_ends_at, now).blocks_checks() {
        return Reason::OrgLocked;
    }
    if status == Some(EffectiveStatus::Uninstalled) {
        return Reason::Uninstalled;
    }
    let has_seat = match facts.user {
        UserFact::Unknown => return Reason::UserUnknown,
        UserFact::Inactive => return Reason::UserInactive,
        UserFact::Active { has_seat } => has_seat,
    };
    let LicenseFact::Terms { seats, .. } = facts.license else {
        return Reason::Unrestricted;
    };
    let seated = has_seat || seats == Seats::Site;
    match status {
        Some(EffectiveStatus::Suspended) => Reason::Suspended,
        Some(EffectiveStatus::Expired) if grace_ends_at(facts).is_none_or(|end| end <= now) => {
            Reason::Expired
        }
        _ if !seated => Reason::NoSeat,
        Some(EffectiveStatus::Expired) => Reason::InGrace,
        _ => Reason::Licensed,
    }
}

fn effective_status(facts: &CheckFacts, now: Timestamp) -> Option<EffectiveStatus> {
    if !facts.installed {
        return Some(EffectiveStatus::Uninstalled);
    }
    match facts.license {
        LicenseFact::Unrestricted => None,
        LicenseFact::Terms {
            status,
            access_ends_at,
            ..
        } => Some(effective(status, access_ends_at, now)),
    }
}

/// The instants at which the answer may change by itself.
fn changes_at(facts: &CheckFacts) -> [Option<Timestamp>; 3] {
    let access_ends_at = match facts.license {
        LicenseFact::Terms { access_ends_at, .. } => access_ends_at,
        LicenseFact::Unrestricted => None,
    };
    let org_trial_ends_at = facts
        .org_trial_ends_at
        .filter(|_| facts.org_status == OrgStatus::Trial);
    [access_ends_at, grace_ends_at(facts), org_trial_ends_at]
}

fn grace_ends_at(facts: &CheckFacts) -> Option<Timestamp> {
    match facts.license {
        LicenseFact::Terms {
            access_ends_at,
            grace_days,
            ..
        } => access_ends_at
            .map(|end| after(end, SignedDuration::from_hours(24 * i64::from(grace_days)))),
        LicenseFact::Unrestricted => None,
    }
}

fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
