//! `provision`: from an install's answer until its lead and its license can be read in the business
//! org, at a steady pace.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child::Server;
use crate::data::{Engine, Place};
use crate::orders::Orders;
use crate::report::{Baseline, Measured, percentile, ratios};
use crate::{Size, http, pace};

/// Installs a second.
const RATE: u32 = 100;
/// Runs within one measure; the whole time is shared among them.
const RUNS: u32 = 3;
/// Milliseconds for 99 of 100.
const TARGET: f64 = 1000.0;
/// Between two looks at the newest licenses: so much longer may a time seem than it was.
const BETWEEN_LOOKS: Duration = Duration::from_millis(25);
/// After the last answer nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The newest licenses, with their leads.
const NEWEST: &str = "SELECT sfLma__Package_License_ID__c, sfLma__Lead__r.Id \
                      FROM sfLma__License__c ORDER BY Id DESC LIMIT 200";

/// Moments by the subscriber's copy of a license.
type Moments = HashMap<String, Instant>;

pub(crate) fn measure(engine: Engine, size: &Size) -> Result<Vec<Measured>> {
    let place = Place::new(engine)?;
    let time = Duration::from_secs(size.provision_seconds) / RUNS;
    let installs = u64::from(RATE) * (size.provision_seconds + time.as_secs() + 10);
    let orders = Orders::prepare(&place.database, usize::try_from(installs)?)?;
    run(&Server::ours(&place.database)?, &orders, time)?;
    place.count()?;
    let server = Server::ours(&place.database)?;
    let (mut ours, mut all) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let took = run(&server, &orders, time)?;
        ours.push(percentile(&took, 99));
        all.extend(took);
    }
    let values = vec![TARGET; ours.len()];
    let (ratio_median, ratio_min, ratio_max) = ratios(&ours, &values);
    Ok(vec![Measured {
        name: "provision",
        database: engine.name(),
        unit: "milliseconds from answer to readable, 99 of 100",
        cpu_us_per_op: None,
        ours,
        baseline: Baseline {
            name: "one second",
            values,
        },
        ratio_median,
        ratio_min,
        ratio_max,
        target: "<= 1".to_owned(),
        met: Some(ratio_median <= 1.0),
        notes: vec![format!(
            "{RATE} installs a second, {} in {RUNS} runs; median {:.0} ms, longest {:.0} ms, \
             looked at every {} ms",
            all.len(),
            percentile(&all, 50),
            percentile(&all, 100),
            BETWEEN_LOOKS.as_millis()
        )],
    }])
}

/// Milliseconds from the answer to each install until it was seen.
fn run(server: &Server, orders: &Orders, time: Duration) -> Result<Vec<f64>> {
    let answered = Mutex::new(Moments::new());
    let all_answered = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(server, orders, &answered, &all_answered));
        let note = |body: &[u8]| {
            let answer: Value = serde_json::from_slice(body)?;
            let copy = answer["package_license_id"].as_str();
            let copy = copy.context("an install without a copy")?.to_owned();
            #[expect(clippy::disallowed_methods, reason = "a measurement")]
            let now = Instant::now();
            lock(&answered).insert(copy, now);
            Ok(())
        };
        let sent = pace::steady(
            &server.address,
            RATE,
            |since| since >= time,
            |_| orders.next(),
            note,
        );
        all_answered.store(true, Ordering::Relaxed);
        let seen = watcher.join();
        sent?;
        seen.map_err(|_| anyhow::anyhow!("the watcher panicked"))?
    })?;
    let answered = answered.into_inner();
    let answered = answered.unwrap_or_else(PoisonError::into_inner);
    let took = answered.iter().map(|(copy, answered)| {
        let seen = seen.get(copy).context("an install that was not seen")?;
        let took = seen.saturating_duration_since(*answered);
        Ok(took.as_secs_f64() * 1e3)
    });
    took.collect()
}

/// When each license with its lead was first seen; ends when all that were answered were seen.
fn watch(
    server: &Server,
    orders: &Orders,
    answered: &Mutex<Moments>,
    all_answered: &AtomicBool,
) -> Result<Moments> {
    let mut connection = http::Connection::open(&server.address)?;
    let request = http::get(&http::query(NEWEST), &orders.token);
    let mut seen = Moments::new();
    let mut since_last: Option<Instant> = None;
    loop {
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let asked = Instant::now();
        let last = all_answered.load(Ordering::Relaxed);
        let page = connection.json(&request)?;
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let now = Instant::now();
        for row in page["records"].as_array().context("rows")? {
            let lead = row["sfLma__Lead__r"]["Id"].as_str();
            let copy = row["sfLma__Package_License_ID__c"].as_str();
            if let (Some(copy), Some(_)) = (copy, lead) {
                seen.entry(copy.to_owned()).or_insert(now);
            }
        }
        if last {
            if lock(answered).keys().all(|copy| seen.contains_key(copy)) {
                return Ok(seen);
            }
            if since_last.get_or_insert(now).elapsed() > PATIENCE {
                bail!("not all that was installed came to the business org");
            }
        }
        pace::wait_for(asked + BETWEEN_LOOKS);
    }
}

fn lock(moments: &Mutex<Moments>) -> std::sync::MutexGuard<'_, Moments> {
    moments.lock().unwrap_or_else(PoisonError::into_inner)
}
