//! How often the licenses of a package may be refreshed (R-REF-2). What a refresh does is not here.

use crate::error::{Code, Error, Result};
use crate::license::expiry::days_after;
use crate::time::Date;

/// Calendar days from one refresh of a package to the next, unless the org sets another number.
pub const USUAL_INTERVAL: u32 = 7;

/// Most days that an org may set.
pub const LONGEST_INTERVAL: u32 = 30;

/// An interval that somebody asks for.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` on `refresh_interval_days`, naming the range.
pub fn interval(days: i64) -> Result<u32> {
    let allowed = u32::try_from(days).ok().filter(|d| *d <= LONGEST_INTERVAL);
    allowed.ok_or_else(|| {
        Error::new(
            Code::FieldIntegrityException,
            format!("refresh_interval_days: {days} is not allowed; give 0 to {LONGEST_INTERVAL}"),
        )
        .field("refresh_interval_days")
    })
}

/// The first day on which a package can be refreshed again.
#[must_use]
pub fn next(last: Date, interval: u32) -> Date {
    days_after(last, interval)
}

/// May a package be refreshed today? All days are the business org's.
///
/// # Errors
/// `INVALID_OPERATION` with the day on which it may.
pub fn may_refresh(last: Option<Date>, interval: u32, today: Date) -> Result<()> {
    let Some((last, next)) = last
        .map(|last| (last, next(last, interval)))
        .filter(|(_, next)| today < *next)
    else {
        return Ok(());
    };
    Err(Error::new(
        Code::InvalidOperation,
        format!(
            "the licenses of this package were refreshed on {last}; the next refresh is possible \
             on {next}"
        ),
    )
    .field("sfLma__Next_Available_Refresh__c"))
}

#[cfg(test)]
mod tests {
    use super::{interval, may_refresh};
    use crate::error::Code;
    use crate::time::Date;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn r_ref_2_seven_calendar_days() {
        let last = Some(day("2026-02-26"));
        assert!(may_refresh(None, 7, day("2026-02-26")).is_ok());
        for early in ["2026-02-26", "2026-03-04"] {
            let refused = may_refresh(last, 7, day(early)).unwrap_err();
            assert_eq!(refused.code, Code::InvalidOperation);
            assert!(refused.message.ends_with("2026-03-05"), "{refused}");
        }
        assert!(may_refresh(last, 7, day("2026-03-05")).is_ok());
        assert!(may_refresh(last, 0, day("2026-02-26")).is_ok());
    }

    #[test]
    fn r_ref_2_interval_from_0_to_30() {
        for days in [0, 7, 30] {
            assert_eq!(i64::from(interval(days).unwrap()), days);
        }
        for days in [-1, 31, i64::MAX] {
            assert_eq!(
                interval(days).unwrap_err().fields,
                ["refresh_interval_days"]
            );
        }
    }
}
