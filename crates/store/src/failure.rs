//! What the engines say when a statement fails, as the one error type.

use std::error::Error as StdError;
use std::io;

use openlma_core::{Code, Error};
use postgres::error::{DbError, Severity, SqlState};

use crate::duplicate;

/// A statement that failed.
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    Postgres(postgres::Error),
}

impl Failure {
    /// Was it the fault of another transaction, so that the unit can be run again?
    pub(crate) fn retry(&self) -> bool {
        match self {
            Failure::Sqlite(_) => false,
            Failure::Postgres(e) => e.code().is_some_and(|code| {
                *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED
            }),
        }
    }

    /// Is the connection gone, or about to go?
    pub(crate) fn lost(&self) -> bool {
        match self {
            Failure::Sqlite(_) => false,
            Failure::Postgres(e) => match e.as_db_error() {
                Some(db) => matches!(
                    db.parsed_severity(),
                    Some(Severity::Fatal | Severity::Panic)
                ),
                None => e.is_closed() || StdError::source(e).is_some_and(|s| s.is::<io::Error>()),
            },
        }
    }

    pub(crate) fn into_error(self, sql: &str) -> Error {
        let lost = self.lost();
        match self {
            Failure::Sqlite(rusqlite::Error::SqliteFailure(e, detail)) => {
                sqlite(e.code, &detail.unwrap_or_default(), sql)
            }
            Failure::Sqlite(e) => Error::internal(format!("{e} in {sql}")),
            Failure::Postgres(e) => match e.as_db_error() {
                Some(db) => postgres(db, sql),
                None if lost => Error::unavailable(explain(&e)),
                None => Error::internal(format!("{e} in {sql}")),
            },
        }
    }
}

fn sqlite(code: rusqlite::ErrorCode, detail: &str, sql: &str) -> Error {
    use rusqlite::ErrorCode::{ConstraintViolation, DatabaseBusy, DiskFull};
    use rusqlite::ErrorCode::{ReadOnly, SystemIoFailure};
    match (code, detail.strip_prefix("UNIQUE constraint failed: ")) {
        (ConstraintViolation, Some(columns)) => duplicate::error(duplicate::constraint(columns)),
        (DiskFull | ReadOnly | SystemIoFailure | DatabaseBusy, _) => Error::unavailable(detail),
        _ => Error::internal(format!("{detail} in {sql}")),
    }
}

fn postgres(db: &DbError, sql: &str) -> Error {
    let code = db.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return duplicate::error(db.constraint().unwrap_or_default().to_owned());
    }
    if *code == SqlState::CHARACTER_NOT_IN_REPERTOIRE {
        let message = "a text has the character U+0000, which no text can have";
        return Error::new(Code::FieldIntegrityException, message);
    }
    // Connection, rollback by another's fault, resources, the operator, the system; a lock that
    // was not had in time.
    let passing = ["08", "40", "53", "57", "58"];
    let text = format!("{} {} in {sql}", code.code(), db.message());
    if passing.iter().any(|class| code.code().starts_with(class))
        || *code == SqlState::LOCK_NOT_AVAILABLE
    {
        Error::unavailable(text)
    } else {
        Error::internal(text)
    }
}

/// A PostgreSQL error with what caused it.
pub(crate) fn explain(e: &postgres::Error) -> String {
    match (e.as_db_error(), StdError::source(e)) {
        (Some(db), _) => db.to_string(),
        (None, Some(source)) => format!("{e}: {source}"),
        (None, None) => e.to_string(),
    }
}
