//! `cargo xtask ci`: what `.ci/run` runs, for people. The stages are those of the two commands.

use std::process::ExitCode;

use anyhow::Result;

use crate::{lint, test};

/// Lints, and tests if that went well.
///
/// # Errors
///
/// A program that every stage needs cannot be run.
pub(crate) fn ci() -> Result<ExitCode> {
    let linted = lint::lint()?;
    if linted != ExitCode::SUCCESS {
        return Ok(linted);
    }
    test::test(&test::Arguments::default())
}
