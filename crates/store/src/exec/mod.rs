//! The threads that own the connections, and the queues before them.
//!
//! A unit of work is a plain function over a transaction. It is `Fn`, because a serialization
//! failure runs it again: ids, times and hashes are made outside and carried in. It must not be
//! given a lock, a channel or a handle of the async side.

mod file;
mod postgres;
mod sqlite;
mod unit;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Sender, TrySendError, bounded};
use openlma_core::{Error, Result};
use tokio::sync::oneshot;

use crate::dialect::Dialect;
use crate::feed::Signal;
use crate::tx::Tx;
use unit::{Mode, Queued};

/// Which queue a unit waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for the answer.
    Normal,
    /// Deliveries, refresh, import: many small units that give way.
    Background,
}

/// How to open a database.
#[derive(Clone, Debug)]
pub struct Options {
    /// A path, or `postgres://…`.
    pub database: String,
    /// Reading threads (SQLite) or connections (PostgreSQL); 1 or more.
    pub connections: usize,
    /// Units that may wait in each queue; a full queue answers 503.
    pub queue: usize,
    /// Run every writing unit twice, rolled back and again, and compare its statements.
    pub rehearse: bool,
}

impl Options {
    /// The usual settings for a database.
    #[must_use]
    pub fn new(database: impl Into<String>) -> Options {
        let database = database.into();
        let connections = if is_postgres(&database) { 8 } else { 2 };
        Options {
            database,
            connections,
            queue: 4096,
            rehearse: false,
        }
    }
}

fn is_postgres(database: &str) -> bool {
    database.starts_with("postgres://") || database.starts_with("postgresql://")
}

/// What runs after each commit, on the connection's thread: it must only pass the signals on.
pub type Listener = Arc<dyn Fn(&[Signal]) + Send + Sync>;

/// Counters of a running store.
#[derive(Debug, Default)]
pub struct Counters {
    /// Statements run by units, without BEGIN, SAVEPOINT and COMMIT.
    pub statements: AtomicU64,
    /// Units committed.
    pub units: AtomicU64,
    /// Commits: with group commit fewer than units.
    pub commits: AtomicU64,
}

/// A handle on the database; clones share it. The last one that is dropped waits until SQLite's
/// file is complete and closed.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// In the order in which it is taken down: SQLite's connections, the queues, the threads, so that
/// the writer's connection is the last that is closed.
struct Inner {
    /// Of SQLite: connections for [`Store::get`].
    here: Option<sqlite::Here>,
    dialect: Dialect,
    normal: Sender<Queued>,
    background: Sender<Queued>,
    reads: Sender<Queued>,
    counters: Arc<Counters>,
    listener: Arc<std::sync::RwLock<Option<Listener>>>,
    path: Option<PathBuf>,
    /// Of SQLite.
    _threads: Option<sqlite::Threads>,
}

/// What every connection thread gets.
#[derive(Clone)]
struct Shared {
    counters: Arc<Counters>,
    listener: Arc<std::sync::RwLock<Option<Listener>>>,
    rehearse: bool,
}

impl Shared {
    fn committed(&self, units: u64, signals: &[Signal]) {
        self.counters.units.fetch_add(units, Ordering::Relaxed);
        self.counters.commits.fetch_add(1, Ordering::Relaxed);
        if signals.is_empty() {
            return;
        }
        if let Ok(guard) = self.listener.read()
            && let Some(listener) = guard.as_ref()
        {
            listener(signals);
        }
    }
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the connection threads.
    ///
    /// Blocks; call it before the async runtime or on a blocking thread.
    ///
    /// # Errors
    /// Unavailable, when the database cannot be reached or another process holds it; invalid
    /// operation, when its migrations are not those of this version.
    pub fn open(options: &Options) -> Result<Store> {
        let (normal, normal_rx) = bounded(options.queue);
        let (background, background_rx) = bounded(options.queue);
        let (reads, reads_rx) = bounded(options.queue);
        let shared = Shared {
            counters: Arc::default(),
            listener: Arc::default(),
            rehearse: options.rehearse,
        };
        let postgres = is_postgres(&options.database);
        let (mut here, mut threads) = (None, None);
        if postgres {
            postgres::start(options, &shared, &normal_rx, &background_rx, &reads_rx)?;
        } else {
            let started = sqlite::start(options, &shared, normal_rx, background_rx, &reads_rx)?;
            (here, threads) = (Some(started.0), Some(started.1));
        }
        Ok(Store {
            inner: Arc::new(Inner {
                here,
                dialect: if postgres {
                    Dialect::Postgres
                } else {
                    Dialect::Sqlite
                },
                normal,
                background,
                reads,
                counters: shared.counters,
                listener: shared.listener,
                path: (!postgres).then(|| PathBuf::from(&options.database)),
                _threads: threads,
            }),
        })
    }

    /// The engine.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// The database file, if it is SQLite.
    #[must_use]
    pub fn path(&self) -> Option<&std::path::Path> {
        self.inner.path.as_deref()
    }

    /// Counters since the start.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Sets what hears of commits.
    pub fn listen(&self, listener: Listener) {
        if let Ok(mut slot) = self.inner.listener.write() {
            *slot = Some(listener);
        }
    }

    /// Runs a writing unit; returns after its commit.
    ///
    /// # Errors
    /// What the unit returned, in which case nothing of it is kept; unavailable, when the queue
    /// is full or the commit failed.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_at(Priority::Normal, work).await
    }

    /// Runs a writing unit in the given queue.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_at<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let queue = match priority {
            Priority::Normal => &self.inner.normal,
            Priority::Background => &self.inner.background,
        };
        submit(queue, Mode::Write, work)?
            .await
            .map_err(|_| gone())?
    }

    /// Runs a reading unit on one consistent snapshot.
    ///
    /// # Errors
    /// What the unit returned; unavailable, when the queue is full.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        submit(&self.inner.reads, Mode::Snapshot, work)?
            .await
            .map_err(|_| gone())?
    }

    /// Runs a single reading statement, without a transaction around it.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn look<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        submit(&self.inner.reads, Mode::Single, work)?
            .await
            .map_err(|_| gone())?
    }

    /// Runs one look-up by key. On SQLite it runs where it is asked, on a connection that is
    /// free: it touches a few pages, and a change of threads would cost several times as much.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn get<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let here = self.inner.here.as_ref();
        match here.and_then(|here| here.run(&self.inner.counters, &work)) {
            Some(answer) => answer,
            None => self.look(work).await,
        }
    }

    /// [`Store::write`] for callers without an async runtime.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        submit(&self.inner.normal, Mode::Write, work)?
            .blocking_recv()
            .map_err(|_| gone())?
    }

    /// [`Store::read`] for callers without an async runtime.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        submit(&self.inner.reads, Mode::Snapshot, work)?
            .blocking_recv()
            .map_err(|_| gone())?
    }
}

fn gone() -> Error {
    Error::unavailable("the connection thread ended before it answered")
}

fn submit<T: Send + 'static>(
    queue: &Sender<Queued>,
    mode: Mode,
    work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<oneshot::Receiver<Result<T>>> {
    let (unit, answer) = Queued::new(mode, work);
    match queue.try_send(unit) {
        Ok(()) => Ok(answer),
        Err(TrySendError::Full(_)) => Err(Error::unavailable("the queue of the database is full")),
        Err(TrySendError::Disconnected(_)) => Err(gone()),
    }
}
