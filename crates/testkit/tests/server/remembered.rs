//! Checks that are answered from memory: right the moment a change is answered, on every node
//! (R-CHK-4).

use std::sync::atomic::Ordering;

use openlma_core::org::OrgStatus;
use openlma_testkit::{Backend, Client, TestServer, Tuning, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{install, license_id, modify};

const SEATS: &str = "/api/v1/packages/orbit/seats";
const DEFAULTS: &str = r#"{"status": "Active", "seats": 2}"#;

/// The answer for a user by id, asked twice: the second time it may come from memory.
fn ask(server: &TestServer, key: &str, user: &str) -> Value {
    let client = server.bearer(key);
    let path = format!("/api/v1/licensed?user={user}");
    let first = client.get(&path).expect(200);
    let second = client.get(&path).expect(200);
    assert_eq!(first["reason"], second["reason"]);
    second
}

fn reason(server: &TestServer, key: &str, user: &str) -> String {
    ask(server, key, user)["reason"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// R-CHK-4: whatever changes, the next check knows.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_4_the_next_check_knows(#[case] backend: Backend) {
    let world = World::start(backend);
    let server = &world.server;
    let customer = world.customer(|_| {});
    let first = customer.administrator.to_string();
    let key = world.install(&customer);
    let license = license_id(&world);
    let changed = |change: &Value| {
        let sync = modify(&world.business.http, &license, change).expect(200)["sync"].clone();
        assert_eq!(sync, "InSync");
    };
    let status = |status| {
        let set = server
            .app
            .set_org_status(&world.operator, customer.id, status);
        server.wait(set).unwrap();
    };

    let stranger = "005000000000001AAA";
    assert_eq!(reason(server, &key, stranger), "UserUnknown");
    assert_eq!(reason(server, &key, &first), "Licensed");
    let second = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let asked = || [&first, &second].map(|user| reason(server, &key, user));
    assert_eq!(asked(), ["Licensed", "NoSeat"]);
    let seat = json!({"users": [second]});
    customer.http.post(SEATS, &seat).expect(200);
    assert_eq!(asked(), ["Licensed", "Licensed"]);
    assert_eq!(ask(server, &key, &first)["used"], 2);
    customer.http.json("DELETE", SEATS, &seat).expect(200);
    assert_eq!(asked(), ["Licensed", "NoSeat"]);
    for (active, wanted) in [(false, "UserInactive"), (true, "NoSeat")] {
        let path = format!("/api/v1/users/{second}");
        let switch = customer.http.patch(&path, &json!({"active": active}));
        assert_eq!(switch.status, 204);
        assert_eq!(asked(), ["Licensed", wanted]);
    }
    changed(&json!({"status": "Suspended"}));
    assert_eq!(asked(), ["Suspended", "Suspended"]);
    changed(&json!({"status": "Active", "seats": "site"}));
    assert_eq!(asked(), ["Licensed", "Licensed"]);
    for (to, wanted) in [
        (OrgStatus::Locked, "OrgLocked"),
        (OrgStatus::Free, "Licensed"),
    ] {
        status(to);
        assert_eq!(asked(), [wanted, wanted]);
    }
    let higher = world.upload("2.0");
    let found = install(&customer.http, higher);
    assert_eq!(ask(server, &key, &first)["version"], "2.0");
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    assert_eq!(asked(), ["Uninstalled", "Uninstalled"]);
}

/// What checks have read is not read again; a server without the memory reads it each time.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_4_read_once(#[case] backend: Backend) {
    for check_cache in [1 << 20, 0] {
        let tuning = Tuning {
            check_cache,
            ..Tuning::default()
        };
        let server = TestServer::tuned(backend, tuning);
        let world = World::on(server, serde_json::from_str(DEFAULTS).unwrap());
        let customer = world.customer(|_| {});
        let key = world.install(&customer);
        let client = world.server.bearer(&key);
        let path = format!("/api/v1/licensed?user={}", customer.administrator);
        let statements = || {
            let counters = world.server.app.store().counters();
            let before = counters.statements.load(Ordering::Relaxed);
            client.get(&path).expect(200);
            counters.statements.load(Ordering::Relaxed) - before
        };
        if check_cache > 0 {
            // Between two questions the node may listen to the others.
            world.server.until("a check is answered from memory", || {
                (statements() == 0).then_some(())
            });
        } else {
            assert!((0..20).all(|_| statements() > 0));
        }
    }
}

/// R-CHK-4: a change on one node is known on the other, which hears of it; one that hears nothing
/// asks the database.
#[test]
fn r_chk_4_two_nodes_postgres() {
    let world = World::start(Backend::Postgres);
    let other = world.server.another_node();
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    let user = customer.administrator.to_string();
    let there: Client = other.bearer(&key);
    let path = format!("/api/v1/licensed?user={user}");
    let knows = |wanted: &str| {
        other.until("the other node knows", || {
            let answer = there.get(&path).expect(200);
            (answer["reason"] == wanted).then_some(())
        });
    };
    let suspend = |status: &str| {
        let change = json!({"status": status});
        modify(&world.business.http, &license, &change).expect(200);
        world.server.settle();
    };
    knows("Licensed");
    for _ in 0..3 {
        suspend("Suspended");
        knows("Suspended");
        suspend("Active");
        knows("Licensed");
    }
    other.stop_worker();
    suspend("Suspended");
    knows("Suspended");
    suspend("Active");
    // Not even for a moment what it knew before.
    assert_eq!(there.get(&path).expect(200)["reason"], "Licensed");
}

/// R-CHK-4: terms that another node applied, and that this one answers for, are known to the next check
/// here, although no word of that commit has come.
#[test]
fn r_chk_4_answered_in_sync_postgres() {
    let world = World::start(Backend::Postgres);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    let here = world.server.another_node();
    here.stop_worker();
    let business = here.bearer(&world.business.token);
    let user = customer.administrator.to_string();
    let mut from_memory = 0;
    for status in ["Suspended", "Active"].into_iter().cycle().take(20) {
        // It has heard all until now, and hears nothing from here on.
        here.wait(here.app.follow_feed(None)).unwrap();
        let _ = reason(&here, &key, &user);
        let before = here.app.checks_answered().0;
        let _ = reason(&here, &key, &user);
        from_memory += here.app.checks_answered().0 - before;
        let change = json!({"status": status});
        let sync = modify(&business, &license, &change).expect(200)["sync"].clone();
        assert_eq!(sync, "InSync");
        let wanted = if status == "Active" {
            "Licensed"
        } else {
            status
        };
        assert_eq!(reason(&here, &key, &user), wanted);
    }
    assert!(from_memory > 0, "nothing was kept, so nothing was tried");
}
