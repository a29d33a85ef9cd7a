//! The world outside as use cases take it: the clock and the randomness of the operating system,
//! and the few environment variables that are no flags. The only place that reads them.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use openlma_app::{Clock, Random};
use openlma_core::time::Timestamp;

/// The operating system's time.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the time comes from"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the time comes from"
    )]
    fn ticks(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        START.elapsed()
    }
}

/// The operating system's time moved back by some days: the demonstration lives through the past
/// year with it and then comes to the present.
#[derive(Default)]
pub(crate) struct ShiftedClock {
    days_back: AtomicI64,
}

impl ShiftedClock {
    /// Moves to so many days before the present.
    pub(crate) fn go_back(&self, days: i64) {
        self.days_back.store(days, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        let back = SignedDuration::from_hours(24 * self.days_back.load(Ordering::Relaxed));
        now.checked_sub(back).unwrap_or(now)
    }

    fn ticks(&self) -> Duration {
        SystemClock.ticks()
    }
}

/// The operating system's source of randomness.
pub(crate) struct OsRandom;

impl Random for OsRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where random bytes come from; without them no secret may be made"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        if let Err(e) = getrandom::fill(buffer) {
            panic!("the operating system gives no random bytes: {e}");
        }
    }
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRandom.fill(&mut bytes);
    bytes
}

/// Milliseconds that something took.
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "durations are shown to people")]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    /// The time since.
    pub(crate) fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }

    /// Whole milliseconds since.
    pub(crate) fn millis(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The folder with the addresses and tokens of `openlma login`.
#[expect(clippy::disallowed_methods, reason = "read once, by the binary")]
pub(crate) fn settings_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("openlma"))
}

/// A variable of the environment that stands for a flag of every command: usage lines would show
/// it as given if the command line knew it.
#[expect(clippy::disallowed_methods, reason = "read by the binary only")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// How many columns the terminal has, if the environment says so.
pub(crate) fn columns() -> Option<usize> {
    let columns = variable("COLUMNS")?.parse().ok();
    columns.filter(|columns| *columns > 0)
}
