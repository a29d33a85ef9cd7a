//! `cargo xtask …`: the few commands people need to work on openlma.
//!
//! It depends on nothing of ours that takes long to compile: what needs the product's crates
//! is run through cargo. No rule of the product may be here.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool talks to its terminal"
)]

mod bench;
mod ci;
mod generated;
mod lint;
mod openapi;
mod process;
mod rules;
mod schema;
mod stages;
mod test;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// The few commands people need to work on openlma.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check format, lints, docs, dependencies and that what is generated is current.
    Lint,
    /// Install what tests need, run all tests and both stories.
    Test(test::Arguments),
    /// Write the migrations that the catalogue's difference asks for.
    Schema(Generate),
    /// Write docs/rules.md from docs/rules.toml and the tests that name a rule.
    Rules(Generate),
    /// Measure; arguments go to the measuring program.
    Bench(bench::Arguments),
    /// Write docs/openapi.json, the description of our own API.
    Openapi(Generate),
    /// Run what .ci/run runs: lint, then test.
    Ci,
}

/// How a generated file is treated.
#[derive(Debug, Args)]
struct Generate {
    /// Write nothing; fail if what is committed is not current.
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    run(Cli::parse().command).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Lint => lint::lint(),
        Command::Test(arguments) => test::test(&arguments),
        Command::Schema(generate) => done(schema::schema(generate.check)),
        Command::Rules(generate) => done(rules::rules(generate.check)),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Openapi(generate) => done(openapi::openapi(generate.check)),
        Command::Ci => ci::ci(),
    }
}

fn done(result: anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    result.map(|()| ExitCode::SUCCESS)
}
