//! Every difference between the two engines, in one place.

use std::borrow::Cow;

use crate::schema::ColumnType;

/// The engine that runs the SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// The embedded default.
    Sqlite,
    /// `postgres://…`.
    Postgres,
}

impl Dialect {
    /// Both.
    pub const ALL: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

    /// Folder of its migrations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    /// Parameters are written `?1`; PostgreSQL wants `$1`. No text of ours holds another `?`.
    pub(crate) fn parameters(self, sql: &str) -> Cow<'_, str> {
        match self {
            Dialect::Sqlite => Cow::Borrowed(sql),
            Dialect::Postgres => Cow::Owned(sql.replace('?', "$")),
        }
    }

    /// Type of a column in `CREATE TABLE`.
    pub(crate) fn column_type(self, ty: ColumnType) -> &'static str {
        match (self, ty) {
            (Dialect::Sqlite, ColumnType::Text) => "TEXT",
            (Dialect::Sqlite, ColumnType::Int | ColumnType::Bool) => "INTEGER",
            (Dialect::Sqlite, ColumnType::Real) => "REAL",
            (Dialect::Postgres, ColumnType::Text) => "TEXT COLLATE \"C\"",
            (Dialect::Postgres, ColumnType::Int) => "BIGINT",
            (Dialect::Postgres, ColumnType::Bool) => "BOOLEAN",
            (Dialect::Postgres, ColumnType::Real) => "DOUBLE PRECISION",
        }
    }

    /// Type in `CAST(… AS type)`, good for both engines.
    pub(crate) fn cast_type(ty: ColumnType) -> &'static str {
        match ty {
            ColumnType::Text => "TEXT",
            ColumnType::Int => "BIGINT",
            ColumnType::Bool => "BOOLEAN",
            ColumnType::Real => "DOUBLE PRECISION",
        }
    }

    /// What ends `CREATE TABLE (…)`.
    pub(crate) fn table_options(self) -> &'static str {
        match self {
            Dialect::Sqlite => " STRICT, WITHOUT ROWID",
            Dialect::Postgres => "",
        }
    }

    /// What ends a SELECT whose rows are about to be changed: in the order of ids, so that two units
    /// never wait for each other in a circle. SQLite has one writer, and an order would have it walk
    /// the whole primary key.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => " ORDER BY id FOR UPDATE",
        }
    }

    /// What ends a SELECT, in which the table is called `of`, that takes what no other unit has taken;
    /// on SQLite no other one is under way.
    pub(crate) fn skip_locked(self, of: &str) -> String {
        match self {
            Dialect::Sqlite => String::new(),
            Dialect::Postgres => format!(" FOR UPDATE OF {of} SKIP LOCKED"),
        }
    }

    /// One value of the JSON text in `column`, as `ty`.
    pub(crate) fn json_value(self, column: &str, key: &str, ty: ColumnType) -> String {
        // Keys are API names: letters, digits and underscores, checked when defined.
        match self {
            Dialect::Sqlite => format!("json_extract({column}, '$.\"{key}\"')"),
            Dialect::Postgres => {
                let cast = Dialect::cast_type(ty);
                // What comes out of JSON has the collation of the database, not of the column.
                let collation = match ty {
                    ColumnType::Text => " COLLATE \"C\"",
                    _ => "",
                };
                format!("CAST(CAST({column} AS jsonb) ->> '{key}' AS {cast}){collation}")
            }
        }
    }

    /// Whole days from one ISO date text to another.
    pub(crate) fn days_between(self, from: &str, to: &str) -> String {
        match self {
            Dialect::Sqlite => {
                format!("CAST(julianday({to}) - julianday({from}) AS INTEGER)")
            }
            Dialect::Postgres => {
                format!("CAST(CAST({to} AS date) - CAST({from} AS date) AS BIGINT)")
            }
        }
    }

    /// The number of the running transaction and of the oldest one still running.
    ///
    /// On SQLite writers follow one another, so sequence numbers commit in order.
    pub(crate) fn transaction_numbers(self) -> (&'static str, &'static str) {
        match self {
            Dialect::Sqlite => ("0", "0"),
            Dialect::Postgres => (
                "CAST(CAST(pg_current_xact_id() AS text) AS bigint)",
                "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)",
            ),
        }
    }

    /// A column that counts up by itself.
    pub(crate) fn sequence_column(self) -> &'static str {
        match self {
            Dialect::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Dialect::Postgres => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        }
    }
}
