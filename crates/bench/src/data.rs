//! Where the measured worlds live.

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::Which;

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const ALL: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    pub(crate) fn wanted(self, which: Which) -> bool {
        match which {
            Which::Both => true,
            Which::Sqlite => self == Engine::Sqlite,
            Which::Postgres => self == Engine::Postgres,
        }
    }
}

/// A durable database that goes with this value.
pub(crate) struct Place {
    pub(crate) database: String,
    _folder: Option<TempDir>,
    _cluster: Option<openlma_pgcluster::Cluster>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Result<Place> {
        match engine {
            Engine::Sqlite => {
                let folder = TempDir::new()?;
                let path = folder.path().join("openlma.db");
                let database = path.to_str().context("a path in UTF-8")?.to_owned();
                Ok(Place {
                    database,
                    _folder: Some(folder),
                    _cluster: None,
                })
            }
            Engine::Postgres => {
                let options = openlma_pgcluster::Options {
                    fsync: true,
                    ..Default::default()
                };
                let cluster = openlma_pgcluster::Cluster::start(&options)?;
                let database = cluster.create_database(None)?.url;
                Ok(Place {
                    database,
                    _folder: None,
                    _cluster: Some(cluster),
                })
            }
        }
    }
}
