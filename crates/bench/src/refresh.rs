//! `refresh`: the refresh of a package with very many subscribers of which one in a hundred
//! differs, and what it costs the checks and the installs that go on meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use openlma_store::{Options, Store};
use openlma_testkit::bulk::{self, World};
use serde_json::{Value, json};

use crate::child::Server;
use crate::clones::{self, Install, Numbered, Template};
use crate::data::{Engine, Place};
use crate::orders::Orders;
use crate::report::{Baseline, Measured, percentile, ratios};
use crate::{Size, http, pace};

/// Seconds for [`WHOLE`] subscribers.
const TARGET: f64 = 60.0;
const WHOLE: usize = 100_000;
/// At most so many times what 99 of 100 take on an idle server.
const TARGET_MEANWHILE: f64 = 2.0;
/// Checks and installs a second.
const CHECKS: u32 = 200;
const INSTALLS: u32 = 40;
/// Orgs that install and check, and packages that they install.
const CUSTOMERS: usize = 64;
const PACKAGES: usize = 100;
/// Refreshes within one measure, each beside the idle server.
const ROUNDS: usize = 5;
/// Between two looks at the job.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
/// Copies can be told from real licenses, and every hundredth one from the others.
const NUMBERED: &[Numbered] = &[
    ("licenses", "name", |n| format!("C-{n:07}").into()),
    ("licenses", "name__f", |n| format!("c-{n:07}").into()),
];
/// Makes one in a hundred differ.
const SPOIL: &str = "UPDATE licenses SET version_number = '9.9' WHERE name LIKE 'C-%00'";

/// What is asked while the refresh goes on.
struct Work {
    orders: Orders,
    /// Installation keys of the package that is refreshed, each with a user.
    keys: Vec<(String, String)>,
    /// The package that is refreshed.
    package: String,
    /// Its subscribers.
    subscribers: usize,
}

/// Milliseconds of what was asked.
struct Times {
    checks: Vec<f64>,
    installs: Vec<f64>,
}

/// What one round measured.
struct Round {
    /// Seconds of the refresh.
    seconds: f64,
    idle: Times,
    busy: Times,
}

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let place = Place::new(engine)?;
    let work = Work::prepare(&place, size.subscribers)?;
    place.count()?;
    eprintln!("refreshing {} subscribers, all in line", work.subscribers);
    let (_, job) = work.refresh(&Server::ours(&place.database)?)?;
    work.expect(&job, 0)?;
    let idle = Duration::from_secs(size.idle_seconds);
    let rounds = (1..=ROUNDS).map(|n| {
        eprintln!("round {n} of {ROUNDS}");
        work.round(&place, idle)
    });
    let rounds: Vec<Round> = rounds.collect::<Result<_>>()?;
    Ok(measured(engine, &work, &rounds))
}

fn measured(engine: Engine, work: &Work, rounds: &[Round]) -> Vec<Measured> {
    #[expect(clippy::cast_precision_loss, reason = "counts of orgs")]
    let share = work.subscribers as f64 / WHOLE as f64;
    let seconds = rounds.iter().map(|r| r.seconds).collect();
    let one = |name, unit, ours: Vec<f64>, baseline, values: Vec<f64>, target: f64, note| {
        let (ratio_median, ratio_min, ratio_max) = ratios(&ours, &values);
        Measured {
            name,
            database: engine.name(),
            unit,
            cpu_us_per_op: None,
            ours,
            baseline: Baseline {
                name: baseline,
                values,
            },
            ratio_median,
            ratio_min,
            ratio_max,
            target: format!("<= {target}"),
            met: Some(ratio_median <= target),
            notes: vec![note],
        }
    };
    let meanwhile = |name, of: fn(&Times) -> &Vec<f64>, rate| {
        let ninety_nine = |times: &dyn Fn(&Round) -> Vec<f64>| {
            let of_round = |r: &Round| percentile(&times(r), 99);
            rounds.iter().map(of_round).collect::<Vec<f64>>()
        };
        let (idle, busy) = (
            |r: &Round| of(&r.idle).clone(),
            |r: &Round| of(&r.busy).clone(),
        );
        let all_idle: Vec<f64> = rounds.iter().flat_map(idle).collect();
        let all_busy: Vec<f64> = rounds.iter().flat_map(busy).collect();
        let note = format!(
            "{rate} a second: {} idle, median {:.1} ms; {} meanwhile, median {:.1} ms",
            all_idle.len(),
            percentile(&all_idle, 50),
            all_busy.len(),
            percentile(&all_busy, 50)
        );
        let unit = "milliseconds, 99 of 100, while a refresh goes on";
        let baseline = "just before, on the idle server";
        let (ours, before) = (ninety_nine(&busy), ninety_nine(&idle));
        one(name, unit, ours, baseline, before, TARGET_MEANWHILE, note)
    };
    let note = format!("{} subscribers, 1% differ", work.subscribers);
    let allowed = "60 s for 100,000 subscribers";
    let most = vec![TARGET * share; rounds.len()];
    vec![
        one("refresh", "seconds", seconds, allowed, most, 1.0, note),
        meanwhile("refresh/check", |t| &t.checks, CHECKS),
        meanwhile("refresh/install", |t| &t.installs, INSTALLS),
    ]
}

impl Work {
    fn prepare(place: &Place, subscribers: usize) -> Result<Work> {
        eprintln!("making {PACKAGES} packages and {CUSTOMERS} orgs");
        let app = bulk::app(&place.database)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let (world, keys, token) = runtime.block_on(async {
            let world = World::make(&app, PACKAGES, CUSTOMERS, 2).await?;
            let keys = world.install(world.versions[0]).await?;
            let token = bulk::token(&world.app, &world.business).await?;
            anyhow::Ok((world, keys, token))
        })?;
        let users = world.customers.iter().map(|c| c.users[0].to_string());
        let keys: Vec<(String, String)> = keys.into_iter().zip(users).collect();
        let orders = Orders::of(&world, 1, token);
        let (business, subscriber) = (world.business.org_id(), world.customers[0].actor.org_id());
        drop((app, world));
        let copies = subscribers - CUSTOMERS;
        eprintln!("making {copies} copies of an org with its install");
        let store = Store::open(&Options::new(&place.database))?;
        let install = Install::of(&store, business, subscriber)?;
        Template::read(&store, install, clones::ALL, NUMBERED)?.write(&store, copies)?;
        drop(store);
        let package = allow(&Server::ours(&place.database)?, &orders.token)?;
        Ok(Work {
            orders,
            keys,
            package,
            subscribers,
        })
    }

    /// Makes some differ, and refreshes them while other work goes on as on the idle server before.
    fn round(&self, place: &Place, idle: Duration) -> Result<Round> {
        let store = Store::open(&Options::new(&place.database))?;
        let spoilt = store.write_blocking(|tx| tx.execute(SPOIL, &[]))?;
        drop(store);
        place.count()?;
        let server = Server::ours(&place.database)?;
        self.go_on(&server, |since| since >= idle / 4)?;
        let before = self.go_on(&server, |since| since >= idle)?;
        let over = AtomicBool::new(false);
        let (refreshed, busy) = std::thread::scope(|scope| {
            let refresh = scope.spawn(|| {
                let done = self.refresh(&server);
                over.store(true, Ordering::Relaxed);
                done
            });
            let busy = self.go_on(&server, |_| over.load(Ordering::Relaxed));
            (refresh.join(), busy)
        });
        let (seconds, job) = refreshed.map_err(|_| anyhow::anyhow!("the refresh panicked"))??;
        self.expect(&job, spoilt)?;
        Ok(Round {
            seconds,
            idle: before,
            busy: busy?,
        })
    }

    /// Refreshes; answers the seconds that it took, and the job.
    fn refresh(&self, server: &Server) -> Result<(f64, Value)> {
        let mut connection = http::Connection::open(&server.address)?;
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        let path = format!("/api/v1/packages/{}/refresh", self.package);
        let begun = connection.json(&http::post(&path, &self.orders.token, "{}"))?;
        let path = format!("/api/v1/jobs/{}", begun["id"].as_str().context("a job")?);
        let request = http::get(&path, &self.orders.token);
        loop {
            let job = connection.json(&request)?;
            let taken = started.elapsed();
            if !job["finished_at"].is_null() {
                return Ok((taken.as_secs_f64(), job));
            }
            pace::wait_for(started + taken + BETWEEN_LOOKS);
        }
    }

    /// A refresh that has seen all subscribers and corrected so many, and has done nothing else.
    fn expect(&self, job: &Value, corrected: u64) -> Result<()> {
        let mut counts = job["counts"].as_object().context("counts")?.clone();
        counts.retain(|_, n| *n != 0);
        let mut wanted = json!({"total": self.subscribers, "seen": self.subscribers});
        if corrected > 0 {
            wanted["corrected"] = corrected.into();
        }
        let counts = Value::Object(counts);
        ensure!(
            job["state"] == "Done" && counts == wanted,
            "the world is not sound: {job}"
        );
        Ok(())
    }

    /// Checks and installs at their pace.
    fn go_on(&self, server: &Server, over: impl Fn(Duration) -> bool + Sync) -> Result<Times> {
        let check = |n: u64| {
            let (key, user) = &self.keys[usize::try_from(n).ok()? % self.keys.len()];
            Some(http::get(&format!("/api/v1/licensed?user={user}"), key))
        };
        let address = &server.address;
        std::thread::scope(|scope| {
            let checks = scope.spawn(|| pace::steady(address, CHECKS, &over, check, |_| Ok(())));
            let install = |_| self.orders.next();
            let installs = pace::steady(address, INSTALLS, &over, install, |_| Ok(()));
            let checks = checks.join();
            Ok(Times {
                checks: checks.map_err(|_| anyhow::anyhow!("the checks panicked"))??,
                installs: installs?,
            })
        })
    }
}

/// Lets refreshes follow each other at once; answers the package of the oldest license.
fn allow(server: &Server, token: &str) -> Result<String> {
    let mut connection = http::Connection::open(&server.address)?;
    let days = r#"{"refresh_interval_days":0}"#;
    connection.json(&http::patch("/api/v1/orgs/current", token, days))?;
    let soql = "SELECT sfLma__Package__r.sfLma__Package_ID__c FROM sfLma__License__c LIMIT 1";
    let rows = connection.json(&http::get(&http::query(soql), token))?;
    let package = &rows["records"][0]["sfLma__Package__r"]["sfLma__Package_ID__c"];
    Ok(package.as_str().context("a package")?.to_owned())
}
