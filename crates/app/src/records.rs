//! Records through the doors of the API and the pages: read, query, create, change, delete.
//!
//! Generic objects go to the save path; the few writes that typed and closed objects take are
//! handed to their use case.

use std::sync::Arc;

use openlma_core::access::FieldAccess;
use openlma_core::catalog::input::from_json;
use openlma_core::catalog::{ObjectDef, names};
use openlma_core::id::IdRun;
use openlma_core::quote::beginning;
use openlma_core::rules::by_hand::Hand;
use openlma_core::{Code, Error, Id, Record, Result, Value};
use openlma_soql::{BindContext, Plan};
use openlma_store::Tx;
use openlma_store::query::{self, Answer, Moment};
use openlma_store::records::{self, Lock};
use serde_json::{Map, Value as Json};

use crate::actor::Actor;
use crate::by_hand::ByHand;
use crate::register::only;
use crate::save::{self, Fields, RowResult, Saving};
use crate::seats::CopyName;
use crate::{App, not_found, visible};

impl App {
    /// An object that the actor may read; what may not be read answers as if absent.
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub fn object<'a>(&self, actor: &'a Actor, name: &str) -> Result<&'a Arc<ObjectDef>> {
        let object = actor.org.catalog.object(name);
        object
            .filter(|o| actor.permissions.may_read_object(o))
            .ok_or_else(|| Error::new(Code::NotFound, "The requested resource does not exist"))
    }

    /// Compiles and runs a query.
    ///
    /// # Errors
    /// Those of the query language; `EXCEEDED_ID_LIMIT` for more than 2,000 rows.
    pub async fn query(
        &self,
        actor: &Actor,
        text: &str,
        include_deleted: bool,
    ) -> Result<(Arc<Plan>, Answer)> {
        let now = self.now();
        let context = BindContext {
            now,
            zone: &actor.org.zone,
            include_deleted,
        };
        let plan = openlma_soql::compile(
            text,
            &actor.org.catalog,
            actor.permissions.as_ref(),
            &context,
        )?;
        let plan = visible::narrowed(plan, &actor.org.catalog, &actor.permissions);
        let plan = Arc::new(plan);
        let moment = Moment {
            now,
            today: actor.org.today(now),
        };
        let (org, running) = (actor.org.id, Arc::clone(&plan));
        let answer = self
            .store()
            .look(move |tx| query::run(tx, org, &running, moment))
            .await?;
        Ok((plan, answer))
    }

    /// One whole record; the caller shows only what [`FieldAccess`] allows.
    ///
    /// # Errors
    /// `NOT_FOUND`; `ENTITY_IS_DELETED`.
    pub async fn record(&self, actor: &Actor, object: &Arc<ObjectDef>, id: Id) -> Result<Record> {
        if object.prefix != Some(id.prefix()) {
            return Err(not_found(object.label));
        }
        let (org, wanted) = (actor.org.id, Arc::clone(object));
        let found = self
            .store()
            .look(move |tx| records::load_one(tx, org, &wanted, id, Lock::No))
            .await?;
        let record = found.ok_or_else(|| not_found(object.label))?;
        if !visible::may_see(object, &record, &actor.org.catalog, &actor.permissions) {
            return Err(not_found(object.label));
        }
        if object.soft_delete() && record.is_deleted() {
            return Err(Error::new(Code::EntityIsDeleted, "entity is deleted"));
        }
        Ok(record)
    }

    /// Creates records of a generic object.
    ///
    /// # Errors
    /// Of the whole batch; a record's own errors stand in its row.
    pub async fn create_records(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        rows: Vec<Fields>,
        all_or_none: bool,
    ) -> Result<Vec<RowResult<Record>>> {
        let object = Arc::clone(object);
        self.save(actor, all_or_none, move |tx, saving, ids| {
            save::create(tx, saving, ids, &object, &rows)
        })
        .await
    }

    /// Changes records of a generic object.
    ///
    /// # Errors
    /// As [`App::create_records`].
    pub async fn update_records(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        rows: Vec<(Id, Fields)>,
        all_or_none: bool,
    ) -> Result<Vec<RowResult<Record>>> {
        let object = Arc::clone(object);
        self.save(actor, all_or_none, move |tx, saving, ids| {
            save::update(tx, saving, ids, &object, &rows)
        })
        .await
    }

    /// Moves records of a generic object to the recycle bin.
    ///
    /// # Errors
    /// As [`App::create_records`]; `DELETE_FAILED`, when something holds one.
    pub async fn delete_records(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        ids: Vec<Id>,
        all_or_none: bool,
    ) -> Result<Vec<RowResult<()>>> {
        let object = Arc::clone(object);
        self.save(actor, all_or_none, move |tx, saving, _| {
            save::delete(tx, saving, &object, &ids)
        })
        .await
    }

    /// Takes records of a generic object back from the recycle bin.
    ///
    /// # Errors
    /// As [`App::create_records`].
    pub async fn undelete_records(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        ids: Vec<Id>,
        all_or_none: bool,
    ) -> Result<Vec<RowResult<()>>> {
        let object = Arc::clone(object);
        self.save(actor, all_or_none, move |tx, saving, _| {
            save::undelete(tx, saving, &object, &ids)
        })
        .await
    }

    /// Runs one batch of the save path in a unit of its own.
    async fn save<T: Send + 'static>(
        &self,
        actor: &Actor,
        all_or_none: bool,
        batch: impl Fn(&mut Tx<'_>, &Saving<'_>, &mut IdRun) -> Result<Vec<RowResult<T>>>
        + Send
        + 'static,
    ) -> Result<Vec<RowResult<T>>> {
        let (writer, now, ids) = (actor.writer(), self.now(), self.ids());
        self.store()
            .write(move |tx| {
                let saving = Saving {
                    writer: &writer,
                    now,
                    all_or_none,
                };
                batch(tx, &saving, &mut ids.clone())
            })
            .await
    }

    /// Takes one deleted record of any object back from the recycle bin.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an object that the actor may not read; `INVALID_OPERATION`, when the
    /// record is not deleted.
    pub async fn undelete(&self, actor: &Actor, id: Id) -> Result<ByHand<()>> {
        let object = actor
            .org
            .catalog
            .by_prefix(id.prefix())
            .filter(|object| actor.permissions.may_read_object(object))
            .ok_or_else(|| not_found("record"))?;
        let done = self.undelete_records(actor, object, vec![id], true).await?;
        only(done).map(|()| ByHand::new((), object, Hand::Restores))
    }

    /// Creates one record of any object from JSON: of a generic one by the save path, a seat by
    /// its use case.
    ///
    /// # Errors
    /// All errors of the record.
    pub async fn create_json(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        json: &Map<String, Json>,
    ) -> RowResult<ByHand<Id>> {
        let row = row(object, json, actor)?;
        let done = |id| ByHand::new(id, object, Hand::Creates);
        if object.name == names::USER_PACKAGE_LICENSE {
            let seat = self.create_seat(actor, object, &row).await;
            return seat.map(done).map_err(|e| vec![e]);
        }
        let made = self.create_records(actor, object, vec![row], true).await;
        let record = save::only(made.map_err(|e| vec![e])?)?;
        Ok(done(record.id().unwrap_or(actor.org.id)))
    }

    /// Changes one record of a generic object from JSON.
    ///
    /// # Errors
    /// All errors of the record.
    pub async fn update_json(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        id: Id,
        json: &Map<String, Json>,
    ) -> RowResult<ByHand<Record>> {
        if object.prefix != Some(id.prefix()) {
            return Err(vec![not_found(object.label)]);
        }
        let row = row(object, json, actor)?;
        let saved = self
            .update_records(actor, object, vec![(id, row.clone())], true)
            .await;
        let record = save::only(saved.map_err(|e| vec![e])?)?;
        Ok(ByHand::changed(record, object, &row))
    }

    /// Deletes one record of any object that allows it.
    ///
    /// # Errors
    /// All errors of the record.
    pub async fn delete_one(
        &self,
        actor: &Actor,
        object: &Arc<ObjectDef>,
        id: Id,
    ) -> RowResult<ByHand<()>> {
        if object.prefix != Some(id.prefix()) {
            return Err(vec![not_found(object.label)]);
        }
        if object.name == names::USER_PACKAGE_LICENSE {
            let revoked = self.revoke_seat(actor, id).await.map_err(|e| vec![e]);
            return revoked.map(|()| ByHand::new((), object, Hand::Deletes));
        }
        let deleted = self.delete_records(actor, object, vec![id], true).await;
        save::only(deleted.map_err(|e| vec![e])?)?;
        self.deleted(actor, object, id).await.map_err(|e| vec![e])
    }

    async fn create_seat(&self, actor: &Actor, object: &ObjectDef, row: &Fields) -> Result<Id> {
        let given = |name: &str| {
            let position = object.index_of(name);
            let found = row.iter().find(|(i, _)| Some(*i) == position);
            found.and_then(|(_, value)| value.as_id())
        };
        let (copy, user) = match (given("PackageLicenseId"), given("UserId")) {
            (Some(copy), Some(user)) => (copy, user),
            (copy, user) => {
                let names = [("PackageLicenseId", copy), ("UserId", user)].into_iter();
                let missing = names.filter(|(_, id)| id.is_none()).map(|(name, _)| name);
                return Err(Error::missing(missing));
            }
        };
        let made = self
            .assign_seats(actor, &CopyName::Id(copy), &[user.to_string()], false)
            .await?;
        made.seats
            .first()
            .map(|(seat, _)| *seat)
            .ok_or_else(|| Error::internal("no seat made"))
    }
}

/// The fields of a JSON record, by position. Names ignore case; a field that does not exist, or
/// may not be read, is refused alike.
///
/// # Errors
/// One for each value that is not of its field's type.
pub fn row(object: &ObjectDef, json: &Map<String, Json>, actor: &Actor) -> RowResult<Fields> {
    let mut fields = Vec::with_capacity(json.len());
    let mut errors = Vec::new();
    for (name, value) in json {
        if name == "attributes" {
            continue;
        }
        let position = object.index_of(name).filter(|i| {
            let field = &object.fields()[*i];
            name != "Id" && actor.permissions.may_read_field(object, field)
        });
        let Some(position) = position else {
            return Err(vec![Error::new(
                Code::InvalidField,
                format!(
                    "No such column '{}' on sobject of type {}",
                    beginning(name),
                    object.name
                ),
            )]);
        };
        let field = &object.fields()[position];
        if field.calculated_value() || !(field.createable || field.updateable) {
            // The save path names all that may not be written, whatever was given.
            fields.push((position, Value::Null));
            continue;
        }
        match from_json(field, value) {
            Ok(value) => fields.push((position, value)),
            Err(e) => errors.push(e),
        }
    }
    if errors.is_empty() {
        Ok(fields)
    } else {
        Err(errors)
    }
}
