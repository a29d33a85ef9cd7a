//! The pure heart of openlma: identifiers, dates, the catalogue and every rule that decides.
//!
//! Nothing here may read a clock, draw randomness, open a file or a socket, or know that a
//! database exists: the time, the ids and the facts are arguments, so every rule can be tested
//! as plain data.

pub mod access;
pub mod catalog;
pub mod error;
pub mod fold;
pub mod id;
pub mod lead;
pub mod license;
pub mod org;
pub mod package;
pub mod quote;
pub mod record;
pub mod refresh;
pub mod rules;
pub mod time;
pub mod value;
mod vocabulary;

pub use error::{Code, Error, Result};
pub use id::Id;
pub use record::Record;
pub use value::Value;
