//! The tables that follow from the catalogue: one an object, a column a stored field.

use openlma_core::catalog::{Catalog, FieldDef, FieldType, ObjectDef, Storage, names};

use super::{ColumnType, Index, LIVING, Table};

/// Suffix of the column that holds a text folded for comparison.
pub(crate) const FOLDED: &str = "__f";

pub(super) fn tables() -> Vec<Table> {
    Catalog::standard()
        .objects()
        .iter()
        .filter(|o| o.storage != Storage::View)
        .map(|o| table(o))
        .collect()
}

/// Type of the column that stores a field.
pub(crate) fn column_type(ty: &FieldType) -> ColumnType {
    match ty {
        FieldType::Boolean => ColumnType::Bool,
        FieldType::Int(_) | FieldType::DateTime => ColumnType::Int,
        FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..) => {
            ColumnType::Real
        }
        _ => ColumnType::Text,
    }
}

/// Column by which a field is compared and sorted.
pub(crate) fn compared(field: &FieldDef) -> String {
    if folds(field) {
        format!("{}{FOLDED}", field.column)
    } else {
        field.column.clone()
    }
}

/// Has the field a folded column beside its own?
pub(crate) fn folds(field: &FieldDef) -> bool {
    field.stored() && !field.hidden && field.ty.folds()
}

fn table(object: &ObjectDef) -> Table {
    let mut table = Table::new(object.table).column("org_id", ColumnType::Text, false);
    table.directory = object.storage == Storage::Directory;
    for field in object.fields().iter().filter(|f| f.stored()) {
        let required = field.ty == FieldType::Id || field.ty == FieldType::Boolean;
        table = table.column(&field.column, column_type(&field.ty), !required);
        if folds(field) {
            table = table.column(&compared(field), ColumnType::Text, true);
        }
    }
    if object.generic {
        table = table.column("custom", ColumnType::Text, true);
    }
    table = if table.directory {
        table.key(&["id"])
    } else {
        table.key(&["org_id", "id"])
    };
    if table.directory {
        table = table.index(&["org_id"]);
    }
    let live = object.soft_delete().then_some(LIVING);
    let columns = |fields: &[&str]| -> Vec<String> {
        let named = fields
            .iter()
            .filter_map(|name| object.field(name))
            .map(compared);
        std::iter::once("org_id".to_owned()).chain(named).collect()
    };
    for unique in &object.uniques {
        let columns = columns(unique);
        table = table.add_index(
            &columns.iter().map(String::as_str).collect::<Vec<_>>(),
            true,
            live,
        );
        if object.soft_delete() {
            table = table.index_of_deleted(&columns);
        }
    }
    for list in &object.lists {
        table = table.index_of_list(&columns(list));
    }
    let look_ups = object.fields().iter().filter(|f| indexes_look_up(f));
    let singles = object.fields().iter().filter(|f| is_indexed(object, f));
    let wanted: Vec<Vec<String>> = singles
        .chain(look_ups)
        .map(|f| columns(&[&f.name]))
        .chain(object.indexes.iter().map(|i| columns(i)))
        .collect();
    for columns in wanted {
        // The index of a list finds by its value as well.
        let served =
            |i: &Index| i.columns == columns || i.lists() && i.columns.starts_with(&columns);
        if !table.indexes.iter().any(served) {
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            table = table.index(&columns);
        }
    }
    if object.name == names::PACKAGE_LICENSE {
        // The one index that does not lead with the org: a refresh walks a package's copies.
        table = table.index(&["package_id", "org_id"]);
    }
    table
}

/// When a record changed is asked of the business's own records, to follow them. A typed object has
/// fewer rows in an org, and each index is one more page that an install writes.
pub(crate) fn is_indexed(object: &ObjectDef, field: &FieldDef) -> bool {
    let changed = ["LastModifiedDate", "SystemModstamp"].contains(&field.name.as_ref());
    field.indexed && field.stored() && (object.generic || !changed)
}

/// Look-ups that lists and related lists walk; who created a record is not one of them.
fn indexes_look_up(field: &FieldDef) -> bool {
    field.stored() && field.child_name.is_some()
}
