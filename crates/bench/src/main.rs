//! `cargo xtask bench`: measures openlma against plain baselines, in pairs within one run.
//!
//! Servers run in processes of their own, so that their CPU time can be told from the load's.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command of the build"
)]

mod baseline;
mod check;
mod child;
mod cpu;
mod data;
mod http;
mod install;
mod report;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// measure openlma against plain baselines
#[derive(Debug, Parser)]
struct Arguments {
    /// measures to run: check, install; all when none is named
    names: Vec<String>,
    /// smaller data and shorter runs: for trying out, not for quoting
    #[arg(long)]
    quick: bool,
    /// on which database
    #[arg(long, default_value = "both")]
    database: Which,
    /// write the results as JSON as well
    #[arg(long)]
    json: Option<std::path::PathBuf>,
    /// exit with 1 when a target is missed
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Size {
    licenses: usize,
    pairs: usize,
    seconds: u64,
    install_seconds: u64,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("child") {
        return finish(child::run(&arguments.collect::<Vec<_>>()).map(|()| true));
    }
    finish(measure(&Arguments::parse()))
}

fn finish(done: Result<bool>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("error: {e:#}");
            ExitCode::from(2)
        }
    }
}

fn measure(arguments: &Arguments) -> Result<bool> {
    let size = if arguments.quick {
        Size {
            licenses: 5_000,
            pairs: 5,
            seconds: 1,
            install_seconds: 5,
        }
    } else {
        Size {
            licenses: 100_000,
            pairs: 5,
            seconds: 4,
            install_seconds: 60,
        }
    };
    let wanted =
        |name: &str| arguments.names.is_empty() || arguments.names.iter().any(|n| n == name);
    if let Some(unknown) = arguments
        .names
        .iter()
        .find(|n| !["check", "install"].contains(&n.as_str()))
    {
        anyhow::bail!("there is no measure {unknown}; there are check and install");
    }
    let mut results = Vec::new();
    for engine in data::Engine::ALL {
        if !engine.wanted(arguments.database) {
            continue;
        }
        if wanted("check") {
            results.push(check::measure(engine, &size)?);
        }
        if wanted("install") {
            results.push(install::measure(engine, &size)?);
        }
    }
    report::print(&results);
    if let Some(path) = &arguments.json {
        std::fs::write(path, report::json(&results)?)?;
    }
    Ok(!arguments.check || results.iter().all(|r| r.met != Some(false)))
}
