//! `cargo xtask schema`: migrations from the catalogue's difference. The store writes them;
//! nothing here knows a table.

use anyhow::Result;

use crate::process::{cargo, succeed};

/// Lets the store write the migrations, or with `check` compare them.
///
/// # Errors
///
/// The store refused, or a migration is missing.
pub(crate) fn schema(check: bool) -> Result<()> {
    let mut write = cargo("run --quiet --package openlma-store --example write_schema --");
    if check {
        write.arg("--check");
    }
    succeed(&mut write)
}
