//! *Modify License*: one place for page, API, CLI, plain updates and bulk (R-LIC-10).

use serde::{Deserialize, Serialize};

use super::expiry::{TRIAL_DAYS, days_after, expiration_text, normalize, trial_limit};
use super::field;
use super::seats::Seats;
use super::state::{self, Cause, LicenseType, Status};
use super::terms::Terms;
use crate::error::{Code, Error, Result};
use crate::org::OrgStatus;
use crate::time::Date;

/// What a modification must know about the license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// The present terms.
    pub terms: Terms,
    /// Seats taken; 0 where they are not counted.
    pub used: u32,
    /// The day that a trial's limit counts from, in the subscriber's zone: the first install, or the
    /// day a new trial was granted; `None` for a license made by hand.
    pub trial_begins: Option<Date>,
    /// Whether it can be changed at all, and if not why.
    pub reach: Reach,
}

/// Can changes of a license reach the subscriber (R-LIC-9, R-LIC-11)?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Editable or Read-Only.
    pub license_type: LicenseType,
    /// The subscriber org's status, expiry of a trial org included; `None` when the license was
    /// made by hand and has no subscriber.
    pub org_status: Option<OrgStatus>,
    /// Is the automated user in the subscriber's org (Proxy User) active?
    pub proxy_active: bool,
}

impl Reach {
    /// A license made by hand: editable, and nobody to reach (R-LIC-9).
    pub const NO_SUBSCRIBER: Reach = Reach {
        license_type: LicenseType::Editable,
        org_status: None,
        proxy_active: true,
    };
}

/// What somebody asks to change; what is absent stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModifyRequest {
    /// A new status.
    pub status: Option<Status>,
    /// New seats.
    pub seats: Option<Seats>,
    /// A new last day; `Some(None)` never expires.
    pub expiration: Option<Option<Date>>,
}

/// One field's change, as history, dry run and pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// API name of the field.
    pub field: String,
    /// Text before: a status, `5` or `Site License`, a day or `Does not expire`.
    pub from: String,
    /// Text after.
    pub to: String,
}

/// A modification that keeps every rule, ready to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modification {
    /// The terms afterwards.
    pub terms: Terms,
    /// What differs; empty when nothing does.
    pub changes: Vec<Change>,
    /// By how many the used seats exceed the licensed ones afterwards (R-LIC-7).
    pub over_by: u32,
    /// Users have access today and will not have it after the change.
    pub access_ends_now: bool,
    /// It sets a last day in the past, whether there is access to end or not; pages, our API and
    /// CLI confirm that first (R-LIC-3).
    pub must_confirm: bool,
}

/// Works out what `request` makes of a license. `today` is the day in the subscriber's zone.
///
/// # Errors
/// - those of [`may_edit`];
/// - `FIELD_CUSTOM_VALIDATION_EXCEPTION` for a forbidden change of status (R-LIC-2);
/// - `FIELD_INTEGRITY_EXCEPTION` for a trial without end or beyond its limit (R-LIC-3), and for
///   seats outside their range (R-LIC-6).
pub fn plan(current: &Current, request: &ModifyRequest, today: Date) -> Result<Modification> {
    let before = current.terms;
    may_edit(before.status, &current.reach)?;
    let terms = Terms {
        status: state::transition(
            before.status,
            request.status.unwrap_or(before.status),
            Cause::Person,
        )?,
        seats: request.seats.unwrap_or(before.seats),
        expiration: normalize(request.expiration.unwrap_or(before.expiration)),
    };
    if let Seats::Number(n) = terms.seats {
        Seats::number(n)?;
    }
    if (terms.status, terms.expiration) != (before.status, before.expiration) {
        trial_keeps_its_limit(&terms, current.trial_begins)?;
    }
    Ok(modification(current, terms, today))
}

/// Works out a new trial of 1 to 90 whole `days` that begins `today`, the day in the subscriber's
/// zone; the seats stay (R-LIC-2, the only way back to Trial).
///
/// # Errors
/// - `FIELD_INTEGRITY_EXCEPTION` on `days`, naming the range;
/// - those of [`may_edit`].
pub fn plan_new_trial(current: &Current, days: i64, today: Date) -> Result<Modification> {
    let Some(days) = u8::try_from(days)
        .ok()
        .filter(|d| (1..=TRIAL_DAYS).contains(d))
    else {
        return Err(Error::new(
            Code::FieldIntegrityException,
            format!("days: {days} is not allowed; give 1 to {TRIAL_DAYS} whole days"),
        )
        .field("days"));
    };
    let before = current.terms;
    may_edit(before.status, &current.reach)?;
    let terms = Terms {
        status: state::transition(before.status, Status::Trial, Cause::NewTrial)?,
        seats: before.seats,
        expiration: Some(days_after(today, u32::from(days))),
    };
    Ok(modification(current, terms, today))
}

fn modification(current: &Current, terms: Terms, today: Date) -> Modification {
    let before = current.terms;
    let access_ends_now = has_access(&before, today) && !has_access(&terms, today);
    Modification {
        terms,
        changes: changes(&before, &terms),
        over_by: terms.seats.over_by(current.used),
        access_ends_now,
        must_confirm: terms.expiration != before.expiration && over(terms.expiration, today),
    }
}

/// May a license in this status and reach be changed by a person?
///
/// # Errors
/// - `FIELD_CUSTOM_VALIDATION_EXCEPTION` when uninstalled (R-LIC-2);
/// - `PROXY_USER_HAS_DEACTIVATED` when the subscriber's org is locked, disabled or deleted or its
///   automated user is not active, with the checks to make (R-LIC-11);
/// - `INVALID_OPERATION` when Read-Only (R-LIC-9).
pub fn may_edit(status: Status, reach: &Reach) -> Result<()> {
    if status == Status::Uninstalled {
        return Err(state::not_editable());
    }
    if let Some(org) = reach.org_status
        && (org.blocks_checks() || !reach.proxy_active)
    {
        return Err(proxy_user_has_deactivated(org));
    }
    if reach.license_type == LicenseType::ReadOnly {
        return Err(Error::new(
            Code::InvalidOperation,
            "the license is Read-Only: its package is no longer registered with this org, \
             or the subscriber's org no longer exists",
        )
        .field(field::LICENSE_TYPE));
    }
    Ok(())
}

/// R-LIC-3: a trial always has a last day, and none later than the install date + 90 days.
///
/// `begins` is the install date, or the day on which a new trial was granted. Without one (a license
/// made by hand) there is no day to count from.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` on `sfLma__Expiration__c`, naming the limit.
pub fn trial_keeps_its_limit(terms: &Terms, begins: Option<Date>) -> Result<()> {
    if terms.status != Status::Trial {
        return Ok(());
    }
    let limit = begins.map(trial_limit);
    let problem = match (terms.expiration, limit) {
        (None, _) => "a trial must have a last day",
        (Some(day), Some(limit)) if day > limit => "a trial cannot end that late",
        (Some(_), _) => return Ok(()),
    };
    let allowed = limit.map_or_else(
        || "give a last day".into(),
        |limit| format!("the latest last day is {limit}, 90 days after the trial began"),
    );
    Err(Error::new(
        Code::FieldIntegrityException,
        format!("Expiration: {problem}; {allowed}"),
    )
    .field(field::EXPIRATION))
}

/// R-LIC-11: why nothing reaches the subscriber, and the checks to make.
fn proxy_user_has_deactivated(org: OrgStatus) -> Error {
    let found = match org {
        OrgStatus::Deleted => "the org is deleted; delete this license record",
        OrgStatus::Locked => {
            "the org is locked and the record cannot be updated; \
             ask the customer to have the org unlocked, or to install the package again"
        }
        OrgStatus::Disabled => {
            "the org is disabled and the record cannot be updated until it is active again; \
             ask the customer to have it activated"
        }
        OrgStatus::Active | OrgStatus::Trial | OrgStatus::Free => {
            "the automated user of the customer's org is not active; ask the customer to activate \
             it, and check that the org is active, not locked or deleted, and that the package is \
             still installed"
        }
    };
    let message = format!("proxy user has deactivated: {found}");
    Error::new(Code::ProxyUserDeactivated, message)
}

fn over(expiration: Option<Date>, today: Date) -> bool {
    expiration.is_some_and(|day| day < today)
}

fn has_access(terms: &Terms, today: Date) -> bool {
    matches!(terms.status, Status::Trial | Status::Active) && !over(terms.expiration, today)
}

fn changes(before: &Terms, after: &Terms) -> Vec<Change> {
    let rows = [
        (
            field::STATUS,
            before.status.to_string(),
            after.status.to_string(),
        ),
        (
            field::SEATS,
            before.seats.licensed_seats_text(),
            after.seats.licensed_seats_text(),
        ),
        (
            field::EXPIRATION,
            expiration_text(before.expiration),
            expiration_text(after.expiration),
        ),
    ];
    rows.into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| Change {
            field: field.into(),
            from,
            to,
        })
        .collect()
}

#[cfg(test)]
#[path = "modify_tests.rs"]
mod tests;
