//! Ending the association of a package with its business org (R-MOV-1). What that does to the
//! licenses there is told to that org, and done by it.

use openlma_core::access::Permission;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::directory::{self, Package};
use openlma_store::registrations;

use super::rows::lock_package;
use super::tell::tell;
use crate::actor::Actor;
use crate::bodies::{self, Ended, kind};
use crate::{App, not_found};

impl App {
    /// R-MOV-1: ends the registration of a package. Installs keep their terms; new ones are
    /// unrestricted until it is registered again, or refused with `hold_installs` (R-INS-8). The
    /// licenses of the org that it leaves become Read-Only.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings; `NOT_FOUND` for a package that
    /// the actor could not register; `INVALID_OPERATION`, when it is registered nowhere.
    pub async fn dissociate(
        &self,
        actor: &Actor,
        package: Id,
        hold_installs: bool,
    ) -> Result<Package> {
        actor.require(Permission::ManageListings)?;
        let (found, _) = self.package(actor, package).await?;
        let (packaging, now, ids) = (found.packaging_org, self.now(), self.ids());
        self.store()
            .write(move |tx| {
                // Of an upload at the same moment the org that is left hears, or does not, and the
                // next one gets it with its registration.
                let Some(found) = lock_package(tx, packaging, package)? else {
                    return Err(not_found("package"));
                };
                let left = found.registered().ok_or_else(registered_nowhere)?.org;
                registrations::end(tx, package, hold_installs, now)?;
                let body = bodies::encode(&Ended {
                    package_id: package,
                    after: None,
                })?;
                tell(tx, &mut ids.clone(), &found, left, kind::ENDED, body, now)?;
                directory::package(tx, package)?.ok_or_else(|| not_found("package"))
            })
            .await
    }
}

fn registered_nowhere() -> Error {
    Error::new(
        Code::InvalidOperation,
        "the package is registered with no org: there is no association to end",
    )
}
