//! The binary as people and scripts meet it: exit codes, first lines, files, signals, and the
//! whole main job on both databases.

#![expect(clippy::unwrap_used, reason = "tests")]

mod commands;
mod demo;
mod guide;
mod leads;
mod licenses;
mod moving;
mod people;
mod refresh;
mod refused;
mod settings;
mod support;
mod transcripts;
