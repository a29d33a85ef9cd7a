//! When access ends (R-LIC-3, R-LIC-4, R-LIC-5).

use jiff::civil::date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, ToSpan};

use super::state::Status;
use crate::time::{Date, Timestamp, day_in};
use crate::vocabulary::vocabulary;

/// The longest trial, in days after the install (R-LIC-3).
pub const TRIAL_DAYS: u8 = 90;

/// The text of Expiration Date when there is none.
pub const NEVER: &str = "Does not expire";

vocabulary! {
    /// What a license amounts to at an instant (R-LIC-5). Never stored.
    pub enum EffectiveStatus = "Effective Status" {
        /// On trial.
        Trial = "Trial",
        /// In force.
        Active = "Active",
        /// Its last day is over.
        Expired = "Expired",
        /// Shut by the publisher.
        Suspended = "Suspended",
        /// The package is uninstalled.
        Uninstalled = "Uninstalled",
    }
}

/// R-LIC-4: 1970-01-01 means "does not expire".
#[must_use]
pub fn normalize(expiration: Option<Date>) -> Option<Date> {
    expiration.filter(|day| *day != date(1970, 1, 1))
}

/// R-LIC-5: the first instant without access, the start of the day after `expiration` in the
/// subscriber's zone; `None` for a license that does not expire.
///
/// A day that begins in a gap of the clock begins when the gap ends.
#[must_use]
pub fn access_ends_at(expiration: Option<Date>, zone: &TimeZone) -> Option<Timestamp> {
    let last_day = normalize(expiration)?;
    Some(
        last_day
            .tomorrow()
            .map_or(Timestamp::MAX, |day| start_of_day(day, zone)),
    )
}

/// The first instant of `day` in `zone`, or of the first day after it when the zone skipped it.
#[must_use]
pub fn start_of_day(day: Date, zone: &TimeZone) -> Timestamp {
    let midnight = zone.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
    let in_gap = matches!(midnight.offset(), AmbiguousOffset::Gap { .. });
    let Ok(instant) = midnight.compatible() else {
        return Timestamp::MAX;
    };
    if !in_gap {
        return instant;
    }
    // Midnight read with the clock before the gap lies at or after the jump itself.
    let after = instant
        .checked_add(SignedDuration::from_nanos(1))
        .unwrap_or(instant);
    zone.preceding(after)
        .next()
        .map_or(instant, |jump| jump.timestamp())
}

/// R-LIC-3: the latest last day of a trial that was installed on `install_date`.
#[must_use]
pub fn trial_limit(install_date: Date) -> Date {
    days_after(install_date, u32::from(TRIAL_DAYS))
}

/// The day `days` after `from`; the calendar's last day when that is beyond it.
#[must_use]
pub fn days_after(from: Date, days: u32) -> Date {
    from.checked_add(i64::from(days).days())
        .unwrap_or(Date::MAX)
}

/// R-LIC-5: the status with expiry taken into account. Suspended and Uninstalled win over
/// Expired.
#[must_use]
pub fn effective(
    status: Status,
    access_ends_at: Option<Timestamp>,
    now: Timestamp,
) -> EffectiveStatus {
    match status {
        Status::Suspended => EffectiveStatus::Suspended,
        Status::Uninstalled => EffectiveStatus::Uninstalled,
        _ if access_ends_at.is_some_and(|end| end <= now) => EffectiveStatus::Expired,
        Status::Trial => EffectiveStatus::Trial,
        Status::Active => EffectiveStatus::Active,
    }
}

/// Whole days from today in `zone` to the last day of access; 0 on that day, negative afterwards,
/// `None` for a license that does not expire.
#[must_use]
pub fn days_to_expiry(expiration: Option<Date>, zone: &TimeZone, now: Timestamp) -> Option<i64> {
    let last_day = normalize(expiration)?;
    Some(day_in(now, zone).duration_until(last_day).as_hours() / 24)
}

/// The text of Expiration Date: `2026-01-31` or `Does not expire`.
#[must_use]
pub fn expiration_text(expiration: Option<Date>) -> String {
    normalize(expiration).map_or_else(|| NEVER.into(), |day| day.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn ends(day: Date, zone_name: &str) -> String {
        access_ends_at(Some(day), &zone(zone_name))
            .unwrap()
            .to_string()
    }

    #[test]
    fn r_lic_4_first_of_1970_is_never() {
        assert_eq!(normalize(Some(date(1970, 1, 1))), None);
        assert_eq!(normalize(Some(date(1970, 1, 2))), Some(date(1970, 1, 2)));
        assert_eq!(expiration_text(Some(date(1970, 1, 1))), "Does not expire");
        assert_eq!(expiration_text(None), "Does not expire");
        assert_eq!(expiration_text(Some(date(2026, 1, 31))), "2026-01-31");
        assert_eq!(access_ends_at(Some(date(1970, 1, 1)), &TimeZone::UTC), None);
    }

    #[test]
    fn r_lic_5_start_of_the_day_after_in_the_subscribers_zone() {
        assert_eq!(ends(date(2026, 1, 31), "UTC"), "2026-02-01T00:00:00Z");
        assert_eq!(
            ends(date(2026, 1, 31), "America/Los_Angeles"),
            "2026-02-01T08:00:00Z"
        );
        assert_eq!(
            ends(date(2026, 1, 31), "Asia/Tokyo"),
            "2026-01-31T15:00:00Z"
        );
        assert_eq!(ends(date(2024, 2, 28), "UTC"), "2024-02-29T00:00:00Z");
    }

    #[test]
    fn r_lic_5_midnight_that_does_not_exist() {
        // Clocks went from 00:00 to 01:00 on these days.
        assert_eq!(
            ends(date(2018, 11, 3), "America/Sao_Paulo"),
            "2018-11-04T03:00:00Z"
        );
        assert_eq!(
            ends(date(2022, 3, 26), "Asia/Beirut"),
            "2022-03-26T22:00:00Z"
        );
        // From 23:30 to 00:30: the day begins half an hour late, not a whole one.
        assert_eq!(
            ends(date(1919, 3, 30), "America/Toronto"),
            "1919-03-31T04:30:00Z"
        );
    }

    #[test]
    fn r_lic_5_midnight_that_comes_twice() {
        // Clocks went back from 01:00 to 00:00: the day begins at the first of both.
        assert_eq!(
            ends(date(2025, 11, 1), "America/Havana"),
            "2025-11-02T04:00:00Z"
        );
    }

    #[test]
    fn r_lic_5_a_day_that_was_skipped() {
        // Samoa went from 29 December 2011 to the 31st.
        assert_eq!(
            ends(date(2011, 12, 29), "Pacific/Apia"),
            "2011-12-30T10:00:00Z"
        );
        assert_eq!(
            ends(date(2011, 12, 30), "Pacific/Apia"),
            "2011-12-30T10:00:00Z"
        );
        assert_eq!(
            ends(date(2011, 12, 31), "Pacific/Apia"),
            "2011-12-31T10:00:00Z"
        );
    }

    #[test]
    fn r_lic_3_trial_limit() {
        assert_eq!(trial_limit(date(2026, 1, 1)), date(2026, 4, 1));
        assert_eq!(trial_limit(Date::MAX), Date::MAX);
    }

    #[test]
    fn r_lic_5_effective_status() {
        let end: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
        let before: Timestamp = "2026-01-31T23:59:59.999999Z".parse().unwrap();
        assert_eq!(
            effective(Status::Trial, Some(end), before),
            EffectiveStatus::Trial
        );
        assert_eq!(
            effective(Status::Trial, Some(end), end),
            EffectiveStatus::Expired
        );
        assert_eq!(
            effective(Status::Active, None, end),
            EffectiveStatus::Active
        );
        assert_eq!(
            effective(Status::Suspended, Some(end), end),
            EffectiveStatus::Suspended
        );
        assert_eq!(
            effective(Status::Uninstalled, Some(end), end),
            EffectiveStatus::Uninstalled
        );
    }

    #[test]
    fn r_lic_4_days_count_to_the_last_day() {
        let now: Timestamp = "2026-01-30T23:30:00Z".parse().unwrap();
        let last = Some(date(2026, 1, 31));
        assert_eq!(days_to_expiry(last, &TimeZone::UTC, now), Some(1));
        assert_eq!(days_to_expiry(last, &zone("Asia/Tokyo"), now), Some(0));
        assert_eq!(
            days_to_expiry(Some(date(2026, 1, 1)), &TimeZone::UTC, now),
            Some(-29)
        );
        assert_eq!(days_to_expiry(None, &TimeZone::UTC, now), None);
    }

    const ZONES: &[&str] = &[
        "UTC",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Pacific/Apia",
        "America/Havana",
        "Europe/Berlin",
        "Africa/Cairo",
        "Asia/Kathmandu",
        "Pacific/Kiritimati",
    ];

    proptest! {
        /// R-LIC-4, R-LIC-5: the instant before the end still lies on the last day or before it,
        /// the end itself lies after it.
        #[test]
        fn last_day_is_inclusive(
            year in 1950i16..2100,
            month in 1i8..=12,
            day in 1i8..=28,
            zone_name in prop::sample::select(ZONES),
        ) {
            let last = date(year, month, day);
            let zone = zone(zone_name);
            prop_assume!(normalize(Some(last)).is_some());
            let end = access_ends_at(Some(last), &zone).unwrap();
            prop_assert!(day_in(end, &zone) > last);
            let before = end.checked_sub(SignedDuration::from_micros(1)).unwrap();
            prop_assert!(day_in(before, &zone) <= last);
        }

        /// R-LIC-5: expired exactly when the days to expiry are negative, in the same zone.
        #[test]
        fn expired_means_negative_days(
            seconds in 1_500_000_000i64..2_500_000_000,
            offset in -400i64..400,
            zone_name in prop::sample::select(ZONES),
        ) {
            let zone = zone(zone_name);
            let now = Timestamp::from_second(seconds).unwrap();
            let last = day_in(now, &zone).checked_add(offset.days()).unwrap();
            let end = access_ends_at(Some(last), &zone);
            let expired = effective(Status::Active, end, now) == EffectiveStatus::Expired;
            prop_assert_eq!(expired, days_to_expiry(Some(last), &zone, now).unwrap() < 0);
        }
    }
}
