//! Install, upgrade, uninstall in the subscriber's org (§3).

mod access;
mod change;
mod copy;
mod follow;
mod job;
mod list;
mod org_facts;
mod seating;
mod tell;

use openlma_core::access::Permission;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::directory;
use openlma_store::installs::{self, Install};
use openlma_store::records::Lock;
use openlma_store::users::Choice;
use openlma_store::{Tx, idempotency, licensing};

pub(crate) use access::known_profiles;
pub use access::{access_json, parse_access};
pub(crate) use copy::{FREE, facts, mint_key, receive_terms, terms_of, write_copy};
pub(crate) use follow::follow;
pub(crate) use org_facts::OrgFacts;
pub(crate) use tell::{is_followed, org_changed, write_and_tell};

use crate::actor::Actor;
use crate::bodies::{self, kind};
use crate::{App, funnel, not_found};
use copy::{copy_of, count_up};
use job::Job;
use tell::tell_publisher;

/// What an installer asks for.
#[derive(Clone, Debug)]
pub struct InstallRequest {
    /// The version.
    pub version: Id,
    /// Who gets access (R-INS-2).
    pub access: Choice,
    /// Run it now; otherwise it waits as Requested (R-INS-1).
    pub confirm: bool,
}

/// How an install stands, and what is shown once.
#[derive(Clone, Debug)]
pub struct InstallAnswer {
    /// The request.
    pub install: Install,
    /// The installation key (R-CHK-5): only for the request that minted it, and its replays.
    pub key: Option<String>,
}

impl App {
    /// R-INS-1: installs a package, or asks for it. The version that is there already answers
    /// with its install, a higher one upgrades, a lower one is refused (R-INS-5).
    ///
    /// # Errors
    /// `NOT_FOUND` for a version that does not exist, `DOWNGRADE_NOT_ALLOWED`,
    /// `INVALID_OPERATION` for a deprecated version and for a beta where it may not be.
    pub async fn install(
        &self,
        actor: &Actor,
        request: &InstallRequest,
        once: Option<&idempotency::Scope>,
    ) -> Result<InstallAnswer> {
        actor.require(Permission::DownloadPackages)?;
        let job = self.job(actor, request.version, &request.access, once);
        let confirm = request.confirm;
        self.made(actor, job, move |tx, job| {
            if !confirm {
                return job.ask(tx);
            }
            job.run(tx, None)
        })
        .await
    }

    /// Runs a job for a new request; a refusal for a reason of the package is kept.
    async fn made(
        &self,
        actor: &Actor,
        job: Job,
        work: impl Fn(&mut Tx<'_>, &mut Job) -> Result<Install> + Clone + Send + 'static,
    ) -> Result<InstallAnswer> {
        match self.run_job(job.clone(), work).await {
            Ok(install) => Ok(self.answer(actor.org.id, install, true).await),
            Err(e) => {
                if matches!(e.code, Code::DowngradeNotAllowed | Code::InvalidOperation) {
                    self.note_failure(job, &e).await?;
                }
                Err(e)
            }
        }
    }

    /// Confirms a request: runs it.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_OPERATION`, when it does not wait for confirmation.
    pub async fn confirm_install(&self, actor: &Actor, id: Id) -> Result<InstallAnswer> {
        actor.require(Permission::DownloadPackages)?;
        let waiting = self.get_install(actor, id).await?;
        if waiting.stage != "Requested" {
            return Err(not_waiting(&waiting));
        }
        let access = parse_access(&waiting.access)?;
        let job = self.job(actor, waiting.version, &access, None);
        let ran = self.run_job(job, move |tx, job| job.run(tx, Some(id)));
        if let Err(e) = ran.await {
            if matches!(e.code, Code::DowngradeNotAllowed | Code::InvalidOperation) {
                self.fail_install(actor, waiting, &e).await?;
            }
            return Err(e);
        }
        self.replay_install(actor, id).await
    }

    /// A request that waited ends as Failed with its reason, unless it ended otherwise meanwhile.
    async fn fail_install(&self, actor: &Actor, waiting: Install, error: &Error) -> Result<()> {
        let failed = Install {
            stage: "Failed".into(),
            reason: Some(error.message.clone()),
            finished_at: Some(self.now()),
            ..waiting
        };
        self.end_request(actor, failed).await.map(drop)
    }

    /// Ends a request that waited without an install; answers whether it still waited.
    async fn end_request(&self, actor: &Actor, ended: Install) -> Result<bool> {
        let (org, now, ids) = (actor.org.id, self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let waited = installs::advance(tx, org, &ended)?;
                if waited {
                    funnel::tell(tx, &mut ids.clone(), org, ended.package, now)?;
                }
                Ok(waited)
            })
            .await
    }

    /// Cancels a request that was not confirmed.
    ///
    /// # Errors
    /// As [`App::confirm_install`].
    pub async fn cancel_install(&self, actor: &Actor, id: Id) -> Result<InstallAnswer> {
        actor.require(Permission::DownloadPackages)?;
        let mut install = self.get_install(actor, id).await?;
        if install.stage != "Requested" {
            return Err(not_waiting(&install));
        }
        install.stage = "Cancelled".into();
        install.finished_at = Some(self.now());
        if self.end_request(actor, install.clone()).await? {
            Ok(InstallAnswer { install, key: None })
        } else {
            Err(not_waiting(&install))
        }
    }

    /// R-INS-5: upgrades the package of an install to a higher version.
    ///
    /// # Errors
    /// `NOT_FOUND` for a version of another package, `PACKAGE_NOT_INSTALLED` when it was
    /// uninstalled meanwhile, else as [`App::install`].
    pub async fn upgrade(&self, actor: &Actor, id: Id, version: Id) -> Result<InstallAnswer> {
        let install = self.get_install(actor, id).await?;
        let target = self
            .store()
            .look(move |tx| directory::target(tx, version))
            .await?;
        if target.is_none_or(|t| t.version.package != install.package) {
            return Err(Error::new(
                Code::NotFound,
                "the package of this install has no such version",
            )
            .field("version_id"));
        }
        actor.require(Permission::DownloadPackages)?;
        let access = parse_access(&install.access)?;
        let job = self.job(actor, version, &access, None);
        let (org, package) = (actor.org.id, install.package);
        self.made(actor, job, move |tx, job| {
            let copy = copy_of(tx, org, package)?;
            if copy.is_none_or(|c| !c.get("uninstalled_at").is_null()) {
                return Err(Error::new(
                    Code::PackageNotInstalled,
                    "the package of this install is not installed; install the version instead",
                ));
            }
            job.run(tx, None)
        })
        .await
    }

    /// R-INS-7: uninstalls. Terms survive, seats are released, the key keeps answering
    /// `Uninstalled`.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_OPERATION`, when the package is not installed.
    pub async fn uninstall(&self, actor: &Actor, id: Id) -> Result<()> {
        actor.require(Permission::DownloadPackages)?;
        let install = self.get_install(actor, id).await?;
        let (org, now, ids) = (actor.org.id, self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let found = copy_of(tx, org, install.package)?;
                let living = found.filter(|c| c.get("uninstalled_at").is_null());
                // A late repeat must not take away what was installed since.
                let over = install.stage != "Succeeded" || installs::is_over(tx, org, &install)?;
                let Some(before) = living.filter(|_| !over) else {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        "what this request installed is not installed any more, or never was",
                    ));
                };
                let mut after = before.clone();
                after.set("uninstalled_at", now);
                after.set("UsedLicenses", 0_i64);
                count_up(&mut after, now);
                write_copy(tx, org, &before, &after)?;
                let copy = after
                    .id()
                    .ok_or_else(|| Error::internal("a copy without id"))?;
                licensing::revoke_all(tx, org, copy)?;
                let facts = facts(&after, &OrgFacts::load(tx, org, Lock::No)?)?;
                let body = bodies::encode(&facts)?;
                tell_publisher(
                    tx,
                    &mut ids.clone(),
                    org,
                    &after,
                    kind::UNINSTALLED,
                    body,
                    now,
                )
            })
            .await
    }

    /// One install of the actor's org.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn get_install(&self, actor: &Actor, id: Id) -> Result<Install> {
        let org = actor.org.id;
        let install = self
            .store()
            .look(move |tx| installs::get(tx, org, id))
            .await?;
        install.ok_or_else(|| not_found("install"))
    }

    /// An install as its replay shows it, with the key that it minted.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn replay_install(&self, actor: &Actor, id: Id) -> Result<InstallAnswer> {
        let install = self.get_install(actor, id).await?;
        Ok(self.answer(actor.org.id, install, true).await)
    }

    async fn answer(&self, org: Id, install: Install, with_key: bool) -> InstallAnswer {
        let Some(copy) = install
            .package_license
            .filter(|_| with_key && install.minted_key > 0)
        else {
            return InstallAnswer { install, key: None };
        };
        let key = self
            .inner
            .secret
            .installation_key(org, copy, install.minted_key);
        InstallAnswer {
            install,
            key: Some(key),
        }
    }

    fn job(
        &self,
        actor: &Actor,
        version: Id,
        access: &Choice,
        once: Option<&idempotency::Scope>,
    ) -> Job {
        Job {
            org: OrgFacts::heard_of(&actor.org),
            user: actor.user,
            version,
            access: access.clone(),
            now: self.now(),
            ids: self.ids(),
            secret: self.inner.secret.clone(),
            once: once.cloned(),
        }
    }

    /// Runs a job; of two at once for one package the later one runs again and finds the other's
    /// result (R-INS-9).
    async fn run_job(
        &self,
        job: Job,
        work: impl Fn(&mut Tx<'_>, &mut Job) -> Result<Install> + Clone + Send + 'static,
    ) -> Result<Install> {
        let run = || {
            let (job, work) = (job.clone(), work.clone());
            self.store().write(move |tx| work(tx, &mut job.clone()))
        };
        match run().await {
            Err(e) if e.code == Code::DuplicateValue => run().await,
            done => done,
        }
    }

    async fn note_failure(&self, job: Job, error: &Error) -> Result<()> {
        let reason = error.message.clone();
        self.store()
            .write(move |tx| {
                let Some(target) = directory::target(tx, job.version)? else {
                    return Ok(());
                };
                let mut job = job.clone();
                let failed = Install {
                    stage: "Failed".into(),
                    reason: Some(reason.clone()),
                    finished_at: Some(job.now),
                    ..job.request(&target)?
                };
                installs::add(tx, job.org.id, &failed)?;
                job.count(tx, &target)
            })
            .await
    }
}

fn not_waiting(install: &Install) -> Error {
    Error::new(
        Code::InvalidOperation,
        format!(
            "the install is {} and does not wait for confirmation",
            install.stage
        ),
    )
}
