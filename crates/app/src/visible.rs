//! Rows that nobody sees, or not everybody: the copy of an uninstalled package (R-LIC-5), and the
//! history of a field that the reader may not read (R-SEC-1).

use openlma_core::access::{FieldAccess, Permissions};
use openlma_core::catalog::{Catalog, ObjectDef, names};
use openlma_core::fold::fold;
use openlma_core::{Record, Value};
use openlma_soql::Plan;
use openlma_soql::plan::{Column, Condition};

/// Names of the tracked fields whose history the reader may not see; of other objects none.
fn hidden(object: &ObjectDef, catalog: &Catalog, permissions: &Permissions) -> Vec<String> {
    let parent = object
        .name
        .ends_with("__History")
        .then(|| object.field("ParentId"))
        .flatten()
        .and_then(|field| catalog.object(field.references().first()?));
    let Some(parent) = parent else {
        return Vec::new();
    };
    parent
        .tracked()
        .filter(|(_, field)| !permissions.may_read_field(parent, field))
        .map(|(_, field)| field.name.to_string())
        .collect()
}

/// Which rows of an object the reader may see; `None` means all.
fn condition(
    object: &ObjectDef,
    catalog: &Catalog,
    permissions: &Permissions,
) -> Option<Condition> {
    let column = |name| {
        let field = object.index_of(name)?;
        Some(Column::Field { source: 0, field })
    };
    if object.name == names::PACKAGE_LICENSE {
        return Some(Condition::IsNull {
            column: column("uninstalled_at")?,
            negated: false,
        });
    }
    let hidden = hidden(object, catalog, permissions);
    if hidden.is_empty() {
        return None;
    }
    Some(Condition::In {
        column: column("Field")?,
        values: hidden.iter().map(|name| Value::text(fold(name))).collect(),
        negated: true,
    })
}

/// Narrows a plan to the rows that the reader may see.
pub(crate) fn narrowed(mut plan: Plan, catalog: &Catalog, permissions: &Permissions) -> Plan {
    let Some(visible) = condition(&plan.object, catalog, permissions) else {
        return plan;
    };
    plan.filter = Some(match plan.filter.take() {
        Some(filter) => Condition::And(vec![filter, visible]),
        None => visible,
    });
    plan
}

/// May the reader see this record of an object that may be read?
pub(crate) fn may_see(
    object: &ObjectDef,
    record: &Record,
    catalog: &Catalog,
    permissions: &Permissions,
) -> bool {
    if object.name == names::PACKAGE_LICENSE {
        return record.get("uninstalled_at").is_null();
    }
    let hidden = hidden(object, catalog, permissions);
    hidden.is_empty()
        || !record
            .get("Field")
            .as_text()
            .is_some_and(|field| hidden.iter().any(|name| name == field))
}
