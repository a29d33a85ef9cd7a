//! Files that are generated and committed: written, or compared.

use anyhow::{Context, Result, bail};

use crate::process::root;

/// Writes `content` to `path` (below the root), or with `check` only compares the two.
///
/// # Errors
///
/// The file cannot be read or written, or is not current; `command` is what makes it so.
pub(crate) fn write_or_check(path: &str, content: &str, check: bool, command: &str) -> Result<()> {
    let file = root().join(path);
    if !check {
        return std::fs::write(&file, content).with_context(|| path.to_owned());
    }
    let committed = std::fs::read_to_string(&file).with_context(|| path.to_owned())?;
    if committed != content {
        bail!("{path} is not current\nhint: run `{command}` and commit the result");
    }
    Ok(())
}
