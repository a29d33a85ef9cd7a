//! The bare loop: one writer that puts the rows of real installs into a copy of the database in
//! which they were made, in batches of 64, with the same tables, indexes and durability, and nothing
//! else.

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Context, Result};
use openlma_store::{Dialect, Options, Store, Val};

use crate::data::Place;

/// Installs in one transaction.
const BATCH: usize = 64;

/// Tables in which an install leaves rows.
const TABLES: [&str; 8] = [
    "installs",
    "package_licenses",
    "user_package_licenses",
    "inbox",
    "leads",
    "licenses",
    "license_histories",
    "feed",
];

/// The rows that installs added to a database.
pub(crate) struct Rows(Vec<Table>);

struct Table {
    insert: String,
    rows: Vec<Vec<Val>>,
}

impl Rows {
    /// Those of `after` that `before` has not, in the order in which they came. No server may hold
    /// either.
    pub(crate) fn added(before: &Place, after: &Place) -> Result<Rows> {
        let open = |place: &Place| Store::open(&Options::new(&place.database));
        let (before, after) = (open(before)?, open(after)?);
        TABLES
            .iter()
            .map(|name| Table::added(name, &before, &after))
            .collect::<Result<_>>()
            .map(Rows)
    }

    /// Seconds that the bare loop takes to put them, which `installs` left, where they are missing.
    pub(crate) fn seconds(self, to: &Place, installs: usize) -> Result<f64> {
        let store = Store::open(&Options::new(&to.database))?;
        let batches: Vec<Vec<(String, Vec<Vec<Val>>)>> = (0..installs)
            .step_by(BATCH)
            .map(|from| self.batch(from, installs))
            .collect();
        drop(self);
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        for batch in batches {
            store.write_blocking(move |tx| {
                for (insert, rows) in &batch {
                    for row in rows {
                        tx.execute(insert, row)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(started.elapsed().as_secs_f64())
    }

    /// The rows of 64 installs: of each table as large a share as of the installs.
    fn batch(&self, from: usize, installs: usize) -> Vec<(String, Vec<Vec<Val>>)> {
        let share = |rows: usize, n: usize| rows * n.min(installs) / installs;
        self.0
            .iter()
            .map(|t| {
                let part = share(t.rows.len(), from)..share(t.rows.len(), from + BATCH);
                (t.insert.clone(), t.rows[part].to_vec())
            })
            .collect()
    }
}

impl Table {
    fn added(name: &str, before: &Store, after: &Store) -> Result<Table> {
        let declared = openlma_store::schema::tables();
        let declared = declared.into_iter().find(|t| t.name == name);
        let declared = declared.context("no such table")?;
        // One that counts up by itself has no key among its columns.
        let order = declared.primary_key.last().map_or("seq", String::as_str);
        let mut columns: Vec<&str> = declared.columns.iter().map(|c| c.name.as_str()).collect();
        if order == "seq" {
            columns.push(order);
        }
        let key = columns.iter().position(|c| *c == order).context("a key")?;
        let list = format!("\"{}\"", columns.join("\", \""));
        let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        let select = format!("SELECT {list} FROM {name} ORDER BY {order}");
        let rows = |store: &Store| {
            let select = select.clone();
            store.read_blocking(move |tx| {
                let rows = tx.query(&select, &[])?.into_iter();
                Ok(rows
                    .map(openlma_store::Row::into_values)
                    .collect::<Vec<_>>())
            })
        };
        let known: HashSet<String> = rows(before)?
            .iter()
            .map(|row| format!("{:?}", row[key]))
            .collect();
        let mut added = rows(after)?;
        added.retain(|row| !known.contains(&format!("{:?}", row[key])));
        let into = format!("INSERT INTO {name} ({list})");
        let overriding = match after.dialect() {
            Dialect::Sqlite => "",
            Dialect::Postgres => " OVERRIDING SYSTEM VALUE",
        };
        Ok(Table {
            insert: format!("{into}{overriding} VALUES ({})", marks.join(", ")),
            rows: added,
        })
    }
}
