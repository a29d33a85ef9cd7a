//! Members whose null is not the same as their absence.

use serde::{Deserialize, Deserializer};

/// Tells null, which is given, from absent: for members with `default`.
pub(crate) fn given<'de, D, T>(d: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(d).map(Some)
}
