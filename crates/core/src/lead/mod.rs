//! Leads: who is known already, who looks after a new one, and what a lead is converted into.
//!
//! Plain data in, plain data out; the look-ups are done by the use case.

pub mod convert;
pub mod mapping;
pub mod matching;

/// The lead source of every lead that an install makes (R-LEAD-1).
pub const SOURCE: &str = "Package Installation";

/// Is this lead status reached only by conversion (R-LEAD-4)?
#[must_use]
pub fn is_converted_status(status: &str) -> bool {
    converted_statuses().any(|label| label.eq_ignore_ascii_case(status))
}

/// The lead statuses that end a conversion, in the list's own spelling (R-LEAD-4).
pub fn converted_statuses() -> impl Iterator<Item = &'static str> {
    crate::catalog::LEAD_STATUSES
        .iter()
        .filter(|(_, _, converted)| *converted)
        .map(|(label, _, _)| *label)
}
