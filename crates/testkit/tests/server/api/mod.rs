//! `/api/v1` over HTTP, on both databases. Every answer is held against the description.

mod addresses;
mod business;
mod described;
mod once;
mod publishing;
mod subscribing;
