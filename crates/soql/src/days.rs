//! Date literals: ranges of days relative to today.
//!
//! A range is a unit and where it lies; its days follow from today's date alone. Weeks begin on
//! Sunday. Time zones and instants are no matter of this module.

use jiff::Span;
use openlma_core::time::Date;

/// A date literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// Of what it is made.
    pub unit: Unit,
    /// Which ones.
    pub place: Place,
}

/// What a range is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A day.
    Day,
    /// Sunday to Saturday.
    Week,
    /// A calendar month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// A calendar year.
    Year,
}

/// Where a range lies, seen from the unit that holds today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The unit before: YESTERDAY, LAST_WEEK.
    Last,
    /// The unit of today: TODAY, THIS_WEEK.
    This,
    /// The unit after: TOMORROW, NEXT_WEEK.
    Next,
    /// The so many units before; LAST_N_DAYS includes today, larger units leave the present one
    /// out.
    LastN(u32),
    /// The so many units after the present one.
    NextN(u32),
    /// The one unit that lies so many before: N_DAYS_AGO.
    Ago(u32),
}

impl Unit {
    const NAMES: [(&'static str, Unit); 5] = [
        ("DAY", Unit::Day),
        ("WEEK", Unit::Week),
        ("MONTH", Unit::Month),
        ("QUARTER", Unit::Quarter),
        ("YEAR", Unit::Year),
    ];

    fn name(self) -> &'static str {
        Unit::NAMES
            .iter()
            .find(|(_, unit)| *unit == self)
            .map_or("", |(name, _)| name)
    }

    fn named(name: &str) -> Option<Unit> {
        Unit::NAMES
            .iter()
            .find(|(n, _)| *n == name)
            .map(|(_, unit)| *unit)
    }
}

/// What a word means as a date literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The whole literal.
    Whole(DayRange),
    /// A literal that still needs `:n`.
    Counted(Counted),
}

/// A literal without its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted(DayRange);

impl Counted {
    /// The literal with its number.
    #[must_use]
    pub fn with(self, n: u32) -> DayRange {
        let place = match self.0.place {
            Place::LastN(_) => Place::LastN(n),
            Place::NextN(_) => Place::NextN(n),
            Place::Ago(_) => Place::Ago(n),
            whole => whole,
        };
        DayRange { place, ..self.0 }
    }
}

/// Reads a word as a date literal, ignoring case.
#[must_use]
pub fn word(text: &str) -> Option<Word> {
    let upper = text.to_ascii_uppercase();
    let whole = |unit, place| Some(Word::Whole(DayRange { unit, place }));
    match upper.as_str() {
        "YESTERDAY" => return whole(Unit::Day, Place::Last),
        "TODAY" => return whole(Unit::Day, Place::This),
        "TOMORROW" => return whole(Unit::Day, Place::Next),
        "LAST_90_DAYS" => return whole(Unit::Day, Place::LastN(90)),
        "NEXT_90_DAYS" => return whole(Unit::Day, Place::NextN(90)),
        _ => {}
    }
    let counted = |units: &str, place| {
        let unit = Unit::named(units.strip_suffix('S')?)?;
        Some(Word::Counted(Counted(DayRange { unit, place })))
    };
    if let Some(units) = upper.strip_prefix("LAST_N_") {
        return counted(units, Place::LastN(0));
    }
    if let Some(units) = upper.strip_prefix("NEXT_N_") {
        return counted(units, Place::NextN(0));
    }
    if let Some(units) = upper
        .strip_prefix("N_")
        .and_then(|t| t.strip_suffix("_AGO"))
    {
        return counted(units, Place::Ago(0));
    }
    let (place, unit) = upper.split_once('_')?;
    let unit = Unit::named(unit).filter(|unit| *unit != Unit::Day)?;
    match place {
        "LAST" => whole(unit, Place::Last),
        "THIS" => whole(unit, Place::This),
        "NEXT" => whole(unit, Place::Next),
        _ => None,
    }
}

impl std::fmt::Display for DayRange {
    /// As it is written in a query.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = self.unit.name();
        match (self.place, self.unit) {
            (Place::Last, Unit::Day) => f.write_str("YESTERDAY"),
            (Place::This, Unit::Day) => f.write_str("TODAY"),
            (Place::Next, Unit::Day) => f.write_str("TOMORROW"),
            (Place::Last, _) => write!(f, "LAST_{unit}"),
            (Place::This, _) => write!(f, "THIS_{unit}"),
            (Place::Next, _) => write!(f, "NEXT_{unit}"),
            (Place::LastN(n), _) => write!(f, "LAST_N_{unit}S:{n}"),
            (Place::NextN(n), _) => write!(f, "NEXT_N_{unit}S:{n}"),
            (Place::Ago(n), _) => write!(f, "N_{unit}S_AGO:{n}"),
        }
    }
}

impl DayRange {
    /// The first day and the last, both inclusive; the calendar's ends stop it. `LAST_N_WEEKS:0`
    /// and the like are empty: the first day comes after the last.
    #[must_use]
    pub fn days(self, today: Date) -> (Date, Date) {
        let (first, past_last) = match self.place {
            Place::Last => (-1, 0),
            Place::This => (0, 1),
            Place::Next => (1, 2),
            Place::LastN(n) if self.unit == Unit::Day => (-i64::from(n), 1),
            Place::LastN(n) => (-i64::from(n), 0),
            Place::NextN(n) => (1, i64::from(n) + 1),
            Place::Ago(n) => (-i64::from(n), 1 - i64::from(n)),
        };
        let start = self.unit.start(today);
        let end = self
            .unit
            .shift(start, past_last)
            .yesterday()
            .unwrap_or(Date::MIN);
        (self.unit.shift(start, first), end)
    }
}

impl Unit {
    /// The first day of the unit that holds `day`.
    fn start(self, day: Date) -> Date {
        match self {
            Unit::Day => day,
            Unit::Week => Unit::Day.shift(day, -i64::from(day.weekday().to_sunday_zero_offset())),
            Unit::Month => day.first_of_month(),
            Unit::Quarter => {
                let into = i64::from((day.month() - 1) % 3);
                Unit::Month.shift(day.first_of_month(), -into)
            }
            Unit::Year => day.first_of_year(),
        }
    }

    /// The same day `n` units on; stops at the calendar's ends.
    fn shift(self, day: Date, n: i64) -> Date {
        let span = match self {
            Unit::Day => Span::new().try_days(n),
            Unit::Week => Span::new().try_weeks(n),
            Unit::Month => Span::new().try_months(n),
            Unit::Quarter => Span::new().try_months(n.saturating_mul(3)),
            Unit::Year => Span::new().try_years(n),
        };
        match span {
            Ok(span) => day.saturating_add(span),
            Err(_) if n < 0 => Date::MIN,
            Err(_) => Date::MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str, n: Option<u32>, today: &str) -> String {
        let range = match (word(text).unwrap(), n) {
            (Word::Whole(range), None) => range,
            (Word::Counted(counted), Some(n)) => counted.with(n),
            other => panic!("{other:?}"),
        };
        let (first, last) = range.days(today.parse().unwrap());
        format!("{first}..{last}")
    }

    #[test]
    fn every_unit_and_place() {
        // A Tuesday.
        let today = "2026-11-24";
        for (text, n, expected) in [
            ("yesterday", None, "2026-11-23..2026-11-23"),
            ("TODAY", None, "2026-11-24..2026-11-24"),
            ("Tomorrow", None, "2026-11-25..2026-11-25"),
            ("LAST_WEEK", None, "2026-11-15..2026-11-21"),
            ("THIS_WEEK", None, "2026-11-22..2026-11-28"),
            ("NEXT_WEEK", None, "2026-11-29..2026-12-05"),
            ("LAST_MONTH", None, "2026-10-01..2026-10-31"),
            ("THIS_MONTH", None, "2026-11-01..2026-11-30"),
            ("NEXT_MONTH", None, "2026-12-01..2026-12-31"),
            ("LAST_QUARTER", None, "2026-07-01..2026-09-30"),
            ("THIS_QUARTER", None, "2026-10-01..2026-12-31"),
            ("NEXT_QUARTER", None, "2027-01-01..2027-03-31"),
            ("LAST_YEAR", None, "2025-01-01..2025-12-31"),
            ("THIS_YEAR", None, "2026-01-01..2026-12-31"),
            ("NEXT_YEAR", None, "2027-01-01..2027-12-31"),
            ("LAST_90_DAYS", None, "2026-08-26..2026-11-24"),
            ("NEXT_90_DAYS", None, "2026-11-25..2027-02-22"),
            ("LAST_N_DAYS", Some(7), "2026-11-17..2026-11-24"),
            ("NEXT_N_DAYS", Some(7), "2026-11-25..2026-12-01"),
            ("N_DAYS_AGO", Some(3), "2026-11-21..2026-11-21"),
            ("LAST_N_MONTHS", Some(2), "2026-09-01..2026-10-31"),
            ("NEXT_N_WEEKS", Some(1), "2026-11-29..2026-12-05"),
            ("N_YEARS_AGO", Some(1), "2025-01-01..2025-12-31"),
        ] {
            assert_eq!(days(text, n, today), expected, "{text}");
        }
        assert_eq!(
            days("THIS_WEEK", None, "2026-11-22"),
            "2026-11-22..2026-11-28"
        );
        assert_eq!(
            days("THIS_QUARTER", None, "2024-02-29"),
            "2024-01-01..2024-03-31"
        );
    }

    #[test]
    fn numbers_beyond_the_calendar_stop_at_its_ends() {
        let end = days("NEXT_N_YEARS", Some(u32::MAX), "2026-11-24");
        assert!(end.starts_with("2027-01-01..9999-12-3"), "{end}");
        let start = days("LAST_N_DAYS", Some(u32::MAX), "2026-11-24");
        assert!(start.starts_with("-009999-01-01"), "{start}");
    }

    #[test]
    fn words_that_are_no_literal() {
        for text in [
            "LAST_DAY",
            "THIS_DAYS",
            "LAST_N_DAY",
            "N_DAYS",
            "LAST_FISCAL_YEAR",
            "Name",
        ] {
            assert_eq!(word(text), None, "{text}");
        }
    }
}
