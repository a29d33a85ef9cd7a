//! What is granted and revoked of a profile or permission set (R-SEC-1).

use std::collections::BTreeMap;

use super::grants::EVERY_OBJECT;
use super::{FieldLevel, Grants, ObjectGrant, Permission, Right};
use crate::catalog::{Catalog, ObjectDef};
use crate::error::{Code, Error, Result};

/// A change of grants; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantsChange {
    /// Named permissions, given or taken away.
    pub permissions: BTreeMap<Permission, bool>,
    /// By API name of the object.
    pub objects: BTreeMap<String, ObjectChange>,
}

/// A change of what is granted of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectChange {
    /// Object permissions, given with those that they need, or taken away with those that need them.
    pub rights: BTreeMap<Right, bool>,
    /// Level of the fields that are not named; when absent it follows the object permissions.
    pub fields: Option<FieldLevel>,
    /// Level of single fields; `None` takes the exception away.
    pub except: BTreeMap<String, Option<FieldLevel>>,
}

impl GrantsChange {
    /// The grants as they are after the change.
    ///
    /// # Errors
    /// `FIELD_INTEGRITY_EXCEPTION` for an object or a field that there is not, and for a permission
    /// that is given while one that it needs is taken away.
    pub fn apply(&self, before: &Grants, catalog: &Catalog) -> Result<Grants> {
        let mut after = before.clone();
        for (permission, given) in &self.permissions {
            if *given {
                after.permissions.insert(*permission);
            } else {
                after.permissions.remove(permission);
            }
        }
        for (name, change) in &self.objects {
            let object = catalog
                .object(name)
                .ok_or_else(|| refused(format!("objects: there is no object {name}")))?;
            let grant = before.object(object.name).cloned().unwrap_or_default();
            let grant = change.apply(grant, object)?;
            if grant == ObjectGrant::default() && !after.objects.contains_key(EVERY_OBJECT) {
                after.objects.remove(object.name);
            } else {
                after.objects.insert(object.name.into(), grant);
            }
        }
        Ok(after)
    }

    /// What `after` gives of that which the change names: all that a grantor must have.
    #[must_use]
    pub fn given(&self, before: &Grants, after: &Grants, catalog: &Catalog) -> Grants {
        let more = after.permissions.difference(&before.permissions);
        let objects = self.objects.keys().filter_map(|name| {
            let name = catalog.object(name)?.name;
            let grant = after.objects.get(name)?;
            (before.object(name) != Some(grant)).then(|| (name.to_owned(), grant.clone()))
        });
        Grants {
            permissions: more.copied().collect(),
            objects: objects.collect(),
        }
    }
}

impl ObjectChange {
    fn apply(&self, mut grant: ObjectGrant, object: &ObjectDef) -> Result<ObjectGrant> {
        let before = grant.access;
        for (right, given) in self.rights.iter().filter(|(_, given)| **given) {
            let taken = |needed: &&Right| self.rights.get(needed) == Some(&!given);
            if let Some(needed) = right.needs().iter().find(taken) {
                return Err(refused(format!(
                    "{}: {right} does not go without {needed}",
                    object.name
                )));
            }
        }
        for (right, given) in &self.rights {
            if *given {
                grant.access.give(*right);
            } else {
                grant.access.take(*right);
            }
        }
        let now = grant.access;
        let writes = |access: super::ObjectAccess| access.edit || access.create;
        grant.fields.default = match self.fields {
            Some(level) => level,
            None if writes(now) && !writes(before) => FieldLevel::Edit,
            None if !writes(now) && writes(before) => grant.fields.default.min(FieldLevel::Read),
            None if now.read && !before.read => grant.fields.default.max(FieldLevel::Read),
            None => grant.fields.default,
        };
        for (name, level) in &self.except {
            let field = object
                .field(name)
                .filter(|field| field.permissionable())
                .ok_or_else(|| no_such_field(object, name))?;
            match level {
                Some(level) => grant.fields.except.insert(field.name.to_string(), *level),
                None => grant.fields.except.remove(field.name.as_ref()),
            };
        }
        Ok(if now.read {
            grant
        } else {
            ObjectGrant::default()
        })
    }
}

fn no_such_field(object: &ObjectDef, name: &str) -> Error {
    refused(format!(
        "except: {} has no field {name} whose level can be set",
        object.name
    ))
}

fn refused(message: String) -> Error {
    Error::new(Code::FieldIntegrityException, message).field("objects")
}
