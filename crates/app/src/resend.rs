//! *Retry* of a license whose terms did not arrive (R-SYN-3): they are sent once more. They take the
//! place of those that wait in the subscriber's inbox, which no other org may touch (R-ORG-5).

use std::sync::Arc;

use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::license::field;
use openlma_core::license::modify::{ModifyRequest, may_edit};
use openlma_core::{Code, Error, Id, Result};
use openlma_store::Tx;
use openlma_store::licensing;
use openlma_store::records::{self, Lock};

use crate::App;
use crate::actor::Actor;
use crate::deliver::{LOOK_EVERY, WAIT};
use crate::modify::{Wish, current, modifiable};
use crate::register::only;
use crate::save::{self, Saving};

/// How terms that were sent again fared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resent {
    /// The subscriber's copy has them.
    InSync,
    /// They are on their way.
    Pending,
    /// They wait there again, and why.
    Failed(Option<String>),
}

/// Revision of the terms, and the subscriber's org with its copy.
type Sent = (i64, Id, Id);

impl App {
    /// Sends a license's terms once more and looks for two seconds how they fare.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INSUFFICIENT_ACCESS_OR_READONLY` without Edit on License; `INVALID_OPERATION`
    /// for a license without subscriber; those of a license that cannot be edited.
    pub async fn resend_terms(&self, actor: &Actor, license: Id) -> Result<Resent> {
        let object = Arc::clone(actor.org.catalog.known(names::LICENSE));
        let (writer, now, ids) = (actor.writer(), self.now(), self.ids());
        let wish = Wish {
            license,
            request: ModifyRequest::default(),
            dry_run: false,
            confirmed: false,
        };
        let of = Arc::clone(&object);
        let sent = self
            .store()
            .write(move |tx| {
                let saving = Saving {
                    writer: &writer,
                    now,
                    all_or_none: true,
                };
                send(tx, &saving, &mut ids.clone(), &of, &wish)
            })
            .await?;
        let fared = async {
            let (_, subscriber, _) = sent;
            for (from, to) in [(actor.org.id, subscriber), (subscriber, actor.org.id)] {
                // What fails here is tried again by the worker.
                let _ = self.deliver(from).await;
                let _ = self.apply_received(to).await;
            }
            loop {
                match self.fares(actor.org.id, &object, license, sent).await {
                    Ok(Resent::Pending) | Err(_) => tokio::time::sleep(LOOK_EVERY).await,
                    Ok(end) => return end,
                }
            }
        };
        Ok(tokio::time::timeout(WAIT, fared)
            .await
            .unwrap_or(Resent::Pending))
    }

    /// Looks on both sides how the terms fared.
    async fn fares(
        &self,
        org: Id,
        object: &Arc<ObjectDef>,
        license: Id,
        (revision, subscriber, copy): Sent,
    ) -> Result<Resent> {
        let has = move |tx: &mut Tx<'_>| licensing::terms_revision(tx, subscriber, copy);
        if self.store().look(has).await?.is_some_and(|r| r >= revision) {
            return Ok(Resent::InSync);
        }
        let object = Arc::clone(object);
        let read = move |tx: &mut Tx<'_>| records::load_one(tx, org, &object, license, Lock::No);
        let found = self.store().look(read).await?;
        let text = |name| {
            let found = found.as_ref().and_then(|r| r.get(name).as_text());
            found.map(str::to_owned)
        };
        Ok(match text(field::SYNC_STATE).as_deref() {
            Some("Failed") => Resent::Failed(text(field::SYNC_ERROR)),
            _ => Resent::Pending,
        })
    }
}

fn send(
    tx: &mut Tx<'_>,
    saving: &Saving<'_>,
    ids: &mut IdRun,
    object: &Arc<ObjectDef>,
    wish: &Wish,
) -> Result<Sent> {
    let before = modifiable(tx, saving, object, wish)?;
    let (current, _) = current(saving, &before)?;
    may_edit(current.terms.status, &current.reach)?;
    let to = save::subscriber(&before).zip(save::package_license(&before));
    let Some((subscriber, copy)) = to else {
        return Err(Error::new(
            Code::InvalidOperation,
            "the license was made by hand and has no subscriber to send anything to",
        )
        .field(field::PACKAGE_LICENSE_ID));
    };
    let mut after = before.clone();
    save::terms_again(&mut after, 0);
    let saved = only(save::rewrite(tx, saving, ids, vec![(before, after)])?)?;
    save::send_again(tx, saving, ids, &saved)?;
    let revision = saved.get("terms_revision").as_int().unwrap_or(0);
    Ok((revision, subscriber, copy))
}
