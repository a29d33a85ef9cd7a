//! CPU time of a process, and how fast this disk makes a write durable.

use std::io::{Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::data;

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

/// No disk makes a write durable in less time: what does has not written it.
const LEAST_FSYNC: Duration = Duration::from_micros(20);

/// Insists on a disk where the measured worlds live.
pub(crate) fn durable(fsync: Duration) -> Result<()> {
    ensure!(
        fsync >= LEAST_FSYNC,
        "an fsync takes {fsync:?} in {}: that is no disk, and what waits for one cannot be judged; \
         put the workspace on a disk, or name measures that wait for none: check, list",
        data::FOLDER
    );
    Ok(())
}

/// Median time of a small write with fsync where the measured worlds live.
pub(crate) fn fsync() -> Result<Duration> {
    let mut file = tempfile::tempfile_in(data::folder()?)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_disk_is_judged_on_one() {
        let refused = durable(Duration::from_micros(19)).unwrap_err().to_string();
        assert!(
            refused.contains("19µs") && refused.contains("target/bench"),
            "{refused}"
        );
        assert!(durable(Duration::from_micros(20)).is_ok());
    }
}
