//! `/api/v1` over HTTP, on both databases. Every answer is held against the description.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, in its helpers too"
)]

mod addresses;
mod business;
mod described;
mod once;
mod publishing;
mod subscribing;
