//! `install`: durable installs with their provisioning, from 64 callers over HTTP, against a bare
//! loop that writes the same rows into the same database in batches of 64.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::child::Server;
use crate::data::{Engine, Place};
use crate::orders::Orders;
use crate::report::{Baseline, CpuPerOp, Measured, median, ratios};
use crate::{Size, baseline, cpu, http};

const CALLERS: usize = 64;
/// Installs that may be made in a second.
const A_SECOND: usize = 5_120;
/// At least so much of the bare loop's rate.
const TARGET: f64 = 0.25;
/// Between two looks whether all has been provisioned.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
/// Runs within one measure; the whole time is shared among them.
const RUNS: usize = 5;

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let place = Place::new(engine)?;
    let mut work = Work::prepare(&place.database, size)?;
    // The first run warms up and makes an ordinary database of an empty one.
    work.run(&Server::ours(&place.database)?)?;
    place.count()?;
    let (mut ours, mut bare, mut our_cpu) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = place.copy()?;
        let run = work.run(&Server::ours(&place.database)?)?;
        let rows = baseline::Rows::added(&before, &place)?;
        let seconds = rows.seconds(&before, usize::try_from(run.installs)?)?;
        ours.push(run.rate);
        our_cpu.push(run.cpu_us);
        bare.push(count(run.installs) / seconds);
    }
    let (ratio_median, ratio_min, ratio_max) = ratios(&ours, &bare);
    Ok(vec![Measured {
        name: "install",
        database: engine.name(),
        unit: "installs a second, provisioned and durable",
        cpu_us_per_op: Some(CpuPerOp {
            ours: median(&our_cpu),
            baseline: f64::NAN,
        }),
        ours,
        baseline: Baseline {
            name: "bare loop, the same rows into the same database in batches of 64",
            values: bare,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: format!(">= {TARGET}"),
        met: Some(ratio_median >= TARGET),
        notes: vec![format!(
            "{CALLERS} callers, {} s in {RUNS} runs, {} installs; {:.0} us of server CPU each",
            size.install_seconds,
            work.licenses,
            median(&our_cpu)
        )],
    }])
}

/// The installs to come, and what came of those before.
struct Work {
    orders: Orders,
    /// Licenses that the business org has.
    licenses: u64,
    /// Of one run.
    time: Duration,
}

/// What one run did.
struct Run {
    installs: u64,
    /// Installs a second, until the last one was provisioned.
    rate: f64,
    /// Server CPU an install, microseconds.
    cpu_us: f64,
}

impl Work {
    fn prepare(database: &str, size: &Size) -> Result<Work> {
        let installs = usize::try_from(size.install_seconds)? * A_SECOND;
        Ok(Work {
            orders: Orders::prepare(database, installs)?,
            licenses: 0,
            time: Duration::from_secs(size.install_seconds) / u32::try_from(RUNS)?,
        })
    }

    fn run(&mut self, server: &Server) -> Result<Run> {
        let before = cpu::of(server.pid)?;
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        let request = |_: usize, _: u64| self.orders.next();
        let installs = http::load(&server.address, CALLERS, self.time, request, |status, _| {
            status == 200
        })?;
        ensure!(
            !self.orders.exhausted(),
            "too few orgs and packages were made"
        );
        self.licenses += installs;
        wait_for(server, &self.orders.token, self.licenses)?;
        let rate = count(installs) / started.elapsed().as_secs_f64();
        let spent = cpu::of(server.pid)?.saturating_sub(before);
        Ok(Run {
            installs,
            rate,
            cpu_us: spent.as_secs_f64() * 1e6 / count(installs),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
fn count(installs: u64) -> f64 {
    installs as f64
}

/// Waits until the business org has as many licenses as were installed.
fn wait_for(server: &Server, token: &str, licenses: u64) -> Result<()> {
    let mut connection = http::Connection::open(&server.address)?;
    let path = http::query("SELECT COUNT() FROM sfLma__License__c");
    let request = http::get(&path, token);
    loop {
        let answer = connection.json(&request)?;
        if answer["totalSize"].as_u64() == Some(licenses) {
            return Ok(());
        }
        #[expect(clippy::disallowed_methods, reason = "counting is work as well")]
        std::thread::sleep(BETWEEN_LOOKS);
    }
}
