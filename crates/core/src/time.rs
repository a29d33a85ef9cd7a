//! Instants, dates and the two formats in which they leave the server.

pub use jiff::Timestamp;
pub use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::error::{Code, Error};

/// An instant as stored: microseconds since 1970, UTC.
#[must_use]
pub fn to_micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// Reads a stored instant; out-of-range numbers clamp to the calendar's ends.
#[must_use]
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// `2026-11-24T02:10:51.000+0000`, the form of the Salesforce-compatible doors.
#[must_use]
pub fn format_rest(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f+0000").to_string()
}

/// Reads an instant written with `Z`, `+hh:mm` or `+hhmm`, with or without fractions; a date
/// alone is midnight UTC.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // `+0000` without a colon.
    if let Some((head, zone)) = text
        .len()
        .checked_sub(5)
        .and_then(|i| text.split_at_checked(i))
        && zone.starts_with(['+', '-'])
        && zone[1..].bytes().all(|c| c.is_ascii_digit())
    {
        return format!("{head}{}:{}", &zone[..3], &zone[3..]).parse().ok();
    }
    let date: Date = text.parse().ok()?;
    text.len()
        .eq(&10)
        .then(|| date.to_zoned_datetime(TimeZone::UTC).ok())?
        .map(|z| z.timestamp())
}

/// Looks up an IANA time zone in the bundled data.
///
/// # Errors
/// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST` for a name that is none.
pub fn zone(name: &str) -> Result<TimeZone, Error> {
    if name == "GMT" {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name).map_err(|_| {
        Error::new(
            Code::InvalidOrNullForRestrictedPicklist,
            format!("Time Zone: bad value for restricted picklist field: {name}"),
        )
        .field("TimeZoneSidKey")
    })
}

/// The calendar day of `at` in `zone`.
#[must_use]
pub fn day_in(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned_datetime(zone.clone()).date()
}
