//! `cargo xtask test`: installs what tests need, runs all tests and both stories, sums up.
//!
//! A missing tool or database is a failure, never a skip.

mod tally;
mod tools;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use openlma_pgcluster::{Cluster, Options, SHARED_CLUSTER_VARIABLE};

use self::tally::{Tally, summary};
use crate::process::{cargo, succeed, watch};
use crate::stages::{Count, Stages};

/// Tests whose names begin so (after the module) need a foreign client or a browser. They are
/// marked `#[ignore]`, so that `cargo test` by hand needs neither.
const FOREIGN: [&str; 2] = ["foreign_", "browser_"];

/// What of the tests is run.
#[derive(Debug, Default, Args)]
pub(crate) struct Arguments {
    /// Leave out what needs a browser or a foreign client.
    #[arg(long)]
    fast: bool,
}

/// Runs the stages and prints how many tests ran on each database, the stages, and as the
/// last line `N passed, N failed`. Exit code 1 if anything failed.
///
/// # Errors
///
/// None: what goes wrong in a stage is that stage's failure.
pub(crate) fn test(arguments: &Arguments) -> Result<ExitCode> {
    let mut stages = Stages::default();
    let mut tally = Tally::default();
    let mut cluster = None;
    let ready = stages.prepare("tools", || tools::install(arguments.fast))
        && stages.prepare("cluster", || {
            cluster = Some(Cluster::start(&Options::default())?);
            Ok(())
        });
    if let (true, Some(cluster)) = (ready, &cluster) {
        run_tests(&mut stages, &mut tally, cluster, arguments.fast);
        run_stories(&mut stages, cluster);
    }
    drop(cluster);

    stages.print();
    println!(
        "\ntests on sqlite: {}, on postgres: {}",
        tally.sqlite, tally.postgres
    );
    if tally.ignored > 0 {
        println!("tests left out: {}", tally.ignored);
    }
    let total = stages.total();
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_tests(stages: &mut Stages, tally: &mut Tally, cluster: &Cluster, fast: bool) {
    let built = stages.prepare("build of the tests", || {
        succeed(&mut cargo("test --locked --quiet --workspace --no-run"))
    });
    if !built {
        return;
    }
    stages.run("tests", || {
        count_tests(
            &mut cargo("test --locked --workspace --no-fail-fast"),
            tally,
            cluster,
        )
    });
    if fast {
        return;
    }
    stages.run("foreign clients, browser", || {
        let mut tests = cargo("test --locked --workspace --tests --no-fail-fast -- --ignored");
        let mut foreign = Tally::default();
        let count = count_tests(tests.args(FOREIGN), &mut foreign, cluster)?;
        if count == Count::default() {
            bail!("no test has a name with {}", FOREIGN.join(" or "));
        }
        tally.add_ignored_before(&foreign);
        Ok(count)
    });
}

/// Runs test programs on the cluster and counts. One that died, or did not compile, is a
/// failure more.
fn count_tests(tests: &mut Command, tally: &mut Tally, cluster: &Cluster) -> Result<Count> {
    tests.env(SHARED_CLUSTER_VARIABLE, cluster.admin_url());
    let status = watch(tests, |line| tally.see(line))?;
    let mut count = tally.count;
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    Ok(count)
}

fn run_stories(stages: &mut Stages, cluster: &Cluster) {
    let built = stages.prepare("release build", || {
        succeed(&mut cargo("build --locked --release"))
    });
    if !built {
        return;
    }
    stages.run("story on sqlite", || tell(&mut story()));
    stages.run("story on postgres", || {
        let database = cluster.create_database(None)?;
        tell(story().args(["--database", &database.url]))
    });
}

fn story() -> Command {
    cargo("run --locked --quiet --release -- demo --listen 127.0.0.1:0 --story")
}

/// Runs a story; its last line says how many steps passed and failed.
fn tell(story: &mut Command) -> Result<Count> {
    let mut last = None;
    let status = watch(story, |line| last = summary(line).or(last))?;
    match last {
        Some(count) if status.success() == (count.failed == 0) => Ok(count),
        Some(count) => Ok(Count {
            failed: count.failed.max(1),
            ..count
        }),
        None => bail!("the story ended without a summary: {status}"),
    }
}
