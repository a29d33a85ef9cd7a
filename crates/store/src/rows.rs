//! Statements over sets of rows: few texts, so that all stay prepared, and one round trip for
//! many rows.

use std::fmt::Write as _;

use openlma_core::Result;

use crate::dialect::Dialect;
use crate::sql::{Made, Statement};
use crate::tx::Tx;
use crate::value::{Row, Val};

/// Sizes of set statements.
const CHUNKS: [usize; 5] = [64, 16, 4, 2, 1];

/// Sizes of lists after `IN`, whose rows are a value each.
const LISTS: [usize; 6] = [256, 64, 16, 4, 2, 1];

/// A statement that writes a set of rows: `head (?1, ?2), (?3, ?4) tail`.
pub(crate) struct Set {
    pub(crate) head: Made,
    pub(crate) columns: usize,
    pub(crate) tail: &'static str,
}

impl Set {
    /// Writes rows.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE` with the constraint's name as the inner half.
    pub(crate) fn write(&self, tx: &mut Tx<'_>, rows: &[Vec<Val>]) -> Result<()> {
        let head = self.head.text(tx.dialect());
        write(tx, &head, self.columns, self.tail, rows)
    }
}

impl Statement for Set {
    fn texts(&self, dialect: Dialect) -> Vec<String> {
        let head = self.head.text(dialect);
        let text = |rows| format!("{head}{}{}", values(rows, self.columns, 0), self.tail);
        CHUNKS.into_iter().map(text).collect()
    }
}

/// A statement about the rows of a list: `head IN (?2, ?3) tail`, where `head` and `tail` have `fixed`
/// parameters.
pub(crate) struct List {
    pub(crate) head: &'static str,
    pub(crate) tail: &'static str,
    pub(crate) fixed: usize,
}

impl List {
    /// Runs it over all `values`; answers how many rows it touched.
    ///
    /// # Errors
    /// Of the database.
    pub(crate) fn execute(&self, tx: &mut Tx<'_>, fixed: &[Val], values: &[Val]) -> Result<u64> {
        let mut touched = 0;
        for (text, params) in self.runs(fixed, values) {
            touched += tx.execute(&text, &params)?;
        }
        Ok(touched)
    }

    /// Runs it over all `values`; answers the rows.
    ///
    /// # Errors
    /// Of the database.
    pub(crate) fn query(&self, tx: &mut Tx<'_>, fixed: &[Val], values: &[Val]) -> Result<Vec<Row>> {
        let mut found = Vec::new();
        for (text, params) in self.runs(fixed, values) {
            found.extend(tx.query(&text, &params)?);
        }
        Ok(found)
    }

    fn runs(&self, fixed: &[Val], values: &[Val]) -> impl Iterator<Item = (String, Vec<Val>)> {
        lists(values).map(move |list| {
            let text = self.text(list.len());
            (text, fixed.iter().cloned().chain(list).collect())
        })
    }

    fn text(&self, list: usize) -> String {
        format!(
            "{} IN {}{}",
            self.head,
            values(1, list, self.fixed),
            self.tail
        )
    }
}

impl Statement for List {
    fn texts(&self, _: Dialect) -> Vec<String> {
        LISTS.into_iter().map(|list| self.text(list)).collect()
    }
}

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
pub(crate) fn values(rows: usize, columns: usize, before: usize) -> String {
    let mut text = String::new();
    let mut parameter = before;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            parameter += 1;
            let _ = write!(text, "{}?{parameter}", if column > 0 { ", " } else { "" });
        }
        text.push(')');
    }
    text
}

/// Inserts rows into a table of the catalogue.
///
/// # Errors
/// `DUPLICATE_VALUE` with the constraint's name as the inner half.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[String],
    rows: &[Vec<Val>],
) -> Result<()> {
    let head = format!(
        "INSERT INTO {table} (\"{}\") VALUES ",
        columns.join("\", \"")
    );
    write(tx, &head, columns.len(), "", rows)
}

fn write(tx: &mut Tx<'_>, head: &str, columns: usize, tail: &str, rows: &[Vec<Val>]) -> Result<()> {
    for chunk in chunks(rows) {
        let text = format!("{head}{}{tail}", values(chunk.len(), columns, 0));
        let params: Vec<Val> = chunk.iter().flatten().cloned().collect();
        tx.execute(&text, &params)?;
    }
    Ok(())
}

/// Runs `head IN (…)` over all `values`, with a `head` made of the catalogue; `fixed` are its
/// parameters. Answers how many rows it touched.
///
/// # Errors
/// Of the database.
pub(crate) fn execute_in(
    tx: &mut Tx<'_>,
    head: &str,
    fixed: &[Val],
    wanted: &[Val],
) -> Result<u64> {
    let mut touched = 0;
    for list in lists(wanted) {
        let text = format!("{head} IN {}", values(1, list.len(), fixed.len()));
        let params: Vec<Val> = fixed.iter().cloned().chain(list).collect();
        touched += tx.execute(&text, &params)?;
    }
    Ok(touched)
}
