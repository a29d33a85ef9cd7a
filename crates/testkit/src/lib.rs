//! What whole-server tests stand on: a real server on a real database, with a clock that tests
//! move. For tests only: nothing that ships may depend on it.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod backend;
pub mod bulk;
mod clock;
mod http;
pub mod openapi;
pub mod postgres;
mod random;
mod server;
pub mod world;

pub use backend::Backend;
pub use clock::ManualClock;
pub use http::{Answer, Client};
pub use random::SeededRandom;
pub use server::{TestServer, Tuning};
pub use world::{Org, World};
