//! Who owns the leads of installs while a package's lead manager cannot (R-LEAD-2).

use openlma_core::catalog::{Catalog, names};
use openlma_core::lead::matching::LeadManager;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, messages, users};

use crate::org_context::parse_grants;
use crate::save::may_read_licenses;

/// The member that doors call it by, and the field.
const MEMBER: &str = "fallback_lead_owner";

/// Names the fallback owner of leads in the row of a business org, or with `None` nobody; a change
/// counts for new leads only.
///
/// # Errors
/// `INVALID_OPERATION` in an org without the LMA; `INVALID_CROSS_REFERENCE_KEY`, when there is no
/// such user; `FIELD_INTEGRITY_EXCEPTION`, when the user is inactive or may not read licenses.
pub(crate) fn set(tx: &mut Tx<'_>, org: Id, row: &mut Record, user: Option<Id>) -> Result<()> {
    if !row.get("is_business").is_true() {
        return Err(Error::new(
            Code::InvalidOperation,
            "this org has no License Management App, so it gets no leads of installs",
        )
        .field(MEMBER));
    }
    if let Some(user) = user {
        check(candidate(tx, org, user)?)?;
    }
    row.set(MEMBER, user);
    Ok(())
}

/// An owner was named, or is active again: the installs that wait for one are tried again at once.
pub(crate) fn named(tx: &mut Tx<'_>, org: Id, now: Timestamp) -> Result<()> {
    let code = Code::InactiveOwnerOrUser.as_str();
    messages::retry_held(tx, org, code, now).map(drop)
}

fn check(candidate: Option<LeadManager>) -> Result<()> {
    let refused = |why: &str| {
        let message = format!("{MEMBER}: {why}");
        Err(Error::new(Code::FieldIntegrityException, message).field(MEMBER))
    };
    match candidate {
        None => Err(openlma_core::lead::convert::no_such(MEMBER, "user")),
        Some(user) if !user.active => refused("the user is not active; choose an active user"),
        Some(user) if !user.may_read_licenses => refused(
            "the user may not read licenses; choose another user or give this one Read on License",
        ),
        Some(_) => Ok(()),
    }
}

/// A user as an owner of leads.
fn candidate(tx: &mut Tx<'_>, org: Id, user: Id) -> Result<Option<LeadManager>> {
    let object = Catalog::standard().known(names::USER);
    let found = records::load_one(tx, org, object, user, Lock::No)?;
    found.map_or(Ok(None), |user| known(tx, org, &user))
}

/// What decides whether a user may own leads of installs.
pub(crate) fn known(tx: &mut Tx<'_>, org: Id, user: &Record) -> Result<Option<LeadManager>> {
    let Some(id) = user.id() else { return Ok(None) };
    let permissions = parse_grants(&users::grants(tx, org, id)?)?;
    Ok(Some(LeadManager {
        id,
        active: user.get("IsActive").is_true(),
        may_read_licenses: may_read_licenses(&permissions),
    }))
}
