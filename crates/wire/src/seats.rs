//! Seats as they travel: a number or `"site"`.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// How many users a license lets in (R-LIC-6): 1 to 99,000,000, or everybody.
///
/// ```
/// use openlma_wire::Seats;
/// assert_eq!(serde_json::to_string(&Seats::Number(5)).unwrap(), "5");
/// assert_eq!(serde_json::from_str::<Seats>("\"site\"").unwrap(), Seats::Site);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seats {
    /// Site License.
    #[default]
    Site,
    /// So many users.
    Number(u32),
}

impl Seats {
    /// Most seats that a license can have.
    pub const MAX: u32 = 99_000_000;
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seats::Site => f.write_str("site"),
            Seats::Number(n) => n.fmt(f),
        }
    }
}

impl std::str::FromStr for Seats {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Seats, &'static str> {
        match text.parse() {
            Ok(n) if (1..=Seats::MAX).contains(&n) => Ok(Seats::Number(n)),
            Err(_) if text.eq_ignore_ascii_case("site") => Ok(Seats::Site),
            _ => Err("seats are a whole number from 1 to 99000000, or \"site\""),
        }
    }
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
        struct Form;

        impl Visitor<'_> for Form {
            type Value = Seats;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number from 1 to 99000000, or \"site\"")
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Seats, E> {
                match u32::try_from(n) {
                    Ok(n) if (1..=Seats::MAX).contains(&n) => Ok(Seats::Number(n)),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(n), &self)),
                }
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Seats, E> {
                if text == "site" {
                    Ok(Seats::Site)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(text), &self))
                }
            }
        }

        d.deserialize_any(Form)
    }
}

impl PartialSchema for Seats {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(Seats::MAX));
        let site = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["site"]));
        OneOfBuilder::new()
            .description(Some("Seats: 1 to 99000000, or `site` for a Site License."))
            .item(number)
            .item(site)
            .into()
    }
}

impl ToSchema for Seats {}

#[cfg(test)]
mod tests {
    use super::Seats;

    /// R-LIC-6: a site license, or 1 to 99,000,000.
    #[test]
    fn r_lic_6_seats_in_json() {
        for (json, seats) in [
            ("\"site\"", Seats::Site),
            ("1", Seats::Number(1)),
            ("99000000", Seats::Number(99_000_000)),
        ] {
            assert_eq!(serde_json::from_str::<Seats>(json).unwrap(), seats);
            assert_eq!(serde_json::to_string(&seats).unwrap(), json);
            assert_eq!(seats.to_string().parse(), Ok(seats));
        }
        for json in [
            "0",
            "-1",
            "99000001",
            "1.5",
            "\"Site License\"",
            "null",
            "true",
        ] {
            let refused = serde_json::from_str::<Seats>(json).unwrap_err();
            assert!(refused.to_string().contains("1 to 99000000"), "{refused}");
        }
    }
}
