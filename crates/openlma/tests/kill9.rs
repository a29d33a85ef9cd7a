//! The server is killed with SIGKILL while 64 callers install, five times on each database. What
//! it acknowledged, written down by this process, is there afterwards, once; nothing is stuck.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise, in its helpers too"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openlma_core::Id;
use openlma_testkit::Client;
use openlma_testkit::bulk::{self, Customer, World};
use openlma_testkit::postgres::{Cluster, Options as ClusterOptions};
use rstest::rstest;
use serde_json::json;

/// Callers at the same time.
const CALLERS: usize = 64;
/// Kills.
const ROUNDS: usize = 5;
/// Acknowledged installs of a round before the kill.
const ACKNOWLEDGED: usize = 120;
const PACKAGES: usize = 24;
/// What was left on its way must have arrived by then.
const LONGEST: Duration = Duration::from_secs(60);
/// Messages that were not sent, and those that were not applied.
const ON_THE_WAY: &str = "SELECT (SELECT COUNT(*) FROM outbox) \
                          + (SELECT COUNT(*) FROM inbox WHERE done_at IS NULL)";

#[derive(Clone, Copy, Debug)]
enum Engine {
    Sqlite,
    Postgres,
}

/// A durable database on a real disk.
struct Place {
    database: String,
    folder: tempfile::TempDir,
    _cluster: Option<Cluster>,
    engine: Engine,
}

impl Place {
    fn new(engine: Engine) -> Place {
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
    /// Messages between orgs that have not arrived, by a connection beside the server's.
    fn on_the_way(&self) -> i64 {
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
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(place: &Place) -> Server {
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
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

struct Install {
    token: String,
    body: serde_json::Value,
    key: String,
}

/// Everything one round did: which installs were acknowledged.
fn round(server: Server, installs: &[Install], acknowledged: &Mutex<BTreeSet<usize>>) {
    let open: Vec<usize> = {
        let done = acknowledged.lock().unwrap();
        (0..installs.len()).filter(|n| !done.contains(n)).collect()
    };
    let next = AtomicUsize::new(0);
    let count = AtomicUsize::new(0);
    let url = server.url.clone();
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                scope.spawn(|| {
                    while let Some(n) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let install = &installs[*n];
                        let client = Client::new(&url, Some(&install.token));
                        let headers = [
                            ("content-type", "application/json"),
                            ("idempotency-key", &*install.key),
                        ];
                        let body = Some(install.body.to_string());
                        let answer = client.try_send("POST", "/api/v1/installs", &headers, body);
                        match answer {
                            // A request that a killed server left behind answers 409 for a while.
                            Some(a) if a.status == 200 => {
                                acknowledged.lock().unwrap().insert(*n);
                                count.fetch_add(1, Ordering::Relaxed);
                            }
                            Some(a) => assert!([409, 503].contains(&a.status), "{a:?}"),
                            None => return,
                        }
                    }
                })
            })
            .collect();
        while count.load(Ordering::Relaxed) < ACKNOWLEDGED
            && callers.iter().any(|caller| !caller.is_finished())
        {
            std::thread::yield_now();
        }
        server.kill();
    });
}

fn rows(server: &Server, token: &str, soql: &str) -> Vec<serde_json::Value> {
    Client::new(&server.url, Some(token)).rows(soql)
}

/// R-SYN-2, R-INS-9: nothing acknowledged is lost or doubled by kill -9.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn no_acknowledged_install_is_lost_or_doubled_by_kill_9(#[case] engine: Engine) {
    let place = Place::new(engine);
    let app = bulk::app(&place.database).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (customers, versions, business) = runtime.block_on(async {
        let world = World::make(&app, PACKAGES, CALLERS, 1).await.unwrap();
        let token = bulk::token(&app, &world.business).await.unwrap();
        (world.customers, world.versions, token)
    });
    drop(app);
    let installs: Vec<Install> = versions
        .iter()
        .flat_map(|version| customers.iter().map(move |customer| (version, customer)))
        .map(|(version, customer)| Install {
            token: customer.token.clone(),
            body: json!({"version_id": version.to_string(), "access": "all"}),
            key: format!("{version}-in-{}", customer.actor.org_id()),
        })
        .collect();
    let acknowledged = Mutex::new(BTreeSet::new());
    for _ in 0..ROUNDS {
        round(Server::start(&place), &installs, &acknowledged);
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(
        acknowledged.len() >= ROUNDS * ACKNOWLEDGED,
        "{}",
        acknowledged.len()
    );

    let server = Server::start(&place);
    // Nothing is stuck: what the killed servers left on its way arrives.
    let left = wait_for_none(|| place.on_the_way());
    assert_eq!(left, 0, "messages between orgs are left");
    let seen = Seen {
        server: &server,
        customers: &customers,
        business: &business,
    };
    seen.both_copies_of_each_install();
    seen.each_acknowledged(&acknowledged, &versions);
    seen.each_lead_once();
    server.kill();
    assert_eq!(place.on_the_way(), 0, "messages came back");
}

/// What is there after the kills, through the doors of the last server.
struct Seen<'a> {
    server: &'a Server,
    customers: &'a [Customer],
    business: &'a str,
}

impl Seen<'_> {
    fn both_copies_of_each_install(&self) {
        let copies: BTreeSet<String> = self
            .customers
            .iter()
            .flat_map(|c| rows(self.server, &c.token, "SELECT Id FROM PackageLicense"))
            .map(|copy| copy["Id"].as_str().unwrap().to_owned())
            .collect();
        let soql = "SELECT Name, sfLma__Package_License_ID__c, sfLma__Lead__r.Email \
                    FROM sfLma__License__c";
        let licenses = rows(self.server, self.business, soql);
        let of_licenses: BTreeSet<String> = licenses
            .iter()
            .map(|l| {
                let copy = l["sfLma__Package_License_ID__c"].as_str();
                copy.unwrap().to_owned()
            })
            .collect();
        assert_eq!(of_licenses.len(), licenses.len(), "a license stands twice");
        assert_eq!(of_licenses, copies, "both copies of each install");
        let with_lead = |l: &serde_json::Value| l["sfLma__Lead__r"]["Email"].is_string();
        assert!(licenses.iter().all(with_lead));
    }

    fn each_acknowledged(&self, acknowledged: &BTreeSet<usize>, versions: &[Id]) {
        for n in acknowledged {
            let version = &versions[n / self.customers.len()];
            let customer = &self.customers[n % self.customers.len()];
            let soql = format!(
                "SELECT Id FROM PackageLicense WHERE NamespacePrefix = 'ns{}'",
                n / self.customers.len()
            );
            let found = rows(self.server, &customer.token, &soql);
            assert_eq!(found.len(), 1, "{version} in {}", customer.actor.org_id());
        }
    }

    fn each_lead_once(&self) {
        let leads = rows(self.server, self.business, "SELECT Email FROM Lead");
        let people: BTreeSet<&str> = leads.iter().map(|l| l["Email"].as_str().unwrap()).collect();
        assert_eq!(people.len(), leads.len(), "a lead stands twice");
    }
}

/// Counts until nothing is left, for a minute at most: how many are left then.
fn wait_for_none(count: impl Fn() -> i64) -> i64 {
    #[expect(clippy::disallowed_methods, reason = "bounds the wait for a condition")]
    let started = std::time::Instant::now();
    loop {
        let left = count();
        if left == 0 || started.elapsed() >= LONGEST {
            return left;
        }
    }
}
