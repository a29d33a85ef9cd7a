//! The installs of an org, for whoever confirms, upgrades or uninstalls them.

use openlma_core::fold::fold;
use openlma_core::{Id, Result};
use openlma_store::installs::{self, Listed, Wanted};

use crate::App;
use crate::actor::Actor;

impl App {
    /// The installs of the actor's org, newest first: those older than `before`, of one package
    /// or of all. A namespace that nobody has lists nothing.
    ///
    /// # Errors
    /// Of the database.
    pub async fn installs(
        &self,
        actor: &Actor,
        before: Option<Id>,
        namespace: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Listed>> {
        let org = actor.org.id;
        let wanted = Wanted {
            before,
            namespace: namespace.map(fold),
            limit,
        };
        self.store()
            .look(move |tx| installs::list(tx, org, &wanted))
            .await
    }
}
