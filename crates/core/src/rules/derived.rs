//! The values that depend on the clock, in memory; `store` has the same as SQL (R-LIC-5).

use jiff::tz::TimeZone;

use super::license::status;
use crate::catalog::Derived;
use crate::license::{Status, expiry, field};
use crate::record::Record;
use crate::time::Timestamp;
use crate::value::Value;

/// The value of a derived field of `record` at `now`. `zone` is that of the org whose record it
/// is, in which "today" is meant.
#[must_use]
pub fn derived(record: &Record, what: Derived, zone: &TimeZone, now: Timestamp) -> Value {
    match what {
        Derived::EffectiveStatus => {
            let ends = record.get(field::ACCESS_ENDS_AT).as_datetime();
            let status = status(record).ok().flatten();
            status
                .map(|status| expiry::effective(status, ends, now).as_str())
                .into()
        }
        Derived::DaysToExpiry => {
            let expiration = record.get(field::EXPIRATION).as_date();
            #[expect(clippy::cast_precision_loss, reason = "days within the calendar")]
            let days = expiry::days_to_expiry(expiration, zone, now).map(|days| days as f64);
            days.into()
        }
        Derived::PackageLicenseStatus => package_license_status(record, now),
    }
}

/// Trial, Active, Expired after the last day, Suspended; any other text (Free) as stored.
fn package_license_status(record: &Record, now: Timestamp) -> Value {
    let stored = record.get("terms_status");
    let ends = record.get("ExpirationDate").as_datetime();
    match stored.as_text().map(Status::parse) {
        Some(Ok(status)) => expiry::effective(status, ends, now).as_str().into(),
        Some(Err(_)) | None => stored.clone(),
    }
}
