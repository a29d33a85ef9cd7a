//! What a step of a refresh writes, in one unit of the business org: corrected licenses, terms that
//! go out again, and how far the job has come.

use std::collections::BTreeMap;

use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::{Error, Id, Record, Result};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::compare::{Seen, corrected, revisions, vanished};
use super::look::licenses;
use super::progress::{Failure, Progress};
use crate::register::first;
use crate::save::{self, Saving};

/// What one license of a step becomes.
struct Change {
    seen: Seen,
    terms_again: bool,
    vanished: bool,
}

/// Corrects the licenses of copies that differed when they were read. A license that has changed
/// since is left to whoever changed it.
pub(super) fn correct(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    differing: &[Seen],
    versions: &BTreeMap<Id, Record>,
    progress: &mut Progress,
) -> Result<()> {
    let copies: Vec<Id> = differing.iter().map(|seen| seen.copy).collect();
    let found = licenses(tx, saving, &copies, Lock::Rows)?;
    let (mut changes, mut pairs) = (Vec::new(), Vec::new());
    for seen in differing {
        let Some(before) = found.get(&seen.copy) else {
            progress.counts.left += 1;
            continue;
        };
        if seen.known != Some(revisions(before)) {
            progress.counts.left += 1;
            continue;
        }
        match corrected(saving, seen, versions, before) {
            Ok(None) => {}
            Ok(Some(correction)) => {
                let mut after = correction.license;
                if correction.terms_again {
                    let known = seen.facts.as_ref().map_or(0, |f| f.terms_revision);
                    save::terms_again(&mut after, known);
                }
                changes.push(Change {
                    seen: seen.clone(),
                    terms_again: correction.terms_again,
                    vanished: correction.vanished,
                });
                pairs.push((before.clone(), after));
            }
            Err(e) => progress.failed(failure(seen, e)),
        }
    }
    let mut again = Vec::new();
    for (change, row) in changes.iter().zip(save::rewrite(tx, saving, ids, pairs)?) {
        match row {
            Ok(license) => {
                let counts = &mut progress.counts;
                if change.terms_again {
                    counts.terms_sent += 1;
                    again.push(license);
                } else if change.vanished {
                    counts.vanished += 1;
                } else {
                    counts.corrected += 1;
                }
            }
            Err(errors) => progress.failed(failure(&change.seen, first(errors))),
        }
    }
    save::send_terms(tx, saving, ids, &again)
}

fn failure(seen: &Seen, error: Error) -> Failure {
    Failure {
        org: seen.org,
        package_license: seen.copy,
        code: error.code.as_str().to_owned(),
        reason: error.message,
    }
}

/// Marks licenses whose copy is gone; answers how many did not say so.
pub(super) fn mark_gone(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    gone: &[Id],
) -> Result<i64> {
    let object = saving.writer.org.catalog.known(names::LICENSE);
    let found = records::load(tx, saving.writer.org.id, object, gone, Lock::Rows)?;
    let mut pairs = Vec::new();
    for before in found {
        let after = vanished(&before);
        if after.values() != before.values() && !before.get("IsDeleted").is_true() {
            pairs.push((before, after));
        }
    }
    let written = save::rewrite(tx, saving, ids, pairs)?;
    Ok(written.iter().filter(|row| row.is_ok()).count() as i64)
}
