//! Background jobs: who may see them, and how a worker runs one. What a job does stands with its
//! subject.
//!
//! A job is claimed by lease and goes forward in steps; a step commits how far it has come, so
//! that after a crash another node goes on from there.

use jiff::SignedDuration;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::names;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::Priority;
use openlma_store::jobs::{self, Job};

use crate::actor::Actor;
use crate::{App, not_found};

/// The kind of a job that refreshes the licenses of a package.
pub const REFRESH: &str = "refresh";

/// How long a node may take for a step before others take the job over.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// A job that this node has claimed.
#[derive(Debug)]
pub struct Claimed {
    /// The org whose job it is.
    pub org: Id,
    /// The job, as of its last step.
    pub job: Job,
}

/// When the lease of a step that begins now ends.
pub(crate) fn lease(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(now)
}

/// Somebody else has taken a job further: what this node did of the step must not be kept.
pub(crate) fn taken_over() -> Error {
    Error::unavailable("another node has taken the job over")
}

/// A refresh is about a package and its licenses.
fn may_see(actor: &Actor) -> bool {
    let readable = |name| {
        let object = actor.org.catalog.known(name);
        actor.permissions.may_read_object(object)
    };
    readable(names::PACKAGE) && readable(names::LICENSE)
}

impl App {
    /// A job of the actor's org, with its progress.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for who may not read what it is about.
    pub async fn background_job(&self, actor: &Actor, id: Id) -> Result<Job> {
        let org = actor.org.id;
        let found = self.store().look(move |tx| jobs::get(tx, org, id)).await?;
        found
            .filter(|_| may_see(actor))
            .ok_or_else(|| not_found("job"))
    }

    /// The jobs of the actor's org, newest first.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` for who may not read what they are about.
    pub async fn background_jobs(
        &self,
        actor: &Actor,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Job>> {
        if !may_see(actor) {
            return Err(Error::new(
                Code::InsufficientAccess,
                "this needs Read on Package and on License; an administrator can grant it",
            ));
        }
        let org = actor.org.id;
        self.store()
            .look(move |tx| jobs::list(tx, org, before, limit))
            .await
    }

    /// Claims the oldest job of an org that nobody runs.
    ///
    /// # Errors
    /// Of the database.
    pub async fn claim_job(&self, org: Id) -> Result<Option<Claimed>> {
        let now = self.now();
        let claimed = self
            .store()
            .write_at(Priority::Background, move |tx| {
                jobs::claim(tx, org, now, lease(now))
            })
            .await?;
        Ok(claimed.map(|job| Claimed { org, job }))
    }

    /// Takes a job one step further; false when it has ended. A job that cannot be done ends as
    /// Failed.
    ///
    /// # Errors
    /// Unavailable, when the database does not answer or another node has the job now: it is
    /// taken up again when its lease has ended.
    pub async fn advance_job(&self, claimed: &mut Claimed) -> Result<bool> {
        match self.refresh_step(claimed).await {
            Ok(more) => Ok(more),
            Err(e) if e.code == Code::Unavailable => Err(e),
            Err(e) => {
                tracing::warn!(job = %claimed.job.id, error = ?e, "a job has failed");
                self.refresh_failed(claimed, &e).await?;
                Ok(false)
            }
        }
    }

    /// Gives a claimed job back.
    ///
    /// # Errors
    /// Of the database; its lease ends by itself.
    pub async fn release_job(&self, claimed: Claimed) -> Result<()> {
        self.store()
            .write_at(Priority::Background, move |tx| {
                jobs::release(tx, claimed.org, &claimed.job)
            })
            .await
    }
}
