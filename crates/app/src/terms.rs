//! Terms that arrive in the subscriber's org (R-SYN-4: the business org wins).

use openlma_core::catalog::{Catalog, names};
use openlma_core::id::IdRun;
use openlma_core::license::Terms;
use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};
use openlma_store::Tx;
use openlma_store::messages::Message;
use openlma_store::records::{self, Lock};

use crate::bodies;
use crate::install::{OrgFacts, is_followed, receive_terms, write_and_tell};
use crate::not_found;

/// Applies a newer revision and acknowledges it by the facts that go back. What comes while a beta
/// is installed waits for the licensed version, whose install acknowledges it.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    message: &Message,
    now: Timestamp,
) -> Result<()> {
    let terms: Terms = bodies::decode(&message.body)?;
    let object = Catalog::standard().known(names::PACKAGE_LICENSE);
    let copy = records::load_one(tx, org, object, message.queue, Lock::Rows)?;
    let Some(before) = copy else {
        return Err(not_found("package license"));
    };
    // Of an org that the package has left, or never was registered with, they have no effect
    // (R-MOV-1).
    let follows = before.get("publisher_org").as_id() == Some(message.other_org);
    if !follows || !is_followed(tx, &before)? {
        return Ok(());
    }
    if before.get("terms_revision").as_int().unwrap_or(0) >= message.revision {
        return Ok(());
    }
    let org = OrgFacts::load(tx, org, Lock::No)?;
    let mut after = before.clone();
    after.set("terms_revision", message.revision);
    receive_terms(&mut after, &terms, &org)?;
    write_and_tell(tx, ids, &org, &before, after, now)
}
