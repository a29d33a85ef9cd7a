//! The bare loop: one writer that puts the rows of real installs into a fresh database, in
//! batches of 64, with the same tables, indexes and durability, and nothing else.

use std::time::Instant;

use anyhow::{Result, ensure};
use openlma_store::{Options, Store, Val};

use crate::data::{Engine, Place};

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

/// The rows that a number of installs left behind.
pub(crate) struct Rows {
    installs: usize,
    tables: Vec<Table>,
}

struct Table {
    insert: String,
    rows: Vec<Vec<Val>>,
}

impl Rows {
    /// Reads them from a database that no server holds.
    pub(crate) fn read(database: &str, installs: usize) -> Result<Rows> {
        let store = Store::open(&Options::new(database)).map_err(anyhow::Error::new)?;
        let mut tables = Vec::new();
        for name in TABLES {
            let declared = openlma_store::schema::tables();
            let declared = declared.into_iter().find(|t| t.name == name);
            let columns: Vec<String> = declared
                .map(|t| {
                    t.columns
                        .into_iter()
                        .map(|c| format!("\"{}\"", c.name))
                        .collect()
                })
                .unwrap_or_default();
            let list = columns.join(", ");
            let marks: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
            // In the order in which they came, as an install after the other leaves them.
            let order = if columns.iter().any(|c| c == "\"id\"") {
                "id"
            } else {
                "seq"
            };
            let select = format!("SELECT {list} FROM {name} ORDER BY {order}");
            let rows = store
                .read_blocking(move |tx| {
                    let rows = tx.query(&select, &[])?;
                    Ok(rows
                        .into_iter()
                        .map(openlma_store::Row::into_values)
                        .collect::<Vec<_>>())
                })
                .map_err(anyhow::Error::new)?;
            let insert = format!("INSERT INTO {name} ({list}) VALUES ({})", marks.join(", "));
            tables.push(Table { insert, rows });
        }
        Ok(Rows { installs, tables })
    }

    /// Installs a second of the bare loop, over at most `installs` of them.
    pub(crate) fn rate(&self, engine: Engine, installs: usize) -> Result<f64> {
        let place = Place::new(engine)?;
        let store = Store::open(&Options::new(&place.database)).map_err(anyhow::Error::new)?;
        let installs = installs.min(self.installs) / BATCH * BATCH;
        ensure!(installs > 0, "too few installs to compare with");
        let batches: Vec<Vec<(String, Vec<Vec<Val>>)>> = (0..installs)
            .step_by(BATCH)
            .map(|from| self.batch(from))
            .collect();
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        for batch in batches {
            store
                .write_blocking(move |tx| {
                    for (insert, rows) in &batch {
                        for row in rows {
                            tx.execute(insert, row)?;
                        }
                    }
                    Ok(())
                })
                .map_err(anyhow::Error::new)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count")]
        Ok(installs as f64 / started.elapsed().as_secs_f64())
    }

    /// The rows of 64 installs: of each table as large a share as of the installs.
    fn batch(&self, from: usize) -> Vec<(String, Vec<Vec<Val>>)> {
        let share = |rows: usize, n: usize| rows * n / self.installs;
        self.tables
            .iter()
            .map(|t| {
                let part = share(t.rows.len(), from)..share(t.rows.len(), from + BATCH);
                (t.insert.clone(), t.rows[part].to_vec())
            })
            .collect()
    }
}
