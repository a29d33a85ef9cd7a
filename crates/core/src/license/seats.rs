//! How many users a license lets in (R-LIC-6, R-LIC-7, R-SEAT-1).

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::field;
use crate::error::{Code, Error, Result};

/// Most seats that a license can have (R-ERR-2).
pub const MAX: u32 = 99_000_000;

/// The seats of a license.
///
/// In JSON a number from 1 to 99,000,000 or the text `site`; stored as a number, -1 for site.
///
/// ```
/// use openlma_core::license::Seats;
/// assert_eq!(Seats::Number(5).licensed_seats_text(), "5");
/// assert_eq!(Seats::Site.licensed_seats_text(), "Site License");
/// assert_eq!(Seats::Number(5).available(7), Some(-2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Seats {
    /// Site License: every active user, the default.
    #[default]
    Site,
    /// So many users, 1 to [`MAX`].
    Number(u32),
}

impl Seats {
    /// A number of seats.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` outside 1 to 99,000,000, naming the range.
    pub fn number(count: u32) -> Result<Seats> {
        if (1..=MAX).contains(&count) {
            Ok(Seats::Number(count))
        } else {
            Err(out_of_range(count))
        }
    }

    /// Reads the stored number: -1 is a site license.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` for anything but -1 and 1 to 99,000,000 (R-LIC-6).
    pub fn from_stored(stored: i64) -> Result<Seats> {
        match stored {
            -1 => Ok(Seats::Site),
            n => u32::try_from(n)
                .map_err(|_| out_of_range(n))
                .and_then(Seats::number),
        }
    }

    /// Reads a number that may have a fraction, as JSON clients send it.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` for a fraction or a number outside the range.
    pub fn from_number(stored: f64) -> Result<Seats> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and in range"
        )]
        if stored.fract() == 0.0 && stored.abs() <= f64::from(MAX) {
            Seats::from_stored(stored as i64)
        } else {
            Err(out_of_range(stored))
        }
    }

    /// The number as stored, -1 for a site license.
    #[must_use]
    pub fn stored(self) -> i64 {
        match self {
            Seats::Site => -1,
            Seats::Number(n) => i64::from(n),
        }
    }

    /// The text of Licensed Seats: digits or `Site License`.
    #[must_use]
    pub fn licensed_seats_text(self) -> String {
        match self {
            Seats::Site => "Site License".into(),
            Seats::Number(n) => n.to_string(),
        }
    }

    /// Seats that are still free, negative when more are used than licensed (R-LIC-7); `None`
    /// for a site license.
    #[must_use]
    pub fn available(self, used: u32) -> Option<i64> {
        match self {
            Seats::Site => None,
            Seats::Number(n) => Some(i64::from(n) - i64::from(used)),
        }
    }

    /// By how many the used seats exceed the licensed ones; 0 when they do not.
    #[must_use]
    pub fn over_by(self, used: u32) -> u32 {
        match self {
            Seats::Site => 0,
            Seats::Number(n) => used.saturating_sub(n),
        }
    }
}

/// May `wanted` further seats be assigned while `used` are taken (R-SEAT-1)?
///
/// # Errors
/// `LICENSE_LIMIT_EXCEEDED` with seats and used when they do not all fit;
/// `FIELD_INTEGRITY_EXCEPTION` for a site license, whose seats are not managed one by one.
pub fn may_assign(seats: Seats, used: u32, wanted: u32) -> Result<()> {
    let Seats::Number(count) = seats else {
        return Err(Error::new(
            Code::FieldIntegrityException,
            "the package has a Site License: every active user has access, \
             seats are not managed one by one",
        ));
    };
    if u64::from(used) + u64::from(wanted) <= u64::from(count) {
        return Ok(());
    }
    Err(Error::new(
        Code::LicenseLimitExceeded,
        format!("License Limit Exceeded: {count} seats, {used} used, {wanted} more wanted"),
    ))
}

fn out_of_range(got: impl std::fmt::Display) -> Error {
    Error::new(
        Code::FieldIntegrityException,
        format!("Seats: {got} is not allowed; give 1 to 99000000, or -1 for a Site License"),
    )
    .field(field::SEATS)
}

impl Serialize for Seats {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Seats::Site => s.serialize_str("site"),
            Seats::Number(n) => s.serialize_u32(*n),
        }
    }
}

impl<'de> Deserialize<'de> for Seats {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Seats, D::Error> {
        d.deserialize_any(SeatsVisitor)
    }
}

struct SeatsVisitor;

impl de::Visitor<'_> for SeatsVisitor {
    type Value = Seats;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number of seats from 1 to 99000000, or \"site\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Seats, E> {
        if text.eq_ignore_ascii_case("site") {
            Ok(Seats::Site)
        } else {
            Err(E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }

    fn visit_u64<E: de::Error>(self, n: u64) -> Result<Seats, E> {
        u32::try_from(n)
            .ok()
            .and_then(|n| Seats::number(n).ok())
            .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(n), &self))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r_lic_6_range() {
        assert_eq!(Seats::from_stored(-1).unwrap(), Seats::Site);
        assert_eq!(Seats::from_stored(1).unwrap(), Seats::Number(1));
        assert_eq!(Seats::from_stored(99_000_000).unwrap(), Seats::Number(MAX));
        for bad in [0, -2, 99_000_001, i64::MIN, i64::MAX] {
            let error = Seats::from_stored(bad).unwrap_err();
            assert_eq!(error.code, Code::FieldIntegrityException);
            assert_eq!(error.fields, [field::SEATS]);
            assert!(error.message.contains("1 to 99000000"), "{}", error.message);
        }
        assert_eq!(Seats::from_number(-1.0).unwrap(), Seats::Site);
        for bad in [1.5, f64::NAN, f64::INFINITY, 1e18] {
            assert!(Seats::from_number(bad).is_err());
        }
        assert_eq!(Seats::default(), Seats::Site);
    }

    #[test]
    fn r_lic_6_json() {
        assert_eq!(
            serde_json::from_str::<Seats>("\"site\"").unwrap(),
            Seats::Site
        );
        assert_eq!(
            serde_json::from_str::<Seats>("7").unwrap(),
            Seats::Number(7)
        );
        assert_eq!(serde_json::to_string(&Seats::Site).unwrap(), "\"site\"");
        for bad in ["0", "-1", "99000001", "\"all\"", "1.5", "null", "true"] {
            assert!(serde_json::from_str::<Seats>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn r_lic_7_fewer_seats_than_used() {
        assert_eq!(Seats::Number(3).available(5), Some(-2));
        assert_eq!(Seats::Number(3).over_by(5), 2);
        assert_eq!(Seats::Site.over_by(5), 0);
        assert!(may_assign(Seats::Number(3), 5, 1).is_err());
    }

    #[test]
    fn r_seat_1_limit_names_seats_and_used() {
        may_assign(Seats::Number(3), 2, 1).unwrap();
        let error = may_assign(Seats::Number(3), 3, 1).unwrap_err();
        assert_eq!(error.code, Code::LicenseLimitExceeded);
        assert!(error.message.contains("3 seats, 3 used"));
        let error = may_assign(Seats::Site, 0, 1).unwrap_err();
        assert_eq!(error.code, Code::FieldIntegrityException);
    }

    proptest! {
        /// R-LIC-6: what is stored reads back, in both forms.
        #[test]
        fn stored_round_trip(n in 1..=MAX) {
            let seats = Seats::Number(n);
            prop_assert_eq!(Seats::from_stored(seats.stored()).unwrap(), seats);
            let json = serde_json::to_string(&seats).unwrap();
            prop_assert_eq!(serde_json::from_str::<Seats>(&json).unwrap(), seats);
        }

        /// R-SEAT-1: after a granted assignment never more are used than licensed.
        #[test]
        fn assignment_never_exceeds(n in 1..=MAX, used: u32, wanted: u32) {
            if may_assign(Seats::Number(n), used, wanted).is_ok() {
                prop_assert!(u64::from(used) + u64::from(wanted) <= u64::from(n));
            }
        }
    }
}
