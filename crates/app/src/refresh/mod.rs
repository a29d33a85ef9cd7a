//! Refresh Licenses (R-REF-1, R-REF-2): a background job that compares all installs of a package
//! with its licenses, and corrects what differs.
//!
//! Here it is asked for; `run` takes the job's steps, `look` reads, `compare` decides, `correct`
//! writes.

mod compare;
mod correct;
mod interval;
mod look;
mod progress;
mod run;

use openlma_core::access::FieldAccess;
use openlma_core::catalog::names;
use openlma_core::id::{IdRun, prefix};
use openlma_core::time::{Date, Timestamp};
use openlma_core::{Code, Error, Id, Record, Result, refresh};
use openlma_store::jobs::{self, Job};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx, directory};

pub(crate) use interval::interval_changed;
pub use progress::{Counts, Failure, Progress};

use crate::actor::{Actor, Writer};
use crate::jobs::REFRESH;
use crate::register::{find_package, only};
use crate::save::{self, Saving};
use crate::{App, not_found, unless_duplicate};

/// The day of the last refresh.
const LAST: &str = "sfLma__Last_License_Refresh__c";

impl App {
    /// R-REF-1: asks for a refresh of a package, named by its id (033) or by its Package record.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INSUFFICIENT_ACCESS_OR_READONLY` without Edit on Package and Read on
    /// License; `INVALID_OPERATION`, when it was refreshed lately (R-REF-2), is being refreshed,
    /// or is not registered with this org.
    pub async fn refresh_package(&self, actor: &Actor, package: Id) -> Result<Job> {
        may_refresh(actor)?;
        let (actor, now, ids) = (actor.clone(), self.now(), self.ids());
        self.store()
            .write(move |tx| ask(tx, &actor, package, &mut ids.clone(), now))
            .await
    }
}

fn may_refresh(actor: &Actor) -> Result<()> {
    let object = |name| actor.org.catalog.known(name);
    let packages = object(names::PACKAGE);
    if !actor.permissions.may_read_object(packages) {
        return Err(not_found(packages.label));
    }
    let may = actor.permissions.object(packages).edit
        && actor.permissions.may_read_object(object(names::LICENSE));
    if may {
        return Ok(());
    }
    Err(Error::new(
        Code::InsufficientAccess,
        "a refresh needs Edit on Package and Read on License; an administrator can grant them",
    ))
}

fn ask(
    tx: &mut Tx<'_>,
    actor: &Actor,
    package: Id,
    ids: &mut IdRun,
    now: Timestamp,
) -> Result<Job> {
    let writer = Actor::lma(&actor.org);
    let saving = saving(&writer, now);
    let record = package_record(tx, &saving, package)?;
    let subject = platform_id(&record)?;
    let org = actor.org.id;
    if !is_registered(tx, org, subject)? {
        return Err(Error::new(
            Code::InvalidOperation,
            "the package is not registered with this org, or its registration is not done yet; register \
             it first",
        ));
    }
    let last = record.get(LAST).as_date();
    let today = actor.org.today(now);
    refresh::may_refresh(last, actor.org.refresh_interval, today)?;
    if let Some(running) = jobs::open(tx, org, REFRESH, subject)? {
        return Err(is_running(Some(running)));
    }
    let progress = Progress {
        previous: last.map(|day| day.to_string()),
        ..Progress::default()
    };
    let job = Job {
        id: ids.next(prefix::JOB),
        kind: REFRESH.to_owned(),
        subject,
        state: "Queued".to_owned(),
        cursor: String::new(),
        progress: progress.encode()?,
        reason: None,
        requested_by: actor.user,
        requested_at: now,
        finished_at: None,
    };
    jobs::add(tx, org, &job).map_err(|e| unless_duplicate(e, || is_running(None)))?;
    set_last(tx, &saving, ids, record, Some(today))?;
    tx.signal(Signal::Job(org));
    Ok(job)
}

fn is_running(job: Option<Id>) -> Error {
    let which = job.map(|id| format!(": job {id}")).unwrap_or_default();
    Error::new(
        Code::InvalidOperation,
        format!("the licenses of this package are being refreshed{which}"),
    )
}

/// The Package record, locked.
fn package_record(tx: &mut Tx<'_>, saving: &Saving<'_>, package: Id) -> Result<Record> {
    let object = saving.writer.org.catalog.known(names::PACKAGE);
    let found = match package.prefix() {
        prefix::METADATA_PACKAGE => find_package(tx, saving, package)?,
        own if Some(own) == object.prefix => {
            records::load_one(tx, saving.writer.org.id, object, package, Lock::Rows)?
                .filter(|r| !r.get("IsDeleted").is_true())
        }
        _ => None,
    };
    found.ok_or_else(|| not_found(object.label))
}

/// The package (033) that a Package record stands for.
fn platform_id(record: &Record) -> Result<Id> {
    let text = record.get("sfLma__Package_ID__c").as_text();
    text.and_then(|text| Id::parse(text).ok()).ok_or_else(|| {
        Error::new(
            Code::InvalidOperation,
            "the record stands for no package: its Package ID is missing",
        )
        .field("sfLma__Package_ID__c")
    })
}

/// Is the package registered with the org, and has that been done?
fn is_registered(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<bool> {
    let package = directory::package(tx, package)?;
    let registration = package.and_then(|p| p.registration);
    Ok(registration.is_some_and(|r| r.org == org && r.state == "Done"))
}

/// Writes the day of the last refresh, from which the next one follows.
fn set_last(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    record: Record,
    day: Option<Date>,
) -> Result<()> {
    let mut after = record.clone();
    after.set(LAST, day);
    only(save::rewrite(tx, saving, ids, vec![(record, after)])?).map(drop)
}

/// How a step of a refresh saves: what fails does not stop the others.
fn saving(writer: &Writer, now: Timestamp) -> Saving<'_> {
    Saving {
        writer,
        now,
        all_or_none: false,
    }
}
