//! What a unit did, for the test that runs every unit twice.

use crate::value::{Row, Val};

/// The statements of one run, in order.
#[derive(Debug, Default)]
pub(crate) struct Trace(Vec<Step>);

#[derive(Debug, PartialEq)]
struct Step {
    sql: String,
    params: Vec<Val>,
    answer: Option<Answer>,
}

/// What a statement answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Rows(Vec<Row>),
    Touched(u64),
    Failed,
}

impl Trace {
    pub(crate) fn ask(&mut self, sql: &str, params: &[Val]) {
        self.0.push(Step {
            sql: sql.to_owned(),
            params: params.to_vec(),
            answer: None,
        });
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        if let Some(step) = self.0.last_mut() {
            step.answer = Some(answer);
        }
    }

    /// Is it what a second run of the same unit may have done? As long as the database answers
    /// alike the statements must be alike; after that (others have committed in between) they
    /// may differ.
    pub(crate) fn repeats(&self, first: &Trace) -> bool {
        for (a, b) in first.0.iter().zip(&self.0) {
            if a.sql != b.sql || a.params != b.params {
                return false;
            }
            if a.answer != b.answer {
                return true;
            }
        }
        first.0.len() == self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Trace};

    fn trace(steps: &[(&str, u64)]) -> Trace {
        let mut trace = Trace::default();
        for (sql, touched) in steps {
            trace.ask(sql, &[]);
            trace.answer(Answer::Touched(*touched));
        }
        trace
    }

    #[test]
    fn a_run_repeats_another_as_long_as_the_answers_do() {
        let first = trace(&[("a", 1), ("b", 1)]);
        assert!(trace(&[("a", 1), ("b", 1)]).repeats(&first));
        assert!(trace(&[("a", 2), ("c", 1)]).repeats(&first));
        assert!(!trace(&[("a", 1), ("c", 1)]).repeats(&first));
        assert!(!trace(&[("c", 1)]).repeats(&first));
        assert!(!trace(&[("a", 1)]).repeats(&first));
    }
}
