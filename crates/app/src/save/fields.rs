//! May this caller do this with the object and these fields, and are the required ones there?

use openlma_core::access::{FieldAccess, ObjectAccess};
use openlma_core::catalog::{ObjectDef, Source};
use openlma_core::{Code, Error, Record, Result};

use super::{Fields, RowResult, Saving};

/// Insists on an object permission.
pub(super) fn may(
    saving: &Saving<'_>,
    object: &ObjectDef,
    wanted: impl Fn(ObjectAccess) -> bool,
    served: bool,
) -> Result<()> {
    if !saving.person() {
        return Ok(());
    }
    let access = saving.writer.permissions.object(object);
    if !access.read {
        return Err(Error::new(
            Code::InvalidType,
            format!("sObject type '{}' is not supported.", object.name),
        ));
    }
    if !served || !object.generic || !wanted(access) {
        return Err(Error::new(
            Code::InsufficientAccess,
            format!("insufficient access rights on object {}", object.name),
        ));
    }
    Ok(())
}

/// May the caller write these fields? A field that may not be read answers as if absent; all
/// that may not be written are named in one error.
pub(super) fn allowed(
    saving: &Saving<'_>,
    object: &ObjectDef,
    row: &Fields,
    creating: bool,
) -> RowResult<()> {
    if !saving.person() {
        return Ok(());
    }
    let permissions = &saving.writer.permissions;
    let mut refused = Vec::new();
    for (i, _) in row {
        let field = &object.fields()[*i];
        if !permissions.may_read_field(object, field) {
            return Err(vec![Error::new(
                Code::InvalidField,
                format!(
                    "No such column '{}' on sobject of type {}",
                    field.name, object.name
                ),
            )]);
        }
        let open = if creating {
            field.createable
        } else {
            field.updateable
        };
        if !open || !permissions.may_edit_field(object, field) {
            refused.push(field.name.to_string());
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let mut error = Error::new(
        Code::InvalidFieldForInsertUpdate,
        format!(
            "Unable to create/update fields: {}. Please check the security settings of this field \
             and verify that it is read/write for your profile or permission set.",
            refused.join(", ")
        ),
    );
    error.fields = refused;
    Err(vec![error])
}

/// R-ERR-1: required fields that are null, all in one error. On update only those just written
/// are asked. Required custom fields do not bind the license management app (R-AUT-8).
pub(super) fn required(
    saving: &Saving<'_>,
    record: &Record,
    written: Option<&Fields>,
) -> RowResult<()> {
    let fields = record.object().fields();
    let missing: Vec<String> = fields
        .iter()
        .enumerate()
        .filter(|(i, f)| {
            f.required
                && record.at(*i).is_null()
                && written.is_none_or(|w| w.iter().any(|(n, _)| n == i))
                && (saving.person() || f.source != Source::Custom)
        })
        .map(|(_, f)| f.name.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(vec![Error::missing(missing)])
}
