//! Leads that installs make: who is known already, and who looks after the new one.
//!
//! Plain data in, plain data out; the look-ups are done by the use case.

pub mod matching;

/// The lead source of every lead that an install makes (R-LEAD-1).
pub const SOURCE: &str = "Package Installation";

/// Is this lead status reached only by conversion (R-LEAD-4)?
#[must_use]
pub fn is_converted_status(status: &str) -> bool {
    crate::catalog::LEAD_STATUSES
        .iter()
        .any(|(label, _, converted)| *converted && label.eq_ignore_ascii_case(status))
}
