//! Who owns the leads of installs while a package's lead manager cannot (R-LEAD-2).

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, names};
use openlma_core::lead::matching::LeadManager;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx, users};

use crate::App;
use crate::actor::Actor;
use crate::org_context::parse_grants;
use crate::orgs::write_organization;
use crate::save::may_read_licenses;

/// The member that doors call it by.
const MEMBER: &str = "fallback_lead_owner";

impl App {
    /// Names the fallback owner of leads in the actor's business org, or with `None` nobody; a
    /// change counts for new leads only.
    ///
    /// # Errors
    /// `INVALID_OPERATION` in an org without the LMA; `INVALID_CROSS_REFERENCE_KEY`, when there is
    /// no such user; `FIELD_INTEGRITY_EXCEPTION`, when the user is inactive or may not read
    /// licenses; `INSUFFICIENT_ACCESS_OR_READONLY` without Customize Application.
    pub async fn set_fallback_lead_owner(&self, actor: &Actor, user: Option<Id>) -> Result<()> {
        actor.require(Permission::CustomizeApplication)?;
        if !actor.org.is_business {
            return Err(Error::new(
                Code::InvalidOperation,
                "this org has no License Management App, so it gets no leads of installs",
            )
            .field(MEMBER));
        }
        let (org, by, now) = (actor.org.id, actor.user, self.now());
        self.store()
            .write(move |tx| {
                if let Some(user) = user {
                    check(candidate(tx, org, user)?)?;
                }
                let object = Catalog::standard().known("Organization");
                let found = records::load_by(tx, org, object, "Id", &[Value::Id(org)], Lock::Rows)?;
                let before = found.into_iter().next();
                let before = before.ok_or_else(|| crate::not_found("org"))?;
                let mut after = before.clone();
                after.set("fallback_lead_owner", user);
                after.set("LastModifiedById", by);
                after.set("LastModifiedDate", now);
                after.set("SystemModstamp", now);
                write_organization(tx, &before, &after)?;
                tx.signal(Signal::Org(org));
                Ok(())
            })
            .await
    }
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
