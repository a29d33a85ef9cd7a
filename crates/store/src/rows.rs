//! Statements over sets of rows: few texts, so that all stay prepared, and one round trip for
//! many rows.

use std::fmt::Write as _;

use openlma_core::Result;

use crate::tx::Tx;
use crate::value::Val;

/// Sizes of set statements.
const CHUNKS: [usize; 5] = [64, 16, 4, 2, 1];

/// Sizes of lists after `IN`, whose rows are a value each.
const LISTS: [usize; 6] = [256, 64, 16, 4, 2, 1];

/// Cuts rows into parts of the few sizes.
pub(crate) fn chunks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let size = CHUNKS.iter().find(|n| **n <= rest.len())?;
        let (chunk, after) = rest.split_at(*size);
        rest = after;
        Some(chunk)
    })
}

/// Cuts values for `IN (…)` into lists of the few sizes, the last one filled up with its last
/// value again.
pub(crate) fn lists(values: &[Val]) -> impl Iterator<Item = Vec<Val>> {
    values.chunks(LISTS[0]).map(|part| {
        let size = LISTS.into_iter().filter(|n| *n >= part.len()).min();
        let mut list = part.to_vec();
        if let (Some(size), Some(last)) = (size, part.last()) {
            list.resize(size, last.clone());
        }
        list
    })
}

/// `(?1, ?2), (?3, ?4)`, after `before` parameters.
pub(crate) fn placeholders(sql: &mut String, rows: usize, columns: usize, before: usize) {
    let mut parameter = before;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            parameter += 1;
            let _ = write!(sql, "{}?{parameter}", if column > 0 { ", " } else { "" });
        }
        sql.push(')');
    }
}

/// Inserts rows into a table; `conflict` is what ends each statement (`ON CONFLICT …`).
///
/// # Errors
/// `DUPLICATE_VALUE` with the constraint's name as the inner half.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[impl AsRef<str>],
    rows: &[Vec<Val>],
    conflict: &str,
) -> Result<()> {
    let names: Vec<String> = columns
        .iter()
        .map(|c| format!("\"{}\"", c.as_ref()))
        .collect();
    for chunk in chunks(rows) {
        let mut sql = format!("INSERT INTO {table} ({}) VALUES ", names.join(", "));
        placeholders(&mut sql, chunk.len(), columns.len(), 0);
        sql.push_str(conflict);
        let params: Vec<Val> = chunk.iter().flatten().cloned().collect();
        tx.execute(&sql, &params)?;
    }
    Ok(())
}

/// Runs `head IN (…)` over all `values`; `fixed` are the parameters of `head`. Answers how many
/// rows it touched.
///
/// # Errors
/// Of the database.
pub(crate) fn execute_in(
    tx: &mut Tx<'_>,
    head: &str,
    fixed: &[Val],
    values: &[Val],
) -> Result<u64> {
    let mut touched = 0;
    for list in lists(values) {
        let mut sql = format!("{head} IN ");
        placeholders(&mut sql, 1, list.len(), fixed.len());
        let params: Vec<Val> = fixed.iter().cloned().chain(list).collect();
        touched += tx.execute(&sql, &params)?;
    }
    Ok(touched)
}
