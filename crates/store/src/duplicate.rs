//! A unique value that is taken: which fields have it, and the words for it (R-ERR-1).

use openlma_core::catalog::{Catalog, FieldDef, Storage};
use openlma_core::{Code, Error};

use crate::schema::of_catalog::compared;
use crate::schema::{self, Index, Table};

/// What a broken constraint is told as. Of the other record nothing is shown, not even its id: the
/// caller may not know of it.
pub(crate) fn error(constraint: String) -> Error {
    let mut error = of_fields(&fields(&constraint));
    error.internal = Some(constraint);
    error
}

/// The error for fields that are unique together; without any it says so and names none.
pub(crate) fn of_fields(fields: &[&FieldDef]) -> Error {
    let labels: Vec<&str> = fields.iter().map(|f| f.label.as_ref()).collect();
    let message = match labels.as_slice() {
        [] => "a value that must be unique is taken".to_owned(),
        [label] => format!("duplicate value found: {label} has the value of another record"),
        _ => format!(
            "duplicate value found: {} have the values of another record",
            labels.join(" and ")
        ),
    };
    let error = Error::new(Code::DuplicateValue, message);
    fields.iter().fold(error, |e, f| e.field(&*f.name))
}

/// The fields of the catalogue behind a constraint. There are none behind a key or in a table that
/// the catalogue does not know; of hidden ones nobody outside knows.
fn fields(constraint: &str) -> Vec<&'static FieldDef> {
    let named = |table: Table| {
        let index = unique(table.indexes).find(|i| i.name == constraint)?;
        Some((table.name, index.columns))
    };
    let Some((table, columns)) = schema::tables().into_iter().find_map(named) else {
        return Vec::new();
    };
    let objects = Catalog::standard().objects().iter();
    let fields: Vec<&FieldDef> = objects
        .filter(|o| o.storage != Storage::View && o.table == table)
        .flat_map(|o| o.fields())
        .filter(|f| f.stored() && columns.contains(&compared(f)))
        .collect();
    if fields.iter().any(|f| f.hidden) {
        return Vec::new();
    }
    fields
}

/// SQLite names the columns (`t.a, t.b`), PostgreSQL the constraint: this gives the latter.
pub(crate) fn constraint(columns: &str) -> String {
    let names: Vec<(&str, &str)> = columns
        .split(", ")
        .filter_map(|c| c.split_once('.'))
        .collect();
    let Some((table, _)) = names.first() else {
        return columns.to_owned();
    };
    let same = |declared: &[String]| declared.iter().eq(names.iter().map(|(_, c)| c));
    let Some(declared) = schema::tables().into_iter().find(|t| t.name == *table) else {
        return columns.to_owned();
    };
    if same(&declared.primary_key) {
        return format!("{table}_pkey");
    }
    let index = unique(declared.indexes).find(|i| same(&i.columns));
    index.map_or_else(|| columns.to_owned(), |i| i.name)
}

fn unique(indexes: Vec<Index>) -> impl Iterator<Item = Index> {
    indexes.into_iter().filter(|i| i.unique)
}

#[cfg(test)]
mod tests {
    use openlma_core::Error;

    use super::{constraint, error};

    fn told(columns: &str) -> Error {
        error(constraint(columns))
    }

    /// R-ERR-1: the fields of a unique set are named; a key, a hidden field and a table of ours
    /// are not.
    #[test]
    fn r_err_1_fields_that_are_unique() {
        let license = told("licenses.org_id, licenses.package_license_id__f");
        assert_eq!(license.fields, ["sfLma__Package_License_ID__c"]);
        assert_eq!(
            license.message,
            "duplicate value found: Package License ID has the value of another record"
        );
        let seat = told(
            "user_package_licenses.org_id, user_package_licenses.package_license_id, \
             user_package_licenses.user_id",
        );
        assert_eq!(seat.fields, ["PackageLicenseId", "UserId"]);
        for unnamed in [
            "licenses.org_id, licenses.id",
            "users.org_id, users.external_id",
            "outbox.org_id, outbox.queue, outbox.seq",
            "domains.name",
            "?",
        ] {
            let told = told(unnamed);
            assert!(told.fields.is_empty(), "{told:?}");
            assert_eq!(told.message, "a value that must be unique is taken");
        }
    }
}
