//! The stages of a long command: run one after the other, timed, counted, and summed up.

use std::time::Instant;

use anyhow::Result;

/// What passed and what failed in a stage.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    /// Things that passed.
    pub(crate) passed: u64,
    /// Things that failed.
    pub(crate) failed: u64,
}

#[derive(Debug)]
struct Stage {
    name: &'static str,
    count: Count,
    seconds: f64,
}

/// The stages run so far.
#[derive(Debug, Default)]
pub(crate) struct Stages(Vec<Stage>);

impl Stages {
    /// Runs a stage that counts. An error is one failure more, and is printed.
    pub(crate) fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<Count>) -> bool {
        println!("\n--- {name}");
        let start = now();
        let count = work().unwrap_or_else(|error| {
            println!("error: {error:#}");
            Count {
                passed: 0,
                failed: 1,
            }
        });
        let seconds = start.elapsed().as_secs_f64();
        self.0.push(Stage {
            name,
            count,
            seconds,
        });
        count.failed == 0
    }

    /// Runs a stage that only prepares: its success counts for nothing, its error is a failure.
    pub(crate) fn prepare(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<()>,
    ) -> bool {
        self.run(name, || work().map(|()| Count::default()))
    }

    /// Runs a stage that is one check.
    pub(crate) fn check(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> bool {
        self.run(name, || {
            work().map(|()| Count {
                passed: 1,
                failed: 0,
            })
        })
    }

    /// All stages together.
    pub(crate) fn total(&self) -> Count {
        self.0.iter().fold(Count::default(), |sum, stage| Count {
            passed: sum.passed + stage.count.passed,
            failed: sum.failed + stage.count.failed,
        })
    }

    /// One line a stage: what passed, what failed, how long it took.
    pub(crate) fn print(&self) {
        println!(
            "\n{:<28}{:>8}{:>8}{:>10}",
            "stage", "passed", "failed", "seconds"
        );
        for Stage {
            name,
            count: Count { passed, failed },
            seconds,
        } in &self.0
        {
            println!("{name:<28}{passed:>8}{failed:>8}{seconds:>10.1}");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a stage takes is what is asked for"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_failure_and_preparing_counts_for_nothing() {
        let mut stages = Stages::default();
        assert!(stages.prepare("tools", || Ok(())));
        assert!(!stages.prepare("cluster", || anyhow::bail!("no initdb")));
        assert!(stages.check("format", || Ok(())));
        assert!(!stages.run("tests", || Ok(Count {
            passed: 7,
            failed: 2
        })));
        assert_eq!(
            stages.total(),
            Count {
                passed: 8,
                failed: 3
            }
        );
    }
}
