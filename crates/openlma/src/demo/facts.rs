//! What the demonstration made, as people and tools read it: kept in its database, so that a
//! later start can show it again, and written as JSON. Nothing is made here.

use std::io::Write;
use std::path::Path;

use openlma_store::{Store, directory};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::Failure;

/// Under which name the facts are kept in the database.
const KEPT: &str = "demo";

/// Everything that was made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) seed: u32,
    /// The making was interrupted, or goes on.
    #[serde(default)]
    pub(super) unfinished: bool,
    pub(super) operator: User,
    pub(super) orgs: Vec<Org>,
    pub(super) users: Vec<User>,
    pub(super) oauth_clients: Vec<Value>,
    pub(super) packages: Vec<Package>,
    pub(super) licenses: Vec<License>,
    pub(super) checks: Vec<Check>,
    pub(super) held: Vec<Value>,
    pub(super) converted_status: Option<String>,
    pub(super) external_id: Option<Value>,
}

/// An org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Org {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) roles: Vec<String>,
    pub(super) edition: String,
    pub(super) status: String,
    pub(super) time_zone: String,
    pub(super) sandbox: bool,
}

/// A user who can sign in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct User {
    /// Domain of the org; none for operators.
    pub(super) org: Option<String>,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) profile: Option<String>,
    pub(super) active: bool,
}

/// A package.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Package {
    pub(super) namespace: String,
    pub(super) id: String,
    pub(super) registered: bool,
    pub(super) versions: Vec<Value>,
}

/// A license in the publisher's org.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct License {
    pub(super) id: String,
    pub(super) name: String,
    /// Domain of the subscriber's org.
    pub(super) org: String,
    pub(super) namespace: String,
    pub(super) status: String,
    /// A number or `site`.
    pub(super) seats: Value,
    pub(super) expires_on: Option<String>,
    pub(super) installation_key: Option<String>,
}

/// A question with its answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Check {
    /// Without the server's address.
    pub(super) path: String,
    pub(super) bearer: String,
    pub(super) licensed: bool,
    pub(super) reason: Option<String>,
    /// Domain of the user's org.
    #[serde(default)]
    pub(super) org: String,
    /// Domain of the publisher's org, which has the license.
    #[serde(default)]
    pub(super) publisher: String,
    /// Of the package.
    #[serde(default)]
    pub(super) namespace: String,
}

/// Where this run serves them.
pub(super) struct Run {
    pub(super) base_url: String,
    pub(super) database: String,
}

impl Facts {
    /// The document of `--print-json`.
    pub(super) fn document(&self, run: &Run) -> Value {
        let checks: Vec<Value> = self
            .checks
            .iter()
            .map(|check| {
                json!({
                    "url": format!("{}{}", run.base_url, check.path),
                    "bearer": check.bearer,
                    "licensed": check.licensed,
                    "reason": check.reason,
                })
            })
            .collect();
        let users: Vec<&User> = std::iter::once(&self.operator).chain(&self.users).collect();
        json!({
            "schema": 1,
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "base_url": run.base_url,
            "tls_base_url": null,
            "ca_file": null,
            "database": run.database,
            "orgs": self.orgs,
            "users": users,
            "oauth_clients": self.oauth_clients,
            "packages": self.packages,
            "licenses": self.licenses,
            "checks": checks,
            "publisher_keys": [],
            "held": self.held,
            "converted_status": self.converted_status,
            "external_id": self.external_id,
        })
    }
}

/// Keeps the facts in the database.
///
/// # Errors
/// Of the database.
pub(super) async fn keep(store: &Store, facts: &Facts) -> openlma_core::Result<()> {
    let text = serde_json::to_string(facts)
        .map_err(|e| openlma_core::Error::internal(format!("the demo's facts: {e}")))?;
    store
        .write(move |tx| directory::set_meta(tx, KEPT, &text))
        .await
}

/// What an earlier run with the same seed made in this database; `None` when it is empty.
///
/// # Errors
/// Exit 4 for a database with other data.
pub(super) fn kept(store: &Store, seed: u32) -> Result<Option<Facts>, Failure> {
    let (initialised, kept) = store.read_blocking(|tx| {
        Ok((
            directory::meta(tx, "initialised")?.is_some(),
            directory::meta(tx, KEPT)?,
        ))
    })?;
    if !initialised {
        return Ok(None);
    }
    let facts: Option<Facts> = kept.and_then(|text| serde_json::from_str(&text).ok());
    match facts {
        Some(facts) if facts.unfinished => Err(Failure::unreachable(
            "holds a demo whose making was interrupted",
        )
        .hint("delete it, or name an empty database")),
        Some(facts) if facts.seed == seed => Ok(Some(facts)),
        Some(facts) => Err(Failure::unreachable(format!(
            "holds the demo of seed {}, not {seed}",
            facts.seed
        ))
        .hint(format!(
            "add --seed {}, or name an empty database",
            facts.seed
        ))),
        None => Err(
            Failure::unreachable("is not empty, and its data was not made by demo").hint(
                "name an empty database, or leave --database out for a temporary one; \
                 `openlma serve` serves your own data",
            ),
        ),
    }
}

/// Writes the document, readable by its owner only, and puts it in its place whole.
///
/// # Errors
/// Exit 4.
pub(super) fn write(file: &Path, document: &Value) -> Result<(), Failure> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
    let written = || {
        let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        serde_json::to_writer_pretty(&mut new, document)?;
        new.write_all(b"\n")?;
        new.persist(file).map_err(|e| e.error)?;
        Ok::<_, std::io::Error>(())
    };
    written()
        .map_err(|e| Failure::unreachable(format!("{} cannot be written: {e}", file.display())))
}
