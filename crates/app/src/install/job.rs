//! One run of an install: the stages of its request, in one transaction of the subscriber's org.

use openlma_core::id::{IdRun, prefix};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::directory::{self, Target};
use openlma_store::installs::{self, Install};
use openlma_store::records::Lock;
use openlma_store::users::Choice;
use openlma_store::{Tx, idempotency};

use super::access::{access_json, known_profiles};
use super::copy::copy_of;
use super::not_waiting;
use super::org_facts::OrgFacts;
use crate::{Secret, funnel, not_found};

/// One run of an install, with everything made outside the transaction.
#[derive(Clone)]
pub(super) struct Job {
    /// As this node heard of it, until [`Job::run`] reads the row.
    pub(super) org: OrgFacts,
    pub(super) user: Id,
    pub(super) version: Id,
    pub(super) access: Choice,
    pub(super) now: Timestamp,
    pub(super) ids: IdRun,
    pub(super) secret: Secret,
    pub(super) once: Option<idempotency::Scope>,
}

impl Job {
    /// A request row in its first stage.
    pub(super) fn request(&mut self, target: &Target) -> Result<Install> {
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

    /// Makes a request that waits for confirmation.
    pub(super) fn ask(&mut self, tx: &mut Tx<'_>) -> Result<Install> {
        let target = self.target(tx)?;
        known_profiles(tx, self.org.id, &self.access)?;
        let install = self.request(&target)?;
        installs::add(tx, self.org.id, &install)?;
        self.count(tx, &target)?;
        self.note(tx, install.id)?;
        Ok(install)
    }

    /// R-INS-3: tells what became of the requests for this package.
    pub(super) fn count(&mut self, tx: &mut Tx<'_>, target: &Target) -> Result<()> {
        let Some(business) = target.registered_org else {
            return Ok(());
        };
        let (org, package) = (self.org.id, target.version.package);
        funnel::tell_org(tx, &mut self.ids, org, package, business, self.now)
    }

    fn note(&self, tx: &mut Tx<'_>, install: Id) -> Result<()> {
        match &self.once {
            Some(scope) => idempotency::made(tx, scope, install),
            None => Ok(()),
        }
    }

    fn target(&self, tx: &mut Tx<'_>) -> Result<Target> {
        let target = directory::target(tx, self.version)?;
        let target = target.ok_or_else(|| not_found("package version").field("version_id"))?;
        if target.namespace.is_none() {
            return Err(Error::new(
                Code::InvalidOperation,
                "an unmanaged package has nothing to license; only managed packages are installed here",
            )
            .field("version_id"));
        }
        Ok(target)
    }

    /// Runs the install of a new request, or of one that waited.
    pub(super) fn run(&mut self, tx: &mut Tx<'_>, waited: Option<Id>) -> Result<Install> {
        self.org = OrgFacts::load(tx, self.org.id, Lock::Rows)?;
        let target = self.target(tx)?;
        known_profiles(tx, self.org.id, &self.access)?;
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
                        self.count(tx, &target)?;
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
        // A first install that goes straight through is told by its license (ADR 10).
        let silent = existing.is_none() && waited.is_none() && Job::publisher(&target).is_some();
        if !silent {
            self.count(tx, &target)?;
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
}
