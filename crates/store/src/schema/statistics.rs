//! What SQLite's planner is told of the tables: sizes as on a large server, the same in every
//! database for ever, so that a statement has one plan, on the first day and with a million rows.
//!
//! Without it the planner takes an org for a handful of rows and walks all of them rather than
//! search an index for a list of values. PostgreSQL counts for itself.

use super::{Index, LIVING, Table};

/// Rows of a table; of a partial index of what is rare.
const ROWS: (u64, u64) = (1_000_000, 1_000);
/// Rows for one value of the first column of several, mostly an org.
const FIRST: (u64, u64) = (10_000, 100);
/// Rows for one value of all columns of an index that is not unique.
const LIKE: (u64, u64) = (10, 2);

/// Rows of `sqlite_stat1`: table, index, and the numbers of rows for one value of its first column,
/// its first two, and so on. The primary key has the table's name.
pub(crate) fn of(table: &Table) -> Vec<(String, Option<String>, String)> {
    let name = || table.name.clone();
    let key = &table.primary_key;
    let rows = if key.is_empty() {
        (name(), None, ROWS.0.to_string())
    } else {
        (name(), Some(name()), numbers(key.len(), true, false))
    };
    // Most rows are not in the recycle bin.
    let few = |index: &Index| index.only.as_deref().is_some_and(|only| only != LIVING);
    let of_index = |index: &Index| {
        let text = numbers(
            index.columns.len(),
            index.unique || index.lists(),
            few(index),
        );
        (name(), Some(index.name.clone()), text)
    };
    std::iter::once(rows)
        .chain(table.indexes.iter().map(of_index))
        .collect()
}

fn numbers(columns: usize, unique: bool, partial: bool) -> String {
    let of = |(whole, part): (u64, u64)| if partial { part } else { whole };
    let last = if unique { 1 } else { of(LIKE) };
    let mut text = of(ROWS).to_string();
    let mut rows = of(FIRST);
    for column in 1..=columns {
        let rows_here = if column == columns { last } else { rows };
        text.push_str(&format!(" {rows_here}"));
        rows = (rows / 100).max(last);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::numbers;

    #[test]
    fn fewer_rows_with_each_column() {
        assert_eq!(numbers(1, true, false), "1000000 1");
        assert_eq!(numbers(2, true, false), "1000000 10000 1");
        assert_eq!(numbers(3, false, false), "1000000 10000 100 10");
        assert_eq!(numbers(3, false, true), "1000 100 2 2");
    }
}
