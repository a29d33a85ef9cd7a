//! New records of packages and versions, before they have anything of their own, and the lock
//! under which a package's versions and registration change.

use std::sync::Arc;

use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::time::Timestamp;
use openlma_core::{Error, Id, Record, Result};
use openlma_store::Tx;
use openlma_store::directory::{self, Package};
use openlma_store::records::{self, Lock};

use crate::actor::Actor;

/// A record with its defaults, made by the actor now.
pub(super) fn new_record(object: &str, id: Id, actor: &Actor, now: Timestamp) -> Record {
    let mut record = Record::with_defaults(Catalog::standard().known(object));
    record.set("Id", id);
    for field in ["CreatedById", "LastModifiedById"] {
        record.set(field, actor.user);
    }
    for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        record.set(field, now);
    }
    record
}

/// Sets the name, which every package and version has.
///
/// # Errors
/// `REQUIRED_FIELD_MISSING` for a blank one, and those of the field's type.
pub(super) fn set_name(record: &mut Record, text: &str) -> Result<()> {
    set_text(record, "Name", Some(text))?;
    if record.get("Name").is_null() {
        return Err(Error::missing(["Name"]));
    }
    Ok(())
}

/// Sets a text after the catalogue's checks.
pub(super) fn set_text(record: &mut Record, name: &str, text: Option<&str>) -> Result<()> {
    let object = Arc::clone(record.object());
    if let (Some(field), Some(text)) = (object.field(name), text) {
        record.set(name, from_json(field, &serde_json::Value::from(text))?);
    }
    Ok(())
}

/// The package of a packaging org, locked until the unit ends: of an upload and a registration at
/// the same moment the later one sees what the earlier one did (R-PKG-3).
pub(super) fn lock_package(tx: &mut Tx<'_>, packaging: Id, id: Id) -> Result<Option<Package>> {
    let object = Catalog::standard().known("MetadataPackage");
    if records::load_one(tx, packaging, object, id, Lock::Rows)?.is_none() {
        return Ok(None);
    }
    directory::package(tx, id)
}
