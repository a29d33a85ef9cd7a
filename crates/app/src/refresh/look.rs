//! What a step of a refresh reads: a chunk of copies and the licenses beside them, in one
//! snapshot.

use std::collections::BTreeMap;

use openlma_core::catalog::names;
use openlma_core::license::field;
use openlma_core::{Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::refresh::{self, Copy};
use openlma_store::{Tx, messages};

use super::compare::{Seen, corrected};
use super::is_registered;
use crate::provision::by_platform_id;
use crate::save::{self, Saving};

/// Copies of one step.
pub(super) const CHUNK: i64 = 100;

/// What a step has before it.
pub(super) struct Chunk {
    /// The package is still registered with the org.
    pub(super) registered: bool,
    /// Installs of the package, asked by the first step.
    pub(super) total: Option<i64>,
    /// The org of the last copy; none after the end.
    pub(super) last: Option<Id>,
    /// The copies, and what is to be done about each.
    pub(super) copies: Vec<(Seen, Finding)>,
    /// The records of the installed versions, by the ids of those.
    pub(super) versions: BTreeMap<Id, Record>,
}

/// What is to be done about a copy.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Finding {
    /// Nothing.
    InLine,
    /// Something is on its way, or held: code and reason.
    Open(Option<(String, String)>),
    /// The subscriber's org is to tell of the install again.
    Tell,
    /// The license is to be corrected.
    Correct,
    /// It cannot be compared: code and reason.
    Broken(String, String),
}

/// Reads the copies after the org `after`, and compares.
pub(super) fn look(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    package: Id,
    after: Option<Id>,
) -> Result<Chunk> {
    let org = saving.writer.org.id;
    let registered = is_registered(tx, org, package)?;
    let total = match after {
        None => Some(refresh::count(tx, package)?),
        Some(_) => None,
    };
    let copies = refresh::copies(tx, package, org, after, CHUNK)?;
    let ids: Vec<Id> = copies.iter().filter_map(|c| c.copy.id()).collect();
    let licenses = licenses(tx, saving, &ids, Lock::No)?;
    let versions = copies
        .iter()
        .filter_map(|c| c.copy.get("version_id").as_id());
    let versions = by_platform_id(
        tx,
        saving,
        names::PACKAGE_VERSION,
        "sfLma__Version_ID__c",
        versions.collect(),
    )?;
    let mut chunk = Chunk {
        registered,
        total,
        last: copies.last().map(|c| c.org_id),
        copies: Vec::with_capacity(copies.len()),
        versions,
    };
    let held = held(tx, org, &copies)?;
    for copy in &copies {
        let license = copy.copy.id().and_then(|id| licenses.get(&id));
        let seen = Seen::of(copy, license)?;
        let finding = match (seen.open, license, held.get(&seen.copy)) {
            (true, _, Some(reason)) => Finding::Open(Some(reason.clone())),
            // What is on its way may end at a license that is no longer there.
            (true, Some(_), None) => Finding::Open(None),
            _ => find(saving, &seen, license, &chunk.versions),
        };
        chunk.copies.push((seen, finding));
    }
    Ok(chunk)
}

fn find(
    saving: &Saving<'_>,
    seen: &Seen,
    license: Option<&Record>,
    versions: &BTreeMap<Id, Record>,
) -> Finding {
    let found = || {
        if seen.must_tell(saving.writer.org.id, license)? {
            return Ok(Finding::Tell);
        }
        let Some(license) = license else {
            return Ok(Finding::InLine);
        };
        Ok(match corrected(saving, seen, versions, license)? {
            Some(_) => Finding::Correct,
            None => Finding::InLine,
        })
    };
    // One that is broken does not stop the others.
    found().unwrap_or_else(|e: openlma_core::Error| {
        Finding::Broken(e.code.as_str().to_owned(), e.message)
    })
}

/// The live licenses of copies, by those.
pub(super) fn licenses(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    copies: &[Id],
    lock: Lock,
) -> Result<BTreeMap<Id, Record>> {
    let object = saving.writer.org.catalog.known(names::LICENSE);
    let wanted: Vec<Value> = copies.iter().map(|id| id.to_string().into()).collect();
    let found = records::load_by(
        tx,
        saving.writer.org.id,
        object,
        field::PACKAGE_LICENSE_ID,
        &wanted,
        lock,
    )?;
    Ok(found
        .into_iter()
        .filter_map(|r| Some((save::package_license(&r)?, r)))
        .collect())
}

/// What holds the messages of open copies: code and reason.
fn held(tx: &mut Tx<'_>, org: Id, copies: &[Copy]) -> Result<BTreeMap<Id, (String, String)>> {
    let open = copies.iter().filter(|c| c.open);
    let open: Vec<Id> = open.filter_map(|c| c.copy.id()).collect();
    let held = messages::held(tx, org, &open)?.into_iter();
    Ok(held
        .map(|(queue, code, reason)| (queue, (code, reason)))
        .collect())
}
