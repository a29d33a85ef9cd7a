//! The steps of a refresh: a chunk of copies after the other, then the licenses whose copy is gone.

use std::collections::HashSet;
use std::sync::Arc;

use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::{Priority, Tx, jobs, refresh};
use tokio::task::JoinSet;

use super::compare::Seen;
use super::correct::{correct, mark_gone};
use super::look::{Chunk, Finding, look};
use super::progress::{Asked, Cursor, Failure, Progress};
use super::{package_record, saving, set_last};
use crate::actor::Actor;
use crate::bodies;
use crate::deliver::{LOOK_EVERY, WAIT};
use crate::install::follow;
use crate::jobs::{Claimed, lease, taken_over};
use crate::provision::by_platform_id;
use crate::save::Saving;
use crate::{App, OrgContext};

/// Licenses looked at by one step.
const LICENSES: i64 = 200;

impl App {
    /// One step of a refresh; false at its end.
    pub(crate) async fn refresh_step(&self, claimed: &mut Claimed) -> Result<bool> {
        let org = self.org(claimed.org).await?;
        let progress = Progress::parse(&claimed.job.progress)?;
        match Cursor::parse(&claimed.job.cursor)? {
            Cursor::Copies(after) => self.step_copies(&org, claimed, progress, after).await,
            Cursor::Licenses(after) => self.step_licenses(&org, claimed, progress, after).await,
        }
    }

    async fn step_copies(
        &self,
        org: &Arc<OrgContext>,
        claimed: &mut Claimed,
        mut progress: Progress,
        after: Option<Id>,
    ) -> Result<bool> {
        let package = claimed.job.subject;
        let mut chunk = self.look(org, package, after).await?;
        if !chunk.registered {
            return Err(Error::new(
                Code::InvalidOperation,
                "the package is no longer registered with this org",
            ));
        }
        let mut asked = std::mem::take(&mut progress.asked);
        let to_ask: Vec<Asked> = chunk.copies.iter().filter_map(to_ask).collect();
        if !to_ask.is_empty() {
            let known: HashSet<Id> = asked.iter().map(|before| before.copy).collect();
            asked.extend(to_ask.iter().filter(|now| !known.contains(&now.copy)));
            self.note_asked(org, claimed, &progress, &asked).await?;
            self.ask_orgs(org.id, &to_ask).await?;
            chunk = self.arrived(org, package, after, &to_ask).await?;
        }
        if let Some(total) = chunk.total {
            progress.counts.total = total;
        }
        let differing = count(&mut progress, &chunk, &asked);
        let next = match chunk.last {
            Some(last) => Cursor::Copies(Some(last)),
            None => Cursor::Licenses(None),
        };
        let versions = chunk.versions;
        self.commit(
            org,
            claimed,
            next,
            progress,
            move |tx, saving, ids, progress| {
                if differing.is_empty() {
                    return Ok(());
                }
                correct(tx, saving, ids, &differing, &versions, progress)
            },
        )
        .await
        .map(|()| true)
    }

    async fn look(&self, org: &Arc<OrgContext>, package: Id, after: Option<Id>) -> Result<Chunk> {
        let (writer, now) = (Actor::lma(org), self.now());
        self.store()
            .read(move |tx| {
                let saving = saving(&writer, now);
                look(tx, &saving, package, after)
            })
            .await
    }

    /// Keeps whom the step asks, before it does: who goes on with the step counts them.
    async fn note_asked(
        &self,
        org: &Arc<OrgContext>,
        claimed: &mut Claimed,
        progress: &Progress,
        asked: &[Asked],
    ) -> Result<()> {
        let progress = Progress {
            asked: asked.to_vec(),
            ..progress.clone()
        };
        let same = Cursor::parse(&claimed.job.cursor)?;
        self.commit(org, claimed, same, progress, |_, _, _, _| Ok(()))
            .await
    }

    /// Has orgs tell of their installs again, and takes what they tell to the business org.
    async fn ask_orgs(&self, business: Id, asked: &[Asked]) -> Result<()> {
        let mut tasks = JoinSet::new();
        for one in asked.iter().copied() {
            // What is told first gets the lower ids, and is applied first.
            let (app, now, ids) = (self.clone(), self.now(), self.ids().begun());
            tasks.spawn(async move {
                app.store()
                    .write_at(Priority::Background, move |tx| {
                        let ids = &mut ids.clone();
                        follow(tx, ids, one.org, one.copy, business, one.known, now)
                    })
                    .await
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.map_err(|e| Error::internal(format!("asking an org: {e}")))??;
        }
        let orgs: Vec<Id> = asked.iter().map(|one| one.org).collect();
        // What fails here is tried again by the worker.
        self.carry(&orgs).await;
        self.apply_received(business).await.map(drop)
    }

    /// Looks again when what was asked for has been applied or is held, but does not wait long for
    /// what a worker has in its hands.
    async fn arrived(
        &self,
        org: &Arc<OrgContext>,
        package: Id,
        after: Option<Id>,
        asked: &[Asked],
    ) -> Result<Chunk> {
        let on_its_way = |chunk: &Chunk| {
            chunk.copies.iter().any(|(seen, finding)| {
                seen.open
                    && matches!(finding, Finding::Open(None) | Finding::Tell)
                    && asked.iter().any(|a| a.copy == seen.copy)
            })
        };
        let looking = async {
            loop {
                let chunk = self.look(org, package, after).await?;
                if !on_its_way(&chunk) {
                    return Ok(chunk);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        match tokio::time::timeout(WAIT, looking).await {
            Ok(chunk) => chunk,
            Err(_) => self.look(org, package, after).await,
        }
    }

    async fn step_licenses(
        &self,
        org: &Arc<OrgContext>,
        claimed: &mut Claimed,
        progress: Progress,
        after: Option<Id>,
    ) -> Result<bool> {
        let (package, id) = (claimed.job.subject, org.id);
        let (writer, now) = (Actor::lma(org), self.now());
        let page = self
            .store()
            .read(move |tx| {
                let saving = saving(&writer, now);
                let field = "sfLma__Package_ID__c";
                let found = by_platform_id(tx, &saving, names::PACKAGE, field, vec![package])?;
                match found.get(&package).and_then(Record::id) {
                    Some(record) => refresh::gone(tx, id, record, after, LICENSES),
                    None => Ok(Vec::new()),
                }
            })
            .await?;
        let Some((last, _)) = page.last() else {
            return self
                .refresh_ended(claimed, &progress, None)
                .await
                .map(|()| false);
        };
        let next = Cursor::Licenses(Some(*last));
        let gone: Vec<Id> = page
            .iter()
            .filter(|(_, gone)| *gone)
            .map(|(id, _)| *id)
            .collect();
        self.commit(
            org,
            claimed,
            next,
            progress,
            move |tx, saving, ids, progress| {
                if !gone.is_empty() {
                    progress.counts.vanished += mark_gone(tx, saving, ids, &gone)?;
                }
                Ok(())
            },
        )
        .await
        .map(|()| true)
    }

    /// Commits what a step writes, together with how far the job has come.
    async fn commit(
        &self,
        org: &Arc<OrgContext>,
        claimed: &mut Claimed,
        next: Cursor,
        progress: Progress,
        work: impl Fn(&mut Tx<'_>, &Saving<'_>, &mut IdRun, &mut Progress) -> Result<()>
        + Send
        + 'static,
    ) -> Result<()> {
        let (writer, now, ids) = (Actor::lma(org), self.now(), self.ids());
        let (job, next) = (claimed.job.clone(), next.encode());
        let cursor = next.clone();
        let progress = self
            .store()
            .write_at(Priority::Background, move |tx| {
                let saving = saving(&writer, now);
                let mut progress = progress.clone();
                work(tx, &saving, &mut ids.clone(), &mut progress)?;
                let text = progress.encode()?;
                if !jobs::step(tx, writer.org.id, &job, &next, &text, lease(now))? {
                    return Err(taken_over());
                }
                Ok(text)
            })
            .await?;
        claimed.job.cursor = cursor;
        claimed.job.progress = progress;
        Ok(())
    }

    /// Ends a refresh that cannot be done: the package may be refreshed again at once.
    pub(crate) async fn refresh_failed(&self, claimed: &mut Claimed, error: &Error) -> Result<()> {
        let progress = Progress::parse(&claimed.job.progress)?;
        self.refresh_ended(claimed, &progress, Some(&error.message))
            .await
    }

    async fn refresh_ended(
        &self,
        claimed: &mut Claimed,
        progress: &Progress,
        failed: Option<&str>,
    ) -> Result<()> {
        let org = self.org(claimed.org).await?;
        let (writer, now, ids) = (Actor::lma(&org), self.now(), self.ids());
        let (job, text) = (claimed.job.clone(), progress.encode()?);
        let previous = progress.previous.as_deref().map(bodies::day).transpose()?;
        let failed = failed.map(str::to_owned);
        self.store()
            .write_at(Priority::Background, move |tx| {
                let id = writer.org.id;
                if !jobs::finish(tx, id, &job, &text, failed.as_deref(), now)? {
                    return Err(taken_over());
                }
                if failed.is_none() {
                    return Ok(());
                }
                let saving = saving(&writer, now);
                match package_record(tx, &saving, job.subject) {
                    Ok(record) => set_last(tx, &saving, &mut ids.clone(), record, previous),
                    Err(e) if e.code == Code::NotFound => Ok(()),
                    Err(e) => Err(e),
                }
            })
            .await
    }
}

fn to_ask((seen, finding): &(Seen, Finding)) -> Option<Asked> {
    (*finding == Finding::Tell).then(|| Asked {
        org: seen.org,
        copy: seen.copy,
        known: seen.known.map_or(0, |(facts, _)| facts),
        missing: seen.known.is_none(),
    })
}

/// Counts what a chunk shows; answers the copies whose license is to be corrected.
fn count(progress: &mut Progress, chunk: &Chunk, asked: &[Asked]) -> Vec<Seen> {
    let mut differing = Vec::new();
    for (seen, finding) in &chunk.copies {
        progress.counts.seen += 1;
        let asked = asked.iter().find(|a| a.copy == seen.copy);
        match finding {
            Finding::InLine | Finding::Correct => match asked {
                Some(asked) if asked.missing && seen.known.is_some() => progress.counts.made += 1,
                Some(_) if *finding == Finding::InLine => progress.counts.corrected += 1,
                _ => {}
            },
            Finding::Tell | Finding::Open(None) => progress.counts.left += 1,
            Finding::Open(Some((code, reason))) | Finding::Broken(code, reason) => {
                progress.failed(Failure {
                    org: seen.org,
                    package_license: seen.copy,
                    code: code.clone(),
                    reason: reason.clone(),
                });
            }
        }
        if *finding == Finding::Correct {
            differing.push(seen.clone());
        }
    }
    differing
}
