//! Describe: what the catalogue declares, as far as this caller may see and do it
//! (standard-objects.md §1). Nothing here may read records.

mod field;
mod object;
mod relations;

use openlma_app::Actor;
use openlma_core::access::{FieldAccess, Permission, Permissions};
use openlma_core::catalog::{Catalog, FieldDef, ObjectDef, names};

use super::address::Version;
use object::BriefBody;
pub(super) use object::ObjectBody;

/// Describes objects to one caller.
pub(super) struct Describer<'a> {
    catalog: &'a Catalog,
    permissions: &'a Permissions,
    version: &'a Version,
    /// Address of the org's pages.
    pages: String,
}

/// What the caller may do with an object by this surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one per verb")]
struct Verbs {
    create: bool,
    update: bool,
    delete: bool,
    undelete: bool,
    merge: bool,
}

impl<'a> Describer<'a> {
    /// For the caller, with addresses of this version.
    pub(super) fn of(actor: &'a Actor, version: &'a Version, public_url: &str) -> Describer<'a> {
        Describer {
            catalog: &actor.org.catalog,
            permissions: &actor.permissions,
            version,
            pages: format!("{public_url}/o/{}", actor.org.domain),
        }
    }

    /// An object without its fields.
    pub(super) fn brief(&self, object: &ObjectDef) -> BriefBody {
        BriefBody::of(self, object)
    }

    /// An object with its fields, child relationships and record types.
    pub(super) fn object(&self, object: &ObjectDef) -> ObjectBody {
        ObjectBody::of(self, object)
    }

    fn sees(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        self.permissions.may_read_field(object, field)
    }

    /// Typed and closed objects are written by verbs of their own; of those only seats come
    /// through this surface.
    fn verbs(&self, object: &ObjectDef) -> Verbs {
        if object.name == names::USER_PACKAGE_LICENSE {
            let may = self.permissions.may(Permission::ManagePackageLicenses);
            return Verbs {
                create: may,
                delete: may,
                ..Verbs::default()
            };
        }
        if !object.generic {
            return Verbs::default();
        }
        let (ops, access) = (object.ops, self.permissions.object(object));
        Verbs {
            create: ops.createable && access.create,
            update: ops.updateable && access.edit,
            delete: ops.deletable && access.delete,
            undelete: ops.undeletable && access.delete,
            merge: ops.mergeable && access.edit && access.delete,
        }
    }
}

#[cfg(test)]
mod tests;
