//! The terms that a reinstall brings a license back to: those it had (R-INS-7), also when they had
//! not reached the subscriber yet, for a pending change is never overwritten (R-SYN-4).

use openlma_core::catalog::input::encode_any;
use openlma_core::license::{Status, Terms, field};
use openlma_core::rules::license as license_rules;
use openlma_core::{Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use crate::bodies::Installed;
use crate::save::Saving;

/// The terms of an uninstalled license that is installed again, or of one that was deleted.
pub(super) fn terms(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    body: &Installed,
    license: &Record,
) -> Result<Terms> {
    let known = license.get("terms_revision").as_int().unwrap_or(0);
    if body.facts.terms_revision >= known {
        return Ok(body.terms);
    }
    let terms = license_rules::terms(license)?.unwrap_or(body.terms);
    if terms.status != Status::Uninstalled {
        return Ok(terms);
    }
    let status = status_before(tx, saving, license)?.unwrap_or(body.terms.status);
    Ok(Terms { status, ..terms })
}

/// Lets a new license go on where a deleted one of the same copy ended (R-PKG-6): with its terms,
/// also when they are still on their way, and with the place that its next message has in the
/// queue.
pub(super) fn go_on(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    body: &Installed,
    deleted: &Record,
    license: &mut Record,
) -> Result<()> {
    license_rules::set_terms(license, &terms(tx, saving, body, deleted)?);
    license.set("out_seq", deleted.get("out_seq").clone());
    let known = deleted.get("terms_revision").as_int().unwrap_or(0);
    if known > body.facts.terms_revision {
        license.set("terms_revision", known);
        license.set("olma__Sync_State__c", "Pending");
    }
    Ok(())
}

/// The status that the uninstall took away, out of the history.
fn status_before(tx: &mut Tx<'_>, saving: &Saving<'_>, license: &Record) -> Result<Option<Status>> {
    let Some(id) = license.id() else {
        return Ok(None);
    };
    let writer = saving.writer;
    let history = writer.org.catalog.known("sfLma__License__History");
    let rows = records::load_by(
        tx,
        writer.org.id,
        history,
        "ParentId",
        &[id.into()],
        Lock::No,
    )?;
    let uninstalled = encode_any(&Value::text(Status::Uninstalled.as_str()));
    let last = rows
        .iter()
        .filter(|row| row.get("Field").as_text() == Some(field::STATUS))
        .filter(|row| *row.get("NewValue") == uninstalled)
        .max_by_key(|row| row.id());
    let old = last.and_then(|row| row.get("OldValue").as_text());
    Ok(old
        .and_then(|json| serde_json::from_str::<String>(json).ok())
        .and_then(|text| Status::parse(&text).ok()))
}
