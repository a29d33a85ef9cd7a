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
mod clones;
mod cpu;
mod data;
mod http;
mod install;
mod list;
mod lone;
mod orders;
mod pace;
mod provision;
mod refresh;
mod report;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, ValueEnum};

/// measure openlma against plain baselines
#[derive(Debug, Parser)]
struct Arguments {
    /// measures to run, or all; check and install when none is named
    #[arg(value_parser = named(), long_help = described())]
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
    /// Of `check`.
    licenses: usize,
    pairs: usize,
    seconds: u64,
    /// Of `install`.
    install_seconds: u64,
    /// Of `lone`: installs in a run.
    lone: usize,
    /// Of `provision`.
    provision_seconds: u64,
    /// Of `refresh`.
    subscribers: usize,
    idle_seconds: u64,
    /// Of `list`: licenses, and pages asked for in a round.
    loaded: usize,
    pages: usize,
}

const QUICK: Size = Size {
    licenses: 5_000,
    pairs: 5,
    seconds: 1,
    install_seconds: 5,
    lone: 20,
    provision_seconds: 6,
    subscribers: 20_000,
    idle_seconds: 5,
    loaded: 50_000,
    pages: 100,
};

const FULL: Size = Size {
    licenses: 100_000,
    pairs: 5,
    seconds: 4,
    install_seconds: 60,
    lone: 50,
    provision_seconds: 60,
    subscribers: 100_000,
    idle_seconds: 10,
    loaded: 1_000_000,
    pages: 200,
};

/// A measure: its name, what it measures, and how.
struct Measure {
    name: &'static str,
    what: &'static str,
    /// Runs when none is named.
    usual: bool,
    /// Waits for a disk.
    durable: bool,
    run: fn(data::Engine, &Size) -> Result<Vec<report::Measured>>,
}

const MEASURES: &[Measure] = &[
    Measure {
        name: "check",
        what: "CPU of a check, against a bare handler",
        usual: true,
        durable: false,
        run: check::measure,
    },
    Measure {
        name: "install",
        what: "installs a second from 64 callers, against a bare loop",
        usual: true,
        durable: true,
        run: install::measure,
    },
    Measure {
        name: "lone",
        what: "time of one install on an idle server",
        usual: false,
        durable: true,
        run: lone::measure,
    },
    Measure {
        name: "provision",
        what: "time from an install's answer until lead and license can be read",
        usual: false,
        durable: true,
        run: provision::measure,
    },
    Measure {
        name: "refresh",
        what: "refresh of 100,000 subscribers, and checks and installs meanwhile",
        usual: false,
        durable: true,
        run: refresh::measure,
    },
    Measure {
        name: "list",
        what: "first page of 1,000,000 licenses, against 1,000",
        usual: false,
        durable: false,
        run: list::measure,
    },
];

/// Stands for every measure.
const ALL: &str = "all";

fn named() -> clap::builder::PossibleValuesParser {
    MEASURES.iter().map(|m| m.name).chain([ALL]).into()
}

fn described() -> String {
    let mut text = String::from("measures to run, or all; check and install when none is named");
    for m in MEASURES {
        text.push_str(&format!("\n  {:<10} {}", m.name, m.what));
    }
    text
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("child") {
        return finish(child::run(&arguments.collect::<Vec<_>>()).map(|()| true));
    }
    let done = measure(&Arguments::parse());
    data::leave();
    finish(done)
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
    let size = if arguments.quick { QUICK } else { FULL };
    let wanted = |measure: &Measure| {
        let named = |n: &String| n == measure.name || n == ALL;
        let names = &arguments.names;
        names.iter().any(named) || names.is_empty() && measure.usual
    };
    let wanted: Vec<&Measure> = MEASURES.iter().filter(|m| wanted(m)).collect();
    if wanted.iter().any(|m| m.durable) {
        cpu::durable(cpu::fsync()?)?;
    }
    let mut results = Vec::new();
    for engine in data::Engine::ALL {
        if !engine.wanted(arguments.database) {
            continue;
        }
        for measure in &wanted {
            results.extend((measure.run)(engine, &size)?);
        }
    }
    report::print(&results);
    if let Some(path) = &arguments.json {
        std::fs::write(path, report::json(&results)?)?;
    }
    Ok(!arguments.check || results.iter().all(|r| r.met != Some(false)))
}
