//! `cargo xtask bench`: hands everything to the measuring program, built for speed.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;

use crate::process::cargo;

/// What the measuring program gets.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Names of measures and options; `cargo xtask bench -- --help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Measures. The exit code is the measuring program's: 0; 1 a target is missed; 2 for all
/// else, also if it did not build: nothing was measured.
///
/// # Errors
///
/// Cargo cannot be run.
pub(crate) fn bench(arguments: &Arguments) -> Result<ExitCode> {
    let mut measure = cargo("run --quiet --release --package bench --");
    let status = measure
        .args(&arguments.rest)
        .status()
        .context("cargo run")?;
    Ok(match status.code() {
        Some(0) => ExitCode::SUCCESS,
        Some(1) => ExitCode::from(1),
        _ => ExitCode::from(2),
    })
}
