//! What whole-server tests stand on. For tests only: nothing that ships may depend on it.

pub mod postgres;
