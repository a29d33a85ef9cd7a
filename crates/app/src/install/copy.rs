//! The subscriber's copy of its license: its terms, the facts it has to tell, how it is written.
//! Who hears of it is said in `tell`; what an install makes of it in `change`.

use openlma_core::catalog::{Catalog, names};
use openlma_core::license::expiry::access_ends_at;
use openlma_core::license::{Seats, Status, Terms};
use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Record, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::org_facts::OrgFacts;
use crate::bodies::{self, Facts};
use crate::keys::{MintedKey, Secret, hash};

/// Terms of a copy that no publisher follows (R-INS-8, R-PKG-8).
pub(crate) const FREE: &str = "Free";

/// The org's copy for a package, locked.
pub(super) fn copy_of(tx: &mut Tx<'_>, org: Id, package: Id) -> Result<Option<Record>> {
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let found = records::load_by(tx, org, object, "package_id", &[package.into()], Lock::Rows)?;
    Ok(found.into_iter().next())
}

/// Writes what differs of a copy.
pub(crate) fn write_copy(tx: &mut Tx<'_>, org: Id, before: &Record, after: &Record) -> Result<()> {
    let changed = (0..after.values().len())
        .filter(|i| before.at(*i) != after.at(*i))
        .collect();
    records::update(tx, org, std::slice::from_ref(after), &changed)
}

/// Gives a copy the next installation key; the one of before ends (R-CHK-5).
pub(crate) fn mint_key(copy: &mut Record, secret: &Secret, org: Id) -> Result<MintedKey> {
    let id = copy
        .id()
        .ok_or_else(|| Error::internal("a copy without id"))?;
    let generation = copy.get("key_generation").as_int().unwrap_or(0) + 1;
    let key = secret.installation_key(org, id, generation);
    copy.set("key_generation", generation);
    copy.set("key_hash", hash(&key));
    Ok(MintedKey {
        id,
        generation,
        key,
    })
}

/// Counts up the facts and the place in the queue, for a message about to be written.
pub(super) fn count_up(copy: &mut Record, now: Timestamp) {
    for counter in ["facts_revision", "out_seq"] {
        let next = copy.get(counter).as_int().unwrap_or(0) + 1;
        copy.set(counter, next);
    }
    copy.set("LastModifiedDate", now);
    copy.set("SystemModstamp", now);
}

/// The org that follows a copy, to which its messages go. Nobody follows a beta or a package that is
/// registered nowhere (R-PKG-8, R-INS-8): such a copy has no terms.
pub(super) fn follower(copy: &Record) -> Option<Id> {
    copy.get("publisher_org").as_id().filter(|_| !is_free(copy))
}

/// Has the copy no terms?
pub(super) fn is_free(copy: &Record) -> bool {
    copy.get("terms_status").as_text() == Some(FREE)
}

/// R-PKG-8: a beta comes in the place of a licensed version. The copy becomes free, and keeps its
/// terms aside.
pub(super) fn set_aside(copy: &mut Record, org: &OrgFacts) -> Result<()> {
    if !is_free(copy) {
        copy.set("kept_terms", bodies::encode(&terms_of(copy)?)?);
        set_terms(copy, None, org);
    }
    Ok(())
}

/// R-INS-7: a licensed version comes back after a beta, and with it the terms; none where none are
/// kept aside.
pub(super) fn take_back(copy: &mut Record, org: &OrgFacts) -> Result<()> {
    let Some(kept) = copy
        .get("kept_terms")
        .as_text()
        .map(bodies::decode::<Terms>)
    else {
        return Ok(());
    };
    set_terms(copy, Some(&kept?), org);
    copy.set("kept_terms", Value::Null);
    Ok(())
}

/// Sets terms that the publisher sent: they count at once, or wait aside while a beta is installed.
pub(crate) fn receive_terms(copy: &mut Record, terms: &Terms, org: &OrgFacts) -> Result<()> {
    if copy.get("kept_terms").is_null() {
        set_terms(copy, Some(terms), org);
    } else {
        copy.set("kept_terms", bodies::encode(terms)?);
    }
    Ok(())
}

/// Sets the terms of a copy; `None` is unrestricted.
pub(super) fn set_terms(copy: &mut Record, terms: Option<&Terms>, org: &OrgFacts) {
    let unlimited = Terms::UNLIMITED;
    let status = terms.map_or(FREE, |t| t.status.as_str());
    let terms = terms.unwrap_or(&unlimited);
    copy.set("terms_status", status);
    copy.set("AllowedLicenses", terms.seats.stored());
    copy.set("expires_on", terms.expiration);
    copy.set(
        "ExpirationDate",
        access_ends_at(terms.expiration, &org.zone),
    );
}

/// R-LIC-3, R-LIC-5: access ends with the last day in the org's zone, which is another one now.
pub(super) fn in_zone(copy: &mut Record, org: &OrgFacts) {
    let ends = access_ends_at(copy.get("expires_on").as_date(), &org.zone);
    copy.set("ExpirationDate", ends);
}

/// The terms of a copy.
pub(crate) fn terms_of(copy: &Record) -> Result<Terms> {
    Ok(Terms {
        status: Status::parse(copy.get("terms_status").as_text().unwrap_or_default())?,
        seats: Seats::from_stored(copy.get("AllowedLicenses").as_int().unwrap_or(-1))?,
        expiration: copy.get("expires_on").as_date(),
    })
}

/// The facts that a copy and its org have to tell.
pub(crate) fn facts(copy: &Record, org: &OrgFacts) -> Result<Facts> {
    let number = |name: &str| copy.get(name).as_int().unwrap_or(0);
    let version_id = copy.get("version_id").as_id();
    Ok(Facts {
        version_id: version_id.ok_or_else(|| Error::internal("a copy without version"))?,
        version_number: text(copy, "version_number"),
        used: number("UsedLicenses"),
        org_name: org.name.clone(),
        edition: org.edition.as_str().to_owned(),
        status: org.status.as_str().to_owned(),
        trial_end: org.trial_end.map(|d| d.to_string()),
        instance: org.instance.clone(),
        sandbox: org.sandbox,
        zone: org.zone_name.clone(),
        proxy_user: org.proxy_user.clone(),
        proxy_active: org.proxy_active,
        revision: number("facts_revision"),
        terms_revision: number("terms_revision"),
    })
}

pub(super) fn text(copy: &Record, field: &str) -> String {
    match copy.get(field) {
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        _ => String::new(),
    }
}
