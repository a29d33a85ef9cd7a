//! Where PostgreSQL's programs are, and as whom they run.
//!
//! Never installs anything: `cargo xtask test` does.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of Debian's versioned installations.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder that holds `initdb`, `pg_ctl`, `postgres` and `psql`: the newest version under
/// [`DEBIAN`], else what the search path knows.
pub(crate) fn folder() -> Result<PathBuf> {
    newest(Path::new(DEBIAN)).or_else(on_path).ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            format!("no initdb under {DEBIAN} or on PATH; install it: apt-get install postgresql"),
        )
    })
}

fn newest(root: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(root).ok()?.filter_map(|entry| {
        let entry = entry.ok()?;
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let bin = entry.path().join("bin");
        bin.join("initdb").is_file().then_some((version, bin))
    });
    versions
        .max_by_key(|(version, _)| *version)
        .map(|(_, bin)| bin)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is installed is the machine's to say"
)]
fn on_path() -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).find(|bin| {
        ["initdb", "pg_ctl", "postgres", "psql"]
            .iter()
            .all(|name| bin.join(name).is_file())
    })
}

/// The user and group that a server must run as: `postgres` where we are root, since the
/// server refuses to be root; `None` where we are somebody already.
pub(crate) fn account() -> Result<Option<(u32, u32)>> {
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)))
}

fn id(arguments: &[&str]) -> Result<u32> {
    let output = Command::new("id").args(arguments).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| {
        let said = String::from_utf8_lossy(&output.stderr);
        Error::new(
            ErrorKind::NotFound,
            format!("id {}: {}", arguments.join(" "), said.trim()),
        )
    })
}
