//! Rows that field-level security hides: the history of a field that the reader may not read
//! (R-SEC-1).

use std::sync::Arc;

use openlma_core::access::{FieldAccess, Permissions};
use openlma_core::catalog::{Catalog, ObjectDef};
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

/// Narrows a plan to the rows that the reader may see.
pub(crate) fn narrowed(mut plan: Plan, catalog: &Catalog, permissions: &Permissions) -> Plan {
    let hidden = hidden(&plan.object, catalog, permissions);
    let Some(field) = plan.object.index_of("Field").filter(|_| !hidden.is_empty()) else {
        return plan;
    };
    let visible = Condition::In {
        column: Column::Field { source: 0, field },
        values: hidden.iter().map(|name| Value::text(fold(name))).collect(),
        negated: true,
    };
    plan.filter = Some(match plan.filter.take() {
        Some(filter) => Condition::And(vec![filter, visible]),
        None => visible,
    });
    plan
}

/// May the reader see this record of an object that may be read?
pub(crate) fn may_see(
    object: &Arc<ObjectDef>,
    record: &Record,
    catalog: &Catalog,
    permissions: &Permissions,
) -> bool {
    let hidden = hidden(object, catalog, permissions);
    hidden.is_empty()
        || !record
            .get("Field")
            .as_text()
            .is_some_and(|field| hidden.iter().any(|name| name == field))
}
