//! `openlma key`: keys with which products ask whether users are licensed.

use clap::Subcommand;
use openlma_wire as wire;
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::http::escape;
use crate::output::{self, Column, Format};
use crate::session::Server;

const KEYS: &[Column] = &[
    ("ID", "id"),
    ("NAME", "name"),
    ("CREATED", "created_at"),
    ("ROTATED", "rotated_at"),
];
const MADE: &[Column] = &[("id", "id"), ("key", "key")];

/// What to do with keys.
#[derive(Subcommand)]
pub(crate) enum KeyCommand {
    /// list the publisher keys of the org, without their secrets
    List,
    /// make a publisher key, which checks every org with a package of this publisher; shown once
    Create {
        /// what people call it
        name: String,
    },
    /// give a key another secret; the one of before ends at once
    Rotate {
        /// id of a publisher key, or of the license of an install (050…) for its installation key
        key: String,
    },
    /// delete a publisher key; it ends at once
    Delete {
        /// id of the key
        key: String,
    },
}

/// Runs it.
pub(crate) fn run(command: KeyCommand, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let path = |key: &str| format!("/api/v1/keys/{}", escape(key));
    match command {
        KeyCommand::List => output::rows(format, KEYS, &client.all("/api/v1/keys")?),
        KeyCommand::Create { name } => {
            let made = client.post("/api/v1/keys", &wire::NewKey { name })?;
            output::one(format, MADE, &made);
        }
        KeyCommand::Rotate { key } => {
            let made = client.post(&format!("{}/rotate", path(&key)), &json!({}))?;
            output::one(format, MADE, &made);
        }
        KeyCommand::Delete { key } => {
            client.delete(&path(&key))?;
            output::note("deleted; it ends at once");
        }
    }
    Ok(Exit::Ok)
}
