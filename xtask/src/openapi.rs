//! `cargo xtask openapi`: the committed description of our own API, as the product prints it.

use anyhow::Result;

use crate::generated::write_or_check;
use crate::process::{cargo, output};

/// Writes `docs/openapi.json`, or with `check` compares it.
///
/// # Errors
///
/// The product does not build, or the file is not current.
pub(crate) fn openapi(check: bool) -> Result<()> {
    let description = output(&mut cargo("run --quiet --package openlma -- openapi"))?;
    write_or_check(
        "docs/openapi.json",
        &description,
        check,
        "cargo xtask openapi",
    )
}
