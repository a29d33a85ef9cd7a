//! How a copy and its license are compared (R-SYN-4), and what the license then is to be. Nothing
//! is read or written here.

use std::collections::BTreeMap;

use openlma_core::license::state::LicenseType;
use openlma_core::license::{Status, Terms, field};
use openlma_core::org::OrgStatus;
use openlma_core::rules::{before_save, license as license_rules};
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::refresh::Copy;

use crate::bodies::Facts;
use crate::install::{FREE, OrgFacts, facts, terms_of};
use crate::provision;
use crate::register::first;
use crate::save::Saving;

/// A copy as a refresh saw it, with the license beside it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) org: Id,
    pub(super) copy: Id,
    /// None when the org is gone.
    pub(super) facts: Option<Facts>,
    /// None where nobody granted any.
    terms: Option<Terms>,
    uninstalled: bool,
    publisher: Option<Id>,
    released: bool,
    pub(super) open: bool,
    /// Revisions of facts and of terms that the license knew of.
    pub(super) known: Option<(i64, i64)>,
}

impl Seen {
    pub(super) fn of(copy: &Copy, license: Option<&Record>) -> Result<Seen> {
        let of = &copy.copy;
        let org_facts = copy.org.as_ref().map(OrgFacts::of_row).transpose()?;
        let free = of.get("terms_status").as_text() == Some(FREE);
        Ok(Seen {
            org: copy.org_id,
            copy: of
                .id()
                .ok_or_else(|| Error::internal("a copy without id"))?,
            facts: org_facts.map(|org| facts(of, &org)).transpose()?,
            terms: if free { None } else { Some(terms_of(of)?) },
            uninstalled: !of.get("uninstalled_at").is_null(),
            publisher: of.get("publisher_org").as_id(),
            released: copy.released,
            open: copy.open,
            known: license.map(revisions),
        })
    }

    /// The facts of an org that is there: neither removed nor deleted.
    fn living(&self) -> Option<&Facts> {
        let deleted = OrgStatus::Deleted.as_str();
        self.facts.as_ref().filter(|f| f.status != deleted)
    }

    /// Must the subscriber's org tell of the install again? `license` is the one that is there.
    pub(super) fn must_tell(&self, business: Id, license: Option<&Record>) -> Result<bool> {
        if self.living().is_none() {
            return Ok(false);
        }
        let moves = self.publisher != Some(business);
        if self.uninstalled {
            // One that nobody ever followed begins anew when it is installed again.
            return Ok(moves && self.publisher.is_some());
        }
        if !self.released {
            return Ok(false);
        }
        let Some(license) = license else {
            return Ok(true);
        };
        Ok(moves || license_rules::status(license)? == Some(Status::Uninstalled))
    }
}

/// Revisions of facts and of terms that a license knows of.
pub(super) fn revisions(license: &Record) -> (i64, i64) {
    let number = |name: &str| license.get(name).as_int().unwrap_or(0);
    (number("facts_revision"), number("terms_revision"))
}

/// What a license is to be.
pub(super) struct Correction {
    pub(super) license: Record,
    /// The copy has other terms: the license's go out again.
    pub(super) terms_again: bool,
    /// The subscriber has vanished, which the license did not know.
    pub(super) vanished: bool,
}

/// What a license is to be by what was seen of its copy; nothing when it is in line.
pub(super) fn corrected(
    saving: &Saving<'_>,
    seen: &Seen,
    versions: &BTreeMap<Id, Record>,
    before: &Record,
) -> Result<Option<Correction>> {
    let mut after = before.clone();
    let terms_again = match &seen.facts {
        // A beta has no license: what is there is that of an earlier install (R-PKG-8).
        Some(facts) if seen.released || seen.uninstalled => {
            let again = terms_differ(seen, facts, before)?;
            by_facts(saving, seen, facts, versions, before, &mut after)?;
            again && seen.living().is_some()
        }
        _ => false,
    };
    if seen.living().is_some() {
        after.set(field::LICENSE_TYPE, LicenseType::Editable.as_str());
    } else {
        after = vanished(&after);
    }
    let vanished = seen.living().is_none() && vanished(before).values() != before.values();
    before_save(&saving.rules(), Some(before), &mut after).map_err(first)?;
    if !terms_again && !differs(before, &after) {
        return Ok(None);
    }
    Ok(Some(Correction {
        license: after,
        terms_again,
        vanished,
    }))
}

fn by_facts(
    saving: &Saving<'_>,
    seen: &Seen,
    facts: &Facts,
    versions: &BTreeMap<Id, Record>,
    before: &Record,
    after: &mut Record,
) -> Result<()> {
    // A copy that has had terms of a higher revision would not take the next ones.
    let known = after.get("terms_revision").as_int().unwrap_or(0);
    after.set("terms_revision", known.max(facts.terms_revision));
    provision::facts::apply(saving, facts, after)?;
    after.set("sfLma__Subscriber_Org_ID__c", seen.org.as_str());
    after.set("org_key", seen.org.to_string());
    if seen.uninstalled {
        after.set(field::STATUS, Status::Uninstalled.as_str());
        return Ok(());
    }
    if license_rules::status(before)?.is_none()
        && let Some(terms) = &seen.terms
    {
        license_rules::set_terms(after, terms);
    }
    let version = versions.get(&facts.version_id).ok_or_else(|| {
        Error::new(
            Code::NotFound,
            "the package version has no record in this org",
        )
    })?;
    after.set("sfLma__Package_Version__c", version.id());
    Ok(())
}

/// Has the copy other terms than the license, or older ones? Those of an uninstalled license are
/// not compared: its status has taken their place.
fn terms_differ(seen: &Seen, facts: &Facts, license: &Record) -> Result<bool> {
    if seen.uninstalled {
        return Ok(false);
    }
    let Some(terms) = license_rules::terms(license)? else {
        return Ok(false);
    };
    let (_, revision) = revisions(license);
    Ok(Some(terms) != seen.terms || revision > facts.terms_revision)
}

/// R-REF-1: a license whose subscriber has vanished.
pub(super) fn vanished(license: &Record) -> Record {
    let mut after = license.clone();
    license_rules::set_org(&mut after, OrgStatus::Deleted, 0);
    after
}

/// Does anything differ that somebody would miss? When the facts were current is no difference,
/// nor a revision that only lags.
fn differs(before: &Record, after: &Record) -> bool {
    let object = before.object();
    let silent = |name: &str| object.index_of(name);
    let silent = [silent("sfLma__Last_Modified__c"), silent("facts_revision")];
    if revisions(before).0 > revisions(after).0 {
        return true;
    }
    (0..before.values().len())
        .filter(|i| !silent.contains(&Some(*i)))
        .any(|i| before.at(i) != after.at(i))
}
