//! A clock that stands still until a test moves it.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use openlma_app::Clock;

/// Nanoseconds since 1970, finer than what is stored.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows this instant, RFC 3339.
    #[must_use]
    pub fn at(text: &str) -> ManualClock {
        let at: Timestamp = text.parse().expect("an instant");
        ManualClock(AtomicI64::new(nanos(at)))
    }

    /// Moves on.
    pub fn advance(&self, by: SignedDuration) {
        let by = i64::try_from(by.as_nanos()).expect("a short while");
        self.0.fetch_add(by, Ordering::Relaxed);
    }

    /// Jumps to an instant, RFC 3339.
    pub fn set(&self, text: &str) {
        let at: Timestamp = text.parse().expect("an instant");
        self.0.store(nanos(at), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        let nanos = self.0.load(Ordering::Relaxed);
        Timestamp::from_nanosecond(i128::from(nanos)).expect("an instant")
    }

    fn ticks(&self) -> Duration {
        real_ticks()
    }
}

/// How long this process has run.
#[expect(clippy::disallowed_methods, reason = "nodes lose touch in real time")]
pub(crate) fn real_ticks() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

fn nanos(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).expect("an instant of these centuries")
}
