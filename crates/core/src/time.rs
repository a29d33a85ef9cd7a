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
/// alone is midnight UTC. To the microsecond, as it is stored.
#[must_use]
pub fn parse_instant(text: &str) -> Option<Timestamp> {
    instant(text).map(|at| from_micros(to_micros(at)))
}

fn instant(text: &str) -> Option<Timestamp> {
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

/// What to give for a time zone.
pub(crate) const WHAT_ZONE: &str = "give an IANA time zone, such as Europe/Berlin";

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
            format!(
                "Time Zone: bad value for restricted picklist field: {}",
                crate::quote::beginning(name)
            ),
        )
        .fix(WHAT_ZONE)
        .field("TimeZoneSidKey")
    })
}

/// The calendar day of `at` in `zone`.
#[must_use]
pub fn day_in(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned_datetime(zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forms in which clients write instants, and what is none.
    #[test]
    fn instants_are_read() {
        let expected = Some(from_micros(1_769_861_696_000_000));
        for text in [
            "2026-01-31T12:14:56Z",
            "2026-01-31T12:14:56.000+0000",
            "2026-01-31T13:14:56+01:00",
            "2026-01-31T07:14:56.0-0500",
        ] {
            assert_eq!(parse_instant(text), expected, "{text}");
        }
        assert_eq!(
            parse_instant("2026-01-31T12:14:56.123456789Z"),
            Some(from_micros(1_769_861_696_123_456))
        );
        assert_eq!(
            parse_instant("2026-01-31"),
            parse_instant("2026-01-31T00:00:00Z")
        );
        for text in [
            "",
            "now",
            "2026-01-31T12:14:56",
            "20260131",
            "2026-02-30",
            "ü+0000",
            "+0000",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }

    #[test]
    fn instants_are_written_with_milliseconds() {
        let text = |micros| format_rest(from_micros(micros));
        assert_eq!(text(0), "1970-01-01T00:00:00.000+0000");
        assert_eq!(text(1_769_861_696_789_999), "2026-01-31T12:14:56.789+0000");
    }

    #[test]
    fn micros_round_trip_and_clamp() {
        for micros in [0, -1, 1_769_861_696_123_456] {
            assert_eq!(to_micros(from_micros(micros)), micros);
        }
        assert_eq!(from_micros(i64::MAX), Timestamp::MAX);
        assert_eq!(from_micros(i64::MIN), Timestamp::MIN);
    }

    /// R-LIC-3: a day is a day of some zone.
    #[test]
    fn r_lic_3_days_depend_on_the_zone() {
        let at = from_micros(1_769_900_400_000_000);
        let day = |name| zone(name).map(|zone| day_in(at, &zone).to_string());
        assert_eq!(day("GMT"), Ok("2026-01-31".into()));
        assert_eq!(day("Pacific/Kiritimati"), Ok("2026-02-01".into()));
        assert_eq!(
            day("Moon/Base").map_err(|e| e.code),
            Err(Code::InvalidOrNullForRestrictedPicklist)
        );
    }
}
