//! Deprecating a version (R-PKG-9): it takes no new installs and no upgrades; what has it keeps it.

use openlma_core::access::Permission;
use openlma_core::catalog::Catalog;
use openlma_core::{Error, Id, Result};
use openlma_store::directory::{self, Version};
use openlma_store::records::{self, Lock};

use crate::actor::Actor;
use crate::{App, not_found};

impl App {
    /// R-PKG-9: deprecates a version of a package of the actor's org. One that is deprecated
    /// already stays as it is.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Create and Upload Packages; `NOT_FOUND` for a
    /// version of another org.
    pub async fn deprecate(&self, actor: &Actor, version: Id) -> Result<Version> {
        actor.require(Permission::CreateAndUploadPackages)?;
        let (org, by, now) = (actor.org.id, actor.user, self.now());
        self.store()
            .write(move |tx| {
                let object = Catalog::standard().known("MetadataPackageVersion");
                let Some(before) = records::load_one(tx, org, object, version, Lock::Rows)? else {
                    return Err(not_found("version in this org"));
                };
                if !before.get("IsDeprecated").is_true() {
                    let mut after = before.clone();
                    after.set("IsDeprecated", true);
                    after.set("LastModifiedById", by);
                    after.set("LastModifiedDate", now);
                    after.set("SystemModstamp", now);
                    let changed = (0..after.values().len())
                        .filter(|i| before.at(*i) != after.at(*i))
                        .collect();
                    records::update(tx, org, &[after], &changed)?;
                }
                let package = before
                    .get("MetadataPackageId")
                    .as_id()
                    .ok_or_else(|| Error::internal("a version without package"))?;
                let versions = directory::versions(tx, package)?;
                let found = versions.into_iter().find(|v| v.id == version);
                found.ok_or_else(|| not_found("version in this org"))
            })
            .await
    }
}
