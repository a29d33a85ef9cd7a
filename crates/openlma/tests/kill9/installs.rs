//! 64 callers install while the server is killed, five times on each database. What it acknowledged,
//! written down by this process, is there afterwards, once; nothing is stuck.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use openlma_core::Id;
use openlma_testkit::Client;
use openlma_testkit::bulk::{self, Customer, World};
use rstest::rstest;
use serde_json::json;

use crate::place::{Engine, Place, Server};

/// Callers at the same time.
const CALLERS: usize = 64;
/// Kills.
const ROUNDS: usize = 5;
/// Acknowledged installs of a round before the kill.
const ACKNOWLEDGED: usize = 120;
const PACKAGES: usize = 24;

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
    place.settle();
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
