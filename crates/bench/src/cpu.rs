//! CPU time of a process, and how fast this disk makes a write durable.

use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Clock ticks a second of `/proc`, a constant of the platform.
const TICKS: u64 = 100;

/// User and system time of a process so far.
pub(crate) fn of(pid: u32) -> Result<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("CPU time")?;
    // The name in parentheses may hold spaces.
    let rest = text
        .rsplit_once(')')
        .context("the form of /proc/PID/stat")?
        .1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1000 / TICKS))
}

/// The processor's name.
pub(crate) fn name() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text.lines().find(|l| l.starts_with("model name"));
    line.and_then(|l| l.split_once(": "))
        .map_or_else(|| "unknown".into(), |(_, n)| n.to_owned())
}

/// Median time of a small write with fsync in the temporary folder.
pub(crate) fn fsync() -> Result<Duration> {
    let mut file = tempfile::tempfile()?;
    let mut times = Vec::new();
    for _ in 0..21 {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[1; 4096])?;
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        file.sync_all()?;
        times.push(started.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}
