//! The check with a publisher key: any org where a package is installed that is registered with the
//! org of the key (R-CHK-5). Whether key, registration and package still belong together is read each
//! time, in one statement; what the subscriber's org holds may come from memory.

use openlma_core::fold::fold;
use openlma_core::id::prefix;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::publisher_keys;

use super::{Checked, User};
use crate::App;
use crate::keys::{PUBLISHER_KEY, hash, key_parts, same};
use crate::seats::CopyName;

impl App {
    /// Is a user of an org, given by id or domain, licensed for a package of the key's publisher?
    ///
    /// # Errors
    /// `INVALID_SESSION_ID` for a wrong key; `API_DISABLED_FOR_ORG`, when the org of the key is shut;
    /// `PACKAGE_NOT_INSTALLED` alike for an unknown org, for a package that is registered with another
    /// org or with none, and for one that was never installed there; `AMBIGUOUS_USER`.
    pub async fn check_with_publisher_key(
        &self,
        key: &str,
        org: &str,
        package: &CopyName,
        user: &str,
    ) -> Result<Checked> {
        let wrong = || Error::new(Code::InvalidSessionId, "the publisher key is not valid");
        let (owner, id) = key_parts(PUBLISHER_KEY, key).ok_or_else(wrong)?;
        let (there, what) = (org_text(org), package_text(package));
        let found = self
            .store()
            .get(move |tx| publisher_keys::reach(tx, owner, id, &what, &there))
            .await?;
        let reach = found
            .filter(|found| same(&found.hash, &hash(key)))
            .ok_or_else(wrong)?;
        self.is_open(owner).await?;
        let nothing = || package.not_installed_in("there and registered with the org of the key");
        let (org, copy) = reach.copy.ok_or_else(nothing)?;
        let (held, user) = match User::parse(user) {
            User::Id(user) => {
                let (held, fact) = self.held(org, copy, user).await?;
                (held, fact)
            }
            named => {
                let (held, fact) = self.held_by_name(org, copy, named).await?;
                (held, fact?)
            }
        };
        Ok(self.decide(held.ok_or_else(nothing)?, user))
    }

    /// A key is good for nothing while its own org is shut (R-ORG-7).
    async fn is_open(&self, owner: Id) -> Result<()> {
        let status = self.org(owner).await?.status_at(self.now());
        if !status.blocks_checks() {
            return Ok(());
        }
        Err(Error::new(
            Code::ApiDisabled,
            format!("the org of the key is {status}: its keys check nothing; ask the operator"),
        ))
    }
}

/// An org's id as it is stored, or its folded domain.
fn org_text(org: &str) -> String {
    match Id::parse(org) {
        Ok(id) if id.prefix() == prefix::ORG => id.as_str().to_owned(),
        _ => fold(org.trim()),
    }
}

/// A package's id as it is stored, or its folded namespace.
fn package_text(package: &CopyName) -> String {
    match package {
        CopyName::Namespace(name) => fold(name),
        CopyName::Package(id) | CopyName::Id(id) => id.as_str().to_owned(),
    }
}
