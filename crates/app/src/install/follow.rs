//! A copy comes to be followed by the org that its package is registered with now, and tells it
//! that it is installed, as at its install: what a refresh asks of a subscriber's org (R-INS-8,
//! R-PKG-6, R-MOV-1). Nothing of the publisher's org is read or written here.

use openlma_core::catalog::{Catalog, names};
use openlma_core::id::IdRun;
use openlma_core::license::Terms;
use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Record, Result};
use openlma_store::directory::{self, Target};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, installs};

use super::change::defaults_of;
use super::copy::{count_up, facts, is_free, set_terms, terms_of, text, write_copy};
use super::org_facts::OrgFacts;
use super::tell::{installer, tell_publisher};
use crate::bodies::{self, Installed, kind};

/// Has `publisher` follow a copy of the org, and tells it of the install with a revision of facts
/// beyond `known`, the one that it has; answers whether anything was written.
///
/// The terms stay as they are; a copy that nobody followed gets those of R-INS-8. A copy that is
/// uninstalled only changes the org that it will turn to when it is installed again, and not even
/// that if nobody ever followed it. Where the
/// package is no longer registered with `publisher` nothing happens. Told twice is as good as told
/// once.
///
/// # Errors
/// Of the database.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    copy: Id,
    publisher: Id,
    known: i64,
    now: Timestamp,
) -> Result<bool> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let Some(before) = records::load_one(tx, org, object, copy, Lock::Rows)? else {
        return Ok(false);
    };
    let Some(target) = target_of(tx, &before, publisher)? else {
        return Ok(false);
    };
    let follower = before.get("publisher_org").as_id();
    let mut after = before.clone();
    after.set("publisher_org", publisher);
    if !before.get("uninstalled_at").is_null() {
        let turns = follower.is_some_and(|f| f != publisher);
        if turns {
            write_copy(tx, org, &before, &after)?;
        }
        return Ok(turns);
    }
    // A beta has no license (R-PKG-8).
    if !target.version.released {
        return Ok(false);
    }
    let org_facts = OrgFacts::load(tx, org, Lock::No)?;
    if is_free(&before) {
        set_terms(&mut after, Some(&Terms::UNLIMITED), &org_facts);
    }
    let revision = before.get("facts_revision").as_int().unwrap_or(0);
    after.set("facts_revision", revision.max(known));
    count_up(&mut after, now);
    write_copy(tx, org, &before, &after)?;
    let body = bodies::encode(&installed(tx, &target, &after, &org_facts)?)?;
    tell_publisher(tx, ids, org, &after, kind::INSTALLED, body, now)?;
    Ok(true)
}

/// The version of a copy, if its package is registered with `publisher`.
fn target_of(tx: &mut Tx<'_>, copy: &Record, publisher: Id) -> Result<Option<Target>> {
    let Some(version) = copy.get("version_id").as_id() else {
        return Ok(None);
    };
    let target = directory::target(tx, version)?;
    Ok(target.filter(|t| t.business_org == Some(publisher)))
}

fn installed(tx: &mut Tx<'_>, target: &Target, copy: &Record, org: &OrgFacts) -> Result<Installed> {
    let latest = installs::latest(tx, org.id, target.version.package)?;
    let latest = latest.ok_or_else(|| Error::internal("a copy without install"))?;
    Ok(Installed {
        package_id: target.version.package,
        install_date: text(copy, "install_date"),
        terms: terms_of(copy)?,
        facts: facts(copy, org)?,
        installer: installer(tx, org, latest.user)?,
        leads: !org.sandbox || defaults_of(target)?.sandbox.leads,
    })
}
