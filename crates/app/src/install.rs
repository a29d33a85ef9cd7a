//! Install, upgrade, uninstall in the subscriber's org (§3).

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, names};
use openlma_core::id::{IdRun, prefix};
use openlma_core::license::expiry::access_ends_at;
use openlma_core::license::terms::terms_at_install;
use openlma_core::license::{DefaultValues, Seats, Status, Terms};
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::package::{
    InstallKind, ReleaseState, VersionNumber, decide, may_install_beta, may_upgrade,
};
use openlma_core::time::{Date, Timestamp};
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::directory::{self, Target};
use openlma_store::installs::{self, Install};
use openlma_store::messages::{self, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::users::{self, Choice};
use openlma_store::{Signal, Tx, idempotency, licensing};

use crate::actor::Actor;
use crate::bodies::{self, Facts, Installed, InstallerBody, kind};
use crate::keys::hash;
use crate::publish::number_of;
use crate::{App, OrgContext, Secret, not_found};

/// Terms of a copy that no publisher follows (R-INS-8, R-PKG-8).
pub(crate) const FREE: &str = "Free";
/// Users named of those who got no seat (R-INS-2).
const NAMED: i64 = 100;

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

/// The subscriber's facts about its org.
#[derive(Clone, Debug)]
pub(crate) struct OrgFacts {
    name: String,
    edition: Edition,
    status: OrgStatus,
    trial_end: Option<Date>,
    instance: String,
    sandbox: bool,
    zone: String,
    proxy_user: String,
}

impl OrgFacts {
    pub(crate) fn of(org: &OrgContext) -> OrgFacts {
        OrgFacts {
            name: org.name.clone(),
            edition: org.edition,
            status: org.status,
            trial_end: org.trial_end,
            instance: org.instance.clone(),
            sandbox: org.sandbox,
            zone: org.zone_name.clone(),
            proxy_user: org.lma_user.map(|u| u.to_string()).unwrap_or_default(),
        }
    }

    /// The facts of an org whose status is about to change.
    pub(crate) fn with_status(mut self, status: OrgStatus) -> OrgFacts {
        self.status = status;
        self
    }
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
        let made = self
            .run_job(job.clone(), move |tx, job| {
                if !confirm {
                    return job.ask(tx);
                }
                job.run(tx, None)
            })
            .await;
        match made {
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
        let org = actor.org.id;
        self.store()
            .write(move |tx| installs::advance(tx, org, &failed))
            .await
            .map(drop)
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
        let (org, cancelled) = (actor.org.id, install.clone());
        let done = self
            .store()
            .write(move |tx| installs::advance(tx, org, &cancelled))
            .await?;
        if done {
            Ok(InstallAnswer { install, key: None })
        } else {
            Err(not_waiting(&install))
        }
    }

    /// R-INS-5: upgrades the package of an install to a higher version.
    ///
    /// # Errors
    /// `INVALID_OPERATION` for a version of another package, else as [`App::install`].
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
            ));
        }
        let access = parse_access(&install.access)?;
        self.install(
            actor,
            &InstallRequest {
                version,
                access,
                confirm: true,
            },
            None,
        )
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
        let (org, now, ids) = (Arc::clone(&actor.org), self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let found = copy_of(tx, org.id, install.package)?;
                let Some(before) = found.filter(|c| c.get("uninstalled_at").is_null()) else {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        "the package of this install is not installed",
                    ));
                };
                let mut after = before.clone();
                after.set("uninstalled_at", now);
                after.set("UsedLicenses", 0_i64);
                count_up(&mut after, now);
                write_copy(tx, org.id, &before, &after)?;
                let copy = after
                    .id()
                    .ok_or_else(|| Error::internal("a copy without id"))?;
                licensing::revoke_all(tx, org.id, copy)?;
                let facts = facts(&after, &OrgFacts::of(&org))?;
                let body = bodies::encode(&facts)?;
                tell_publisher(
                    tx,
                    &mut ids.clone(),
                    org.id,
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
            org: Arc::clone(&actor.org),
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
                installs::add(tx, job.org.id, &failed)
            })
            .await
    }
}

/// One run of an install, with everything made outside the transaction.
#[derive(Clone)]
struct Job {
    org: Arc<OrgContext>,
    user: Id,
    version: Id,
    access: Choice,
    now: Timestamp,
    ids: IdRun,
    secret: Secret,
    once: Option<idempotency::Scope>,
}

/// What becomes of the subscriber's copy.
struct Written {
    copy: Record,
    kind: &'static str,
    minted_key: i64,
    unseated: i64,
    unseated_first: Option<String>,
}

impl Job {
    /// A request row in its first stage.
    fn request(&mut self, target: &Target) -> Result<Install> {
        Ok(Install {
            id: self.ids.next(prefix::INSTALL),
            package: target.version.package,
            version: target.version.id,
            package_license: None,
            stage: "Requested".into(),
            reason: None,
            access: access_json(&self.access),
            user: self.user,
            unseated: 0,
            unseated_first: None,
            minted_key: 0,
            requested_at: self.now,
            finished_at: None,
        })
    }

    fn ask(&mut self, tx: &mut Tx<'_>) -> Result<Install> {
        let target = self.target(tx)?;
        let install = self.request(&target)?;
        installs::add(tx, self.org.id, &install)?;
        self.note(tx, install.id)?;
        Ok(install)
    }

    fn note(&self, tx: &mut Tx<'_>, install: Id) -> Result<()> {
        match &self.once {
            Some(scope) => idempotency::made(tx, scope, install),
            None => Ok(()),
        }
    }

    fn target(&self, tx: &mut Tx<'_>) -> Result<Target> {
        let target = directory::target(tx, self.version)?;
        let target = target.ok_or_else(|| not_found("package version"))?;
        if target.namespace.is_none() {
            return Err(Error::new(
                Code::InvalidOperation,
                "an unmanaged package has nothing to license; only managed packages are installed here",
            ));
        }
        Ok(target)
    }

    /// Runs the install of a new request, or of one that waited.
    fn run(&mut self, tx: &mut Tx<'_>, waited: Option<Id>) -> Result<Install> {
        let target = self.target(tx)?;
        let existing = copy_of(tx, self.org.id, target.version.package)?;
        let written = match &existing {
            None => self.first(tx, &target)?,
            Some(copy) if !copy.get("uninstalled_at").is_null() => self.again(tx, &target, copy)?,
            Some(copy) => match self.higher(tx, &target, copy)? {
                Some(written) => written,
                // The same version again: the install that is there.
                None => {
                    let latest = installs::latest(tx, self.org.id, target.version.package)?;
                    let mut latest =
                        latest.ok_or_else(|| Error::internal("a copy without install"))?;
                    // Not noted for a replay, which would show the key of another request.
                    latest.minted_key = 0;
                    if let Some(id) = waited {
                        latest.id = id;
                        latest.unseated = 0;
                        latest.unseated_first = None;
                        latest.finished_at = Some(self.now);
                        self.end(tx, &latest)?;
                    }
                    return Ok(latest);
                }
            },
        };
        self.announce(tx, &target, &written)?;
        let mut install = self.request(&target)?;
        install.stage = "Succeeded".into();
        install.package_license = written.copy.id();
        install.unseated = written.unseated;
        install.unseated_first = written.unseated_first;
        install.minted_key = written.minted_key;
        install.finished_at = Some(self.now);
        match waited {
            None => installs::add(tx, self.org.id, &install)?,
            Some(id) => {
                install.id = id;
                self.end(tx, &install)?;
            }
        }
        self.note(tx, install.id)?;
        Ok(install)
    }

    /// Ends a request that waited.
    fn end(&self, tx: &mut Tx<'_>, install: &Install) -> Result<()> {
        if installs::advance(tx, self.org.id, install)? {
            return Ok(());
        }
        Err(not_waiting(install))
    }

    fn may_install(&self, target: &Target) -> Result<()> {
        if self.org.status_at(self.now).blocks_checks() {
            return Err(Error::new(
                Code::InvalidOperation,
                format!(
                    "the org is {}: nothing can be installed",
                    self.org.status_at(self.now)
                ),
            ));
        }
        if target.version.deprecated {
            return Err(Error::new(
                Code::InvalidOperation,
                "this version is deprecated and takes no new installs; choose another version",
            ));
        }
        if !target.version.released {
            may_install_beta(self.org.edition, self.org.sandbox)?;
        }
        Ok(())
    }

    /// The org that follows this copy: betas and unregistered packages have none.
    fn publisher(target: &Target) -> Option<Id> {
        target.business_org.filter(|_| target.version.released)
    }

    fn first(&mut self, tx: &mut Tx<'_>, target: &Target) -> Result<Written> {
        self.may_install(target)?;
        let object = Catalog::standard().known(names::PACKAGE_LICENSE);
        let mut copy = Record::with_defaults(object);
        let id = self.ids.next(prefix::PACKAGE_LICENSE);
        copy.set("Id", id);
        copy.set("NamespacePrefix", target.namespace.clone());
        copy.set("package_id", target.version.package);
        copy.set("install_date", self.org.today(self.now));
        copy.set("CreatedDate", self.now);
        copy.set("terms_revision", 0_i64);
        self.new_terms(&mut copy, target)?;
        self.installed(&mut copy, target);
        let seated = self.seat(tx, &mut copy)?;
        records::insert(tx, self.org.id, std::slice::from_ref(&copy))?;
        licensing::insert_seats(tx, self.org.id, id, &seated.seats, self.user, self.now)?;
        tx.signal(Signal::Entitlement(self.org.id, id));
        Ok(seated.written(copy, kind::INSTALLED))
    }

    /// R-INS-7: a reinstall revives the copy with the terms that it had.
    fn again(&mut self, tx: &mut Tx<'_>, target: &Target, before: &Record) -> Result<Written> {
        self.may_install(target)?;
        let id = before
            .id()
            .ok_or_else(|| Error::internal("a copy without id"))?;
        let mut copy = before.clone();
        copy.set("uninstalled_at", Value::Null);
        if before.get("terms_status").as_text() == Some(FREE) {
            self.new_terms(&mut copy, target)?;
        }
        self.installed(&mut copy, target);
        let seated = self.seat(tx, &mut copy)?;
        write_copy(tx, self.org.id, before, &copy)?;
        licensing::insert_seats(tx, self.org.id, id, &seated.seats, self.user, self.now)?;
        Ok(seated.written(copy, kind::INSTALLED))
    }

    /// R-INS-5: a higher version changes the version and nothing else; the same answers `None`.
    fn higher(
        &mut self,
        tx: &mut Tx<'_>,
        target: &Target,
        before: &Record,
    ) -> Result<Option<Written>> {
        let installed = before.get("version_number").as_text().unwrap_or_default();
        let installed = VersionNumber::parse(installed)?;
        if decide(Some(&installed), &number_of(&target.version))? == InstallKind::Same {
            return Ok(None);
        }
        let was_beta = before.get("terms_status").as_text() == Some(FREE)
            && is_beta(tx, before.get("version_id").as_id())?;
        let state = |beta| {
            if beta {
                ReleaseState::Beta
            } else {
                ReleaseState::Released
            }
        };
        may_upgrade(state(was_beta), state(!target.version.released))?;
        self.may_install(target)?;
        let mut copy = before.clone();
        copy.set("version_id", target.version.id);
        copy.set("version_number", number_of(&target.version).to_string());
        count_up(&mut copy, self.now);
        write_copy(tx, self.org.id, before, &copy)?;
        let none = Seated {
            seats: Vec::new(),
            unseated: 0,
            unseated_first: None,
            generation: 0,
        };
        Ok(Some(none.written(copy, kind::UPGRADED)))
    }

    /// R-PKG-4, R-INS-6: terms from the default values, or none for what nobody follows.
    fn new_terms(&self, copy: &mut Record, target: &Target) -> Result<()> {
        let terms = match (Job::publisher(target), &target.defaults) {
            (Some(publisher), Some(defaults)) => {
                copy.set("publisher_org", publisher);
                let defaults: DefaultValues = serde_json::from_str(defaults)
                    .map_err(|e| Error::internal(format!("default values: {e}")))?;
                Some(terms_at_install(
                    &defaults,
                    self.org.today(self.now),
                    self.org.sandbox,
                ))
            }
            _ => None,
        };
        set_terms(copy, terms.as_ref(), &self.org);
        Ok(())
    }

    /// What every install and reinstall writes: the version, a new key, the installer's choice.
    fn installed(&self, copy: &mut Record, target: &Target) {
        copy.set("version_id", target.version.id);
        copy.set("version_number", number_of(&target.version).to_string());
        copy.set("access", access_json(&self.access));
        let generation = copy.get("key_generation").as_int().unwrap_or(0) + 1;
        copy.set("key_generation", generation);
        if let Some(id) = copy.id() {
            let key = self.secret.installation_key(self.org.id, id, generation);
            copy.set("key_hash", hash(&key));
        }
        count_up(copy, self.now);
    }

    /// R-INS-2: chosen active users get seats, administrators first, until none is left.
    fn seat(&mut self, tx: &mut Tx<'_>, copy: &mut Record) -> Result<Seated> {
        let generation = copy.get("key_generation").as_int().unwrap_or(0);
        let none = Seated {
            seats: Vec::new(),
            unseated: 0,
            unseated_first: None,
            generation,
        };
        let seats = copy.get("AllowedLicenses").as_int().unwrap_or(-1);
        copy.set("UsedLicenses", 0_i64);
        if seats < 0 {
            return Ok(none);
        }
        let chosen = users::chosen(tx, self.org.id, &self.access, seats + NAMED)?;
        let fits = usize::try_from(seats).unwrap_or(0).min(chosen.len());
        let (seated, rest) = chosen.split_at(fits);
        let seated: Vec<(Id, Id)> = seated
            .iter()
            .map(|(user, _)| (self.ids.next(prefix::SEAT), *user))
            .collect();
        copy.set("UsedLicenses", i64::try_from(seated.len()).unwrap_or(0));
        if rest.is_empty() {
            return Ok(Seated {
                seats: seated,
                ..none
            });
        }
        let all = users::count_chosen(tx, self.org.id, &self.access)?;
        let names: Vec<&str> = rest.iter().map(|(_, name)| name.as_str()).collect();
        Ok(Seated {
            unseated: all - i64::try_from(seated.len()).unwrap_or(0),
            unseated_first: serde_json::to_string(&names).ok(),
            seats: seated,
            generation,
        })
    }

    fn announce(&mut self, tx: &mut Tx<'_>, target: &Target, written: &Written) -> Result<()> {
        if written.copy.get("publisher_org").is_null() {
            return Ok(());
        }
        let facts = facts(&written.copy, &OrgFacts::of(&self.org))?;
        let body = if written.kind == kind::INSTALLED {
            let leads = !self.org.sandbox || defaults_of(target)?.sandbox.leads;
            bodies::encode(&Installed {
                package_id: target.version.package,
                install_date: text(&written.copy, "install_date"),
                terms: terms_of(&written.copy)?,
                facts,
                installer: self.installer(tx)?,
                leads,
            })?
        } else {
            bodies::encode(&facts)?
        };
        let mut ids = self.ids.clone();
        tell_publisher(
            tx,
            &mut ids,
            self.org.id,
            &written.copy,
            written.kind,
            body,
            self.now,
        )?;
        self.ids = ids;
        Ok(())
    }

    fn installer(&self, tx: &mut Tx<'_>) -> Result<InstallerBody> {
        let object = Catalog::standard().known(names::USER);
        let user = records::load_one(tx, self.org.id, object, self.user, Lock::No)?;
        let user = user.ok_or_else(|| not_found("user"))?;
        let text = |name: &str| user.get(name).as_text().map(str::to_owned);
        Ok(InstallerBody {
            first_name: text("FirstName"),
            last_name: text("LastName").unwrap_or_default(),
            email: text("Email"),
            company: text("CompanyName").unwrap_or_else(|| self.org.name.clone()),
            country: text("Country").or_else(|| self.org.country.clone()),
            state: text("State"),
        })
    }
}

/// Who got seats, and who did not.
struct Seated {
    seats: Vec<(Id, Id)>,
    unseated: i64,
    unseated_first: Option<String>,
    generation: i64,
}

impl Seated {
    fn written(self, copy: Record, kind: &'static str) -> Written {
        Written {
            copy,
            kind,
            minted_key: self.generation,
            unseated: self.unseated,
            unseated_first: self.unseated_first,
        }
    }
}

fn is_beta(tx: &mut Tx<'_>, version: Option<Id>) -> Result<bool> {
    match version {
        Some(version) => Ok(directory::target(tx, version)?.is_some_and(|t| !t.version.released)),
        None => Ok(false),
    }
}

fn defaults_of(target: &Target) -> Result<DefaultValues> {
    match &target.defaults {
        Some(text) => {
            serde_json::from_str(text).map_err(|e| Error::internal(format!("default values: {e}")))
        }
        None => Ok(DefaultValues::default()),
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

/// The org's copy for a package, locked.
pub(crate) fn copy_of(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<Option<Record>> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let found = records::load_by(tx, org, object, "package_id", &[package.into()], Lock::Rows)?;
    Ok(found.into_iter().next())
}

/// Writes what differs of a copy, and tells caches.
pub(crate) fn write_copy(tx: &mut Tx<'_>, org: Id, before: &Record, after: &Record) -> Result<()> {
    let changed = (0..after.values().len())
        .filter(|i| before.at(*i) != after.at(*i))
        .collect();
    records::update(tx, org, std::slice::from_ref(after), &changed)?;
    if let Some(id) = after.id() {
        tx.signal(Signal::Entitlement(org, id));
    }
    Ok(())
}

/// Counts up the facts and the place in the queue, for a message about to be written.
pub(crate) fn count_up(copy: &mut Record, now: Timestamp) {
    for counter in ["facts_revision", "out_seq"] {
        let next = copy.get(counter).as_int().unwrap_or(0) + 1;
        copy.set(counter, next);
    }
    copy.set("LastModifiedDate", now);
    copy.set("SystemModstamp", now);
}

/// Sets the terms of a copy; `None` is unrestricted.
pub(crate) fn set_terms(copy: &mut Record, terms: Option<&Terms>, org: &OrgContext) {
    let unlimited = Terms::UNLIMITED;
    let status = terms.map_or(FREE, |t| t.status.as_str());
    let terms = terms.unwrap_or(&unlimited);
    copy.set("terms_status", status);
    copy.set("AllowedLicenses", terms.seats.stored());
    copy.set("expires_on", terms.expiration);
    copy.set(
        "ExpirationDate",
        access_ends_at(terms.expiration, &org.zone),
    );
}

/// The terms of a copy.
pub(crate) fn terms_of(copy: &Record) -> Result<Terms> {
    Ok(Terms {
        status: Status::parse(copy.get("terms_status").as_text().unwrap_or_default())?,
        seats: Seats::from_stored(copy.get("AllowedLicenses").as_int().unwrap_or(-1))?,
        expiration: copy.get("expires_on").as_date(),
    })
}

/// The facts that a copy and its org have to tell.
pub(crate) fn facts(copy: &Record, org: &OrgFacts) -> Result<Facts> {
    let number = |name: &str| copy.get(name).as_int().unwrap_or(0);
    let version_id = copy.get("version_id").as_id();
    Ok(Facts {
        version_id: version_id.ok_or_else(|| Error::internal("a copy without version"))?,
        version_number: text(copy, "version_number"),
        used: number("UsedLicenses"),
        org_name: org.name.clone(),
        edition: org.edition.as_str().to_owned(),
        status: org.status.as_str().to_owned(),
        trial_end: org.trial_end.map(|d| d.to_string()),
        instance: org.instance.clone(),
        sandbox: org.sandbox,
        zone: org.zone.clone(),
        proxy_user: org.proxy_user.clone(),
        revision: number("facts_revision"),
        terms_revision: number("terms_revision"),
    })
}

fn text(copy: &Record, field: &str) -> String {
    match copy.get(field) {
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        _ => String::new(),
    }
}

/// Writes a message to the publisher who follows a copy, in the copy's queue. The copy has been
/// counted up before.
pub(crate) fn tell_publisher(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    copy: &Record,
    kind: &'static str,
    body: String,
    now: Timestamp,
) -> Result<()> {
    let (Some(to_org), Some(queue)) = (copy.get("publisher_org").as_id(), copy.id()) else {
        return Ok(());
    };
    let snapshot = kind == bodies::kind::FACTS;
    let message = Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org,
        queue,
        seq: copy.get("out_seq").as_int().unwrap_or(0),
        kind,
        revision: if snapshot {
            copy.get("facts_revision").as_int().unwrap_or(0)
        } else {
            0
        },
        body,
    };
    if snapshot {
        messages::send_snapshot(tx, org, &message, now)
    } else {
        messages::send(tx, org, &message, now)
    }
}

/// Counts a changed copy up, writes it and sends its facts.
pub(crate) fn write_and_tell(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    org_facts: &OrgFacts,
    before: &Record,
    mut after: Record,
    now: Timestamp,
) -> Result<()> {
    count_up(&mut after, now);
    write_copy(tx, org, before, &after)?;
    let body = bodies::encode(&facts(&after, org_facts)?)?;
    tell_publisher(tx, ids, org, &after, kind::FACTS, body, now)
}

/// Sends the facts of every copy that a publisher follows: the org itself changed.
pub(crate) fn send_facts_of_all(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    org_facts: &OrgFacts,
    now: Timestamp,
) -> Result<()> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let copies = licensing::installed(tx, org)?;
    for before in records::load(tx, org, object, &copies, Lock::Rows)? {
        let after = before.clone();
        write_and_tell(tx, ids, org, org_facts, &before, after, now)?;
    }
    Ok(())
}

/// JSON of an installer's choice, as the API takes it.
#[must_use]
pub fn access_json(access: &Choice) -> String {
    match access {
        Choice::Administrators => "\"administrators\"".into(),
        Choice::All => "\"all\"".into(),
        Choice::Profiles(ids) => {
            serde_json::json!({ "profiles": ids.iter().map(Id::to_string).collect::<Vec<_>>() })
                .to_string()
        }
    }
}

/// An installer's choice from its JSON: `"administrators"`, `"all"` or `{"profiles": [ids]}`.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION`, saying what is allowed.
pub fn parse_access(json: &str) -> Result<Choice> {
    let wrong = || {
        Error::new(
            Code::FieldIntegrityException,
            "access: give \"administrators\", \"all\" or {\"profiles\": [profile ids]}",
        )
        .field("access")
    };
    match serde_json::from_str(json).map_err(|_| wrong())? {
        serde_json::Value::String(text) if text == "administrators" => Ok(Choice::Administrators),
        serde_json::Value::String(text) if text == "all" => Ok(Choice::All),
        serde_json::Value::Object(map) => {
            let list = map
                .get("profiles")
                .and_then(|l| l.as_array())
                .ok_or_else(wrong)?;
            let ids = list
                .iter()
                .map(|id| Id::parse(id.as_str().unwrap_or_default()));
            Ok(Choice::Profiles(ids.collect::<Result<_>>()?))
        }
        _ => Err(wrong()),
    }
}
