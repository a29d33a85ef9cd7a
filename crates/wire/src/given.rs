//! Members whose null is not the same as their absence.

use serde::{Deserialize, Deserializer};

/// Tells null, which is given, from absent: for members with `default`.
pub(crate) fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
}
