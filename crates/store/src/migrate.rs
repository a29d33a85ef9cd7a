//! Migrations: embedded, checksummed. An unknown or an edited one stops the start. One may drop a
//! column that is no longer declared: stop older nodes first.

use std::fmt::Write as _;

use openlma_core::{Code, Error, Result};
use sha2::{Digest, Sha256};

use crate::dialect::Dialect;
use crate::schema;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

/// One migration: number and name, text for SQLite, text for PostgreSQL.
pub(crate) struct Migration {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

include!("../migrations/index.rs");

const LEDGER: &str =
    "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, sum TEXT NOT NULL)";

statements! {
    APPLIED = "SELECT name, sum FROM migrations ORDER BY name";
    APPLY = "INSERT INTO migrations (name, sum) VALUES (?1, ?2)";
}

/// Brings the schema up to date; run on one connection before any other is opened.
pub(crate) fn run(tx: &mut Tx<'_>) -> Result<()> {
    // One node migrates, the others wait for it.
    match tx.dialect() {
        Dialect::Sqlite => tx.batch("BEGIN IMMEDIATE")?,
        Dialect::Postgres => {
            // However long the other one takes, and then an index on a large table.
            tx.batch("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")?;
            tx.batch("SELECT pg_advisory_xact_lock(7113526012)")?;
        }
    }
    let ran = pending(tx);
    match &ran {
        Ok(()) => tx.batch("COMMIT")?,
        // The connection is about to be dropped with its transaction.
        Err(e) => tracing::error!(error = ?e, "the schema was not brought up to date"),
    }
    ran
}

fn pending(tx: &mut Tx<'_>) -> Result<()> {
    tx.batch(LEDGER)?;
    let mut applied = Vec::new();
    for mut row in tx.query(APPLIED, &[])? {
        applied.push((row.string(0), row.string(1)));
    }
    for (n, (name, sum)) in applied.iter().enumerate() {
        match MIGRATIONS.get(n).filter(|m| m.name == name) {
            None => {
                return Err(refuse(format!(
                    "the database has the migration {name}, which this version does not know here; \
                     start a version at least as new as the one that wrote it"
                )));
            }
            Some(m) if checksum(text(tx.dialect(), m)) != *sum => {
                return Err(refuse(format!(
                    "the migration {name} was edited after it was applied"
                )));
            }
            Some(_) => {}
        }
    }
    for migration in MIGRATIONS.iter().skip(applied.len()) {
        let sql = text(tx.dialect(), migration);
        tx.batch(sql)?;
        tx.execute(
            APPLY,
            &[Val::from(migration.name), Val::from(checksum(sql))],
        )?;
    }
    match tx.dialect() {
        Dialect::Sqlite => tell_planner(tx),
        Dialect::Postgres => Ok(()),
    }
}

/// Tells SQLite's planner of the tables, unless it knows; connections opened later know it, this one
/// as well.
fn tell_planner(tx: &mut Tx<'_>) -> Result<()> {
    let wanted = schema::statistics();
    let made = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'";
    if tx.query_one(made, &[])?.is_some() {
        let known = tx.query(
            "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY rowid",
            &[],
        )?;
        let known = known.into_iter();
        if known
            .map(|mut row| (row.string(0), row.text(1), row.string(2)))
            .eq(wanted.iter().cloned())
        {
            return Ok(());
        }
    }
    // The first one makes the table, the second one has this connection read it.
    tx.batch("ANALYZE migrations; DELETE FROM sqlite_stat1")?;
    for (table, index, numbers) in wanted {
        tx.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)",
            &[
                table.into(),
                index.map_or(Val::Null, Val::Text),
                numbers.into(),
            ],
        )?;
    }
    tx.batch("ANALYZE sqlite_schema")
}

fn text(dialect: Dialect, migration: &Migration) -> &'static str {
    match dialect {
        Dialect::Sqlite => migration.sqlite,
        Dialect::Postgres => migration.postgres,
    }
}

fn refuse(message: String) -> Error {
    Error::new(Code::InvalidOperation, message)
}

fn checksum(sql: &str) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(sql.as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::tx::{Connection, Tx};

    /// A start that finds everything as it is to be writes nothing.
    #[test]
    fn a_second_start_writes_nothing() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut tx = Tx::new(Connection::Sqlite(&connection));
        run(&mut tx).unwrap();
        let written = connection.total_changes();
        assert!(written > 0);
        run(&mut tx).unwrap();
        assert_eq!(connection.total_changes(), written);
    }
}
