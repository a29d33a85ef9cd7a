//! The check (R-CHK-1, R-CHK-2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// Is a user licensed, why, and on which terms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Licensed {
    /// Does the product work for the user?
    pub licensed: bool,
    /// The first reason that holds.
    #[schema(value_type = words::Reason)]
    pub reason: String,
    /// The package (033).
    #[schema(required = true)]
    pub package: Option<String>,
    /// Number of the installed version.
    pub version: String,
    /// Status of the license; null when the package is unrestricted.
    #[schema(required = true, value_type = Option<words::LicenseStatus>)]
    pub status: Option<String>,
    /// Status with expiry taken into account; null when unrestricted.
    #[schema(required = true, value_type = Option<words::EffectiveStatus>)]
    pub effective_status: Option<String>,
    /// The last day of access; null does not expire.
    #[schema(required = true, format = Date)]
    pub expires_on: Option<String>,
    /// Everybody in the org has access, seats are not counted.
    pub site_license: bool,
    /// Seats; null for a site license.
    #[schema(required = true, minimum = 1, maximum = 99_000_000)]
    pub seats: Option<u32>,
    /// Seats taken; null for a site license and when uninstalled.
    #[schema(required = true, minimum = 0)]
    pub used: Option<i64>,
    /// Feature values by name.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub features: serde_json::Map<String, serde_json::Value>,
    /// When it was decided.
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Until when the answer may be kept: 60 s on, or the end of access if that is earlier.
    #[schema(format = DateTime)]
    pub valid_until: String,
}
