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
const TARGET: f64 = 1.5;
/// The same on SQLite, with every answer read from the database.
const TARGET_READ: f64 = 3.0;
/// Users of an org.
const USERS: usize = 3;
/// A walk over all questions ends.
const WHOLE_WALK: Duration = Duration::from_secs(600);

struct Question {
    key: String,
    users: Vec<String>,
}

/// What every pair of runs measured.
#[derive(Default)]
struct Pairs {
    our_cpu: Vec<f64>,
    bare_cpu: Vec<f64>,
    /// Checks a second of ours.
    rate: Vec<f64>,
    /// Of a hundred checks, answered from memory.
    from_memory: f64,
}

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let place = Place::new(engine)?;
    let questions = prepare(&place.database, size)?;
    let bare = {
        let ours = Server::ours(&place.database)?;
        let mut connection = http::Connection::open(&ours.address)?;
        let (status, body) = connection.send(&ask(&questions, 1))?;
        let body = String::from_utf8_lossy(body).into_owned();
        ensure!(status == 200, "the check answers {status}: {body}");
        Server::bare(&body)?
    };
    run(&bare, &questions, 0, Duration::from_secs(size.seconds))?;
    let kept = {
        let ours = Server::ours(&place.database)?;
        ask_all(&ours, &questions)?;
        pairs(&ours, &bare, &questions, size)?
    };
    let read = {
        let ours = Server::reading(&place.database)?;
        run(&ours, &questions, 0, Duration::from_secs(size.seconds))?;
        pairs(&ours, &bare, &questions, size)?
    };
    let licenses = questions.len();
    Ok(vec![
        measured("check", TARGET, true, engine, licenses, kept),
        measured(
            "check/database",
            TARGET_READ,
            engine == Engine::Sqlite,
            engine,
            licenses,
            read,
        ),
    ])
}

fn pairs(ours: &Server, bare: &Server, questions: &[Question], size: &Size) -> Result<Pairs> {
    let time = Duration::from_secs(size.seconds);
    let before = answered(ours)?;
    let mut pairs = Pairs::default();
    for round in 1..=size.pairs as u64 {
        let (cpu, per_second) = run(ours, questions, round, time)?;
        pairs.our_cpu.push(cpu);
        pairs.rate.push(per_second);
        pairs.bare_cpu.push(run(bare, questions, round, time)?.0);
    }
    let after = answered(ours)?;
    let (memory, all) = (after.0 - before.0, after.1 - before.1);
    pairs.from_memory = 100.0 * memory / all;
    Ok(pairs)
}

/// Checks that a server has answered so far: from memory, and all.
fn answered(server: &Server) -> Result<(f64, f64)> {
    let mut connection = http::Connection::open(&server.address)?;
    let (_, text) = connection.send(&http::get("/metrics", ""))?;
    let text = String::from_utf8_lossy(text).into_owned();
    let of = |from: &str| {
        let name = format!("openlma_checks_total{{from=\"{from}\"}} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&name));
        line.context("the server counts no checks")?
            .parse::<f64>()
            .context("a count")
    };
    let (memory, database) = (of("memory")?, of("database")?);
    Ok((memory, memory + database))
}

/// Asks every question once.
fn ask_all(server: &Server, questions: &[Question]) -> Result<()> {
    let next = |thread: usize, n: u64| {
        let at = usize::try_from(n).ok()? * THREADS + thread;
        let question = questions.get(at / USERS)?;
        let user = &question.users[at % USERS];
        Some(http::get(
            &format!("/api/v1/licensed?user={user}"),
            &question.key,
        ))
    };
    http::load(&server.address, THREADS, WHOLE_WALK, next, |status, _| {
        status == 200
    })
    .map(drop)
}

/// The `n`th request of a fixed walk over all pairs of license and user, the same for both servers.
fn ask(questions: &[Question], n: u64) -> Vec<u8> {
    let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let question = &questions[(mixed >> 20) as usize % questions.len()];
    let user = &question.users[(mixed >> 8) as usize % question.users.len()];
    http::get(&format!("/api/v1/licensed?user={user}"), &question.key)
}

/// One run: CPU microseconds a check, and checks a second.
fn run(server: &Server, questions: &[Question], round: u64, time: Duration) -> Result<(f64, f64)> {
    let before = cpu::of(server.pid)?;
    let from = round << 32;
    let next =
        |thread: usize, n: u64| Some(ask(questions, from + n * THREADS as u64 + thread as u64));
    let done = http::load(&server.address, THREADS, time, next, |status, _| {
        status == 200
    })?;
    let spent = cpu::of(server.pid)?
        .checked_sub(before)
        .context("CPU time went back")?;
    #[expect(clippy::cast_precision_loss, reason = "counts of seconds")]
    let count = done as f64;
    Ok((
        spent.as_secs_f64() * 1e6 / count,
        count / time.as_secs_f64(),
    ))
}

fn measured(
    name: &'static str,
    target: f64,
    judged: bool,
    engine: Engine,
    licenses: usize,
    pairs: Pairs,
) -> Measured {
    let (ratio_median, ratio_min, ratio_max) = ratios(&pairs.our_cpu, &pairs.bare_cpu);
    Measured {
        name,
        database: engine.name(),
        unit: "server CPU, microseconds a check",
        cpu_us_per_op: Some(CpuPerOp {
            ours: median(&pairs.our_cpu),
            baseline: median(&pairs.bare_cpu),
        }),
        ours: pairs.our_cpu,
        baseline: Baseline {
            name: "bare handler, same middleware, equal body",
            values: pairs.bare_cpu,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: format!("<= {target}"),
        met: judged.then_some(ratio_median <= target),
        notes: vec![format!(
            "{licenses} licenses with {USERS} users each, uniform, {:.1}% answered from memory; {:.0} \
             checks a second from {THREADS} callers on the same machine",
            pairs.from_memory,
            median(&pairs.rate)
        )],
    }
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
        let world = World::make(&app, packages, customers, USERS).await?;
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
