//! How the story is told: a line a step and a last line, or the same as JSON. What a step does
//! is not known here.

use std::collections::BTreeSet;

use serde_json::json;

use crate::http::Sent;
use crate::output;

/// How a step ended, with what was seen.
pub(super) enum Outcome {
    Passed(String),
    Failed(String),
    Skipped(String),
}

/// The steps so far.
pub(super) struct Report {
    json: bool,
    step: u32,
    passed: BTreeSet<&'static str>,
    failed: u32,
    skipped: u32,
}

impl Report {
    /// A report without steps.
    pub(super) fn new(json: bool) -> Report {
        Report {
            json,
            step: 0,
            passed: BTreeSet::new(),
            failed: 0,
            skipped: 0,
        }
    }

    /// Did the step of this name pass?
    pub(super) fn passed(&self, name: &str) -> bool {
        self.passed.contains(name)
    }

    /// Adds a step and shows it.
    pub(super) fn step(
        &mut self,
        name: &'static str,
        rules: &[&str],
        outcome: Outcome,
        millis: u64,
        requests: Vec<Sent>,
    ) {
        self.step += 1;
        let (result, seen) = match outcome {
            Outcome::Passed(seen) => {
                self.passed.insert(name);
                ("ok", seen)
            }
            Outcome::Failed(seen) => {
                self.failed += 1;
                ("FAIL", seen)
            }
            Outcome::Skipped(seen) => {
                self.skipped += 1;
                ("skip", seen)
            }
        };
        let step = self.step;
        if self.json {
            output::line(json!({
                "step": step,
                "name": name,
                "rules": rules,
                "result": result,
                "ms": millis,
                "requests": requests,
                "seen": seen,
            }));
        } else {
            let rules = rules.join(" ");
            let detail = seen.replace('\n', " ");
            output::line(format_args!(
                "{result:<4} {step:02} {name} [{rules}] {detail} ({millis})"
            ));
        }
    }

    /// Shows how it ended; true when no step failed.
    pub(super) fn end(&self) -> bool {
        let (passed, failed) = (self.passed.len(), self.failed);
        if self.json {
            output::line(json!({
                "passed": passed,
                "failed": failed,
                "skipped": self.skipped,
            }));
        } else {
            output::line(format_args!("{passed} passed, {failed} failed"));
        }
        failed == 0
    }
}
