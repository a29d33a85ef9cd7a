//! Errors of `/api/v1`: problem details (RFC 9457).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error, sent as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The status in words.
    pub title: String,
    /// What went wrong, for machines: one of `docs/ERRORS.md`.
    #[schema(example = "NOT_FOUND")]
    pub code: String,
    /// What was wrong and what is allowed, for people.
    pub detail: String,
    /// The fields concerned; empty when none is.
    #[serde(default)]
    pub fields: Vec<String>,
}
