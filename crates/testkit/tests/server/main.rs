//! The whole server over real HTTP, on both databases, in one binary so that it is linked once.

mod chain;
mod checks;
mod errors;
mod installs;
mod licenses;
mod rest;
mod saves;
mod seats;
mod security;
mod signing_in;
mod support;
mod tenancy;
