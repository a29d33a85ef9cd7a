//! What tests need beside Rust: Debian packages, and the foreign clients by lock file.
//!
//! Everything from npm and PyPI goes below `target/tools/`, pinned and hashed by the lists in
//! `xtask/tools/`, and is left alone while those are unchanged.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{program, root, succeed, succeeds};

/// Installs what is missing; without the foreign clients if `fast`.
///
/// # Errors
///
/// Something is missing and cannot be installed, with the command to do it by hand.
pub(super) fn install(fast: bool) -> Result<()> {
    install_debian(&missing(fast))?;
    if fast {
        return Ok(());
    }
    let tools = root().join("target/tools");
    install_locked(
        &tools.join("npm"),
        &["package.json", ".npmrc", "package-lock.json"],
        |folder| succeed(program("npm", ["ci"]).current_dir(folder)),
    )?;
    install_locked(&tools.join("python"), &["requirements.txt"], |folder| {
        succeed(program("python3", ["-m", "venv", "--clear", "venv"]).current_dir(folder))?;
        let install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r"];
        let mut pip = program(folder.join("venv/bin/python"), install);
        succeed(pip.arg("requirements.txt").current_dir(folder))
    })
}

/// The Debian packages of what is not here.
fn missing(fast: bool) -> Vec<&'static str> {
    let mut packages = Vec::new();
    if !openlma_pgcluster::is_installed() {
        packages.push("postgresql");
    }
    if fast {
        return packages;
    }
    if !succeeds(&mut program("node", ["--version"])) {
        packages.push("nodejs");
    }
    if !succeeds(&mut program("npm", ["--version"])) {
        packages.push("npm");
    }
    if !succeeds(&mut program("python3", ["-c", "import ensurepip, venv"])) {
        packages.push("python3-venv");
    }
    packages
}

fn install_debian(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    println!("installing {}", packages.join(", "));
    apt_get(&["update", "-q"])
        .and_then(|()| {
            apt_get(
                &[
                    &["install", "-q", "-y", "--no-install-recommends"],
                    packages,
                ]
                .concat(),
            )
        })
        .with_context(|| {
            format!(
                "missing; by hand, as root: apt-get install {}",
                packages.join(" ")
            )
        })
}

fn apt_get(arguments: &[&str]) -> Result<()> {
    let mut apt: Command = program("apt-get", arguments);
    succeed(apt.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Copies `files` from `xtask/tools/` into an empty `folder` and installs there, unless the
/// copies that are there say that this was done.
fn install_locked(
    folder: &Path,
    files: &[&str],
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let lists = root().join("xtask/tools");
    let mut wanted = String::new();
    for file in files {
        wanted += &fs::read_to_string(lists.join(file)).with_context(|| (*file).to_owned())?;
    }
    let record = folder.join("installed-by");
    if fs::read_to_string(&record).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }

    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    for file in files {
        fs::copy(lists.join(file), folder.join(file))?;
    }
    install(folder)?;
    fs::write(&record, wanted).context("recording what was installed")
}
