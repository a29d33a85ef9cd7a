//! *Grant new trial*: the only way back to Trial (R-LIC-2), for a System Administrator.

use std::sync::Arc;

use openlma_core::access::Permission;
use openlma_core::catalog::input::line;
use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::license::field;
use openlma_core::license::modify::{ModifyRequest, plan_new_trial};
use openlma_core::license::state::Status;
use openlma_core::rules::{By, license as license_rules};
use openlma_core::{Id, Result};
use openlma_store::Tx;

use crate::App;
use crate::actor::{Actor, Writer};
use crate::modify::{Done, Modified, Wish, current, modifiable, told};
use crate::register::only;
use crate::save::{self, Saving};

/// Most characters of a reason.
const REASON: u32 = 255;
/// What history calls it.
const NOTE: &str = "newTrialGranted";

impl App {
    /// Grants a license a new trial of 1 to 90 whole days from today in the subscriber's zone,
    /// whatever its status but Uninstalled. The reason goes to history with the change. A dry run
    /// writes nothing.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INSUFFICIENT_ACCESS_OR_READONLY` without Customize Application or without Edit
    /// on License; `FIELD_INTEGRITY_EXCEPTION` on `days`; those of a text of one
    /// line on `reason`; those of a license that cannot be edited.
    pub async fn grant_trial(
        &self,
        actor: &Actor,
        license: Id,
        days: i64,
        reason: Option<&str>,
        dry_run: bool,
    ) -> Result<Modified> {
        actor.require(Permission::CustomizeApplication)?;
        let reason = reason.map(|text| line("reason", text, REASON));
        let reason = reason.transpose()?.flatten();
        let object = Arc::clone(actor.org.catalog.known(names::LICENSE));
        let writer = Writer {
            by: By::NewTrial,
            ..actor.writer()
        };
        let wish = Wish {
            license,
            request: ModifyRequest {
                status: Some(Status::Trial),
                expiration: Some(None),
                ..ModifyRequest::default()
            },
            dry_run,
            confirmed: false,
        };
        let (now, ids) = (self.now(), self.ids());
        let work = move |tx: &mut Tx<'_>| {
            let saving = Saving {
                writer: &writer,
                now,
                all_or_none: true,
            };
            let grant = (days, reason.as_deref());
            granted(tx, &saving, &mut ids.clone(), &object, &wish, grant)
        };
        let done = if dry_run {
            self.store().read(work).await?
        } else {
            self.store().write(work).await?
        };
        Ok(self.modified(actor, done).await)
    }
}

fn granted(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    wish: &Wish,
    (days, reason): (i64, Option<&str>),
) -> Result<Done> {
    let before = modifiable(tx, saving, object, wish)?;
    let (current, today) = current(saving, &before)?;
    let modification = told(saving, object, plan_new_trial(&current, days, today)?);
    if wish.dry_run {
        let revision = before.get("terms_revision").as_int().unwrap_or(0);
        let next = revision + i64::from(!modification.changes.is_empty());
        return Ok((modification, next, None));
    }
    let mut after = before.clone();
    license_rules::set_terms(&mut after, &modification.terms);
    after.set(field::TRIAL_GRANTED_ON, today);
    let saved = only(save::rewrite(tx, saving, ids, vec![(before, after)])?)?;
    save::note(tx, saving, ids, &saved, NOTE, reason)?;
    let revision = saved.get("terms_revision").as_int().unwrap_or(0);
    let copy = save::subscriber(&saved).zip(save::package_license(&saved));
    Ok((modification, revision, copy))
}
