//! Publishing: packages, versions, connections, registrations (§2).

mod deprecate;
mod dissociate;
mod package;
mod registration;
mod rows;
mod tell;
mod version;

use openlma_core::{Id, Result};
use openlma_store::directory::{self, Package, Version};

pub use version::{NewVersion, number, number_of};

use crate::actor::Actor;
use crate::{App, not_found};

impl App {
    /// The packages of the actor's own org, and of the packaging orgs that it is connected with.
    ///
    /// # Errors
    /// Of the database.
    pub async fn packages(&self, actor: &Actor) -> Result<Vec<Package>> {
        let org = actor.org.id;
        self.store()
            .read(move |tx| {
                let mut packages = directory::packages_of(tx, org)?;
                for other in directory::connected(tx, org)? {
                    if other != org {
                        packages.extend(directory::packages_of(tx, other)?);
                    }
                }
                Ok(packages)
            })
            .await
    }

    /// One of [`App::packages`], with its versions.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn package(&self, actor: &Actor, id: Id) -> Result<(Package, Vec<Version>)> {
        let packages = self.packages(actor).await?;
        let package = packages
            .into_iter()
            .find(|p| p.id == id)
            .ok_or_else(|| not_found("package"))?;
        let versions = self
            .store()
            .look(move |tx| directory::versions(tx, id))
            .await?;
        Ok((package, versions))
    }
}
