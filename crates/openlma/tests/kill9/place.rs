//! A database that outlives its servers, and the real program serving it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use openlma_testkit::bulk;
use openlma_testkit::postgres::{Cluster, Options as ClusterOptions};

/// What is waited for must be there by then.
const LONGEST: Duration = Duration::from_secs(60);
/// Messages that were not sent, and those that were not applied.
const ON_THE_WAY: &str = "SELECT (SELECT COUNT(*) FROM outbox) \
                          + (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL)";

#[derive(Clone, Copy, Debug)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A durable database on a real disk.
pub(crate) struct Place {
    pub(crate) database: String,
    folder: tempfile::TempDir,
    _cluster: Option<Cluster>,
    engine: Engine,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Place {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        match engine {
            Engine::Sqlite => {
                let path = folder.path().join("openlma.db");
                Place {
                    database: path.to_str().unwrap().to_owned(),
                    folder,
                    _cluster: None,
                    engine,
                }
            }
            Engine::Postgres => {
                let options = ClusterOptions {
                    fsync: true,
                    ..ClusterOptions::default()
                };
                let cluster = Cluster::start(&options).unwrap();
                let database = cluster.create_database(None).unwrap().url;
                Place {
                    database,
                    folder,
                    _cluster: Some(cluster),
                    engine,
                }
            }
        }
    }
}

impl Place {
    /// Waits until nothing is on its way between orgs.
    pub(crate) fn settle(&self) {
        until("all messages have arrived", || {
            (self.on_the_way() == 0).then_some(())
        });
    }

    /// Messages between orgs that have not arrived, by a connection beside the server's.
    pub(crate) fn on_the_way(&self) -> i64 {
        match self.engine {
            Engine::Sqlite => {
                let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
                let beside = rusqlite::Connection::open_with_flags(&self.database, flags).unwrap();
                beside.query_row(ON_THE_WAY, [], |row| row.get(0)).unwrap()
            }
            Engine::Postgres => {
                let beside = postgres::Client::connect(&self.database, postgres::NoTls);
                beside.unwrap().query_one(ON_THE_WAY, &[]).unwrap().get(0)
            }
        }
    }
}

/// The real program, serving.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(place: &Place) -> Server {
        let secret = place.folder.path().join("secret");
        std::fs::write(&secret, bulk::SECRET).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_openlma"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--database",
                &place.database,
            ])
            .arg("--secret-file")
            .arg(&secret)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("the first line")
            .to_owned();
        Server { child, url }
    }

    /// SIGKILL, and no goodbye.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What `look` finds, as soon as it finds something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "bounds the wait for a condition")]
    let started = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < LONGEST, "waited in vain until {what}");
    }
}
