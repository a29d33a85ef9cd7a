//! Saves that somebody makes by hand of what the License Management App keeps (R-PKG-5, R-PKG-6): they
//! are done, and warned of.

use std::sync::Arc;

use openlma_core::access::FieldAccess;
use openlma_core::catalog::{ObjectDef, names};
use openlma_core::rules::by_hand::{Hand, is_of_deleted_org, warning};
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::records::{self, Lock};

use crate::actor::Actor;
use crate::register::first;
use crate::save::Fields;
use crate::{App, not_found};

/// What was done, and the warning that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct ByHand<T> {
    /// What was done.
    pub done: T,
    /// The guide's warning.
    pub warning: Option<&'static str>,
}

impl<T> ByHand<T> {
    pub(crate) fn new(done: T, object: &ObjectDef, hand: Hand) -> ByHand<T> {
        ByHand {
            done,
            warning: warning(object, hand, []),
        }
    }

    pub(crate) fn changed(done: T, object: &ObjectDef, row: &Fields) -> ByHand<T> {
        let fields = row.iter().map(|(i, _)| &object.fields()[*i]);
        ByHand {
            done,
            warning: warning(object, Hand::Changes, fields),
        }
    }
}

impl App {
    /// Deletes the record of a license, once it is confirmed. That of a deleted org goes without a
    /// warning (R-LIC-11); any other is warned of, and comes back with the next refresh.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INSUFFICIENT_ACCESS_OR_READONLY` without Delete on License; `CONFIRMATION_REQUIRED`.
    pub async fn delete_license(
        &self,
        actor: &Actor,
        license: Id,
        confirmed: bool,
    ) -> Result<Option<&'static str>> {
        let object = Arc::clone(actor.org.catalog.known(names::LICENSE));
        if !actor.permissions.may_read_object(&object) {
            return Err(not_found("license"));
        }
        let record = self.license_record(actor, license).await?;
        let record = record.filter(|r| !r.is_deleted());
        let record = record.ok_or_else(|| not_found("license"))?;
        if !actor.permissions.object(&object).delete {
            return Err(Error::new(
                Code::InsufficientAccess,
                format!("insufficient access rights on object {}", object.name),
            ));
        }
        if !confirmed {
            let told = if is_of_deleted_org(&record) {
                "the subscriber's org is deleted, and this deletes the record of its license"
            } else {
                warning(&object, Hand::Deletes, []).unwrap_or_default()
            };
            return Err(Error::new(
                Code::ConfirmationRequired,
                format!("{told}; confirm with deletes_license"),
            ));
        }
        let deleted = self.delete_one(actor, &object, license).await;
        deleted.map(|deleted| deleted.warning).map_err(first)
    }

    /// The warning of a deletion that was made.
    pub(crate) async fn deleted(
        &self,
        actor: &Actor,
        object: &ObjectDef,
        id: Id,
    ) -> Result<ByHand<()>> {
        let mut deleted = ByHand::new((), object, Hand::Deletes);
        if object.name == names::LICENSE {
            let record = self.license_record(actor, id).await?;
            if record.is_some_and(|record| is_of_deleted_org(&record)) {
                deleted.warning = None;
            }
        }
        Ok(deleted)
    }

    /// The record of a license, deleted or not.
    async fn license_record(&self, actor: &Actor, id: Id) -> Result<Option<Record>> {
        let org = actor.org.id;
        let object = Arc::clone(actor.org.catalog.known(names::LICENSE));
        self.store()
            .look(move |tx| records::load_one(tx, org, &object, id, Lock::No))
            .await
    }
}
