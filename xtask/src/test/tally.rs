//! Reads what test programs and stories print, and counts. Pure.

use crate::stages::Count;

/// What the test programs of one run of `cargo test` said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// The sum of the programs' results.
    pub(super) count: Count,
    /// Tests that were not run because they are marked `#[ignore]`.
    pub(super) ignored: u64,
    /// Tests run whose name says SQLite.
    pub(super) sqlite: u64,
    /// Tests run whose name says PostgreSQL.
    pub(super) postgres: u64,
}

impl Tally {
    /// Reads a line: `test NAME ... ok`, or `test result: ok. 5 passed; 0 failed; …`.
    pub(super) fn see(&mut self, line: &str) {
        let Some(said) = line.strip_prefix("test ") else {
            return;
        };
        if let Some(result) = said.strip_prefix("result: ") {
            self.count.passed += number_before(result, "passed");
            self.count.failed += number_before(result, "failed");
            self.ignored += number_before(result, "ignored");
        } else if let Some((name, "ok" | "FAILED")) = said.rsplit_once(" ... ") {
            self.sqlite += u64::from(name.contains("sqlite"));
            self.postgres += u64::from(name.contains("postgres"));
        }
    }

    /// Takes in a second run, of tests that this one had to leave out.
    pub(super) fn add_ignored_before(&mut self, second: &Self) {
        let run = second.count.passed + second.count.failed;
        self.ignored = self.ignored.saturating_sub(run);
        self.sqlite += second.sqlite;
        self.postgres += second.postgres;
    }
}

/// The counts of a line that is exactly `N passed, N failed`.
pub(super) fn summary(line: &str) -> Option<Count> {
    let (passed, failed) = line.trim().split_once(", ")?;
    let passed = passed.strip_suffix(" passed")?.parse().ok()?;
    let failed = failed.strip_suffix(" failed")?.parse().ok()?;
    Some(Count { passed, failed })
}

/// The number before `word` in `5 passed; 0 failed; …`; 0 where there is none.
fn number_before(text: &str, word: &str) -> u64 {
    let words: Vec<&str> = text
        .split([' ', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let pair = words.windows(2).find(|pair| pair[1] == word);
    pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "\
running 4 tests
test seats::case_1_sqlite ... ok
test seats::case_2_postgres ... FAILED
test foreign_clients_on_postgres ... ignored, cargo xtask test runs it
test ids ... ok
test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s
test crates/core/src/id.rs - id::Id (line 12) ... ok
test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.41s
";

    fn tally(run: &str) -> Tally {
        let mut tally = Tally::default();
        run.lines().for_each(|line| tally.see(line));
        tally
    }

    #[test]
    fn results_are_summed_and_databases_counted() {
        let count = Count {
            passed: 3,
            failed: 1,
        };
        assert_eq!(
            tally(RUN),
            Tally {
                count,
                ignored: 1,
                sqlite: 1,
                postgres: 1
            }
        );
    }

    #[test]
    fn a_second_run_makes_good_what_the_first_left_out() {
        let mut first = tally(RUN);
        first.add_ignored_before(&tally(
            "test foreign_clients_on_postgres ... ok\ntest result: ok. 1 passed; 0 failed; 0 ignored",
        ));
        assert_eq!((first.ignored, first.postgres), (0, 2));
    }

    #[test]
    fn only_a_summary_is_a_summary() {
        assert_eq!(
            summary("21 passed, 1 failed"),
            Some(Count {
                passed: 21,
                failed: 1
            })
        );
        assert_eq!(summary("ok 03 install [R-INS-1] 21 passed, 1 failed"), None);
        assert_eq!(summary("passed, failed"), None);
    }
}
