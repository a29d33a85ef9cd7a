//! `cargo xtask lint`: everything that can be said about the code without running the product.

use std::process::ExitCode;

use anyhow::Result;

use crate::process::{cargo, succeed};
use crate::stages::Stages;
use crate::{openapi, rules, schema};

/// The cargo-deny that is installed where none of [`DENY_SERIES`] is.
const DENY_VERSION: &str = "=0.20.2";
const DENY_SERIES: &str = "cargo-deny 0.20.";

/// Runs every check, also after one failed, and sums up. Exit code 1 if any failed.
///
/// # Errors
///
/// None: what goes wrong in a check is that check's failure.
pub(crate) fn lint() -> Result<ExitCode> {
    let mut stages = Stages::default();
    stages.check("format", || succeed(&mut cargo("fmt --all --check")));
    stages.check("clippy", || {
        succeed(&mut cargo(
            "clippy --locked --workspace --all-targets -- -D warnings",
        ))
    });
    stages.check("docs", || {
        let mut doc = cargo("doc --locked --no-deps --workspace");
        succeed(doc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    if stages.prepare("cargo-deny", install_deny) {
        stages.check("bans, licences, sources", || {
            succeed(&mut cargo(
                "deny --offline --all-features check --hide-inclusion-graph bans licenses sources",
            ))
        });
    }
    stages.check("house rules", || {
        succeed(&mut cargo(
            "test --quiet --locked --package xtask --test dependencies --test tidy",
        ))
    });
    stages.check("schema is current", || schema::schema(true));
    stages.check("API description is current", || openapi::openapi(true));
    stages.check("rule list is current", || rules::rules(true));

    stages.print();
    let total = stages.total();
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Makes sure that cargo-deny is there (about two minutes on two cores where it is not), and
/// the sources of all dependencies, so that the check itself needs no network.
fn install_deny() -> Result<()> {
    let installed = cargo("deny --version").output();
    if !installed.is_ok_and(|said| said.stdout.starts_with(DENY_SERIES.as_bytes())) {
        let mut install = cargo("install cargo-deny --locked --no-default-features --version");
        succeed(install.arg(DENY_VERSION))?;
    }
    succeed(&mut cargo("fetch --locked"))
}
