//! One unit of work on its way through a queue.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use openlma_core::{Error, Result};
use tokio::sync::oneshot;

use crate::feed::Signal;
use crate::trace::Trace;
use crate::tx::{Connection, Tx};

/// What kind of transaction a unit wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Reads and writes.
    Write,
    /// Several reads of one snapshot.
    Snapshot,
    /// One reading statement.
    Single,
}

type Work = Box<dyn Fn(&mut Tx<'_>) -> Result<Box<dyn Any + Send>> + Send>;
type Answer = Box<dyn FnOnce(Result<Box<dyn Any + Send>>) + Send>;

/// A unit with the caller who waits for it.
pub(super) struct Queued {
    pub(super) mode: Mode,
    work: Work,
    answer: Answer,
}

/// How a run of a unit ended.
pub(super) struct Outcome {
    pub(super) result: Result<Box<dyn Any + Send>>,
    pub(super) signals: Vec<Signal>,
    pub(super) statements: u64,
    /// Worth another run.
    pub(super) retry: bool,
    /// What ran, when the unit is run twice.
    pub(super) trace: Option<Trace>,
}

impl Outcome {
    /// Of a unit that could not be run, or whose transaction could not be ended.
    pub(super) fn failed(e: Error) -> Outcome {
        Outcome {
            result: Err(e),
            signals: Vec::new(),
            statements: 0,
            retry: false,
            trace: None,
        }
    }

    /// Refuses the outcome of a unit that did something else in its rehearsal.
    pub(super) fn compare(&mut self, rehearsed: Option<&Trace>) {
        if let (Some(first), Some(second)) = (rehearsed, &self.trace)
            && !second.repeats(first)
        {
            self.result = Err(Error::internal(
                "a unit did something else when it was run again",
            ));
        }
    }
}

impl Queued {
    pub(super) fn new<T: Send + 'static>(
        mode: Mode,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> (Queued, oneshot::Receiver<Result<T>>) {
        let (tx, rx) = oneshot::channel();
        let work: Work = Box::new(move |t| work(t).map(|v| Box::new(v) as Box<dyn Any + Send>));
        let answer: Answer = Box::new(move |result| {
            let result = result.and_then(|any| match any.downcast::<T>() {
                Ok(value) => Ok(*value),
                Err(_) => Err(Error::internal(
                    "a unit answered another type than it promised",
                )),
            });
            // A caller who went away does not want the answer.
            let _ = tx.send(result);
        });
        (Queued { mode, work, answer }, rx)
    }

    /// Runs the unit's statements; the caller of this opens and ends the transaction.
    pub(super) fn run(&self, connection: Connection<'_>, trace: bool) -> Outcome {
        let mut tx = Tx::new(connection);
        tx.trace = trace.then(Trace::default);
        let ran = catch_unwind(AssertUnwindSafe(|| {
            let value = (self.work)(&mut tx)?;
            if tx.failed() {
                return Err(Error::internal("a unit went on after a failed statement"));
            }
            Ok((value, tx.finish()?))
        }));
        let ran = ran.unwrap_or_else(|panic| {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            Err(Error::internal(format!("a unit panicked: {text}")))
        });
        let (result, signals) = match ran {
            Ok((value, signals)) => (Ok(value), signals),
            Err(e) => (Err(e), Vec::new()),
        };
        Outcome {
            result,
            signals,
            statements: tx.statements,
            retry: tx.retry,
            trace: tx.trace.take(),
        }
    }

    /// Gives the caller the answer.
    pub(super) fn answer(self, result: Result<Box<dyn Any + Send>>) {
        (self.answer)(result);
    }
}
