//! The bare loop: one writer that puts the rows of real installs into a copy of the database in
//! which they were made, in batches of 64 with one statement for each table, with the same tables,
//! indexes and durability, and nothing else.

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

/// Most parameters of a statement; PostgreSQL takes 65,535, SQLite half of that.
const PARAMETERS: usize = 30_000;

/// The rows that installs added to a database.
pub(crate) struct Rows(Vec<Table>);

struct Table {
    /// Up to its `VALUES`.
    insert: String,
    rows: Vec<Vec<Val>>,
}

/// A text with its parameters.
type Statement = (String, Vec<Val>);

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
        let batches: Vec<Vec<Statement>> = (0..installs)
            .step_by(BATCH)
            .map(|from| self.batch(from, installs))
            .collect();
        drop(self);
        #[expect(clippy::disallowed_methods, reason = "a measurement")]
        let started = Instant::now();
        for batch in batches {
            store.write_blocking(move |tx| {
                batch
                    .iter()
                    .try_for_each(|(text, parameters)| tx.execute(text, parameters).map(drop))
            })?;
        }
        Ok(started.elapsed().as_secs_f64())
    }

    /// What writes the rows of 64 installs: of each table as large a share as of the installs.
    fn batch(&self, from: usize, installs: usize) -> Vec<Statement> {
        let share = |rows: usize, n: usize| rows * n.min(installs) / installs;
        let statements = self.0.iter().flat_map(|table| {
            let rows = table.rows.len();
            table.writing(&table.rows[share(rows, from)..share(rows, from + BATCH)])
        });
        statements.collect()
    }
}

impl Table {
    /// One statement for rows, or more if they have too many values for one.
    fn writing<'a>(&'a self, rows: &'a [Vec<Val>]) -> impl Iterator<Item = Statement> + 'a {
        let columns = rows.first().map_or(1, Vec::len);
        rows.chunks(PARAMETERS / columns).map(move |rows| {
            let mark = |row: usize| {
                let marks = (1..=columns).map(|n| format!("?{}", row * columns + n));
                format!("({})", marks.collect::<Vec<_>>().join(", "))
            };
            let marks: Vec<String> = (0..rows.len()).map(mark).collect();
            let text = format!("{} VALUES {}", self.insert, marks.join(", "));
            (text, rows.concat())
        })
    }

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
            insert: format!("{into}{overriding}"),
            rows: added,
        })
    }
}

#[cfg(test)]
mod tests {
    use openlma_testkit::bulk::{self, World};
    use rstest::rstest;
    use tokio::runtime::Runtime;

    use super::*;
    use crate::data::Engine;

    const ORGS: usize = 70;

    /// The database before each of the orgs installs a package, and after.
    fn before_and_after(engine: Engine) -> Result<(Place, Place)> {
        let place = Place::new(engine)?;
        let runtime = Runtime::new()?;
        let app = bulk::app(&place.database)?;
        let made = runtime.block_on(World::make(&app, 1, ORGS, 2))?;
        let (business, customers, versions) = (made.business, made.customers, made.versions);
        drop((app, made.app));
        let before = place.copy()?;
        let world = World {
            app: bulk::app(&place.database)?,
            business,
            customers,
            versions,
        };
        runtime.block_on(world.install(world.versions[0]))?;
        Ok((before, place))
    }

    /// The rows of a table and a batch are one statement; in the end all are there.
    #[rstest]
    #[case::sqlite(Engine::Sqlite)]
    #[case::postgres(Engine::Postgres)]
    fn the_bare_loop_writes_sets(#[case] engine: Engine) {
        let (before, after) = before_and_after(engine).unwrap();
        let rows = Rows::added(&before, &after).unwrap();
        let filled = rows.0.iter().filter(|t| !t.rows.is_empty()).count();
        assert!(filled > 5, "{filled}");
        let statements = [0, BATCH].map(|from| rows.batch(from, ORGS).len());
        assert_eq!(statements, [filled, filled]);
        rows.seconds(&before, ORGS).unwrap();
        let missing = Rows::added(&before, &after).unwrap();
        assert!(missing.0.iter().all(|t| t.rows.is_empty()));
    }
}
