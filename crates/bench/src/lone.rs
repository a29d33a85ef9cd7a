//! `lone`: one install after the other on an idle server, over HTTP, against what two fsyncs and
//! two milliseconds take.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::child::Server;
use crate::data::{Engine, Place};
use crate::orders::Orders;
use crate::report::{Baseline, Measured, median, ratios};
use crate::{Size, cpu, http, pace};

/// Runs within one measure, each with an fsync of its own time.
const RUNS: usize = 5;
/// Time that the server has to provision an install before the next one comes.
const REST: Duration = Duration::from_millis(100);
/// Milliseconds beside the fsyncs.
const BESIDE: f64 = 2.0;

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let place = Place::new(engine)?;
    let orders = Orders::prepare(&place.database, size.lone * (RUNS + 1))?;
    place.count()?;
    let server = Server::ours(&place.database)?;
    run(&server, &orders, size.lone)?;
    let (mut ours, mut allowed) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = cpu::fsync()?;
        ours.push(median(&run(&server, &orders, size.lone)?));
        let fsync = (before + cpu::fsync()?) / 2;
        allowed.push(2.0 * fsync.as_secs_f64() * 1e3 + BESIDE);
    }
    let (ratio_median, ratio_min, ratio_max) = ratios(&ours, &allowed);
    let fsync = (median(&allowed) - BESIDE) / 2.0;
    Ok(vec![Measured {
        name: "lone",
        database: engine.name(),
        unit: "milliseconds an install, median",
        cpu_us_per_op: None,
        ours,
        baseline: Baseline {
            name: "2 fsyncs + 2 ms",
            values: allowed,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: "<= 1".to_owned(),
        met: Some(ratio_median <= 1.0),
        notes: vec![format!(
            "one caller, {RUNS} runs of {} installs; an fsync takes {fsync:.2} ms",
            size.lone
        )],
    }])
}

/// Milliseconds that each of some installs took.
fn run(server: &Server, orders: &Orders, count: usize) -> Result<Vec<f64>> {
    let mut connection = http::Connection::open(&server.address)?;
    let mut took = Vec::new();
    for _ in 0..count {
        let request = orders.next().context("too few orgs and packages")?;
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        let (status, _) = connection.send(&request)?;
        let time = started.elapsed();
        ensure!(status == 200, "an answer of {status}");
        took.push(time.as_secs_f64() * 1e3);
        pace::wait_for(started + time + REST);
    }
    Ok(took)
}
