//! The databases that every test runs on.

use std::sync::OnceLock;

use openlma_store::{Options, Store};
use tempfile::TempDir;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file in a temporary folder.
    Sqlite,
    /// A database of the throwaway cluster.
    Postgres,
}

/// A database of one test; it goes with this value.
pub(crate) struct Place {
    pub(crate) database: String,
    _folder: Option<TempDir>,
}

impl Backend {
    /// A migrated, empty database.
    pub(crate) fn place(self) -> Place {
        match self {
            Backend::Sqlite => {
                let folder = TempDir::new().expect("a temporary folder");
                let path = folder.path().join("openlma.db");
                Place {
                    database: path.to_str().expect("a path in UTF-8").to_owned(),
                    _folder: Some(folder),
                }
            }
            Backend::Postgres => {
                let cluster = openlma_pgcluster::shared();
                let copy = cluster
                    .create_database(Some(template()))
                    .expect("a database");
                Place {
                    database: copy.url,
                    _folder: None,
                }
            }
        }
    }
}

/// A migrated database, made once a process.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let empty = openlma_pgcluster::shared()
            .create_database(None)
            .expect("a database");
        let store = Store::open(&Options::new(&empty.url)).expect("the schema");
        drop(store);
        empty.name
    })
}
