//! Keys get another secret, and are shown again to a repeat of the request that made it (R-CHK-5,
//! R-INS-9). Publisher keys and installation keys alike: the id says which.

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, names};
use openlma_core::id::prefix;
use openlma_core::{Error, Id, Result};
use openlma_store::records::{self, Lock};
use openlma_store::{idempotency, publisher_keys};

use super::hash;
use super::publisher::noted;
use crate::actor::Actor;
use crate::install::{mint_key, write_copy};
use crate::orgs::lock_org;
use crate::seats::CopyName;
use crate::{App, not_found};

/// A key with its secret.
#[derive(Clone)]
pub struct MintedKey {
    /// The publisher key, or the org's copy that the installation key is of.
    pub id: Id,
    /// Counts the secrets of this key.
    pub generation: i64,
    /// The text of the key.
    pub key: String,
}

impl App {
    /// R-CHK-5: gives a key of the actor's org another secret; the one of before ends at once. `id` is
    /// a publisher key, or the org's copy (050) whose installation key is meant.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings, for an installation key without
    /// Download Packages; `NOT_FOUND`; `PACKAGE_NOT_INSTALLED` for a package that was uninstalled.
    pub async fn rotate_key(
        &self,
        actor: &Actor,
        id: Id,
        once: Option<&idempotency::Scope>,
    ) -> Result<MintedKey> {
        if id.prefix() == prefix::PACKAGE_LICENSE {
            return self.rotate_installation_key(actor, id, once).await;
        }
        actor.require(Permission::ManageListings)?;
        let (org, now, once) = (actor.org.id, self.now(), once.cloned());
        let secret = self.inner.secret.clone();
        self.store()
            .write(move |tx| {
                // Of two at once each has a generation of its own.
                lock_org(tx, org)?;
                let found = publisher_keys::get(tx, org, id)?;
                let generation = found.ok_or_else(no_key)?.generation + 1;
                let key = secret.publisher_key(org, id, generation);
                publisher_keys::rotate(tx, org, id, generation, &hash(&key), now)?;
                noted(tx, once.as_ref(), id)?;
                Ok(MintedKey {
                    id,
                    generation,
                    key,
                })
            })
            .await
    }

    async fn rotate_installation_key(
        &self,
        actor: &Actor,
        copy: Id,
        once: Option<&idempotency::Scope>,
    ) -> Result<MintedKey> {
        actor.require(Permission::DownloadPackages)?;
        let (org, now, once) = (actor.org.id, self.now(), once.cloned());
        let secret = self.inner.secret.clone();
        self.store()
            .write(move |tx| {
                let before = CopyName::Id(copy).load(tx, org, Lock::Rows)?;
                let mut after = before.clone();
                let minted = mint_key(&mut after, &secret, org)?;
                after.set("LastModifiedDate", now);
                after.set("SystemModstamp", now);
                write_copy(tx, org, &before, &after)?;
                noted(tx, once.as_ref(), copy)?;
                Ok(minted)
            })
            .await
    }

    /// A key with its secret of today, for a repeat of the request that made it.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` as for [`App::rotate_key`]; `NOT_FOUND`, when it was deleted.
    pub async fn replay_key(&self, actor: &Actor, id: Id) -> Result<MintedKey> {
        let org = actor.org.id;
        let secret = &self.inner.secret;
        if id.prefix() == prefix::PACKAGE_LICENSE {
            actor.require(Permission::DownloadPackages)?;
            let object = Catalog::standard().known(names::PACKAGE_LICENSE);
            let copy = self
                .store()
                .look(move |tx| records::load_one(tx, org, object, id, Lock::No))
                .await?
                .ok_or_else(no_key)?;
            let generation = copy
                .get("key_generation")
                .as_int()
                .ok_or_else(|| Error::internal("a copy without a key"))?;
            return Ok(MintedKey {
                id,
                generation,
                key: secret.installation_key(org, id, generation),
            });
        }
        actor.require(Permission::ManageListings)?;
        let found = self
            .store()
            .look(move |tx| publisher_keys::get(tx, org, id))
            .await?;
        let generation = found.ok_or_else(no_key)?.generation;
        Ok(MintedKey {
            id,
            generation,
            key: secret.publisher_key(org, id, generation),
        })
    }
}

impl std::fmt::Debug for MintedKey {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedKey")
            .field("id", &self.id)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

fn no_key() -> Error {
    not_found("key")
}
