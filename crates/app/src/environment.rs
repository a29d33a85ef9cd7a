//! What use cases take from the world outside: the time and randomness.

use std::time::Duration;

use openlma_core::time::Timestamp;

/// Where the time comes from. Tests move it.
pub trait Clock: Send + Sync {
    /// The present instant, as fine as the clock is; use cases take it to the microsecond.
    fn now(&self) -> Timestamp;

    /// How long it is since some fixed instant: it goes on also while the process is stopped, and never
    /// back. Only for what lasts a short while in memory.
    fn ticks(&self) -> Duration;
}

/// Where randomness comes from: an operating system's source, good enough for secrets.
pub trait Random: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}
