//! Messages that an org has received: applied in order per license, or held with their reason (§4).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;
use openlma_core::access::ObjectAccess;
use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::rules::By;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::messages::{self, Hold, Message, Waiting};
use openlma_store::{Priority, Signal, Tx, jobs};

use crate::actor::Actor;
use crate::bodies::kind;
use crate::save::Saving;
use crate::{App, OrgContext, ended, funnel, held, not_found, provision, register, terms};

/// How long a caller waits for what was set off, and between two looks at it.
pub(crate) const WAIT: Duration = Duration::from_secs(2);
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(5);

impl App {
    /// Applies what an org has received. Answers how many messages were done or held.
    ///
    /// # Errors
    /// Of the database, when not even one message alone could be dealt with.
    pub async fn apply_received(&self, org: Id) -> Result<usize> {
        let mut dealt = 0;
        let mut limit = messages::BATCH;
        loop {
            let context = self.org(org).await?;
            let (now, ids) = (self.now(), self.ids());
            // The head that a failed unit had: with another node beside this one it may be another
            // than a later look finds.
            let head: Arc<Mutex<Option<Message>>> = Arc::default();
            let had = Arc::clone(&head);
            let done = self
                .store()
                .write_at(Priority::Background, move |tx| {
                    let heads = messages::due_heads(tx, org, now, limit)?;
                    *had.lock().unwrap_or_else(PoisonError::into_inner) = heads.first().cloned();
                    apply_batch(tx, &context, &mut ids.clone(), now, &heads)
                })
                .await;
            let head = head.lock().unwrap_or_else(PoisonError::into_inner).take();
            match (done, head) {
                (Ok(0), _) if limit == messages::BATCH => return Ok(dealt),
                (Ok(n), _) => {
                    dealt += n;
                    limit = messages::BATCH;
                }
                (Err(e), _) if e.code == Code::Unavailable => return Err(e),
                // One message spoils the batch: find it by itself.
                (Err(_), Some(_)) if limit > 1 => limit = 1,
                (Err(e), Some(message)) => {
                    self.hold_alone(org, message, e).await?;
                    limit = messages::BATCH;
                }
                (Err(e), None) => return Err(e),
            }
        }
    }

    /// Holds a message that failed alone.
    async fn hold_alone(&self, org: Id, message: Message, error: Error) -> Result<()> {
        tracing::warn!(org = %org, error = ?error, "a message could not be applied");
        let (now, ids) = (self.now(), self.ids());
        self.store()
            .write_at(Priority::Background, move |tx| {
                if held::tell(tx, &mut ids.clone(), org, &message, &error, now)? {
                    messages::hold(tx, org, &[held::hold(&message, &error, now)])
                } else {
                    messages::done(tx, org, &[message.id], now)
                }
            })
            .await
    }

    /// What waits in the actor's org, oldest first (R-SYN-2).
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Read on License.
    pub async fn waiting(
        &self,
        actor: &Actor,
        after: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Waiting>> {
        may(actor, "Read", |access| access.read)?;
        let org = actor.org.id;
        self.store()
            .look(move |tx| messages::waiting(tx, org, after, limit))
            .await
    }

    /// *Retry now*: tries a waiting message, and what waits behind it. Answers what still holds
    /// it, or nothing when it went through.
    ///
    /// # Errors
    /// `NOT_FOUND`, when no such message waits; `INSUFFICIENT_ACCESS_OR_READONLY` without Edit on
    /// License.
    pub async fn retry(&self, actor: &Actor, id: Id) -> Result<Option<Waiting>> {
        may(actor, "Edit", |access| access.edit)?;
        let (org, now) = (actor.org.id, self.now());
        let look = || {
            self.store()
                .look(move |tx| messages::waiting_one(tx, org, id))
        };
        let before = look().await?.ok_or_else(|| not_found("waiting message"))?;
        self.store()
            .write(move |tx| messages::retry(tx, org, id, now))
            .await?;
        self.apply_received(org).await?;
        // The worker, of this node or another, may have taken it at the same moment.
        let tried = async {
            loop {
                match look().await {
                    Ok(Some(w)) if w.message.attempts == before.message.attempts => {
                        tokio::time::sleep(LOOK_EVERY).await;
                    }
                    done => return done,
                }
            }
        };
        match tokio::time::timeout(WAIT, tried).await {
            Ok(done) => done,
            Err(_) => look().await,
        }
    }

    /// Orgs with something to send, to apply or to run, for a worker that starts or lost the feed.
    ///
    /// # Errors
    /// Of the database.
    pub async fn due_work(&self) -> Result<Vec<Signal>> {
        let now = self.now();
        self.store()
            .read(move |tx| {
                let mut due = messages::due(tx, now)?;
                due.extend(jobs::due(tx, now)?.into_iter().map(Signal::Job));
                Ok(due)
            })
            .await
    }

    /// Forgets what is over: jobs after 90 days, applied messages after a week, idempotency keys after
    /// a day, expired tokens.
    ///
    /// # Errors
    /// Of the database.
    pub async fn prune(&self) -> Result<()> {
        let now = self.now();
        let before = |hours| {
            now.checked_sub(SignedDuration::from_hours(hours))
                .unwrap_or(now)
        };
        let (quarter, week, day) = (before(24 * 90), before(24 * 7), before(24));
        self.store()
            .write_at(Priority::Background, move |tx| {
                jobs::prune(tx, quarter)?;
                messages::prune(tx, week)?;
                openlma_store::auth::prune(tx, now)?;
                openlma_store::idempotency::prune(tx, day)?;
                openlma_store::feed::prune(tx)?;
                Ok(())
            })
            .await
    }
}

/// What waits tells of customers and their licenses: it is for who may work with licenses.
fn may(actor: &Actor, needed: &str, granted: fn(ObjectAccess) -> bool) -> Result<()> {
    let license = actor.org.catalog.known(names::LICENSE);
    if granted(actor.permissions.object(license)) {
        return Ok(());
    }
    Err(Error::new(
        Code::InsufficientAccess,
        format!("this needs {needed} on License; an administrator can grant it"),
    ))
}

/// Applies due heads of the org's queues; what cannot be applied is held with its reason. Answers
/// how many there were.
fn apply_batch(
    tx: &mut Tx<'_>,
    org: &Arc<OrgContext>,
    ids: &mut IdRun,
    now: Timestamp,
    heads: &[Message],
) -> Result<usize> {
    if heads.is_empty() {
        return Ok(0);
    }
    let writer = Actor::lma(org);
    debug_assert_eq!(writer.by, By::Lma);
    let saving = Saving {
        writer: &writer,
        now,
        all_or_none: false,
    };
    let mut refused = Vec::new();
    let mut unfinished = Vec::new();
    let mut of_subscribers = Vec::new();
    for message in heads {
        let applied = match message.kind.as_str() {
            kind::TERMS => terms::apply(tx, ids, org.id, message, now).map(|()| None),
            kind::REFUSED => held::refused(tx, &saving, ids, message).map(|()| None),
            kind::FUNNEL => funnel::apply(tx, org.id, message).map(|()| None),
            kind::REGISTERED | kind::VERSION => register::apply(tx, &saving, ids, message),
            kind::ENDED => ended::apply(tx, &saving, ids, message),
            _ => {
                of_subscribers.push(message.clone());
                continue;
            }
        };
        match applied {
            Ok(None) => {}
            Ok(Some(body)) => {
                messages::go_on(tx, org.id, message.id, &body)?;
                unfinished.push(message.id);
            }
            Err(e) if e.code == Code::Internal || e.code == Code::Unavailable => return Err(e),
            Err(e) => {
                // What nobody waits for any more is done with.
                if !held::tell(tx, ids, org.id, message, &e, now)? {
                    continue;
                }
                refused.push((message.id, e));
            }
        }
    }
    if !of_subscribers.is_empty() {
        refused.extend(provision::apply(tx, &saving, ids, &of_subscribers)?);
    }
    let held = |m: &&Message| refused.iter().find(|(id, _)| *id == m.id).map(|(_, e)| e);
    let done: Vec<Id> = heads
        .iter()
        .filter(|m| held(m).is_none() && !unfinished.contains(&m.id))
        .map(|m| m.id)
        .collect();
    messages::done(tx, org.id, &done, now)?;
    let holds: Vec<Hold> = heads
        .iter()
        .filter_map(|m| held(&m).map(|e| held::hold(m, e, now)))
        .collect();
    messages::hold(tx, org.id, &holds)?;
    Ok(heads.len())
}
