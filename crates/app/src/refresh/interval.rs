//! The days between two refreshes of a package have changed (R-REF-2).

use std::sync::Arc;

use openlma_core::catalog::names;
use openlma_core::id::IdRun;
use openlma_core::time::Timestamp;
use openlma_core::{Id, Result, Value};
use openlma_store::Tx;
use openlma_store::records::{self, Lock};

use super::saving;
use crate::actor::Actor;
use crate::not_found;
use crate::org_context;
use crate::register::first;
use crate::save;

/// Has the next possible day of every package follow what the org's row says now.
pub(crate) fn interval_changed(
    tx: &mut Tx<'_>,
    ids: &mut IdRun,
    org: Id,
    now: Timestamp,
) -> Result<()> {
    let changed = org_context::load(tx, org)?.ok_or_else(|| not_found("org"))?;
    let writer = Actor::lma(&Arc::new(changed));
    let saving = saving(&writer, now);
    let packages = writer.org.catalog.known(names::PACKAGE);
    let live = [Value::Bool(false)];
    let packages = records::load_by(tx, org, packages, "IsDeleted", &live, Lock::Rows)?;
    let pairs = packages.into_iter().map(|p| (p.clone(), p)).collect();
    for row in save::rewrite(tx, &saving, ids, pairs)? {
        row.map_err(first)?;
    }
    Ok(())
}
