//! *Modify License*: the one place where terms change (R-LIC-10), and reading licenses.

use std::sync::Arc;

use openlma_core::access::FieldAccess;
use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::license::field;
use openlma_core::license::modify::{Current, Modification, ModifyRequest, plan};
use openlma_core::rules::license as license_rules;
use openlma_core::time::Date;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, Tx, licensing};

use crate::actor::{Actor, Writer};
use crate::deliver::{LOOK_EVERY, WAIT};
use crate::register::{fields, first};
use crate::save::{self, Saving};
use crate::{App, not_found};

/// What a modification did, or would do.
#[derive(Clone, Debug)]
pub struct Modified {
    /// What the rules say of it.
    pub modification: Modification,
    /// Revision of the terms that it makes or would make.
    pub terms_revision: i64,
    /// Has the subscriber's copy the terms? `None` for a dry run and for a license without copy.
    pub in_sync: Option<bool>,
}

/// The fields that a request wants changed.
fn named(request: &ModifyRequest) -> impl Iterator<Item = &'static str> {
    [
        (field::STATUS, request.status.is_some()),
        (field::SEATS, request.seats.is_some()),
        (field::EXPIRATION, request.expiration.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, wanted)| wanted.then_some(name))
}

fn readable(writer: &Writer, object: &ObjectDef, name: &str) -> bool {
    let field = object.field(name);
    field.is_some_and(|f| writer.permissions.may_read_field(object, f))
}

/// One modification as it is asked for.
pub(crate) struct Wish {
    pub(crate) license: Id,
    pub(crate) request: ModifyRequest,
    pub(crate) dry_run: bool,
    pub(crate) confirmed: bool,
}

/// What the rules say, the revision of the terms, and the subscriber's org with its copy, to
/// which saved terms go.
pub(crate) type Done = (Modification, i64, Option<(Id, Id)>);

/// Modifies in one transaction, or only plans to.
fn modify(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    wish: &Wish,
) -> Result<Done> {
    let record = modifiable(tx, saving, object, wish)?;
    let modification = planned(saving, object, &record, &wish.request)?;
    if wish.dry_run {
        let revision = record.get("terms_revision").as_int().unwrap_or(0);
        let next = revision + i64::from(!modification.changes.is_empty());
        return Ok((modification, next, None));
    }
    if modification.must_confirm && !wish.confirmed {
        return Err(Error::new(
            Code::ConfirmationRequired,
            "the expiration is in the past: the customer has no access from now on; \
             confirm with ends_access_now",
        )
        .field(field::EXPIRATION));
    }
    let mut changed = record.clone();
    license_rules::set_terms(&mut changed, &modification.terms);
    let row = fields(
        object,
        [field::STATUS, field::SEATS, field::EXPIRATION]
            .into_iter()
            .filter(|f| changed.get(f) != record.get(f))
            .map(|f| (f, changed.get(f).clone())),
    );
    let saved = save::update(tx, saving, ids, object, &[(wish.license, row)])?;
    let saved = crate::register::only(saved)?;
    let revision = saved.get("terms_revision").as_int().unwrap_or(0);
    let copy = save::subscriber(&saved).zip(save::package_license(&saved));
    Ok((modification, revision, copy))
}

/// The license, locked unless nothing is to be written, if the writer may change what is asked.
pub(crate) fn modifiable(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    object: &Arc<ObjectDef>,
    wish: &Wish,
) -> Result<Record> {
    if !saving.writer.permissions.object(object).read {
        return Err(not_found("license"));
    }
    let wanted = fields(object, named(&wish.request).map(|f| (f, Value::Null)));
    save::may_update(saving, object, &wanted).map_err(first)?;
    let lock = if wish.dry_run { Lock::No } else { Lock::Rows };
    let found = records::load_one(tx, saving.writer.org.id, object, wish.license, lock)?;
    let record = found.filter(|r| !r.is_deleted());
    record.ok_or_else(|| not_found("license"))
}

/// What the rules make of a request.
fn planned(
    saving: &Saving<'_>,
    object: &ObjectDef,
    record: &Record,
    request: &ModifyRequest,
) -> Result<Modification> {
    let (current, today) = current(saving, record)?;
    let modification = plan(&current, request, today)?;
    Ok(told(saving, object, modification))
}

/// A license as the rules of a modification see it, and the day in the subscriber's zone.
pub(crate) fn current(saving: &Saving<'_>, record: &Record) -> Result<(Current, Date)> {
    let own_zone = &saving.writer.org.zone;
    let current = license_rules::current(record, own_zone, saving.now)?.ok_or_else(|| {
        Error::new(
            Code::InvalidOperation,
            "the license has no status to modify",
        )
        .field(field::STATUS)
    })?;
    let zone = license_rules::subscriber_zone(record, own_zone);
    Ok((current, openlma_core::time::day_in(saving.now, &zone)))
}

/// Who may not read both seat fields is not told how many users are over.
pub(crate) fn told(
    saving: &Saving<'_>,
    object: &ObjectDef,
    modification: Modification,
) -> Modification {
    let seats = [field::SEATS, field::USED];
    let unread = seats.iter().any(|f| !readable(saving.writer, object, f));
    Modification {
        over_by: if unread { 0 } else { modification.over_by },
        ..modification
    }
}

impl App {
    /// Modifies a license's terms. A dry run writes nothing. A last day that is set in the past must
    /// be confirmed (R-LIC-3).
    ///
    /// # Errors
    /// Those of R-LIC; `CONFIRMATION_REQUIRED`; `INSUFFICIENT_ACCESS_OR_READONLY` without Edit.
    pub async fn modify_license(
        &self,
        actor: &Actor,
        license: Id,
        request: &ModifyRequest,
        dry_run: bool,
        confirmed: bool,
    ) -> Result<Modified> {
        let object = Arc::clone(actor.org.catalog.known(names::LICENSE));
        let (writer, now, ids) = (actor.writer(), self.now(), self.ids());
        let wish = Wish {
            license,
            request: *request,
            dry_run,
            confirmed,
        };
        let work = move |tx: &mut Tx<'_>| {
            let saving = Saving {
                writer: &writer,
                now,
                all_or_none: true,
            };
            modify(tx, &saving, &mut ids.clone(), &object, &wish)
        };
        let done = if dry_run {
            self.store().read(work).await?
        } else {
            self.store().write(work).await?
        };
        Ok(self.modified(actor, done).await)
    }

    /// What a modification did, once delivery has been tried.
    pub(crate) async fn modified(&self, actor: &Actor, done: Done) -> Modified {
        let (modification, terms_revision, copy) = done;
        let in_sync = match copy {
            Some((org, copy)) => Some(self.in_sync(actor.org.id, org, copy, terms_revision).await),
            None => None,
        };
        Modified {
            modification,
            terms_revision,
            in_sync,
        }
    }

    /// R-SYN-3: tries delivery at once and looks whether the copy has the terms within two
    /// seconds.
    pub(crate) async fn in_sync(
        &self,
        sender: Id,
        subscriber: Id,
        copy: Id,
        revision: i64,
    ) -> bool {
        let arrived = async {
            // What fails here is tried again by the worker.
            let _ = self.deliver(sender).await;
            let _ = self.apply_received(subscriber).await;
            loop {
                let found = self
                    .store()
                    .look(move |tx| licensing::terms_revision(tx, subscriber, copy))
                    .await;
                if found.is_ok_and(|r| r.is_some_and(|r| r >= revision)) {
                    return;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let in_sync = tokio::time::timeout(WAIT, arrived).await.is_ok();
        // Another thread or node may have committed it, whose word has not come yet: the next check here
        // knows all the same.
        self.heard(&[Signal::Entitlement(subscriber, copy)]);
        in_sync
    }
}
