//! Between the texts of `wire` and the types of `core`.

use openlma_core::catalog::input;
use openlma_core::license::Seats;
use openlma_core::quote::beginning;
use openlma_core::time::{Date, Timestamp};
use openlma_core::{Code, Error, Id, Result};
use openlma_wire as wire;

/// An id that the caller sent as `field`.
pub(super) fn id(text: &str, field: &str) -> Result<Id> {
    Id::parse(text).map_err(|mut error| {
        error.fields = vec![field.to_owned()];
        error
    })
}

/// A day that the caller sent as `field`: `2026-01-31` and nothing after it, as records take it.
pub(super) fn day(text: &str, field: &str) -> Result<Date> {
    input::day(text).ok_or_else(|| {
        invalid(
            field,
            format!(
                "{field}: {} is not a day; give one such as 2026-01-31, of the years 1700 to 4000",
                beginning(text)
            ),
        )
    })
}

/// An instant as it is shown.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// Seats that the caller sent.
pub(super) fn seats_in(seats: wire::Seats) -> Result<Seats> {
    match seats {
        wire::Seats::Site => Ok(Seats::Site),
        wire::Seats::Number(n) => Seats::number(n),
    }
}

/// Seats as they are shown.
pub(super) fn seats_out(seats: Seats) -> wire::Seats {
    match seats {
        Seats::Site => wire::Seats::Site,
        Seats::Number(n) => wire::Seats::Number(n),
    }
}

/// A refusal of a member of the request.
pub(super) fn invalid(field: &str, message: impl Into<String>) -> Error {
    Error::new(Code::FieldIntegrityException, message).field(field)
}

#[cfg(test)]
mod tests {
    use super::{day, id, seats_in, seats_out};
    use openlma_core::Code;
    use openlma_core::license::Seats;
    use openlma_wire as wire;

    /// R-ERR-1: what cannot be read names the member and what is allowed.
    #[test]
    fn r_err_1_members_are_named() {
        let refused = id("nonsense", "version_id").unwrap_err();
        assert_eq!(refused.code, Code::MalformedId);
        assert_eq!(refused.fields, ["version_id"]);
        for text in ["2026-02-30", "2026-01-31T00:00:00", "31.1.2026", ""] {
            let refused = day(text, "expires_on").unwrap_err();
            assert!(refused.message.contains("2026-01-31"), "{refused}");
            assert_eq!(refused.fields, ["expires_on"]);
        }
        assert!(day("2026-01-31", "expires_on").is_ok());
    }

    /// R-LIC-6: both ways of writing seats mean the same.
    #[test]
    fn r_lic_6_seats_there_and_back() {
        for seats in [Seats::Site, Seats::Number(1), Seats::Number(99_000_000)] {
            assert_eq!(seats_in(seats_out(seats)).unwrap(), seats);
        }
        assert!(seats_in(wire::Seats::Number(0)).is_err());
    }
}
