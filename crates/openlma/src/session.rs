//! Which server is asked and as whom: flags, environment, else what `openlma login` kept.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure};
use crate::http::{Client, is_web};
use crate::surroundings::{settings_folder, variable};

/// Where a server listens when nobody says otherwise.
const USUAL: &str = "http://127.0.0.1:8080";
/// Name of the file with what `login` kept.
const FILE: &str = "session.json";

/// The server to ask.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Server to ask")]
pub(crate) struct Server {
    /// address of the server [env: OPENLMA_URL] [default: that of the last login, else
    /// http://127.0.0.1:8080]
    #[arg(long, global = true)]
    url: Option<String>,
    /// access token or key [env: OPENLMA_TOKEN] [default: that of the last login]
    #[arg(long, global = true)]
    token: Option<String>,
}

/// What `login` keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Saved {
    pub(crate) url: String,
    pub(crate) username: String,
    pub(crate) token: String,
}

impl Server {
    /// A client that has not signed in, and the address.
    ///
    /// # Errors
    /// Exit 2 for what is no address.
    pub(crate) fn anonymous(&self) -> Result<(Client, String), Failure> {
        let url = match self.url.clone().or_else(|| variable("OPENLMA_URL")) {
            Some(url) => url,
            None => saved()?.map_or_else(|| USUAL.to_owned(), |saved| saved.url),
        };
        if !is_web(&url) {
            return Err(Failure::usage(format!("url: {url} is no web address"))
                .hint("name the server as http://127.0.0.1:8080, by --url or OPENLMA_URL"));
        }
        Ok((Client::new(&url), url))
    }

    /// A client with a token. A kept token goes only to the server that gave it.
    ///
    /// # Errors
    /// Exit 5, when there is none.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let (client, url) = self.anonymous()?;
        let token = match self.token.clone().or_else(|| variable("OPENLMA_TOKEN")) {
            Some(token) => Some(token),
            None => saved()?
                .filter(|saved| same_server(&saved.url, &url))
                .map(|saved| saved.token),
        };
        let token = token.ok_or_else(|| {
            Failure::new(Exit::SignIn, format!("not signed in to {url}"))
                .hint("run openlma login, or set OPENLMA_TOKEN")
        })?;
        Ok(client.with_token(token))
    }
}

fn same_server(a: &str, b: &str) -> bool {
    a.trim_end_matches('/')
        .eq_ignore_ascii_case(b.trim_end_matches('/'))
}

fn path() -> Option<PathBuf> {
    settings_folder().map(|folder| folder.join(FILE))
}

/// What the last `login` kept.
///
/// # Errors
/// Exit 2 for a file that cannot be read.
pub(crate) fn saved() -> Result<Option<Saved>, Failure> {
    match path() {
        Some(path) if path.exists() => load(&path).map(Some),
        _ => Ok(None),
    }
}

/// Keeps a login.
///
/// # Errors
/// Exit 2, when it cannot be kept.
pub(crate) fn save(session: &Saved) -> Result<PathBuf, Failure> {
    let path = path().ok_or_else(|| {
        Failure::usage("there is no home folder to keep the login in")
            .hint("set XDG_CONFIG_HOME, or use openlma token and OPENLMA_TOKEN")
    })?;
    store(&path, session)?;
    Ok(path)
}

fn load(path: &Path) -> Result<Saved, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| cannot(path, "read", &e))?;
    serde_json::from_str(&text).map_err(|e| {
        Failure::usage(format!("{} is damaged: {e}", path.display())).hint("run openlma login")
    })
}

/// Writes the login, readable by its owner only, whole or not at all.
fn store(path: &Path, session: &Saved) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, session)?;
        file.write_all(b"\n")?;
        file.persist(path).map_err(|e| e.error)?;
        Ok::<_, std::io::Error>(())
    };
    written().map_err(|e| cannot(path, "written", &e))
}

fn cannot(path: &Path, verb: &str, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be {verb}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("openlma").join(FILE);
        let session = Saved {
            url: USUAL.into(),
            username: "admin@x.example".into(),
            token: "00D!x".into(),
        };
        store(&path, &session).unwrap();
        assert_eq!(load(&path).unwrap(), session);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_token_goes_only_to_the_server_that_gave_it() {
        assert!(same_server("http://a.example/", "http://A.example"));
        assert!(!same_server("http://a.example", "http://b.example"));
    }
}
