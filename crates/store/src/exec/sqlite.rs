//! SQLite: one writing thread with group commit, several reading threads.

use std::fs::{File, OpenOptions, TryLockError};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select_biased};
use openlma_core::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection as Sqlite, OpenFlags};

use super::unit::{Mode, Outcome, Queued};
use super::{Counters, Options, Shared};
use crate::migrate;
use crate::tx::{Connection, Tx};

/// Most units in one commit.
const GROUP_UNITS: usize = 256;
/// Longest time a group stays open.
const GROUP_TIME: Duration = Duration::from_millis(20);
/// Connections for look-ups that run where they are asked: one an async thread is enough.
const CONNECTIONS_HERE: usize = 4;
/// Statements kept prepared on each connection.
const PREPARED: usize = 512;

pub(super) fn start(
    options: &Options,
    shared: &Shared,
    normal: Receiver<Queued>,
    background: Receiver<Queued>,
    reads: &Receiver<Queued>,
) -> Result<Here> {
    let lock = lock(&options.database)?;
    private(&options.database).map_err(|e| {
        let path = &options.database;
        unusable(format!("cannot open the database {path}: {e}"))
    })?;
    let writer = open(&options.database, false)?;
    migrate::run(&mut Tx::new(Connection::Sqlite(&writer)))?;
    let thread_shared = shared.clone();
    spawn("sqlite-writer", move || {
        write_loop(&writer, &thread_shared, normal, background)
    })?;
    for n in 0..options.connections.max(1) {
        let reader = open(&options.database, true)?;
        let (shared, reads) = (shared.clone(), reads.clone());
        spawn(&format!("sqlite-reader-{n}"), move || {
            read_loop(&reader, &shared, &reads)
        })?;
    }
    let free = (0..CONNECTIONS_HERE).map(|_| open(&options.database, true));
    Ok(Here {
        free: Mutex::new(free.collect::<Result<_>>()?),
        _lock: lock,
    })
}

/// Connections for look-ups that run where they are asked.
pub(super) struct Here {
    free: Mutex<Vec<Sqlite>>,
    _lock: File,
}

impl Here {
    /// Runs a look-up, if a connection is free.
    pub(super) fn run<T>(
        &self,
        counters: &Counters,
        work: &impl Fn(&mut Tx<'_>) -> Result<T>,
    ) -> Option<Result<T>> {
        let connection = self.free().pop()?;
        let mut tx = Tx::new(Connection::Sqlite(&connection));
        // A panic drops the connection and ends the request, as it would anywhere else.
        let answer = work(&mut tx);
        counters
            .statements
            .fetch_add(tx.statements, Ordering::Relaxed);
        drop(tx);
        self.free().push(connection);
        Some(answer)
    }

    fn free(&self) -> MutexGuard<'_, Vec<Sqlite>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|e| Error::unavailable(format!("no thread {name}: {e}")))
}

/// One process at a time: caches and group commit rely on it.
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

fn unusable(message: String) -> Error {
    Error {
        message: message.clone(),
        ..Error::unavailable(message)
    }
}

fn open(path: &str, read_only: bool) -> Result<Sqlite> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX
        | if read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        };
    let setup = || -> rusqlite::Result<Sqlite> {
        let connection = Sqlite::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        // Plans stay as prepared: otherwise every bound value has the statement prepared again.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        if !read_only {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            connection.pragma_update(None, "foreign_keys", true)?;
            // What a savepoint would roll back is kept in memory, not in a temporary file.
            connection.pragma_update(None, "temp_store", "MEMORY")?;
            connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
            connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        }
        connection.pragma_update(None, "cache_size", -65536)?;
        connection.pragma_update(None, "mmap_size", 1_i64 << 30)?;
        Ok(connection)
    };
    setup().map_err(|e| unusable(format!("cannot open the database {path}: {e}")))
}

fn write_loop(
    connection: &Sqlite,
    shared: &Shared,
    mut normal: Receiver<Queued>,
    mut background: Receiver<Queued>,
) {
    let mut open_queues = 2;
    while open_queues > 0 {
        let first = select_biased! {
            recv(normal) -> unit => unit.map_err(|_| normal = never()),
            recv(background) -> unit => unit.map_err(|_| background = never()),
        };
        match first {
            Ok(unit) => group(connection, shared, unit, &normal, &background),
            Err(()) => open_queues -= 1,
        }
    }
}

/// Runs what is queued in one transaction, a savepoint each, and answers after the commit.
fn group(
    connection: &Sqlite,
    shared: &Shared,
    first: Queued,
    normal: &Receiver<Queued>,
    background: &Receiver<Queued>,
) {
    if let Err(e) = control(connection, "BEGIN IMMEDIATE") {
        return first.answer(Err(e));
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "bounds how long a group stays open"
    )]
    let started = Instant::now();
    let mut done: Vec<(Queued, Outcome)> = Vec::new();
    let mut next = Some(first);
    while let Some(unit) = next.take() {
        let outcome = savepoint(connection, shared, &unit);
        done.push((unit, outcome));
        if connection.is_autocommit() {
            // A full disk or a failed read or write has rolled back the whole group; the COMMIT
            // below fails, and all are told.
            break;
        }
        if done.len() < GROUP_UNITS && started.elapsed() < GROUP_TIME {
            next = normal.try_recv().or_else(|_| background.try_recv()).ok();
        }
    }
    let committed = control(connection, "COMMIT");
    if committed.is_err() {
        // A failed COMMIT may leave the transaction open.
        let _ = control(connection, "ROLLBACK");
    } else {
        let good = done.iter().filter(|(_, o)| o.result.is_ok()).count() as u64;
        let signals: Vec<_> = done
            .iter()
            .flat_map(|(_, o)| o.signals.iter().cloned())
            .collect();
        shared.committed(good, &signals);
    }
    for (unit, outcome) in done {
        unit.answer(match &committed {
            Ok(()) => outcome.result,
            Err(e) => outcome.result.and(Err(e.clone())),
        });
    }
}

fn savepoint(connection: &Sqlite, shared: &Shared, unit: &Queued) -> Outcome {
    if let Err(e) = control(connection, "SAVEPOINT unit") {
        return Outcome::failed(e);
    }
    let mut rehearsed = None;
    if shared.rehearse {
        rehearsed = unit.run(Connection::Sqlite(connection), true).trace;
        if let Err(e) = control(connection, "ROLLBACK TO unit") {
            return Outcome::failed(e);
        }
    }
    let mut outcome = unit.run(Connection::Sqlite(connection), rehearsed.is_some());
    outcome.compare(rehearsed.as_ref());
    shared
        .counters
        .statements
        .fetch_add(outcome.statements, Ordering::Relaxed);
    if outcome.result.is_err()
        && let Err(e) = control(connection, "ROLLBACK TO unit")
    {
        return Outcome::failed(e);
    }
    if let Err(e) = control(connection, "RELEASE unit") {
        return Outcome::failed(e);
    }
    outcome
}

fn read_loop(connection: &Sqlite, shared: &Shared, reads: &Receiver<Queued>) {
    while let Ok(unit) = reads.recv() {
        let snapshot = unit.mode == Mode::Snapshot;
        if snapshot && let Err(e) = control(connection, "BEGIN") {
            unit.answer(Err(e));
            continue;
        }
        let outcome = unit.run(Connection::Sqlite(connection), false);
        shared
            .counters
            .statements
            .fetch_add(outcome.statements, Ordering::Relaxed);
        if snapshot {
            let _ = control(connection, "ROLLBACK");
        }
        unit.answer(outcome.result);
    }
}

fn control(connection: &Sqlite, sql: &str) -> Result<()> {
    connection
        .prepare_cached(sql)
        .and_then(|mut s| s.execute([]))
        .map(drop)
        .map_err(|e| Error::unavailable(format!("{sql}: {e}")))
}
