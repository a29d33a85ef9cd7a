//! Where the measured worlds live.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use openlma_pgcluster::Cluster;
use tempfile::TempDir;

use crate::Which;

/// Where they live, below the workspace: a temporary folder may be no disk, and an fsync cost nothing
/// there.
pub(crate) const FOLDER: &str = "target/bench";

fn below_workspace() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(FOLDER)
}

/// That folder, made if need be.
pub(crate) fn folder() -> Result<PathBuf> {
    let folder = below_workspace();
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {FOLDER}"))?;
    Ok(folder.canonicalize()?)
}

/// Removes the folder, unless another run has its worlds there.
pub(crate) fn leave() {
    // One that is not empty stays.
    let _ = std::fs::remove_dir(below_workspace());
}

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
    home: Home,
}

/// Name of a database of SQLite in its folder.
const FILE: &str = "openlma.db";

enum Home {
    /// The folder of a file.
    Folder(TempDir),
    Cluster(Arc<Ground>),
}

/// A cluster in a folder that goes after it: the cluster's own account cannot remove it.
struct Ground {
    cluster: Cluster,
    _folder: TempDir,
}

impl Ground {
    fn new() -> Result<Ground> {
        let mut builder = tempfile::Builder::new();
        let folder = builder
            .permissions(Permissions::from_mode(0o755))
            .tempdir_in(folder()?)?;
        let options = openlma_pgcluster::Options {
            fsync: true,
            parent: Some(folder.path().to_owned()),
        };
        Ok(Ground {
            cluster: Cluster::start(&options)?,
            _folder: folder,
        })
    }
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Result<Place> {
        match engine {
            Engine::Sqlite => Place::in_folder(),
            Engine::Postgres => Place::in_cluster(&Arc::new(Ground::new()?), None),
        }
    }

    fn in_folder() -> Result<Place> {
        let folder = TempDir::new_in(folder()?)?;
        let path = folder.path().join(FILE);
        let database = path.to_str().context("a path in UTF-8")?.to_owned();
        Ok(Place {
            database,
            home: Home::Folder(folder),
        })
    }

    fn in_cluster(ground: &Arc<Ground>, template: Option<&str>) -> Result<Place> {
        Ok(Place {
            database: ground.cluster.create_database(template)?.url,
            home: Home::Cluster(Arc::clone(ground)),
        })
    }

    /// Has PostgreSQL count its tables, as it does by itself within a minute; SQLite knows.
    pub(crate) fn count(&self) -> Result<()> {
        if matches!(self.home, Home::Cluster(_)) {
            let mut client = postgres::Client::connect(&self.database, postgres::NoTls)?;
            client.batch_execute("VACUUM ANALYZE")?;
        }
        Ok(())
    }

    /// Another one with the same content; no server may hold this one.
    pub(crate) fn copy(&self) -> Result<Place> {
        match &self.home {
            Home::Folder(folder) => {
                let copy = Place::in_folder()?;
                std::fs::copy(folder.path().join(FILE), &copy.database)?;
                Ok(copy)
            }
            Home::Cluster(ground) => {
                let (_, name) = self.database.rsplit_once('/').context("a database")?;
                let name = name.split_once('?').map_or(name, |(name, _)| name);
                Place::in_cluster(ground, Some(name))
            }
        }
    }
}
