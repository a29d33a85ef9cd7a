//! Who may do what: object permissions, field-level security, named permissions (R-SEC-1).

use crate::catalog::{FieldDef, ObjectDef};

/// What the query language and every reader ask before they show a field.
pub trait FieldAccess {
    /// May the caller read records of the object at all?
    fn may_read_object(&self, object: &ObjectDef) -> bool;
    /// May the caller read this field? A calculated field is hidden with its source.
    fn may_read_field(&self, object: &ObjectDef, field: &FieldDef) -> bool;
}

/// Reads everything: the system itself.
#[derive(Clone, Copy, Debug)]
pub struct SystemAccess;

impl FieldAccess for SystemAccess {
    fn may_read_object(&self, _: &ObjectDef) -> bool {
        true
    }
    fn may_read_field(&self, _: &ObjectDef, field: &FieldDef) -> bool {
        !field.hidden
    }
}
