//! A clock that stands still until a test moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use openlma_app::Clock;

/// Microseconds since 1970.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows this instant, RFC 3339.
    #[must_use]
    pub fn at(text: &str) -> ManualClock {
        let at: Timestamp = text.parse().expect("an instant");
        ManualClock(AtomicI64::new(at.as_microsecond()))
    }

    /// Moves on.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).expect("a short while");
        self.0.fetch_add(micros, Ordering::Relaxed);
    }

    /// Jumps to an instant, RFC 3339.
    pub fn set(&self, text: &str) {
        let at: Timestamp = text.parse().expect("an instant");
        self.0.store(at.as_microsecond(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed)).expect("an instant")
    }
}
