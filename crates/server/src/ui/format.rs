//! Numbers, days and instants as people read them. Pure: the zone and the day are given.

use jiff::tz::TimeZone;
use openlma_core::time::{Date, Timestamp};

use super::reading::COUNTED;

/// Days from today up to which a day is also told as a distance.
const NEAR: i32 = 730;

/// A whole number with separators and a true minus.
pub(super) fn whole(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let sign = if n < 0 { "−" } else { "" };
    format!("{sign}{}", grouped(&digits))
}

/// A number with separators; `decimals` is how many places are always shown, `most` how many at
/// most.
pub(super) fn number(n: f64, decimals: usize, most: usize) -> String {
    let text = format!("{:.*}", most.max(decimals), n.abs());
    let (front, back) = text.split_once('.').unwrap_or((&text, ""));
    let shown = back.trim_end_matches('0').len().max(decimals);
    let back = &back[..shown];
    let zero = front.chars().chain(back.chars()).all(|c| c == '0');
    let sign = if n < 0.0 && !zero { "−" } else { "" };
    let point = if back.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{back}", grouped(front))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A total that was counted to one above [`COUNTED`].
pub(super) fn total(n: u64) -> String {
    if n > COUNTED {
        return format!("{}+", whole(COUNTED.cast_signed()));
    }
    whole(n.cast_signed())
}

/// `in 21 days`, `yesterday`; nothing for days that are far away.
pub(super) fn distance(day: Date, today: Date) -> Option<String> {
    let days = today.until(day).ok()?.get_days();
    Some(match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        2..=NEAR => format!("in {days} days"),
        n if (-NEAR..0).contains(&n) => format!("{} days ago", -n),
        _ => return None,
    })
}

/// An instant: for machines, for the eye, and in full.
#[derive(Debug, PartialEq)]
pub(super) struct Instant {
    pub(super) machine: String,
    pub(super) short: String,
    pub(super) full: String,
}

/// An instant in the org's zone: only the time if it is of `today`.
pub(super) fn instant(at: Timestamp, zone: &TimeZone, zone_name: &str, today: Date) -> Instant {
    let there = at.to_zoned_datetime(zone.clone());
    let short = if there.date() == today {
        there.strftime("%H:%M").to_string()
    } else {
        there.strftime("%Y-%m-%d %H:%M").to_string()
    };
    Instant {
        machine: there.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        short,
        full: format!("{}, {zone_name}", there.strftime("%Y-%m-%d %H:%M:%S")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        assert_eq!(whole(0), "0");
        assert_eq!(whole(999), "999");
        assert_eq!(whole(1_286), "1,286");
        assert_eq!(whole(-99_000_000), "−99,000,000");
        assert_eq!(whole(i64::MIN), "−9,223,372,036,854,775,808");
        assert_eq!(number(1234.5, 2, 2), "1,234.50");
        assert_eq!(number(75.125, 0, 1), "75.1");
        assert_eq!(number(10.0, 0, 3), "10");
        assert_eq!(number(-0.001, 0, 2), "0");
        assert_eq!(number(-1000.5, 0, 2), "−1,000.5");
    }

    #[test]
    fn totals_are_exact_to_a_thousand() {
        assert_eq!(total(1000), "1,000");
        assert_eq!(total(1001), "1,000+");
    }

    #[test]
    fn days_are_told_as_a_distance() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2026-11-24");
        let told = |text| distance(day(text), today);
        assert_eq!(told("2026-11-24").as_deref(), Some("today"));
        assert_eq!(told("2026-11-25").as_deref(), Some("tomorrow"));
        assert_eq!(told("2026-12-15").as_deref(), Some("in 21 days"));
        assert_eq!(told("2026-11-22").as_deref(), Some("2 days ago"));
        assert_eq!(told("2025-12-01").as_deref(), Some("358 days ago"));
        assert_eq!(told("1980-01-01"), None);
        assert_eq!(told("9999-12-31"), None);
    }

    #[test]
    fn instants_are_in_the_zone_of_the_org() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at: Timestamp = "2026-11-24T08:40:12Z".parse().unwrap();
        let today = "2026-11-24".parse().unwrap();
        let shown = instant(at, &zone, "Europe/Berlin", today);
        assert_eq!(shown.short, "09:40");
        assert_eq!(shown.machine, "2026-11-24T09:40:12+01:00");
        assert_eq!(shown.full, "2026-11-24 09:40:12, Europe/Berlin");
        let later = instant(at, &zone, "Europe/Berlin", "2026-11-25".parse().unwrap());
        assert_eq!(later.short, "2026-11-24 09:40");
    }
}
