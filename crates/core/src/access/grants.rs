//! What one profile or permission set gives, in the JSON form in which it is stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Permission;

/// The key that stands for every object without an entry of its own.
pub(super) const EVERY_OBJECT: &str = "*";

/// What a profile or permission set gives.
///
/// ```
/// use openlma_core::access::{FieldLevel, Grants};
/// let grants: Grants = serde_json::from_str(
///     r#"{"permissions": ["ApiEnabled"],
///         "objects": {"Lead": {"read": true, "fields": {"default": "read"}}}}"#,
/// )
/// .unwrap();
/// assert_eq!(grants.objects["Lead"].fields.level("Email"), FieldLevel::Read);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grants {
    /// The named permissions.
    pub permissions: BTreeSet<Permission>,
    /// By API name of the object; `*` for every object that is not named.
    pub objects: BTreeMap<String, ObjectGrant>,
}

/// What may be done with an object and its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectGrant {
    /// Object permissions.
    #[serde(flatten)]
    pub access: ObjectAccess,
    /// Field-level security.
    #[serde(default)]
    pub fields: FieldGrants,
}

/// Object permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "six independent switches")]
pub struct ObjectAccess {
    /// Read records.
    pub read: bool,
    /// Create records.
    pub create: bool,
    /// Change records.
    pub edit: bool,
    /// Delete records.
    pub delete: bool,
    /// Read all records.
    pub view_all: bool,
    /// Change and delete all records.
    pub modify_all: bool,
}

/// How far a field is open.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum FieldLevel {
    /// As if it did not exist.
    #[default]
    None,
    /// Shown.
    Read,
    /// Shown and written.
    Edit,
}

/// Field-level security of an object: one level for all fields, and exceptions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldGrants {
    /// Level of the fields that are not named, later ones included.
    pub default: FieldLevel,
    /// Level by API name of the field.
    pub except: BTreeMap<String, FieldLevel>,
}

impl FieldGrants {
    /// The level of one field.
    #[must_use]
    pub fn level(&self, field: &str) -> FieldLevel {
        self.except.get(field).copied().unwrap_or(self.default)
    }

    /// The higher of both, field by field.
    fn union(&self, other: &FieldGrants) -> FieldGrants {
        let names = self.except.keys().chain(other.except.keys());
        FieldGrants {
            default: self.default.max(other.default),
            except: names
                .map(|name| (name.clone(), self.level(name).max(other.level(name))))
                .collect(),
        }
    }
}

impl ObjectAccess {
    /// Everything.
    pub const ALL: ObjectAccess = ObjectAccess {
        read: true,
        create: true,
        edit: true,
        delete: true,
        view_all: true,
        modify_all: true,
    };

    /// Read only.
    pub const READ: ObjectAccess = ObjectAccess {
        read: true,
        create: false,
        edit: false,
        delete: false,
        view_all: false,
        modify_all: false,
    };

    /// What either gives.
    #[must_use]
    pub fn union(self, other: ObjectAccess) -> ObjectAccess {
        ObjectAccess {
            read: self.read || other.read,
            create: self.create || other.create,
            edit: self.edit || other.edit,
            delete: self.delete || other.delete,
            view_all: self.view_all || other.view_all,
            modify_all: self.modify_all || other.modify_all,
        }
    }

    /// Does this give all that `other` gives?
    #[must_use]
    pub fn covers(self, other: ObjectAccess) -> bool {
        self.union(other) == self
    }
}

impl ObjectGrant {
    pub(super) const fn new(access: ObjectAccess, fields: FieldLevel) -> ObjectGrant {
        let fields = FieldGrants {
            default: fields,
            except: BTreeMap::new(),
        };
        ObjectGrant { access, fields }
    }

    fn union(&self, other: &ObjectGrant) -> ObjectGrant {
        ObjectGrant {
            access: self.access.union(other.access),
            fields: self.fields.union(&other.fields),
        }
    }
}

impl Grants {
    /// The entry that counts for an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&ObjectGrant> {
        self.objects
            .get(name)
            .or_else(|| self.objects.get(EVERY_OBJECT))
    }

    /// What either gives.
    #[must_use]
    pub fn union(&self, other: &Grants) -> Grants {
        let nothing = ObjectGrant::default();
        let names: BTreeSet<&String> = self.objects.keys().chain(other.objects.keys()).collect();
        let objects = names.into_iter().map(|name| {
            let mine = self.object(name).unwrap_or(&nothing);
            let theirs = other.object(name).unwrap_or(&nothing);
            (name.clone(), mine.union(theirs))
        });
        Grants {
            permissions: self
                .permissions
                .union(&other.permissions)
                .copied()
                .collect(),
            objects: objects.collect(),
        }
    }
}
