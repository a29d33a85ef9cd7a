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

/// Measures. The exit code is the measuring program's: 0; 1 a target is missed; 2 it could
/// not measure.
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
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
