//! Waiting for a condition, never for a while.

use std::time::Duration;

use crate::failure::Failure;
use crate::surroundings::Stopwatch;

/// Between two looks at a condition.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Between two looks at what takes a while.
const WATCH_EVERY: Duration = Duration::from_millis(250);

/// Looks at something that takes a while until it has ended, however long that is.
///
/// # Errors
/// Those of a look.
pub(crate) fn watch<T>(look: impl Fn() -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        #[expect(clippy::disallowed_methods, reason = "a pause between two looks")]
        std::thread::sleep(WATCH_EVERY);
    }
}

/// Looks at a condition until it holds.
///
/// # Errors
/// Those of a look; exit 4, when it does not hold in time.
pub(crate) fn wait_for<T>(
    what: &str,
    limit: Duration,
    look: impl Fn() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let watch = Stopwatch::start();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if watch.elapsed() > limit {
            return Err(Failure::unreachable(format!(
                "waited {} s for {what}",
                limit.as_secs()
            )));
        }
        #[expect(clippy::disallowed_methods, reason = "a pause between two looks")]
        std::thread::sleep(LOOK_EVERY);
    }
}
