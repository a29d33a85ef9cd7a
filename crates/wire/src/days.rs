//! Days of a trial as they travel. What is no whole number is refused with the range; what is out of
//! it is the rules' to refuse (R-PKG-4).

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// A whole number of days.
struct Days(i64);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Days, D::Error> {
        struct Whole;

        impl Visitor<'_> for Whole {
            type Value = Days;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("1 to 90 whole days")
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Days, E> {
                Ok(Days(n))
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Days, E> {
                Ok(Days(i64::try_from(n).unwrap_or(i64::MAX)))
            }
        }

        d.deserialize_i64(Whole)
    }
}

/// Days that must be given.
pub(crate) fn whole<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    Days::deserialize(d).map(|days| days.0)
}

/// Days that may be absent or null.
pub(crate) fn optional<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Days>::deserialize(d)?.map(|days| days.0))
}

#[cfg(test)]
mod tests {
    use crate::NewTrial;

    /// R-PKG-4: days are whole; the refusal names the range.
    #[test]
    fn r_pkg_4_whole_days() {
        let read = |json: &str| serde_json::from_str::<NewTrial>(json);
        assert_eq!(read(r#"{"days": 30}"#).unwrap().days, 30);
        assert_eq!(read(r#"{"days": -1}"#).unwrap().days, -1);
        for wrong in ["1.5", "\"many\"", "null", "[1]"] {
            let refused = read(&format!(r#"{{"days": {wrong}}}"#)).unwrap_err();
            assert!(
                refused.to_string().contains("1 to 90 whole days"),
                "{refused}"
            );
        }
    }
}
