//! The rules of a License, and its typed view (R-LIC-2 to R-LIC-11).

use jiff::tz::TimeZone;

use super::{SaveContext, changed, owner_stays};
use crate::catalog::license_record_type;
use crate::error::{Error, Result};
use crate::license::modify::{Current, Reach, may_edit, trial_keeps_its_limit};
use crate::license::state::{self, LicenseType};
use crate::license::{Seats, Status, Terms, expiry, field};
use crate::org::{self, OrgStatus};
use crate::record::Record;
use crate::time::{self, Date, Timestamp};
use crate::value::Value;

/// Fields that show another, stored field under another name.
const SHOWN: [(&str, &str); 7] = [
    (field::LICENSE_STATUS, field::STATUS),
    (
        "sfLma__Package_Version_Number__c",
        "sfLma__Version_Number__c",
    ),
    (
        "sfLma__Is_Sandbox__c",
        "sfLma__Subscriber_Org_Is_Sandbox__c",
    ),
    ("sfLma__Instance__c", "sfLma__Org_Instance__c"),
    ("sfLma__Org_Edition__c", "sfLma__Org_Type__c"),
    ("sfLma__Org_Status__c", field::ORG_STATUS),
    (
        "sfLma__Trial_Expiration_Date__c",
        "sfLma__Org_Trial_Expiration__c",
    ),
];

/// The written status; `None` for a license made by hand without one.
///
/// # Errors
/// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST` for a text that is no status.
pub fn status(record: &Record) -> Result<Option<Status>> {
    let text = record.get(field::STATUS).as_text();
    text.map(|text| Status::parse(text).map_err(|e| e.field(field::STATUS)))
        .transpose()
}

/// The seats; null is a Site License, the default (R-LIC-6).
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` for a number outside the range.
pub fn seats(record: &Record) -> Result<Seats> {
    record
        .get(field::SEATS)
        .as_number()
        .map_or(Ok(Seats::Site), Seats::from_number)
}

/// The terms; `None` for a license without a status.
///
/// # Errors
/// Those of [`status`] and [`seats`].
pub fn terms(record: &Record) -> Result<Option<Terms>> {
    let seats = seats(record)?;
    let expiration = expiry::normalize(record.get(field::EXPIRATION).as_date());
    Ok(status(record)?.map(|status| Terms {
        status,
        seats,
        expiration,
    }))
}

/// Writes terms into a record; [`super::before_save`] then works out the rest.
pub fn set_terms(record: &mut Record, terms: &Terms) {
    record.set(field::STATUS, terms.status.as_str());
    record.set(field::SEATS, stored_seats(terms.seats));
    record.set(field::EXPIRATION, terms.expiration);
}

/// Seats taken; 0 where they are not counted (R-LIC-8).
#[must_use]
pub fn used(record: &Record) -> u32 {
    let used = record.get(field::USED).as_int();
    used.and_then(|used| u32::try_from(used).ok()).unwrap_or(0)
}

/// The subscriber's time zone, or `otherwise` for a license that has no subscriber (R-LIC-3).
#[must_use]
pub fn subscriber_zone(record: &Record, otherwise: &TimeZone) -> TimeZone {
    let name = record.get("subscriber_zone").as_text();
    name.and_then(|name| time::zone(name).ok())
        .unwrap_or_else(|| otherwise.clone())
}

/// The day that a trial's limit counts from (R-LIC-3): the first install, or the day on which a new
/// trial was granted; `None` for a license made by hand.
#[must_use]
pub fn trial_begins(record: &Record) -> Option<Date> {
    let day = |name| record.get(name).as_date();
    day(field::TRIAL_GRANTED_ON).or_else(|| day(field::INSTALL_DATE))
}

/// Writes what the subscriber's org has become. Nothing is used in an org that is deleted, and
/// nobody can change its license any more; its status stays (R-LIC-9, R-REF-1). When such an org is
/// back, its license is Editable as before. `used` is what the org says of its seats.
pub fn set_org(record: &mut Record, status: OrgStatus, used: u32) {
    let text = |record: &Record, name| record.get(name).as_text().map(str::to_owned);
    let was_deleted =
        text(record, field::ORG_STATUS).as_deref() == Some(OrgStatus::Deleted.stored_text());
    record.set(field::ORG_STATUS, status.stored_text());
    if status == OrgStatus::Deleted {
        record.set(field::USED, Value::Null);
        record.set(field::LICENSE_TYPE, LicenseType::ReadOnly.as_str());
        return;
    }
    record.set(field::USED, f64::from(used));
    if was_deleted {
        record.set(field::LICENSE_TYPE, LicenseType::Editable.as_str());
    }
}

/// Whether changes of the license can reach its subscriber (R-LIC-9, R-LIC-11), as far as the
/// record tells.
#[must_use]
pub fn reach(record: &Record, zone: &TimeZone, now: Timestamp) -> Reach {
    if record.get(field::PACKAGE_LICENSE_ID).is_null() {
        return Reach::NO_SUBSCRIBER;
    }
    let text = |name| record.get(name).as_text();
    let license_type = text(field::LICENSE_TYPE).and_then(|t| LicenseType::parse(t).ok());
    let trial_end = text("sfLma__Org_Trial_Expiration__c").and_then(|day| day.parse().ok());
    let org_status = text(field::ORG_STATUS)
        .and_then(|t| OrgStatus::parse(t).ok())
        .map(|status| {
            org::effective_status(status, trial_end, &subscriber_zone(record, zone), now)
        });
    Reach {
        license_type: license_type.unwrap_or(LicenseType::Editable),
        org_status,
        proxy_active: !record.get(field::PROXY_INACTIVE).is_true(),
    }
}

/// What *Modify License* must know about a license; `None` for one without a status. `zone` is
/// the business org's, for a license that has no subscriber.
///
/// # Errors
/// Those of [`terms`].
pub fn current(record: &Record, zone: &TimeZone, now: Timestamp) -> Result<Option<Current>> {
    Ok(terms(record)?.map(|terms| Current {
        terms,
        used: used(record),
        trial_begins: trial_begins(record),
        reach: reach(record, zone, now),
    }))
}

pub(super) fn before_save(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    errors: &mut Vec<Error>,
) {
    let expiration = expiry::normalize(new.get(field::EXPIRATION).as_date());
    new.set(field::EXPIRATION, expiration);
    match seats(new) {
        Ok(seats) => calculate_seats(new, seats),
        Err(error) => errors.push(error),
    }
    match status(new) {
        Ok(status) => {
            if ctx.person() {
                errors.extend(check_person(ctx, old, new, status).err());
            }
            calculate_status(ctx, old, new, status);
        }
        Err(error) => errors.push(error),
    }
    owner_stays(ctx, old, new, errors);
    calculate_expiry(ctx, new);
    mark_made_by_hand(new);
    for (shown, stored) in SHOWN {
        let value = new.get(stored).clone();
        new.set(shown, value);
    }
}

/// What binds people and not the LMA.
fn check_person(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &Record,
    status: Option<Status>,
) -> Result<()> {
    let before = old.map(self::status).transpose()?.flatten();
    let terms_changed = [field::STATUS, field::SEATS, field::EXPIRATION]
        .into_iter()
        .any(|name| changed(old, new, name));
    if let (Some(before), Some(old)) = (before, old)
        && (terms_changed || (ctx.locked_out() && written(old, new)))
    {
        may_edit(before, &reach(old, ctx.zone, ctx.now))?;
    }
    if changed(old, new, field::STATUS) {
        match (before, status) {
            (Some(from), Some(to)) => drop(state::transition(from, to, ctx.cause())?),
            (Some(from), None) => return Err(state::no_status(from)),
            (None, Some(to)) => state::may_begin(to)?,
            (None, None) => {}
        }
    }
    let limit_concerned = [field::STATUS, field::EXPIRATION, field::INSTALL_DATE]
        .into_iter()
        .any(|name| changed(old, new, name));
    match status {
        Some(status) if limit_concerned => {
            let expiration = new.get(field::EXPIRATION).as_date();
            let terms = Terms {
                status,
                seats: Seats::Site,
                expiration,
            };
            trial_keeps_its_limit(&terms, trial_begins(new))
        }
        _ => Ok(()),
    }
}

/// Did the save write anything that a caller can write?
fn written(old: &Record, new: &Record) -> bool {
    let fields = new.object().fields().iter().enumerate();
    fields
        .filter(|(_, f)| f.updateable)
        .any(|(i, _)| old.at(i) != new.at(i))
}

/// R-LIC-2: the record type follows the status; R-LIC-8: nothing is used once uninstalled.
fn calculate_status(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    status: Option<Status>,
) {
    // The list's own spelling.
    new.set(field::STATUS, status.map(Status::as_str));
    let record_type = status.and_then(|status| license_record_type(status.as_str()));
    new.set("RecordTypeId", record_type);
    if status != Some(Status::Uninstalled) {
        new.set(field::UNINSTALLED_AT, Value::Null);
        return;
    }
    new.set(field::USED, Value::Null);
    new.set(field::AVAILABLE_SEATS, Value::Null);
    let was = old.is_some_and(|old| self::status(old) == Ok(Some(Status::Uninstalled)));
    if !was && new.get(field::UNINSTALLED_AT).is_null() {
        new.set(field::UNINSTALLED_AT, ctx.now);
    }
}

/// R-LIC-6 to R-LIC-8.
fn calculate_seats(new: &mut Record, seats: Seats) {
    new.set(field::SEATS, stored_seats(seats));
    new.set(field::LICENSED_SEATS, seats.licensed_seats_text());
    if seats == Seats::Site {
        new.set(field::USED, Value::Null);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "seats and used are far below 2^52"
    )]
    let available = seats.available(used(new)).map(|n| n as f64);
    new.set(field::AVAILABLE_SEATS, available);
}

/// R-LIC-4, R-LIC-5.
fn calculate_expiry(ctx: &SaveContext<'_>, new: &mut Record) {
    let expiration = new.get(field::EXPIRATION).as_date();
    new.set(field::EXPIRATION_DATE, expiry::expiration_text(expiration));
    let zone = subscriber_zone(new, ctx.zone);
    new.set(
        field::ACCESS_ENDS_AT,
        expiry::access_ends_at(expiration, &zone),
    );
}

/// R-LIC-9: a license without a copy is editable and has no subscriber to be in sync with.
fn mark_made_by_hand(new: &mut Record) {
    if !new.get(field::PACKAGE_LICENSE_ID).is_null() {
        return;
    }
    new.set(field::SYNC_STATE, "No subscriber");
    if new.get(field::LICENSE_TYPE).is_null() {
        new.set(field::LICENSE_TYPE, LicenseType::Editable.as_str());
    }
}

#[expect(clippy::cast_precision_loss, reason = "seats are at most 99 million")]
fn stored_seats(seats: Seats) -> f64 {
    seats.stored() as f64
}
