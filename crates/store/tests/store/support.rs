//! Databases to test on, and small things that tests share.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use openlma_core::time::{Timestamp, from_micros};
use openlma_core::{Id, Result};
use openlma_store::{Options, Store, Tx};
use tempfile::TempDir;

/// On which engine a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A database of one test.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) options: Options,
    _folder: Option<TempDir>,
}

/// Where a database of a test is, before it is opened.
pub(crate) struct Place {
    pub(crate) options: Options,
    folder: Option<TempDir>,
}

impl Engine {
    /// An empty database with the schema; every unit is rehearsed.
    pub(crate) fn open(self) -> Db {
        self.place().open()
    }

    /// The same, not opened yet.
    pub(crate) fn place(self) -> Place {
        let (database, folder) = match self {
            Engine::Sqlite => {
                let folder = TempDir::new().unwrap();
                let path = folder.path().join("test.db");
                (path.to_str().unwrap().to_owned(), Some(folder))
            }
            Engine::Postgres => {
                let cluster = openlma_pgcluster::shared();
                let copy = cluster.create_database(Some(template())).unwrap();
                (copy.url, None)
            }
        };
        let options = Options {
            connections: 3,
            rehearse: true,
            ..Options::new(database)
        };
        Place { options, folder }
    }
}

impl Place {
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Options)) -> Place {
        change(&mut self.options);
        self
    }

    pub(crate) fn open(self) -> Db {
        Db {
            store: Store::open(&self.options).unwrap(),
            options: self.options,
            _folder: self.folder,
        }
    }
}

/// A migrated database whose collation is not ours, so that no statement can rely on it.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let cluster = openlma_pgcluster::shared();
        let empty = cluster.create_database(None).unwrap();
        let name = format!("{}_icu", empty.name);
        let mut client = connect(cluster.admin_url());
        client
            .batch_execute(&format!(
                "CREATE DATABASE \"{name}\" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
            ))
            .unwrap();
        let url = empty.url.replace(&empty.name, &name);
        drop(Store::open(&Options::new(url)).unwrap());
        name
    })
}

/// A plain connection to PostgreSQL, for what other programs do to us.
pub(crate) fn connect(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

impl Db {
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.store.write_blocking(work).unwrap()
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.store.read_blocking(work).unwrap()
    }

    /// One number out of the database.
    pub(crate) fn number(&self, sql: &'static str) -> i64 {
        self.read(move |tx| Ok(tx.query_one(sql, &[])?.unwrap().number(0)))
    }
}

/// The `n`th id with this prefix.
pub(crate) fn id(prefix: &str, n: u64) -> Id {
    Id::parse(&format!("{prefix}{n:012}")).unwrap()
}

/// An id that no other call in this process gives.
pub(crate) fn fresh(prefix: &str) -> Id {
    static NEXT: AtomicU64 = AtomicU64::new(1_000_000);
    id(prefix, NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The org of most tests.
pub(crate) fn org() -> Id {
    id("00D", 1)
}

/// Seconds after an arbitrary beginning.
pub(crate) fn at(seconds: i64) -> Timestamp {
    from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
}
