//! From declarations to DDL, and from two versions of them to what lies between.

use std::fmt::Write as _;

use super::{Column, Index, Table};
use crate::dialect::Dialect;

/// `CREATE TABLE` and its indexes.
#[must_use]
pub fn create_table(dialect: Dialect, table: &Table) -> String {
    let mut lines: Vec<String> = Vec::new();
    let counts_up = table.primary_key.is_empty();
    if counts_up {
        lines.push(format!("  seq {}", dialect.sequence_column()));
    }
    lines.extend(
        table
            .columns
            .iter()
            .map(|c| format!("  {}", column(dialect, c))),
    );
    if !counts_up {
        lines.push(format!("  PRIMARY KEY ({})", table.primary_key.join(", ")));
    }
    let options = if counts_up {
        ""
    } else {
        dialect.table_options()
    };
    let mut out = format!(
        "CREATE TABLE {} (\n{}\n){options};\n",
        table.name,
        lines.join(",\n")
    );
    for index in &table.indexes {
        out.push_str(&create_index(&table.name, index));
    }
    out
}

fn column(dialect: Dialect, column: &Column) -> String {
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!(
        "\"{}\" {}{null}",
        column.name,
        dialect.column_type(column.ty)
    )
}

/// `CREATE INDEX`, the same text on both engines.
#[must_use]
pub fn create_index(table: &str, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let columns: Vec<String> = index.columns.iter().map(|c| format!("\"{c}\"")).collect();
    let only = index
        .only
        .as_ref()
        .map_or_else(String::new, |o| format!(" WHERE {o}"));
    format!(
        "CREATE {unique}INDEX {} ON {table} ({}){only};\n",
        index.name,
        columns.join(", ")
    )
}

/// The statements that lead from the tables `before` to those `after`.
///
/// A column or an index that is gone from the declarations is dropped, an index that changed is made
/// anew, a table is left where it is, and any other change of shape is refused.
///
/// # Errors
/// A sentence for each change of shape.
pub fn difference(
    dialect: Dialect,
    before: &[Table],
    after: &[Table],
) -> Result<String, Vec<String>> {
    let mut out = String::new();
    let mut refused = Vec::new();
    for table in after {
        match before.iter().find(|t| t.name == table.name) {
            None => out.push_str(&create_table(dialect, table)),
            Some(old) => add_to(dialect, old, table, &mut out, &mut refused),
        }
    }
    if refused.is_empty() {
        Ok(out)
    } else {
        Err(refused)
    }
}

fn add_to(dialect: Dialect, old: &Table, new: &Table, out: &mut String, refused: &mut Vec<String>) {
    if old.primary_key != new.primary_key {
        refused.push(format!("the primary key of {} changed", new.name));
    }
    let stays = |index: &&Index| new.indexes.contains(index);
    for index in old.indexes.iter().filter(|i| !stays(i)) {
        let _ = writeln!(out, "DROP INDEX {};", index.name);
    }
    let stays = |column: &&Column| new.columns.iter().any(|n| n.name == column.name);
    for c in old.columns.iter().filter(|c| !stays(c)) {
        let _ = writeln!(out, "ALTER TABLE {} DROP COLUMN \"{}\";", new.name, c.name);
    }
    for c in &new.columns {
        match old.columns.iter().find(|o| o.name == c.name) {
            Some(o) if o == c => {}
            Some(_) => refused.push(format!("column {}.{} changed", new.name, c.name)),
            None => {
                let default = if c.nullable {
                    ""
                } else {
                    default_of(dialect, c)
                };
                let _ = writeln!(
                    out,
                    "ALTER TABLE {} ADD COLUMN {}{default};",
                    new.name,
                    column(dialect, c)
                );
            }
        }
    }
    for index in &new.indexes {
        match old.indexes.iter().find(|o| o.name == index.name) {
            Some(o) if o == index => {}
            _ => out.push_str(&create_index(&new.name, index)),
        }
    }
}

fn default_of(dialect: Dialect, column: &Column) -> &'static str {
    use super::ColumnType;
    match (column.ty, dialect) {
        (ColumnType::Text, _) => " DEFAULT ''",
        (ColumnType::Bool, Dialect::Postgres) => " DEFAULT FALSE",
        _ => " DEFAULT 0",
    }
}

/// The views, by hand.
pub mod view {
    /// One row per subscriber org and package, seen from the org that licenses it.
    #[must_use]
    pub fn package_subscribers() -> String {
        include_str!("package_subscribers.sql").to_owned()
    }
}
