//! What an install makes of the subscriber's copy: a first one, a revived one, or one of a higher
//! version. No stage of a request and no message may be here.

use openlma_core::catalog::{Catalog, names};
use openlma_core::id::prefix;
use openlma_core::license::DefaultValues;
use openlma_core::license::terms::terms_at_install;
use openlma_core::package::{
    InstallKind, ReleaseState, VersionNumber, decide, may_install_beta, may_upgrade,
};
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::directory::{self, Target};
use openlma_store::{Tx, licensing, records};

use super::access::access_json;
use super::copy::{
    count_up, follower, is_free, mint_key, set_aside, set_terms, take_back, write_copy,
};
use super::job::Job;
use super::seating::Seated;
use crate::bodies::kind;
use crate::publish::number_of;

/// What becomes of the subscriber's copy.
pub(super) struct Written {
    pub(super) copy: Record,
    pub(super) kind: &'static str,
    pub(super) minted_key: i64,
    pub(super) unseated: i64,
    pub(super) unseated_first: Option<String>,
}

impl Job {
    /// The org has no copy of this package yet: makes it.
    pub(super) fn first(&mut self, tx: &mut Tx<'_>, target: &Target) -> Result<Written> {
        self.may_install(target)?;
        not_held(target)?;
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
        self.installed(&mut copy, target)?;
        let seated = self.seat(tx, &mut copy)?;
        records::insert(tx, self.org.id, std::slice::from_ref(&copy))?;
        licensing::insert_seats(tx, self.org.id, id, &seated.seats, self.user, self.now)?;
        Ok(seated.written(copy, kind::INSTALLED))
    }

    /// R-INS-7: a reinstall revives the copy with the terms that it had. A beta leaves them aside for
    /// the next released version, and is as free as any beta (R-PKG-8).
    pub(super) fn again(
        &mut self,
        tx: &mut Tx<'_>,
        target: &Target,
        before: &Record,
    ) -> Result<Written> {
        self.may_install(target)?;
        let id = before
            .id()
            .ok_or_else(|| Error::internal("a copy without id"))?;
        let mut copy = before.clone();
        copy.set("uninstalled_at", Value::Null);
        if is_free(before) && before.get("kept_terms").is_null() {
            not_held(target)?;
        }
        if target.version.released {
            self.old_or_new_terms(&mut copy, target)?;
        } else {
            set_aside(&mut copy, &self.org)?;
        }
        self.installed(&mut copy, target)?;
        let seated = self.seat(tx, &mut copy)?;
        write_copy(tx, self.org.id, before, &copy)?;
        licensing::insert_seats(tx, self.org.id, id, &seated.seats, self.user, self.now)?;
        Ok(seated.written(copy, kind::INSTALLED))
    }

    /// R-INS-5: a higher version changes the version and nothing else; the same answers `None`.
    pub(super) fn higher(
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
        let was_beta = is_beta(tx, before.get("version_id").as_id())?;
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
        Ok(Some(Seated::nobody(0).written(copy, kind::UPGRADED)))
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
            )
            .field("version_id"));
        }
        if !target.version.released {
            may_install_beta(self.org.edition, self.org.sandbox)?;
        }
        Ok(())
    }

    /// The org that follows this copy: betas and unregistered packages have none.
    pub(super) fn publisher(target: &Target) -> Option<Id> {
        target.business_org.filter(|_| target.version.released)
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

    /// The terms of a released version that is installed again: those that the copy had. One that had
    /// none, for there was a beta or an unregistered package, begins as a first install does, with
    /// the day on which its trial begins for Install Date (R-LIC-3).
    fn old_or_new_terms(&self, copy: &mut Record, target: &Target) -> Result<()> {
        take_back(copy, &self.org)?;
        if is_free(copy) {
            self.new_terms(copy, target)?;
            if follower(copy).is_some() {
                copy.set("install_date", self.org.today(self.now));
            }
        } else if let Some(publisher) = Job::publisher(target) {
            // After a move the publisher of today follows it (R-MOV-1).
            copy.set("publisher_org", publisher);
        }
        Ok(())
    }

    /// What every install and reinstall writes: the version, a new key, the installer's choice.
    fn installed(&self, copy: &mut Record, target: &Target) -> Result<()> {
        copy.set("version_id", target.version.id);
        copy.set("version_number", number_of(&target.version).to_string());
        copy.set("access", access_json(&self.access));
        mint_key(copy, &self.secret, self.org.id)?;
        count_up(copy, self.now);
        Ok(())
    }
}

/// R-INS-8: between two registrations the publisher may hold what would be unrestricted.
fn not_held(target: &Target) -> Result<()> {
    if !target.held {
        return Ok(());
    }
    Err(Error::new(
        Code::InvalidOperation,
        "the publisher holds new installs of this package while it moves; \
         install it once the publisher has registered it again",
    ))
}

fn is_beta(tx: &mut Tx<'_>, version: Option<Id>) -> Result<bool> {
    match version {
        Some(version) => Ok(directory::target(tx, version)?.is_some_and(|t| !t.version.released)),
        None => Ok(false),
    }
}

pub(super) fn defaults_of(target: &Target) -> Result<DefaultValues> {
    match &target.defaults {
        Some(text) => {
            serde_json::from_str(text).map_err(|e| Error::internal(format!("default values: {e}")))
        }
        None => Ok(DefaultValues::default()),
    }
}
