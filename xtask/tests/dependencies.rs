//! The crates point one way: what a crate may depend on is written here, and nowhere else.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Whatever builds on all: the composition root, the test kit, tools.
const ANYTHING: &[&str] = &["*"];

/// Each crate of ours, and the crates of ours that it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("openlma-core", &[]),
    ("openlma-wire", &[]),
    ("openlma-pgcluster", &[]),
    ("openlma-soql", &["openlma-core"]),
    ("openlma-store", &["openlma-core", "openlma-soql"]),
    (
        "openlma-app",
        &["openlma-core", "openlma-soql", "openlma-store"],
    ),
    ("openlma-client", &["openlma-wire"]),
    (
        "openlma-server",
        &[
            "openlma-app",
            "openlma-core",
            "openlma-soql",
            "openlma-wire",
        ],
    ),
    ("openlma", ANYTHING),
    ("openlma-testkit", ANYTHING),
    ("bench", ANYTHING),
    ("xtask", &["openlma-pgcluster"]),
];

/// What nothing that ships may use.
const FOR_TESTS: &[&str] = &["openlma-testkit", "openlma-pgcluster", "bench", "xtask"];
const SHIPPED: &[&str] = &[
    "openlma",
    "openlma-app",
    "openlma-client",
    "openlma-core",
    "openlma-server",
    "openlma-soql",
    "openlma-store",
    "openlma-wire",
];

/// What a crate must never use: a rule that could read a clock, a socket or a table would.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("openlma-core", IMPURE),
    ("openlma-soql", IMPURE),
    (
        "openlma-store",
        &["axum", "tower", "tower-http", "clap", "rand", "getrandom"],
    ),
    (
        "openlma-app",
        &[
            "axum",
            "tower-http",
            "clap",
            "lettre",
            "rusqlite",
            "postgres",
        ],
    ),
    (
        "openlma-server",
        &["rusqlite", "postgres", "tokio-postgres", "clap"],
    ),
    ("openlma-wire", &["tokio", "axum", "rusqlite", "postgres"]),
];
const IMPURE: &[&str] = &[
    "tokio",
    "axum",
    "rusqlite",
    "postgres",
    "rand",
    "getrandom",
    "ureq",
    "tempfile",
];

/// Each package of the workspace, and what it uses when it runs or is built (tests are free).
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            let used = dependencies.filter(|dependency| dependency["kind"] != "dev");
            (name(package), used.map(name).collect())
        });
    packages.collect()
}

fn name(value: &Value) -> String {
    value["name"].as_str().unwrap().to_owned()
}

#[test]
fn crate_dependencies_point_one_way() {
    let packages = packages();
    for (package, used) in &packages {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| name == package)
            .unwrap_or_else(|| panic!("say in ARROWS what {package} may use"));
        let ours = used.iter().filter(|name| packages.contains_key(*name));
        let wrong: Vec<_> = ours
            .filter(|name| *allowed != ANYTHING && !allowed.contains(&name.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{package} must not use {wrong:?}");
    }
}

#[test]
fn nothing_that_ships_uses_what_is_for_tests() {
    let packages = packages();
    for package in SHIPPED {
        let wrong: Vec<_> = packages[*package]
            .iter()
            .filter(|name| FOR_TESTS.contains(&name.as_str()))
            .collect();
        assert!(
            wrong.is_empty(),
            "{package} ships and must not use {wrong:?}"
        );
    }
}

#[test]
fn rules_cannot_reach_the_world() {
    let packages = packages();
    for (package, forbidden) in FORBIDDEN {
        let wrong: Vec<_> = packages[*package]
            .iter()
            .filter(|name| forbidden.contains(&name.as_str()))
            .collect();
        assert!(wrong.is_empty(), "{package} must not use {wrong:?}");
    }
}
