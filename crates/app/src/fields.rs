//! Custom fields (R-AUT-7): their definitions.

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, CustomField};
use openlma_core::{Code, Error, Result};
use openlma_store::records::{self, Lock};
use openlma_store::{Signal, custom_fields};

use crate::App;
use crate::actor::Actor;

/// Indexed, unique and external-id fields of one object.
const KEYED: usize = 10;

impl App {
    /// Defines a custom field in the actor's org.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE`, when the object has a field of that name; `INVALID_OPERATION` for an
    /// indexed, unique or external id field beyond ten of the object; errors of the definition.
    pub async fn define_field(&self, actor: &Actor, field: &CustomField) -> Result<CustomField> {
        actor.require(Permission::CustomizeApplication)?;
        let mut field = field.clone().checked(&actor.org.catalog)?;
        let object = actor.org.catalog.object(&field.object);
        let object = object.ok_or_else(|| crate::not_found("object"))?;
        object.name.clone_into(&mut field.object);
        if object.field(&field.name).is_some() {
            return Err(taken(&field));
        }
        let keyed = |f: &CustomField| f.indexed || f.unique || f.external_id;
        let (org, now) = (actor.org.id, self.now());
        self.store()
            .write(move |tx| {
                // One definition at a time in an org: of two for the last slot, one gets it.
                let organization = Catalog::standard().known("Organization");
                records::load_one(tx, org, organization, org, Lock::Rows)?;
                let known = custom_fields::list(tx, org)?;
                let of_object = known
                    .iter()
                    .filter(|f| f.object == field.object && keyed(f));
                if keyed(&field) && of_object.count() >= KEYED {
                    return Err(Error::new(
                        Code::InvalidOperation,
                        format!(
                            "{} has {KEYED} indexed, unique or external id fields already",
                            field.object
                        ),
                    ));
                }
                custom_fields::define(tx, org, &field, now).map_err(|e| {
                    if e.code == Code::DuplicateValue {
                        taken(&field)
                    } else {
                        e
                    }
                })?;
                tx.signal(Signal::Org(org));
                Ok(field.clone())
            })
            .await
    }

    /// The custom fields of the actor's org.
    ///
    /// # Errors
    /// Of the database.
    pub async fn custom_fields(&self, actor: &Actor) -> Result<Vec<CustomField>> {
        let org = actor.org.id;
        self.store()
            .look(move |tx| custom_fields::list(tx, org))
            .await
    }
}

fn taken(field: &CustomField) -> Error {
    Error::new(
        Code::DuplicateValue,
        format!(
            "{} has a field {} already; choose another name",
            field.object, field.name
        ),
    )
    .field("name")
}
