//! *Edit details* of a license: account, contact and custom fields (R-LIC-10). Terms are *Modify
//! License*'s.

use openlma_core::catalog::{Source, names};
use openlma_core::{Code, Error, Id, Record};
use serde_json::{Map, Value as Json};

use crate::actor::Actor;
use crate::save::RowResult;
use crate::{App, not_found};

/// What to change of a license's details; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// The account, or none.
    pub account: Option<Option<Id>>,
    /// The contact, or none.
    pub contact: Option<Option<Id>>,
    /// Values of custom fields by API name; null empties one.
    pub fields: Map<String, Json>,
}

impl App {
    /// Edits the details of a license, on the one save path.
    ///
    /// # Errors
    /// `NOT_FOUND`; `INVALID_FIELD` for what is no custom field of licenses; all errors of the record,
    /// such as `FIELD_INTEGRITY_EXCEPTION` for a contact of another account.
    pub async fn edit_license(
        &self,
        actor: &Actor,
        license: Id,
        details: &Details,
    ) -> RowResult<Record> {
        let object = self
            .object(actor, names::LICENSE)
            .map_err(|_| vec![not_found("license")])?;
        let custom = |name: &str| object.field(name).map(|f| f.source) == Some(Source::Custom);
        if let Some(name) = details.fields.keys().find(|name| !custom(name)) {
            return Err(vec![no_custom_field(name)]);
        }
        let mut json = details.fields.clone();
        for (name, look_up) in [
            ("sfLma__Account__c", details.account),
            ("sfLma__Contact__c", details.contact),
        ] {
            if let Some(id) = look_up {
                json.insert(name.to_owned(), id.map(|id| id.to_string()).into());
            }
        }
        let saved = self.update_json(actor, object, license, &json).await?;
        Ok(saved.done)
    }
}

fn no_custom_field(name: &str) -> Error {
    Error::new(
        Code::InvalidField,
        format!(
            "fields: {name} is no custom field of licenses; status, seats and expiration are modified"
        ),
    )
    .field("fields")
}
