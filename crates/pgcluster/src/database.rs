//! Databases of a cluster: empty ones, templates, and copies of a template.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Error, Result};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::Cluster;

/// A database of its own for one test. It goes when its cluster goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The database's name, unique over all processes that share the cluster.
    pub name: String,
    /// `postgres://…`, ready for `--database`.
    pub url: String,
}

impl Cluster {
    /// Creates a database: empty, or a copy of `template` (some 50 ms), to which nobody may
    /// be connected at that moment.
    ///
    /// # Errors
    ///
    /// What the server said: no such template, somebody is connected to it.
    pub fn create_database(&self, template: Option<&str>) -> Result<Database> {
        let name = unique_name();
        let template = template.unwrap_or("template0");
        self.query(&format!(
            "CREATE DATABASE \"{name}\" TEMPLATE \"{template}\""
        ))?;
        self.database(name)
    }

    /// Makes a template named `name` (lower-case letters, digits and `_`) unless the cluster
    /// has it: `prepare` gets the URL of an empty database and fills it, and must be
    /// disconnected when it returns. Safe against other processes that want the same one; a
    /// caller on a long-lived cluster puts what the content depends on into the name.
    ///
    /// # Errors
    ///
    /// The error of `prepare`, or what the server said.
    pub fn ensure_template(
        &self,
        name: &str,
        prepare: impl FnOnce(&str) -> Result<()>,
    ) -> Result<()> {
        if self.has_database(name)? {
            return Ok(());
        }
        let draft = self.create_database(None)?;
        prepare(&draft.url)?;
        let renamed = self.query(&format!(
            "ALTER DATABASE \"{}\" RENAME TO \"{name}\"",
            draft.name
        ));
        match renamed {
            Ok(_) => Ok(()),
            Err(_) if self.has_database(name)? => self
                .query(&format!("DROP DATABASE \"{}\"", draft.name))
                .map(drop),
            Err(error) => Err(error),
        }
    }

    fn has_database(&self, name: &str) -> Result<bool> {
        let found = self.query(&format!(
            "SELECT 1 FROM pg_database WHERE datname = '{name}'"
        ))?;
        Ok(found == "1")
    }

    fn database(&self, name: String) -> Result<Database> {
        let (server, _) = self
            .admin_url()
            .rsplit_once('/')
            .ok_or_else(|| Error::other("the administrator's URL names no database"))?;
        let url = format!("{server}/{name}");
        Ok(Database { name, url })
    }
}

/// Unlike any other name of this process or of one that shares the cluster.
fn unique_name() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!(
        "t_{:016x}_{}",
        *PROCESS,
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
