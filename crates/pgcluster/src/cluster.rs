//! A cluster: made, configured, started, and gone when dropped.

use std::fs::OpenOptions;
use std::io::{Error, Result, Write};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binaries;
use crate::watchdog::{Watchdog, run_as};

/// Another process may take the port between our choice and the server's start.
const PORTS_TO_TRY: u32 = 5;

/// How a cluster is made.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether a commit reaches the disk before it is acknowledged. Off, the default, is
    /// several times faster and right for tests; measurements and the harness that kills
    /// need it on.
    pub fsync: bool,
    /// The folder under which the cluster's own is made, for a disk that is a disk; by
    /// default the system's temporary folder. The server's account must be able to enter it.
    pub parent: Option<PathBuf>,
}

/// A PostgreSQL cluster: one started by this process, which ends when the value is dropped
/// or the process ends, or somebody else's.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    admin_url: String,
    own: Option<Watchdog>,
}

impl Cluster {
    /// Makes and starts a cluster. It listens on 127.0.0.1 and on a socket in its folder,
    /// speaks UTF-8 with the locale C.UTF-8, and lets every local connection in as
    /// `postgres`. Takes about a second.
    ///
    /// # Errors
    ///
    /// No PostgreSQL, no user `postgres` where we are root, or what the server said.
    pub fn start(options: &Options) -> Result<Self> {
        let bin = binaries::folder()?;
        let account = binaries::account()?;
        let mut attempt = 1;
        loop {
            match start_once(&bin, account, options) {
                Err(error) if attempt == PORTS_TO_TRY || !is_port_taken(&error) => {
                    return Err(error);
                }
                Err(_) => attempt += 1,
                Ok((port, watchdog)) => {
                    let admin_url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
                    return Ok(Self {
                        bin,
                        admin_url,
                        own: Some(watchdog),
                    });
                }
            }
        }
    }

    /// Uses a running cluster, known by the URL of a user who may create databases.
    /// Dropping the value leaves it alone.
    ///
    /// # Errors
    ///
    /// No PostgreSQL client here, or nothing answers at `admin_url`.
    pub fn attach(admin_url: &str) -> Result<Self> {
        let cluster = Self {
            bin: binaries::folder()?,
            admin_url: admin_url.to_owned(),
            own: None,
        };
        cluster.query("SELECT 1")?;
        Ok(cluster)
    }

    /// The URL of the administrator in the database `postgres`.
    pub fn admin_url(&self) -> &str {
        &self.admin_url
    }

    /// Whether this process started the cluster and will end it.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Runs one statement as the administrator; the answer's first column as text.
    pub(crate) fn query(&self, sql: &str) -> Result<String> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            &self.admin_url,
        ]);
        run(psql.args(["-c", sql]))
    }
}

fn is_port_taken(error: &Error) -> bool {
    error.to_string().contains("could not bind")
}

fn start_once(
    bin: &Path,
    account: Option<(u32, u32)>,
    options: &Options,
) -> Result<(u16, Watchdog)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("openlma-pg-");
    let folder = match &options.parent {
        Some(parent) => builder.tempdir_in(parent)?,
        None => builder.tempdir()?,
    };
    if let Some((user, group)) = account {
        chown(folder.path(), Some(user), Some(group))?;
    }
    initialise(bin, folder.path(), account)?;
    let port = free_port()?;
    configure(folder.path(), port, options.fsync)?;
    // From here on the watchdog removes the folder, which is right also after `kill -9`.
    let watchdog = Watchdog::start(bin, &folder.keep(), account)?;
    Ok((port, watchdog))
}

fn initialise(bin: &Path, folder: &Path, account: Option<(u32, u32)>) -> Result<()> {
    let mut initdb = Command::new(bin.join("initdb"));
    initdb.args([
        "--no-sync",
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]);
    initdb.args(["-D", "data"]).current_dir(folder);
    run_as(&mut initdb, account);
    run(&mut initdb).map(drop)
}

/// A port that is free now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn configure(folder: &Path, port: u16, fsync: bool) -> Result<()> {
    let durable = if fsync { "on" } else { "off" };
    let settings = format!(
        "listen_addresses = '127.0.0.1'\n\
         port = {port}\n\
         unix_socket_directories = '{}'\n\
         max_connections = 300\n\
         fsync = {durable}\n\
         synchronous_commit = {durable}\n\
         full_page_writes = {durable}\n",
        folder.display()
    );
    let mut file = OpenOptions::new()
        .append(true)
        .open(folder.join("data/postgresql.conf"))?;
    file.write_all(settings.as_bytes())
}

/// Runs a program to its end; what it wrote, or what it complained of.
fn run(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let program = command.get_program().to_string_lossy().into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::other(format!(
        "{program}: {}: {}",
        output.status,
        said.trim()
    )))
}
