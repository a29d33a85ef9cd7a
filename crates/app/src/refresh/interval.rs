//! How often an org may refresh a package: the setting of R-REF-2.

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, names};
use openlma_core::{Result, Value, refresh};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx};

use super::saving;
use crate::actor::Actor;
use crate::org_context;
use crate::orgs::write_organization;
use crate::register::first;
use crate::save;
use crate::{App, not_found};

impl App {
    /// R-REF-2: sets the days between two refreshes of a package, 0 to 30. The next possible day
    /// of every package follows.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` outside the range; `INSUFFICIENT_ACCESS_OR_READONLY` without
    /// Customize Application.
    pub async fn set_refresh_interval(&self, actor: &Actor, days: i64) -> Result<()> {
        actor.require(Permission::CustomizeApplication)?;
        let days = refresh::interval(days)?;
        let (org, now, ids) = (actor.org.id, self.now(), self.ids());
        let write = move |tx: &mut Tx<'_>| {
            let object = Catalog::standard().known("Organization");
            let row = records::load_one(tx, org, object, org, Lock::Rows)?;
            let before = row.ok_or_else(|| not_found("org"))?;
            let mut after = before.clone();
            after.set("refresh_interval_days", i64::from(days));
            after.set("LastModifiedDate", now);
            after.set("SystemModstamp", now);
            write_organization(tx, &before, &after)?;
            tx.signal(Signal::Org(org));
            let changed = org_context::load(tx, org)?.ok_or_else(|| not_found("org"))?;
            let writer = Actor::lma(&Arc::new(changed));
            let saving = saving(&writer, now);
            let packages = writer.org.catalog.known(names::PACKAGE);
            let all = [Value::Bool(false)];
            let packages = records::load_by(tx, org, packages, "IsDeleted", &all, Lock::Rows)?;
            let pairs = packages.into_iter().map(|p| (p.clone(), p)).collect();
            for row in save::rewrite(tx, &saving, &mut ids.clone(), pairs)? {
                row.map_err(first)?;
            }
            Ok(())
        };
        self.store().write(write).await?;
        // This node has heard of it already; who made the change reads it at once.
        self.inner.contexts.forget(org);
        Ok(())
    }
}
