//! `check`: server CPU for "is this user licensed?", against a bare handler with the same
//! middleware and an equal body; all licenses and users uniformly.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::child::Server;
use openlma_testkit::bulk::{self, World};

use crate::data::{Engine, Place};
use crate::report::{Baseline, CpuPerOp, Measured, median, ratios};
use crate::{Size, cpu, http};

/// Callers at the same time.
const THREADS: usize = 16;
/// At most so many times the bare handler's CPU.
const TARGET: f64 = 2.5;

struct Question {
    key: String,
    users: Vec<String>,
}

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Measured> {
    let place = Place::new(engine)?;
    let questions = prepare(&place.database, size)?;
    let ours = Server::ours(&place.database)?;
    let ask = |n: u64| {
        // A fixed walk over all pairs, the same for both servers.
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let question = &questions[(mixed >> 20) as usize % questions.len()];
        let user = &question.users[(mixed >> 8) as usize % question.users.len()];
        http::get(&format!("/api/v1/licensed?user={user}"), &question.key)
    };
    let sample = http::Connection::open(&ours.address)?
        .send(&ask(1))
        .map(|(status, body)| (status, String::from_utf8_lossy(body).into_owned()))?;
    ensure!(
        sample.0 == 200,
        "the check answers {}: {}",
        sample.0,
        sample.1
    );
    let bare = Server::bare(&sample.1)?;
    let (mut our_cpu, mut bare_cpu, mut rate) = (Vec::new(), Vec::new(), Vec::new());
    let time = Duration::from_secs(size.seconds);
    let run = |server: &Server, round: u64| -> Result<(f64, f64)> {
        let before = cpu::of(server.pid)?;
        let from = round << 32;
        let next = |thread: usize, n: u64| Some(ask(from + n * THREADS as u64 + thread as u64));
        let done = http::load(&server.address, THREADS, time, next, |status, _| {
            status == 200
        })?;
        let spent = cpu::of(server.pid)?
            .checked_sub(before)
            .context("CPU time went back")?;
        #[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
        Ok((
            spent.as_secs_f64() * 1e6 / done as f64,
            done as f64 / time.as_secs_f64(),
        ))
    };
    run(&ours, 0)?;
    run(&bare, 0)?;
    for round in 1..=size.pairs as u64 {
        let (cpu, per_second) = run(&ours, round)?;
        our_cpu.push(cpu);
        rate.push(per_second);
        bare_cpu.push(run(&bare, round)?.0);
    }
    let (ratio_median, ratio_min, ratio_max) = ratios(&our_cpu, &bare_cpu);
    Ok(Measured {
        name: "check",
        database: engine.name(),
        unit: "server CPU, microseconds a check",
        cpu_us_per_op: Some(CpuPerOp {
            ours: median(&our_cpu),
            baseline: median(&bare_cpu),
        }),
        ours: our_cpu,
        baseline: Baseline {
            name: "bare handler, same middleware, equal body",
            values: bare_cpu,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: format!("<= {TARGET}"),
        met: (engine == Engine::Sqlite).then_some(ratio_median <= TARGET),
        notes: vec![format!(
            "{} licenses, uniform, no cache; {:.0} checks a second from {THREADS} callers on the same machine",
            questions.len(),
            median(&rate)
        )],
    })
}

/// Makes the licenses and answers what can be asked.
fn prepare(database: &str, size: &Size) -> Result<Vec<Question>> {
    let packages = 100.min(size.licenses / 50);
    let customers = size.licenses / packages;
    eprintln!(
        "making {} licenses: {packages} packages in {customers} orgs",
        packages * customers
    );
    let app = bulk::app(database)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let world = World::make(&app, packages, customers, 10).await?;
        let keys = world.install_all().await?;
        let users: Vec<Vec<String>> = world
            .customers
            .iter()
            .map(|c| c.users.iter().map(ToString::to_string).collect())
            .collect();
        let mut questions = Vec::new();
        for of_package in keys {
            for (key, users) in of_package.into_iter().zip(&users) {
                questions.push(Question {
                    key,
                    users: users.clone(),
                });
            }
        }
        Ok(questions)
    })
}
