//! Installing the License Management App, and who may access it (R-ORG-3).

use std::sync::Arc;

use openlma_core::access::{Permission, with_lma};
use openlma_core::org::{self, LmaTarget};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::users::Choice;
use openlma_store::{Tx, directory};

use crate::App;
use crate::actor::Actor;
use crate::grants::{grants_of, profiles, write};
use crate::install::known_profiles;
use crate::orgs::{lock_org, write_changed};

impl App {
    /// R-ORG-3: installs the LMA in the actor's org for whom the installer chooses, the administrators
    /// when nothing is chosen; answers a warning where such orgs expire. The choice is what profiles
    /// grant on the LMA's objects from then on, and profiles and permission sets widen it. Where the LMA
    /// is already, nothing happens.
    ///
    /// # Errors
    /// `INVALID_OPERATION`, when the edition or a managed package forbids it, and for a choice where the
    /// LMA is already; `INVALID_CROSS_REFERENCE_KEY` for a profile that there is not.
    pub async fn install_lma(
        &self,
        actor: &Actor,
        access: Option<Choice>,
    ) -> Result<Option<&'static str>> {
        actor.require(Permission::DownloadPackages)?;
        let (org, user, now) = (Arc::clone(&actor.org), actor.user, self.now());
        self.store()
            .write(move |tx| {
                // A managed package may come at the same moment.
                let row = lock_org(tx, org.id)?;
                let warning = org::may_install_lma(&LmaTarget {
                    edition: org.edition,
                    status: org.status_at(now),
                    sandbox: org.sandbox,
                    owns_managed_package: directory::owns_managed(tx, org.id)?,
                })?;
                if !row.get("is_business").is_true() {
                    let mut after = row.clone();
                    after.set("is_business", true);
                    write_changed(tx, &row, after, now)?;
                    let access = access.as_ref().unwrap_or(&Choice::Administrators);
                    choose(tx, org.id, access, user, now)?;
                } else if access.is_some() {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        "access: the License Management App is installed in this org already; \
                         profiles and permission sets say who may access it",
                    )
                    .field("access"));
                }
                Ok(warning)
            })
            .await
    }
}

/// Makes the profiles grant what was chosen.
fn choose(tx: &mut Tx<'_>, org: Id, access: &Choice, by: Id, now: Timestamp) -> Result<()> {
    known_profiles(tx, org, access)?;
    let all = profiles(tx, org)?;
    for (name, set) in &all {
        let chosen = match (access, set.get("ProfileId").as_id()) {
            (Choice::All, _) => true,
            (Choice::Profiles(ids), Some(id)) => ids.contains(&id),
            (Choice::Administrators | Choice::Profiles(_), _) => false,
        };
        let before = grants_of(set)?;
        let after = with_lma(&before, name, chosen);
        if after != before {
            write(tx, org, set, &after, by, now)?;
        }
    }
    Ok(())
}
