//! Messages from the subscriber's copy to the publisher who follows it (§4). Nothing is decided
//! about the copy here.

use openlma_core::catalog::{Catalog, names};
use openlma_core::id::{IdRun, prefix};
use openlma_core::time::Timestamp;
use openlma_core::{Id, Record, Result};
use openlma_store::directory::Target;
use openlma_store::messages::{self, Outgoing};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, licensing, registrations};

use super::change::{Written, defaults_of};
use super::copy::{count_up, facts, follower, in_zone, terms_of, text, write_copy};
use super::job::Job;
use super::org_facts::OrgFacts;
use crate::bodies::{self, Installed, InstallerBody, kind};
use crate::not_found;

/// Tells the publisher who follows a copy, if there is one and the package did not leave that org
/// (R-MOV-1). The copy has been counted up before.
pub(super) fn tell_publisher(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    copy: &Record,
    kind: &'static str,
    body: String,
    now: Timestamp,
) -> Result<()> {
    if follower(copy).is_some() && is_followed(tx, copy)? {
        return send(tx, ids, org, copy, kind, body, now);
    }
    Ok(())
}

/// Is the package still registered with the publisher who follows the copy? The copy itself does
/// not hear of the end: its terms go on as they are (R-INS-8).
pub(crate) fn is_followed(tx: &mut Tx<'_>, copy: &Record) -> Result<bool> {
    let followed = (
        copy.get("package_id").as_id(),
        copy.get("publisher_org").as_id(),
    );
    match followed {
        (Some(package), Some(publisher)) => registrations::follows(tx, package, publisher),
        _ => Ok(false),
    }
}

/// Writes a message to the publisher of a copy, in the copy's queue.
fn send(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    copy: &Record,
    kind: &'static str,
    body: String,
    now: Timestamp,
) -> Result<()> {
    let (Some(to_org), Some(queue)) = (follower(copy), copy.id()) else {
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
    org: &OrgFacts,
    before: &Record,
    mut after: Record,
    now: Timestamp,
) -> Result<()> {
    count_up(&mut after, now);
    write_copy(tx, org.id, before, &after)?;
    let body = bodies::encode(&facts(&after, org)?)?;
    tell_publisher(tx, ids, org.id, &after, kind::FACTS, body, now)
}

/// The org itself changed: brings the end of access of every copy into the org's zone, and sends
/// the facts of those that a publisher follows, of uninstalled ones too, all in the caller's unit.
pub(crate) fn org_changed(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: &OrgFacts,
    now: Timestamp,
) -> Result<()> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let copies = licensing::copies(tx, org.id)?;
    for before in records::load(tx, org.id, object, &copies, Lock::Rows)? {
        let mut after = before.clone();
        in_zone(&mut after, org);
        if follower(&before).is_some() {
            write_and_tell(tx, ids, org, &before, after, now)?;
        } else if after.values() != before.values() {
            write_copy(tx, org.id, &before, &after)?;
        }
    }
    Ok(())
}

impl Job {
    /// Tells the publisher, if there is one, what an install made of the copy.
    pub(super) fn announce(
        &mut self,
        tx: &mut Tx<'_>,
        target: &Target,
        written: &Written,
    ) -> Result<()> {
        let publisher = follower(&written.copy);
        if publisher.is_none() || publisher != target.registered_org {
            return Ok(());
        }
        let facts = facts(&written.copy, &self.org)?;
        let body = if written.kind == kind::INSTALLED {
            let leads = !self.org.sandbox || defaults_of(target)?.sandbox.leads;
            bodies::encode(&Installed {
                package_id: target.version.package,
                install_date: text(&written.copy, "install_date"),
                terms: terms_of(&written.copy)?,
                facts,
                installer: installer(tx, &self.org, self.user)?,
                leads,
            })?
        } else {
            bodies::encode(&facts)?
        };
        let mut ids = self.ids.clone();
        send(
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
}

/// Who installed, as the publisher is told.
pub(super) fn installer(tx: &mut Tx<'_>, org: &OrgFacts, user: Id) -> Result<InstallerBody> {
    let object = Catalog::standard().known(names::USER);
    let user = records::load_one(tx, org.id, object, user, Lock::No)?;
    let user = user.ok_or_else(|| not_found("user"))?;
    let text = |name: &str| user.get(name).as_text().map(str::to_owned);
    Ok(InstallerBody {
        first_name: text("FirstName"),
        last_name: text("LastName").unwrap_or_default(),
        email: text("Email"),
        company: text("CompanyName").unwrap_or_else(|| org.name.clone()),
        country: text("Country").or_else(|| org.country.clone()),
        state: text("State"),
    })
}
