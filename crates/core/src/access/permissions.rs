//! What a caller has of all profiles and permission sets together.

use super::grants::{FieldLevel, Grants, ObjectAccess, ObjectGrant};
use super::profiles::everything;
use super::{FieldAccess, Permission};
use crate::catalog::{Catalog, FieldDef, ObjectDef};
use crate::error::{Code, Error, Result};

/// The rights of one caller: the union of a profile and permission sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    grants: Grants,
}

impl Permissions {
    /// The union of grants; of none of them, no rights.
    #[must_use]
    pub fn union<'a>(grants: impl IntoIterator<Item = &'a Grants>) -> Permissions {
        let grants = grants
            .into_iter()
            .fold(Grants::default(), |all, one| all.union(one));
        Permissions { grants }
    }

    /// Everything: the system itself.
    #[must_use]
    pub fn system() -> Permissions {
        Permissions {
            grants: everything(),
        }
    }

    /// Has the caller this named permission? Modify All Data includes View All Data.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        let has = |p| self.grants.permissions.contains(&p);
        has(permission) || (permission == Permission::ViewAllData && has(Permission::ModifyAllData))
    }

    /// What the caller may do with an object.
    #[must_use]
    pub fn object(&self, object: &ObjectDef) -> ObjectAccess {
        let granted = self
            .grants
            .object(object.name)
            .map_or_else(ObjectAccess::default, |g| g.access);
        if self.may(Permission::ModifyAllData) {
            ObjectAccess::ALL
        } else if self.may(Permission::ViewAllData) {
            granted.union(ObjectAccess {
                view_all: true,
                ..ObjectAccess::READ
            })
        } else {
            granted
        }
    }

    /// May the caller write this field, as far as the field is concerned? System and calculated
    /// fields never; what the LMA writes only with Modify All Data (R-PKG-6).
    #[must_use]
    pub fn may_edit_field(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        let writable =
            (field.createable || field.updateable) && !field.hidden && !field.calculated_value();
        writable
            && (!field.platform || self.may(Permission::ModifyAllData))
            && self.level(object, field) == FieldLevel::Edit
    }

    /// Nobody grants what they lack (R-SEC-1).
    ///
    /// # Errors
    /// `INSUFFICIENT_ACCESS_OR_READONLY` naming the first right in `grants` that the caller does
    /// not have.
    pub fn may_grant(&self, grants: &Grants, catalog: &Catalog) -> Result<()> {
        let lacking = |what: String| {
            Err(Error::new(
                Code::InsufficientAccess,
                format!("you cannot grant what you do not have: {what}"),
            ))
        };
        if let Some(permission) = grants.permissions.iter().find(|p| !self.may(**p)) {
            return lacking(permission.to_string());
        }
        for object in catalog.objects() {
            let Some(grant) = grants.object(object.name) else {
                continue;
            };
            if !self.object(object).covers(grant.access) {
                return lacking(format!("permissions on {}", object.name));
            }
            let beyond = |field: &&FieldDef| {
                field.permissionable()
                    && grant.fields.level(&field.name) > self.level(object, field)
            };
            if let Some(field) = object.fields().iter().find(beyond) {
                return lacking(format!("{}.{}", object.name, field.name));
            }
        }
        Ok(())
    }

    /// What field-level security cannot name may be read by whoever may read the object.
    fn level(&self, object: &ObjectDef, field: &FieldDef) -> FieldLevel {
        let grant: Option<&ObjectGrant> = self.grants.object(object.name);
        let granted = grant.map_or(FieldLevel::None, |grant| grant.fields.level(&field.name));
        if field.permissionable() {
            granted
        } else {
            granted.max(FieldLevel::Read)
        }
    }

    fn readable(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        !field.hidden
            && self.level(object, field) >= FieldLevel::Read
            && field
                .calculated_from
                .iter()
                .filter_map(|source| object.field(source))
                .all(|source| source.hidden || self.readable(object, source))
    }
}

impl FieldAccess for Permissions {
    fn may_read_object(&self, object: &ObjectDef) -> bool {
        self.object(object).read
    }

    fn may_read_field(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        self.may_read_object(object) && self.readable(object, field)
    }
}
