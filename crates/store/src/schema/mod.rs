//! The tables, declared once for both engines: those that follow from the catalogue, and the few
//! that the catalogue does not know (messages, tokens, directory).
//!
//! `cargo xtask schema` writes migrations from the difference between this and the last snapshot.

mod ddl;
mod internal;
pub(crate) mod of_catalog;
mod statistics;

pub use ddl::{create_index, create_table, difference, view};
use serde::{Deserialize, Serialize};

/// Condition of an index of the rows that are not in the recycle bin.
const LIVING: &str = "NOT is_deleted";

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// UTF-8, compared bytewise.
    Text,
    /// 64 bits.
    Int,
    /// 64 bits.
    Real,
    /// 0 or 1 on SQLite.
    Bool,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// May it be null?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
}

/// One index, unique or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// Are they unique together?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// Condition of a partial index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
}

impl Index {
    /// Does it give a list in its order, to the last row?
    pub(crate) fn lists(&self) -> bool {
        self.columns.len() > 2 && self.columns.last().is_some_and(|c| c == "id")
    }
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Belongs to the directory (R-ORG-5): its keys need not lead with `org_id`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub directory: bool,
    /// The columns.
    pub columns: Vec<Column>,
    /// Columns of the primary key; empty for a table that counts up by itself in `seq`.
    pub primary_key: Vec<String>,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
}

impl Table {
    fn new(name: &str) -> Table {
        Table {
            name: name.to_owned(),
            directory: false,
            columns: Vec::new(),
            primary_key: Vec::new(),
            indexes: Vec::new(),
        }
    }

    fn directory(mut self) -> Table {
        self.directory = true;
        self
    }

    fn column(mut self, name: &str, ty: ColumnType, nullable: bool) -> Table {
        self.columns.push(Column {
            name: name.to_owned(),
            ty,
            nullable,
        });
        self
    }

    fn key(mut self, columns: &[&str]) -> Table {
        self.primary_key = columns.iter().map(|c| (*c).to_owned()).collect();
        self
    }

    fn index(self, columns: &[&str]) -> Table {
        self.add_index(columns, false, None)
    }

    fn unique(self, columns: &[&str]) -> Table {
        self.add_index(columns, true, None)
    }

    /// An index of the rows in the recycle bin alone.
    fn index_of_deleted(mut self, columns: &[String]) -> Table {
        let led: Vec<&str> = columns.iter().skip(1).map(String::as_str).collect();
        self.indexes.push(Index {
            name: format!("{}_{}_deleted_idx", self.name, led.join("_")),
            columns: columns.to_vec(),
            unique: false,
            only: Some("is_deleted".to_owned()),
        });
        self
    }

    /// An index of a list: it ends with the id, by which rows of one place are sorted.
    fn index_of_list(mut self, columns: &[String]) -> Table {
        let led: Vec<&str> = columns.iter().skip(1).map(String::as_str).collect();
        let id = std::iter::once("id".to_owned());
        self.indexes.push(Index {
            name: format!("{}_{}_idx", self.name, led.join("_")),
            columns: columns.iter().cloned().chain(id).collect(),
            unique: false,
            only: None,
        });
        self
    }

    fn add_index(mut self, columns: &[&str], unique: bool, only: Option<&str>) -> Table {
        let end = if unique { "key" } else { "idx" };
        let led: Vec<&str> = columns.iter().copied().filter(|c| *c != "org_id").collect();
        self.indexes.push(Index {
            name: format!("{}_{}_{end}", self.name, led.join("_")),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            unique,
            only: only.map(str::to_owned),
        });
        self
    }
}

/// Every table of this version.
#[must_use]
pub fn tables() -> Vec<Table> {
    let mut tables = of_catalog::tables();
    tables.extend(internal::tables());
    tables
}

/// What SQLite's planner is told of all tables: rows of `sqlite_stat1`.
pub(crate) fn statistics() -> Vec<(String, Option<String>, String)> {
    tables().iter().flat_map(statistics::of).collect()
}

/// Every view of this version: name and text.
#[must_use]
pub fn views() -> Vec<(String, String)> {
    vec![(
        "package_subscribers".to_owned(),
        view::package_subscribers(),
    )]
}
