//! The file of an SQLite database: whether it is one of ours, and who has it. No connection that
//! serves units may be opened here.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::Path;

use openlma_core::{Error, Result};
use rusqlite::{Connection as Sqlite, OpenFlags};

/// What an SQLite file begins with.
const BEGINNING: &[u8; 16] = b"SQLite format 3\0";
/// Tables of the file, and those of them that only we make.
const TABLES: &str = "SELECT COUNT(*), COUNT(CASE WHEN name = 'migrations' THEN 1 END) \
                      FROM sqlite_master WHERE type = 'table'";

/// Takes the file for this process, and makes it where it is missing: caches and group commit
/// rely on one process at a time. Nothing is written beside a file that is not ours.
///
/// # Errors
/// Unavailable, in words for whoever starts the server.
pub(super) fn take(path: &str) -> Result<File> {
    look(path)?;
    let lock = lock(path)?;
    private(path).map_err(|e| unusable(format!("cannot open the database {path}: {e}")))?;
    Ok(lock)
}

/// Refuses what is there and is no database of ours, before anything is made or changed.
fn look(path: &str) -> Result<()> {
    let refused = |what: &str| unusable(format!("{path} {what}; name a new file, or one of ours"));
    if Path::new(path).is_dir() {
        return Err(refused("is a folder"));
    }
    let mut beginning = Vec::new();
    match File::open(path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(unusable(format!("cannot open the database {path}: {e}"))),
        Ok(file) => file
            .take(BEGINNING.len() as u64)
            .read_to_end(&mut beginning)
            .map_err(|e| unusable(format!("cannot read the database {path}: {e}")))?,
    };
    if beginning.is_empty() {
        return Ok(());
    }
    if beginning != BEGINNING {
        return Err(refused("is no SQLite database"));
    }
    match tables(path) {
        Ok((some, 0)) if some > 0 => Err(refused("is the database of another program")),
        // What cannot be read without a lock is found out by whoever has it.
        _ => Ok(()),
    }
}

/// Tables, and how many of them are ours. Makes no file beside the database, as any other way of
/// reading one with a write-ahead log would.
fn tables(path: &str) -> rusqlite::Result<(i64, i64)> {
    let escaped: String = path
        .chars()
        .map(|c| match c {
            '%' => "%25".to_owned(),
            '?' => "%3f".to_owned(),
            '#' => "%23".to_owned(),
            other => other.to_string(),
        })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Sqlite::open_with_flags(format!("file:{escaped}?immutable=1"), flags)?;
    connection.query_row(TABLES, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn lock(path: &str) -> Result<File> {
    let name = format!("{path}.lock");
    let file = private(&name).map_err(|e| {
        unusable(format!(
            "cannot create the lock file beside the database: {e}"
        ))
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(unusable(format!(
            "another process already serves the database {path}"
        ))),
        Err(TryLockError::Error(e)) => Err(unusable(format!("cannot lock {name}: {e}"))),
    }
}

/// Opens a file; where it is missing, makes it for the server's user alone. SQLite gives the files
/// beside a database the mode of the database.
fn private(path: &str) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// An error that tells whoever starts the server what is wrong.
pub(super) fn unusable(message: String) -> Error {
    Error {
        message: message.clone(),
        ..Error::unavailable(message)
    }
}
