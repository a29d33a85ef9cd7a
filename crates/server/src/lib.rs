//! Everything with a socket: the Salesforce-compatible doors (`rest`), our own verbs (`api`), the
//! pages (`ui`), the worker that carries messages between orgs.
//!
//! No rule is decided and no SQL is written here: every handler finds out who asks and hands
//! over to a use case of `app`.

pub mod api;
mod arrival;
mod auth;
mod extract;
mod fence;
mod operations;
mod rest;
mod router;
mod serve;
mod state;
mod ui;
mod warning;
pub mod worker;
mod wrong_shape;

pub use api::openapi;
pub use router::{router, with_middleware};
pub use serve::{Running, serve};
pub use state::{Settings, State};
