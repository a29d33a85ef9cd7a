//! Settings of the server: file < environment < flags. What is not known is refused with its
//! position; what a setting means is for whoever uses it.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::http::is_web;

/// Read when no other file is named and it exists.
const USUAL_FILE: &str = "openlma.toml";
/// Memory for what checks have read, in MiB.
pub(crate) const CHECK_CACHE: u32 = 240;
const LARGEST_CHECK_CACHE: u32 = 65_536;

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogForm {
    /// a line for people
    #[default]
    Text,
    /// a JSON object a line
    Json,
}

/// Settings as one source gives them: flags and environment by clap, the file by serde. The flag
/// wins over the environment, as clap has it.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    /// address and port to listen on [default: 127.0.0.1:8080]
    #[arg(
        long,
        value_name = "ADDR",
        env = "OPENLMA_LISTEN",
        hide_env_values = true
    )]
    pub(crate) listen: Option<SocketAddr>,
    /// SQLite file, or postgres://… [default: openlma.db]
    #[arg(
        long,
        value_name = "PATH|URL",
        env = "OPENLMA_DATABASE",
        hide_env_values = true
    )]
    pub(crate) database: Option<String>,
    /// address that clients reach; needed when listening beyond loopback
    #[arg(
        long,
        value_name = "URL",
        env = "OPENLMA_PUBLIC_URL",
        hide_env_values = true
    )]
    pub(crate) public_url: Option<String>,
    /// file with the server's secret: 32 bytes, or 64 hexadecimal digits
    #[arg(
        long,
        value_name = "FILE",
        env = "OPENLMA_SECRET_FILE",
        hide_env_values = true
    )]
    pub(crate) secret_file: Option<PathBuf>,
    /// folder in which a relative --database lies
    #[arg(
        long,
        value_name = "DIR",
        env = "OPENLMA_DATA_DIR",
        hide_env_values = true
    )]
    pub(crate) data_dir: Option<PathBuf>,
    /// memory for answering checks without the database, 0 to 65536 MiB; 0 for none [default: 240]
    #[arg(
        long,
        value_name = "MIB",
        env = "OPENLMA_CHECK_CACHE",
        hide_env_values = true
    )]
    pub(crate) check_cache: Option<u32>,
    /// form of the log on standard error [default: text]
    #[arg(long, value_name = "FORM", env = "OPENLMA_LOG", hide_env_values = true)]
    pub(crate) log: Option<LogForm>,
    /// what is logged, such as warn or info,openlma_server=debug [default: info]
    #[arg(
        long,
        value_name = "FILTER",
        env = "OPENLMA_LOG_FILTER",
        hide_env_values = true
    )]
    pub(crate) log_filter: Option<String>,
}

/// Settings of a command that opens the database.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ConfigArgs {
    /// file with settings [default: ./openlma.toml, if it exists]
    #[arg(
        long,
        value_name = "FILE",
        env = "OPENLMA_CONFIG",
        hide_env_values = true
    )]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    given: Given,
}

/// The settings that count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Config {
    /// Where to listen.
    pub(crate) listen: SocketAddr,
    /// A path, or `postgres://…`.
    pub(crate) database: String,
    /// The address that clients reach; built from the listener's when it is loopback.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) public_url: Option<String>,
    /// Where the server's secret is, if it is in a file of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_file: Option<PathBuf>,
    /// MiB of memory for what checks have read; a million copies with three users each take 240.
    pub(crate) check_cache: u32,
    /// Form of the log.
    pub(crate) log: LogForm,
    /// What is logged.
    pub(crate) log_filter: String,
}

impl ConfigArgs {
    /// Reads the file, lays environment and flags over it, and checks what comes out.
    ///
    /// # Errors
    /// Exit 2, with the position for a file.
    pub(crate) fn resolve(&self) -> Result<Config, Failure> {
        let file = match &self.config {
            Some(named) => read(named)?,
            None if Path::new(USUAL_FILE).exists() => read(Path::new(USUAL_FILE))?,
            None => Given::default(),
        };
        merge(self.given.clone(), file).checked()
    }

    /// The database that these settings name, without the checks on listeners.
    pub(crate) fn for_database(&self) -> Result<Config, Failure> {
        let mut args = self.clone();
        args.given.listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        args.resolve()
    }
}

fn read(path: &Path) -> Result<Given, Failure> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Failure::usage(format!("{} cannot be read: {e}", path.display()))
            .hint("name a file that is there with --config, or leave it out")
    })?;
    toml::from_str(&text).map_err(|e| {
        Failure::usage(format!("{}: {}", path.display(), e.to_string().trim_end()))
            .hint("`openlma config print` shows all settings")
    })
}

fn merge(over: Given, under: Given) -> Config {
    let database = over.database.or(under.database);
    let folder = over.data_dir.or(under.data_dir);
    Config {
        listen: over
            .listen
            .or(under.listen)
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        database: in_folder(database.unwrap_or_else(|| "openlma.db".into()), folder),
        public_url: over.public_url.or(under.public_url),
        secret_file: over.secret_file.or(under.secret_file),
        check_cache: over
            .check_cache
            .or(under.check_cache)
            .unwrap_or(CHECK_CACHE),
        log: over.log.or(under.log).unwrap_or_default(),
        log_filter: over
            .log_filter
            .or(under.log_filter)
            .unwrap_or_else(|| "info".into()),
    }
}

fn in_folder(database: String, folder: Option<PathBuf>) -> String {
    match folder {
        Some(folder) if !database.contains("://") => {
            folder.join(database).to_string_lossy().into_owned()
        }
        _ => database,
    }
}

/// Refuses the address of a database that cannot be used.
///
/// # Errors
/// Exit 2.
pub(crate) fn known_database(database: &str) -> Result<(), Failure> {
    match database.split_once("://") {
        None | Some(("postgres" | "postgresql", _)) => Ok(()),
        Some((scheme, _)) => Err(Failure::usage(format!(
            "database: {scheme}:// names no database that can be used"
        ))
        .hint("give the path of an SQLite file, or postgres://user@host/database")),
    }
}

impl Config {
    fn checked(mut self) -> Result<Config, Failure> {
        known_database(&self.database)?;
        if self.check_cache > LARGEST_CHECK_CACHE {
            return Err(Failure::usage(format!(
                "check-cache: {} MiB; it is 0 to {LARGEST_CHECK_CACHE} MiB",
                self.check_cache
            )));
        }
        if let Some(url) = &mut self.public_url {
            if !is_web(url) {
                return Err(
                    Failure::usage(format!("public-url: {url} is no web address"))
                        .hint("give it as clients reach it, such as https://licenses.example"),
                );
            }
            url.truncate(url.trim_end_matches('/').len());
        } else if !is_loopback(self.listen.ip()) {
            return Err(Failure::usage(format!(
                "listening on {} is reachable from elsewhere, so links need the address that \
                 clients use",
                self.listen
            ))
            .hint("add --public-url https://…, or listen on 127.0.0.1"));
        }
        Ok(self)
    }

    /// Bytes for what checks have read.
    pub(crate) fn check_cache_bytes(&self) -> u64 {
        u64::from(self.check_cache) << 20
    }

    /// The address to build links from, for a listener on `address`.
    pub(crate) fn public_url(&self, address: SocketAddr) -> String {
        self.public_url
            .clone()
            .unwrap_or_else(|| format!("http://{address}"))
    }

    /// The settings for people: the password of a database's address is left out.
    pub(crate) fn shown(&self) -> Config {
        Config {
            database: without_password(&self.database),
            ..self.clone()
        }
    }
}

fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

/// A database's address without its password.
pub(crate) fn without_password(database: &str) -> String {
    let Some((scheme, rest)) = database.split_once("://") else {
        return database.to_owned();
    };
    let Some((login, host)) = rest.rsplit_once('@') else {
        return database.to_owned();
    };
    match login.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
        None => database.to_owned(),
    }
}

/// Refuses listeners that are not loopback, for the demonstration.
pub(crate) fn only_loopback(listen: SocketAddr) -> Result<(), Failure> {
    if is_loopback(listen.ip()) {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the demo has known passwords and does not listen on {listen}"
    ))
    .hint("listen on 127.0.0.1, or run `openlma serve` for a server of your own"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_toml(text: &str) -> Given {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn flags_win_over_the_file() {
        let file = from_toml("listen = \"127.0.0.1:1\"\ndatabase = \"a.db\"\nlog = \"json\"");
        let flags = Given {
            database: Some("b.db".into()),
            ..Given::default()
        };
        let config = merge(flags, file);
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.database, "b.db");
        assert_eq!(config.log, LogForm::Json);
    }

    #[test]
    fn unknown_settings_are_refused_with_their_position() {
        let error = toml::from_str::<Given>("listen = \"127.0.0.1:1\"\nlisten_to = 2").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("line 2"), "{text}");
        assert!(text.contains("listen_to"), "{text}");
    }

    #[test]
    fn listening_beyond_loopback_needs_a_public_url() {
        let given = from_toml("listen = \"0.0.0.0:80\"");
        let refused = merge(given.clone(), Given::default())
            .checked()
            .unwrap_err();
        assert_eq!(refused.exit, crate::failure::Exit::Usage);
        let with_url = Given {
            public_url: Some("https://licenses.example/".into()),
            ..given
        };
        let config = merge(with_url, Given::default()).checked().unwrap();
        assert_eq!(
            config.public_url.as_deref(),
            Some("https://licenses.example")
        );
        assert!(only_loopback("[::ffff:127.0.0.1]:80".parse().unwrap()).is_ok());
        assert!(only_loopback("10.0.0.1:80".parse().unwrap()).is_err());
    }

    #[test]
    fn passwords_of_databases_are_not_shown() {
        assert_eq!(
            without_password("postgres://u:p@ss@h/db"),
            "postgres://u:***@h/db"
        );
        assert_eq!(without_password("a.db"), "a.db");
    }

    #[test]
    fn a_relative_database_lies_in_the_data_folder() {
        let folder = || Some(PathBuf::from("/data"));
        assert_eq!(in_folder("x.db".into(), folder()), "/data/x.db");
        assert_eq!(in_folder("/y/x.db".into(), folder()), "/y/x.db");
        assert_eq!(
            in_folder("postgres://h/d".into(), folder()),
            "postgres://h/d"
        );
    }
}
