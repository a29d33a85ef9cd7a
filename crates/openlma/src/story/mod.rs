//! `openlma demo --story`: the whole main job once, over HTTP against a running server, every
//! effect read again through another door than the one that caused it. No step looks into the
//! server in any other way.

mod report;
mod steps;
mod world;

use self::report::{Outcome, Report};
use self::world::World;
use crate::failure::Failure;
use crate::http::Client;
use crate::surroundings::Stopwatch;

/// One step.
struct Step {
    /// What is done and seen.
    name: &'static str,
    /// The rules that it shows.
    rules: &'static [&'static str],
    /// Earlier steps without which it makes no sense; all others may have failed.
    needs: &'static [&'static str],
    /// Does it; answers what was seen.
    run: fn(&mut World) -> Result<String, Failure>,
}

/// Tells the story to the server at `base`; true when no step failed.
///
/// # Errors
/// Exit 4, when there is nobody to tell it to.
pub(crate) fn run(base: &str, operator: &str, password: &str, json: bool) -> Result<bool, Failure> {
    let client = Client::new(base);
    client.wait_until_ready()?;
    client.take_sent();
    let mut world = World::new(client, operator, password);
    let mut report = Report::new(json);
    for step in steps::all() {
        let missing = step.needs.iter().find(|needed| !report.passed(needed));
        let watch = Stopwatch::start();
        let outcome = match missing {
            Some(missing) => Outcome::Skipped(format!("needs: {missing}")),
            None => match (step.run)(&mut world) {
                Ok(seen) => Outcome::Passed(seen),
                Err(failure) => Outcome::Failed(failure.message),
            },
        };
        report.step(
            step.name,
            step.rules,
            outcome,
            watch.millis(),
            world.take_sent(),
        );
    }
    Ok(report.end())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::steps;

    #[test]
    fn steps_are_named_once_and_need_earlier_ones() {
        let mut earlier = BTreeSet::new();
        for step in steps::all() {
            for needed in step.needs {
                assert!(earlier.contains(needed), "{} needs {needed}", step.name);
            }
            assert!(
                step.rules.iter().all(|r| r.starts_with("R-")),
                "{}",
                step.name
            );
            assert!(earlier.insert(step.name), "{} twice", step.name);
        }
    }
}
