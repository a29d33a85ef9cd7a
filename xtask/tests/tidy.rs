//! What is true of every file of the repository.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// A source file longer than this asks to be split by meaning.
const MOST_LINES: usize = 450;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The path below the root and the bytes of every tracked file.
fn tracked_files() -> Vec<(String, Vec<u8>)> {
    let git = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        git.status.success(),
        "{}",
        String::from_utf8_lossy(&git.stderr)
    );
    let paths = String::from_utf8(git.stdout).unwrap();
    let paths = paths.split('\0').filter(|path| !path.is_empty());
    // A file that is deleted, but not yet in the index, is listed as well.
    paths
        .filter_map(|path| Some((path.to_owned(), fs::read(root().join(path)).ok()?)))
        .collect()
}

fn rust_files() -> Vec<(String, String)> {
    let files = tracked_files()
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"));
    files
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect()
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    // Put together here, so that this file does not hold what it forbids.
    let homes = ["work", "root", "tmp/t-"].map(|folder| format!("/{folder}"));
    let forbidden = [
        format!("{}/", homes[0]),
        format!("{}/", homes[1]),
        homes[2].clone(),
    ];
    let mut wrong = Vec::new();
    for (path, bytes) in tracked_files() {
        let text = String::from_utf8_lossy(&bytes);
        let found = forbidden.iter().filter(|name| text.contains(name.as_str()));
        wrong.extend(found.map(|name| format!("{path}: {name}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What begins so is a list that a module includes, where `//!` cannot stand.
const WRITTEN: &str = "// Written by `cargo xtask";

#[test]
fn every_module_says_what_it_is() {
    let modules = rust_files()
        .into_iter()
        .filter(|(_, text)| !text.starts_with(WRITTEN));
    let silent = modules.filter(|(_, text)| !text.starts_with("//! "));
    let silent: Vec<_> = silent.map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "without //! at the top: {silent:#?}");
}

fn is_of_tests(path: &str) -> bool {
    let path = Path::new(path);
    let stem = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    path.iter().any(|part| part == "tests") || stem == "tests" || stem.ends_with("_tests")
}

#[test]
fn no_source_file_is_too_long() {
    let sources = rust_files()
        .into_iter()
        .filter(|(path, _)| !is_of_tests(path));
    let long = sources.map(|(path, text)| (path, text.lines().count()));
    let long: Vec<_> = long.filter(|(_, lines)| *lines > MOST_LINES).collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:#?}");
}
