//! Requests that a caller may send twice (R-INS-9).

use jiff::SignedDuration;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::idempotency::{self, Scope};

use crate::App;

/// A request without an answer after this long was cut off by a crash and may be taken over.
const CUT_OFF: SignedDuration = SignedDuration::from_secs(60);

/// How a request with an idempotency key begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It is the first, or the first was cut off before its answer: then `made` is what it made.
    First {
        /// When it began, by which it is told from others with its key.
        began: Timestamp,
        /// What a request that was cut off had made.
        made: Option<Id>,
    },
    /// It was answered before.
    Again {
        /// The status of the answer.
        status: u16,
        /// Its body.
        answer: String,
        /// What the request made.
        made: Option<Id>,
    },
}

impl App {
    /// Begins a request with an idempotency key; `body` is what came with it.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_REUSED` with another body; `REQUEST_IN_PROGRESS` while the first runs;
    /// `SERVER_UNAVAILABLE`, when others with the key came and went.
    pub async fn begin_once(&self, scope: &Scope, body: &str) -> Result<Begun> {
        let (scope, body, now) = (
            scope.clone(),
            self.inner.secret.fingerprint(body),
            self.now(),
        );
        self.store()
            .write(move |tx| {
                let Some(earlier) = idempotency::begin(tx, &scope, &body, now)? else {
                    return Ok(Begun::First {
                        began: now,
                        made: None,
                    });
                };
                if earlier.body_hash != body {
                    return Err(Error::new(
                        Code::IdempotencyKeyReused,
                        "this Idempotency-Key was used with another body; use a new key",
                    ));
                }
                if let Some((status, answer)) = earlier.answer {
                    return Ok(Begun::Again {
                        status,
                        answer,
                        made: earlier.subject,
                    });
                }
                let cut_off = now.duration_since(earlier.started_at) > CUT_OFF;
                if cut_off && idempotency::take_over(tx, &scope, earlier.started_at, now)? {
                    return Ok(Begun::First {
                        began: now,
                        made: earlier.subject,
                    });
                }
                Err(Error::new(
                    Code::RequestInProgress,
                    "the first request with this Idempotency-Key still runs; try again in a second",
                ))
            })
            .await
    }

    /// Keeps the answer of a request for its replays.
    ///
    /// # Errors
    /// Of the database.
    pub async fn end_once(&self, scope: &Scope, status: u16, answer: &str) -> Result<()> {
        let (scope, answer) = (scope.clone(), answer.to_owned());
        self.store()
            .write(move |tx| idempotency::finish(tx, &scope, status, &answer))
            .await
    }

    /// Ends a request that failed in a way worth another try. What made nothing is forgotten; what
    /// made something is left to its repeat, which gets that.
    ///
    /// # Errors
    /// Of the database.
    pub async fn forget_once(&self, scope: &Scope, began: Timestamp) -> Result<()> {
        let scope = scope.clone();
        let cut_off = began.checked_sub(CUT_OFF * 2).unwrap_or(began);
        self.store()
            .write(move |tx| {
                if !idempotency::forget(tx, &scope, began)? {
                    idempotency::take_over(tx, &scope, began, cut_off)?;
                }
                Ok(())
            })
            .await
    }
}
