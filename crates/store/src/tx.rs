//! One transaction, the same to its user on both engines.

use std::collections::HashMap;

use openlma_core::{Error, Result};
use postgres::Statement;

use crate::dialect::Dialect;
use crate::failure::{Failure, explain};
use crate::feed::{self, Signal};
use crate::trace::{Answer, Trace};
use crate::value::{Row, Val};

/// Most statements kept prepared on a PostgreSQL connection. Texts made from queries are without
/// number; those of the product are far fewer.
const PREPARED: usize = 1024;

/// A PostgreSQL connection with its prepared statements.
pub(crate) struct PgSession {
    pub(crate) client: postgres::Client,
    /// The connection was lost: nothing more can be run on it.
    pub(crate) broken: bool,
    statements: HashMap<String, Statement>,
}

impl PgSession {
    pub(crate) fn new(client: postgres::Client) -> PgSession {
        PgSession {
            client,
            broken: false,
            statements: HashMap::new(),
        }
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= PREPARED {
            self.statements.clear();
        }
        let statement = self.client.prepare(&Dialect::Postgres.parameters(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut PgSession),
}

/// What a unit of work runs its statements on.
///
/// After a failed statement every further one is refused on both engines, since PostgreSQL has
/// aborted the transaction by then: a unit that wants to go on uses `ON CONFLICT`.
pub struct Tx<'a> {
    connection: Connection<'a>,
    failed: bool,
    /// The failure was a serialization failure or a deadlock: the unit can be run again.
    pub(crate) retry: bool,
    pub(crate) statements: u64,
    /// What ran, when the unit is run twice.
    pub(crate) trace: Option<Trace>,
    signals: Vec<Signal>,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: Connection<'a>) -> Tx<'a> {
        Tx {
            connection,
            failed: false,
            retry: false,
            statements: 0,
            trace: None,
            signals: Vec::new(),
        }
    }

    /// The engine.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and returns its rows.
    ///
    /// # Errors
    /// `DUPLICATE_VALUE` for a broken unique constraint (its name is the inner half), else
    /// internal or unavailable.
    pub fn query(&mut self, sql: &str, params: &[Val]) -> Result<Vec<Row>> {
        let rows = self.run(sql, params, |connection| match connection {
            Connection::Sqlite(c) => sqlite_query(c, sql, params).map_err(Failure::Sqlite),
            Connection::Postgres(s) => postgres_query(s, sql, params).map_err(Failure::Postgres),
        })?;
        if let Some(trace) = &mut self.trace {
            trace.answer(Answer::Rows(rows.clone()));
        }
        Ok(rows)
    }

    /// Runs a statement and returns its first row.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_one(&mut self, sql: &str, params: &[Val]) -> Result<Option<Row>> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn execute(&mut self, sql: &str, params: &[Val]) -> Result<u64> {
        let touched = self.run(sql, params, |connection| match connection {
            Connection::Sqlite(c) => c
                .prepare_cached(sql)
                .and_then(|mut s| s.execute(rusqlite::params_from_iter(params)))
                .map(|n| n as u64)
                .map_err(Failure::Sqlite),
            Connection::Postgres(s) => {
                let statement = s.prepare(sql).map_err(Failure::Postgres)?;
                let refs: Vec<_> = params.iter().map(|p| p as _).collect();
                s.client
                    .execute(&statement, &refs)
                    .map_err(Failure::Postgres)
            }
        })?;
        if let Some(trace) = &mut self.trace {
            trace.answer(Answer::Touched(touched));
        }
        Ok(touched)
    }

    /// Runs statements without parameters, several in one text.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.run(sql, &[], |connection| match connection {
            Connection::Sqlite(c) => c.execute_batch(sql).map_err(Failure::Sqlite),
            Connection::Postgres(s) => s.client.batch_execute(sql).map_err(Failure::Postgres),
        })
    }

    /// Prepares a statement without running it; answers its numbers of parameters and columns.
    ///
    /// # Errors
    /// What the engine says of the text.
    pub fn prepare_only(&mut self, sql: &str) -> Result<(usize, usize), String> {
        match &mut self.connection {
            Connection::Sqlite(c) => {
                let s = c.prepare(sql).map_err(|e| e.to_string())?;
                Ok((s.parameter_count(), s.column_count()))
            }
            Connection::Postgres(s) => {
                let s = s.prepare(sql).map_err(|e| explain(&e))?;
                Ok((s.params().len(), s.columns().len()))
            }
        }
    }

    /// Says what this unit changed that others want to know of, once it is committed.
    pub fn signal(&mut self, signal: Signal) {
        if !self.signals.contains(&signal) {
            self.signals.push(signal);
        }
    }

    /// Ends the unit: writes its feed rows and hands its signals over.
    pub(crate) fn finish(&mut self) -> Result<Vec<Signal>> {
        let signals = std::mem::take(&mut self.signals);
        if !signals.is_empty() {
            feed::append(self, &signals)?;
        }
        Ok(signals)
    }

    /// Was a statement refused?
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    fn run<T>(
        &mut self,
        sql: &str,
        params: &[Val],
        work: impl FnOnce(&mut Connection<'a>) -> Result<T, Failure>,
    ) -> Result<T> {
        if self.failed {
            return Err(Error::internal(
                "a statement after a failed one in the same unit",
            ));
        }
        self.statements += 1;
        if let Some(trace) = &mut self.trace {
            trace.ask(sql, params);
        }
        work(&mut self.connection).map_err(|failure| {
            self.failed = true;
            self.retry = failure.retry();
            if let Connection::Postgres(session) = &mut self.connection {
                session.broken |= failure.lost();
            }
            if let Some(trace) = &mut self.trace {
                trace.answer(Answer::Failed);
            }
            failure.into_error(sql)
        })
    }
}

fn sqlite_query(
    connection: &rusqlite::Connection,
    sql: &str,
    params: &[Val],
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns);
        for i in 0..columns {
            use rusqlite::types::ValueRef;
            values.push(match row.get_ref(i)? {
                ValueRef::Integer(n) => Val::Int(n),
                ValueRef::Real(n) => Val::Real(n),
                ValueRef::Text(text) => Val::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Null | ValueRef::Blob(_) => Val::Null,
            });
        }
        out.push(Row(values));
    }
    Ok(out)
}

fn postgres_query(
    session: &mut PgSession,
    sql: &str,
    params: &[Val],
) -> Result<Vec<Row>, postgres::Error> {
    use postgres::types::Type;
    let statement = session.prepare(sql)?;
    let refs: Vec<_> = params.iter().map(|p| p as _).collect();
    let rows = session.client.query(&statement, &refs)?;
    rows.iter()
        .map(|row| {
            let values = (0..row.len()).map(|i| {
                Ok(match *row.columns()[i].type_() {
                    Type::BOOL => row
                        .try_get::<_, Option<bool>>(i)?
                        .map_or(Val::Null, Val::Bool),
                    Type::INT8 => row
                        .try_get::<_, Option<i64>>(i)?
                        .map_or(Val::Null, Val::Int),
                    Type::INT4 => row
                        .try_get::<_, Option<i32>>(i)?
                        .map_or(Val::Null, |n| Val::Int(i64::from(n))),
                    Type::FLOAT8 => row
                        .try_get::<_, Option<f64>>(i)?
                        .map_or(Val::Null, Val::Real),
                    _ => row
                        .try_get::<_, Option<String>>(i)?
                        .map_or(Val::Null, Val::Text),
                })
            });
            values.collect::<Result<Vec<_>, postgres::Error>>().map(Row)
        })
        .collect()
}
