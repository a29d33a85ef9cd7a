//! SQLite: one writing thread with group commit, several reading threads.

use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select_biased};
use openlma_core::{Error, Result};
use rusqlite::config::DbConfig;
use rusqlite::{Connection as Sqlite, OpenFlags};

use super::file::{take, unusable};
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

/// Pages of the write-ahead log, 64 MiB, before they are written back.
const LOG_PAGES: i64 = 16 * 1024;

/// Longest wait for others, who may read the file, at the end.
const LAST_WAIT: Duration = Duration::from_secs(1);

pub(super) fn start(
    options: &Options,
    shared: &Shared,
    normal: Receiver<Queued>,
    background: Receiver<Queued>,
    reads: &Receiver<Queued>,
) -> Result<(Here, Threads)> {
    let lock = take(&options.database)?;
    let writer = open(&options.database, false)?;
    migrate::run(&mut Tx::new(Connection::Sqlite(&writer)))?;
    let mut readers = Vec::new();
    for n in 0..options.connections.max(1) {
        let reader = open(&options.database, true)?;
        let (shared, reads) = (shared.clone(), reads.clone());
        readers.push(spawn(&format!("sqlite-reader-{n}"), move || {
            read_loop(&reader, &shared, &reads);
        })?);
    }
    let free = (0..CONNECTIONS_HERE).map(|_| open(&options.database, true));
    let here = Here {
        free: Mutex::new(free.collect::<Result<_>>()?),
    };
    let ids: Vec<ThreadId> = readers.iter().map(|r| r.thread().id()).collect();
    let shared = shared.clone();
    let writer = spawn("sqlite-writer", move || {
        write_loop(&writer, &shared, normal, background);
        for reader in readers {
            // A reader that panicked has closed its connection as well.
            let _ = reader.join();
        }
        close(writer);
    })?;
    let threads = Threads {
        ids: std::iter::once(writer.thread().id()).chain(ids).collect(),
        writer: Some(writer),
        _lock: lock,
    };
    Ok((here, threads))
}

/// The threads, and the lock that keeps a second process out. They end when nobody can ask any
/// more; whoever drops this waits for that.
pub(super) struct Threads {
    /// Ends after the readers.
    writer: Option<JoinHandle<()>>,
    ids: Vec<ThreadId>,
    _lock: File,
}

impl Drop for Threads {
    fn drop(&mut self) {
        // A unit that held the last handle cannot wait for the thread that runs it.
        let is_own = self.ids.contains(&std::thread::current().id());
        if let Some(writer) = self.writer.take().filter(|_| !is_own) {
            let _ = writer.join();
        }
    }
}

/// Moves everything into the database itself, whose file is then complete without its companions.
fn close(connection: Sqlite) {
    let moved = connection.busy_timeout(LAST_WAIT).and_then(|()| {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        })
    });
    if !matches!(moved, Ok(0)) {
        tracing::warn!(
            outcome = ?moved,
            "the write-ahead log was not emptied; it belongs to the database"
        );
    }
    // What is left to close is only the file.
    drop(connection);
}

/// Connections for look-ups that run where they are asked.
pub(super) struct Here {
    free: Mutex<Vec<Sqlite>>,
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

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|e| Error::unavailable(format!("no thread {name}: {e}")))
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
            // Pages that many commits write are then written back once.
            connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
            connection.pragma_update(None, "journal_size_limit", LOG_PAGES * 4096)?;
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
