//! The only crate with SQL: connection threads, transactions, catalogue-driven reads and writes,
//! queries, messages, migrations. It works the same on SQLite and on PostgreSQL.
//!
//! No rule is decided here: callers hand over plain data and get plain data back.

pub mod auth;
pub mod custom_fields;
mod dialect;
pub mod directory;
mod duplicate;
mod exec;
mod failure;
pub mod feed;
pub mod idempotency;
pub mod install_counts;
pub mod installs;
pub mod jobs;
pub mod licensing;
pub mod messages;
mod migrate;
pub mod publisher_keys;
pub mod query;
pub mod records;
pub mod refresh;
pub mod registrations;
mod rows;
pub mod schema;
pub mod sql;
mod trace;
mod tx;
pub mod users;
mod value;

pub use dialect::Dialect;
pub use exec::{Counters, Listener, Options, Priority, Store};
pub use feed::Signal;
pub use tx::Tx;
pub use value::{Row, Val};
