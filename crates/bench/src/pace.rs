//! A load at a steady pace: requests go out when they are due, whether or not those before them
//! have been answered.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::http::Connection;

/// Requests under way at the same time, at most.
const CALLERS: usize = 48;

/// Sends `per_second` requests a second until `over` says of the time since the start that it is
/// enough. `request` makes the nth; `answered` gets its body. Answers how long each took, in
/// milliseconds, from when it was due.
pub(crate) fn steady(
    address: &str,
    per_second: u32,
    over: impl Fn(Duration) -> bool + Sync,
    request: impl Fn(u64) -> Option<Vec<u8>> + Sync,
    answered: impl Fn(&[u8]) -> Result<()> + Sync,
) -> Result<Vec<f64>> {
    let next = AtomicU64::new(0);
    let took = Mutex::new(Vec::new());
    #[expect(clippy::disallowed_methods, reason = "a measurement")]
    let started = Instant::now();
    let caller = || -> Result<()> {
        let mut connection = Connection::open(address)?;
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let due = started + Duration::from_secs(1) * u32::try_from(n)? / per_second;
            wait_for(due);
            if over(started.elapsed()) {
                return Ok(());
            }
            let request = request(n).context("too few orgs and packages were made")?;
            let (status, body) = connection.send(&request)?;
            if status != 200 {
                bail!("an answer of {status}: {}", String::from_utf8_lossy(body));
            }
            answered(body)?;
            let mut took = took.lock().unwrap_or_else(PoisonError::into_inner);
            took.push(due.elapsed().as_secs_f64() * 1e3);
        }
    };
    std::thread::scope(|scope| -> Result<()> {
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        for caller in callers {
            caller
                .join()
                .map_err(|_| anyhow::anyhow!("a caller panicked"))??;
        }
        Ok(())
    })?;
    Ok(took.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Waits until a moment has come.
pub(crate) fn wait_for(due: Instant) {
    #[expect(clippy::disallowed_methods, reason = "a measurement")]
    let left = due.saturating_duration_since(Instant::now());
    #[expect(clippy::disallowed_methods, reason = "the pace is the measure's")]
    std::thread::sleep(left);
}
