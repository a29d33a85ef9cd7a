//! Publisher keys: made, listed and deleted in the business org that they belong to (R-CHK-5). What
//! they open is `check::publisher`.

use openlma_core::access::Permission;
use openlma_core::id::prefix;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::publisher_keys::{self, PublisherKey};
use openlma_store::{Tx, idempotency};

use super::{MintedKey, hash};
use crate::actor::Actor;
use crate::orgs::lock_org;
use crate::{App, not_found};

/// Keys of an org.
const KEYS: i64 = 100;
/// Characters of a key's name.
const NAME: std::ops::RangeInclusive<usize> = 1..=80;

impl App {
    /// The publisher keys of the actor's org, the oldest first, never with their secrets.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings.
    pub async fn publisher_keys(&self, actor: &Actor) -> Result<Vec<PublisherKey>> {
        actor.require(Permission::ManageListings)?;
        let org = actor.org.id;
        self.store()
            .look(move |tx| publisher_keys::list(tx, org))
            .await
    }

    /// R-CHK-5: makes a publisher key of the actor's org.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings; `FIELD_INTEGRITY_EXCEPTION` for a
    /// name that is not 1-80 characters; `INVALID_OPERATION` in an org without the License Management
    /// App, and in one that has 100 keys.
    pub async fn create_publisher_key(
        &self,
        actor: &Actor,
        name: &str,
        once: Option<&idempotency::Scope>,
    ) -> Result<MintedKey> {
        actor.require(Permission::ManageListings)?;
        let key = PublisherKey {
            id: self.id(prefix::PUBLISHER_KEY),
            name: valid_name(name)?,
            generation: 1,
            created_by: actor.user,
            created_at: self.now(),
            rotated_at: None,
        };
        let org = actor.org.id;
        let secret = self.inner.secret.clone();
        let once = once.cloned();
        self.store()
            .write(move |tx| {
                // Of many at once none is beyond the limit.
                if !lock_org(tx, org)?.get("is_business").is_true() {
                    return Err(no_business());
                }
                if publisher_keys::count(tx, org)? >= KEYS {
                    return Err(too_many());
                }
                let minted = MintedKey {
                    id: key.id,
                    generation: key.generation,
                    key: secret.publisher_key(org, key.id, key.generation),
                };
                publisher_keys::add(tx, org, &key, &hash(&minted.key))?;
                noted(tx, once.as_ref(), key.id)?;
                Ok(minted)
            })
            .await
    }

    /// Deletes a publisher key of the actor's org: it opens nothing from then on.
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` without Manage Listings; `NOT_FOUND`.
    pub async fn delete_publisher_key(&self, actor: &Actor, id: Id) -> Result<()> {
        actor.require(Permission::ManageListings)?;
        let org = actor.org.id;
        let deleted = self
            .store()
            .write(move |tx| publisher_keys::delete(tx, org, id))
            .await?;
        if deleted {
            Ok(())
        } else {
            Err(not_found("key"))
        }
    }
}

/// Notes for a repeat of the request which key it made (R-INS-9).
pub(super) fn noted(tx: &mut Tx<'_>, once: Option<&idempotency::Scope>, key: Id) -> Result<()> {
    once.map_or(Ok(()), |scope| idempotency::made(tx, scope, key))
}

fn valid_name(name: &str) -> Result<String> {
    let name = name.trim();
    if NAME.contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Error::new(
        Code::FieldIntegrityException,
        "name: give 1-80 characters, none of them a control character",
    )
    .field("name"))
}

fn no_business() -> Error {
    Error::new(
        Code::InvalidOperation,
        "publisher keys belong to an org with the License Management App; install it first",
    )
}

fn too_many() -> Error {
    Error::new(
        Code::InvalidOperation,
        format!("the org has {KEYS} publisher keys, which is the most; delete one first"),
    )
}
