//! New records of packages and versions, before they have anything of their own.

use std::sync::Arc;

use openlma_core::catalog::Catalog;
use openlma_core::catalog::input::from_json;
use openlma_core::time::Timestamp;
use openlma_core::{Id, Record, Result};

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

/// Sets a text after the catalogue's checks.
pub(super) fn set_text(record: &mut Record, name: &str, text: Option<&str>) -> Result<()> {
    let object = Arc::clone(record.object());
    if let (Some(field), Some(text)) = (object.field(name), text) {
        record.set(name, from_json(field, &serde_json::Value::from(text))?);
    }
    Ok(())
}
