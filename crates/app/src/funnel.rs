//! The funnel of installs (R-INS-3): counts of requests travel as snapshots from the subscriber to
//! the business org (ADR 10), and are added up there.
//!
//! A first install that goes straight through sends none: its license tells of it.

use openlma_core::access::ObjectAccess;
use openlma_core::catalog::names;
use openlma_core::id::{IdRun, prefix};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result, Value};
use openlma_store::install_counts::{self, Counts};
use openlma_store::messages::{self, Message, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, registrations};

use crate::actor::Actor;
use crate::bodies::{self, Funnel, kind};
use crate::{App, not_found};

impl App {
    /// R-INS-3: what became of the install requests for a package, as its business org knows it.
    /// `package` is the package (033) or its Package record.
    ///
    /// # Errors
    /// `NOT_FOUND` for a package without a record in this org; `INSUFFICIENT_ACCESS_OR_READONLY`
    /// without Read on License.
    pub async fn funnel(&self, actor: &Actor, package: Id) -> Result<(Id, Counts)> {
        let object = actor.org.catalog.known(names::PACKAGE).clone();
        if !may(actor, names::PACKAGE, |access| access.read) {
            return Err(no_record());
        }
        if !may(actor, names::LICENSE, |access| access.read) {
            return Err(Error::new(
                Code::InsufficientAccess,
                "this needs Read on License; an administrator can grant it",
            ));
        }
        let org = actor.org.id;
        self.store()
            .read(move |tx| {
                let (by, wanted) = if package.prefix() == prefix::METADATA_PACKAGE {
                    ("sfLma__Package_ID__c", Value::from(package.to_string()))
                } else {
                    ("Id", package.into())
                };
                let found = records::load_by(tx, org, &object, by, &[wanted], Lock::No)?;
                let living = found.into_iter().find(|r| !r.is_deleted());
                let record = living.ok_or_else(no_record)?;
                let text = record.get("sfLma__Package_ID__c").as_text();
                let package = text.and_then(|text| Id::parse(text).ok());
                let (Some(package), Some(id)) = (package, record.id()) else {
                    return Err(no_record());
                };
                Ok((package, install_counts::total(tx, org, package, id)?))
            })
            .await
    }
}

fn may(actor: &Actor, object: &str, granted: fn(ObjectAccess) -> bool) -> bool {
    granted(actor.permissions.object(actor.org.catalog.known(object)))
}

fn no_record() -> Error {
    not_found("package in this org; its installs are counted in the org that it is registered with")
}

/// Sends the counts of an org's requests for a package to the org that it is registered with.
pub(crate) fn tell(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    package: Id,
    now: Timestamp,
) -> Result<()> {
    match registrations::registered_org(tx, package)? {
        Some(business) => tell_org(tx, ids, org, package, business, now),
        None => Ok(()),
    }
}

/// Sends the counts to the business org.
pub(crate) fn tell_org(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    package: Id,
    business: Id,
    now: Timestamp,
) -> Result<()> {
    // The number first: who comes to it later counts later, and counts more.
    let counter = format!("funnel {}", package.as_str());
    let number = records::take_numbers(tx, org, &counter, 1)?;
    let Some((first, counts)) = install_counts::of_requests(tx, org, package)? else {
        return Ok(());
    };
    let body = bodies::encode(&Funnel {
        package_id: package,
        requested: counts.requested,
        confirmed: counts.confirmed,
        succeeded: counts.succeeded,
        cancelled: counts.cancelled,
        failed: counts.failed,
    })?;
    let message = Outgoing {
        id: ids.next(prefix::MESSAGE),
        to_org: business,
        // A queue of its own for each org and package: nothing waits behind a count.
        queue: first,
        seq: number,
        kind: kind::FUNNEL,
        revision: number,
        body,
    };
    messages::send_snapshot(tx, org, &message, now)
}

/// Keeps what a subscriber told.
pub(crate) fn apply(tx: &mut Tx<'_>, org: Id, message: &Message) -> Result<()> {
    let body: Funnel = bodies::decode(&message.body)?;
    let counts = Counts {
        requested: body.requested,
        confirmed: body.confirmed,
        succeeded: body.succeeded,
        cancelled: body.cancelled,
        failed: body.failed,
    };
    let (package, revision) = (body.package_id, message.revision);
    install_counts::keep(tx, org, package, message.other_org, revision, counts)
}
