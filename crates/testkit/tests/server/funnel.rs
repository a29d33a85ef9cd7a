//! How many installs were asked for and what became of them (R-INS-3), and the stages that it is
//! counted by (R-INS-1).

use openlma_core::Id;
use openlma_testkit::{Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::moving::{leave, publisher, register_with};
use crate::support::{count, install, problem};

const INSTALLS: &str = "/api/v1/installs";

fn funnel(http: &Client, package: &str) -> Value {
    let path = format!("/api/v1/packages/{package}/funnel");
    http.get(&path).expect(200)
}

/// Requested, confirmed, succeeded, cancelled, failed.
fn counts(world: &World) -> [u64; 5] {
    world.server.settle();
    let answer = funnel(&world.business.http, world.package.as_str());
    assert_eq!(answer["package_id"], world.package.to_string());
    ["requested", "confirmed", "succeeded", "cancelled", "failed"]
        .map(|stage| answer[stage].as_u64().unwrap())
}

fn ask(org: &Org, version: Id) -> String {
    let wanted = json!({"version_id": version.to_string(), "confirm": false});
    let asked = org.http.post(INSTALLS, &wanted).expect(200);
    assert_eq!(asked["stage"], "Requested");
    format!("{INSTALLS}/{}", asked["id"].as_str().unwrap())
}

fn end(org: &Org, path: &str, verb: &str) -> openlma_testkit::Answer {
    org.http.post(&format!("{path}/{verb}"), &json!({}))
}

/// R-INS-3: each request counts in every stage that it passed, whichever way it went; upgrades and
/// what was there already do not.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_3_each_stage_is_counted(#[case] backend: Backend) {
    let world = World::start(backend);
    assert_eq!(counts(&world), [0, 0, 0, 0, 0]);
    let customers: Vec<Org> = (0..4).map(|_| world.customer(|_| {})).collect();
    let [straight, asking, failing, idle] = &customers[..] else {
        panic!("four customers")
    };
    let first = install(&straight.http, world.version);
    assert_eq!(counts(&world), [1, 1, 1, 0, 0]);
    let (one, two) = (ask(asking, world.version), ask(asking, world.version));
    assert_eq!(counts(&world), [3, 1, 1, 0, 0]);
    end(asking, &one, "cancel").expect(200);
    assert_eq!(counts(&world), [3, 1, 1, 1, 0]);
    end(asking, &two, "confirm").expect(200);
    assert_eq!(counts(&world), [3, 2, 2, 1, 0]);
    let _ = ask(idle, world.version);
    // Straight after a request that was cancelled: the license tells of it.
    let cancelled = ask(failing, world.version);
    end(failing, &cancelled, "cancel").expect(200);
    assert_eq!(counts(&world), [5, 2, 2, 2, 0]);
    let higher = world.upload("2.0");
    install(&failing.http, higher);
    assert_eq!(counts(&world), [6, 3, 3, 2, 0]);
    // Failed when confirmed, and at once.
    let late = ask(failing, world.version);
    let refused = end(failing, &late, "confirm");
    assert_eq!(problem(&refused, 400), "DOWNGRADE_NOT_ALLOWED");
    assert_eq!(counts(&world), [7, 4, 3, 2, 1]);
    let lower = json!({"version_id": world.version.to_string()});
    let refused = failing.http.post(INSTALLS, &lower);
    assert_eq!(problem(&refused, 400), "DOWNGRADE_NOT_ALLOWED");
    assert_eq!(counts(&world), [8, 5, 3, 2, 2]);
    // Upgrades, the same again, and an uninstall are no installs; a reinstall is.
    install(&straight.http, higher);
    install(&straight.http, higher);
    let same = ask(failing, higher);
    end(failing, &same, "confirm").expect(200);
    assert_eq!(counts(&world), [8, 5, 3, 2, 2]);
    let path = format!("{INSTALLS}/{}", first["id"].as_str().unwrap());
    assert_eq!(straight.http.delete(&path).status, 204);
    install(&straight.http, higher);
    assert_eq!(counts(&world), [9, 6, 4, 2, 2]);
    // By the id of the Package record too.
    let me = &world.business.http;
    let record = crate::support::one(me, "SELECT Id FROM sfLma__Package__c");
    assert_eq!(
        funnel(me, record["Id"].as_str().unwrap()),
        funnel(me, world.package.as_str())
    );
    assert_eq!(count(me, "sfLma__License__c"), 3);
}

/// R-INS-3: however many ask and confirm at once, none is counted twice or lost.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_3_at_once(#[case] backend: Backend) {
    const CALLERS: usize = 8;
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let paths: Vec<String> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| scope.spawn(|| ask(&customer, world.version)))
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    assert_eq!(counts(&world), [8, 0, 0, 0, 0]);
    // R-INS-9: of two confirmed at once one installs, and the others get its result without the key.
    let answers: Vec<Value> = std::thread::scope(|scope| {
        let callers: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(n, path)| {
                let verb = ["confirm", "cancel"][n % 2];
                let customer = &customer;
                scope.spawn(move || end(customer, path, verb).expect(200))
            })
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let done: Vec<&Value> = answers
        .iter()
        .filter(|a| a["stage"] == "Succeeded")
        .collect();
    assert_eq!(done.len(), CALLERS / 2);
    let keys = done.iter().filter(|a| a["installation_key"].is_string());
    assert_eq!(keys.count(), 1);
    assert!(
        done.iter()
            .all(|a| a["package_license_id"] == done[0]["package_license_id"])
    );
    // Those that found it installed are no installs.
    assert_eq!(counts(&world), [5, 1, 1, 4, 0]);
    assert_eq!(count(&customer.http, "PackageLicense"), 1);
}

/// R-INS-3, R-MOV-1: the counts stay in the org that the package left, and begin with what its
/// customers tell in the new one.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_3_after_a_move(#[case] backend: Backend) {
    let world = World::start(backend);
    let (customer, asking) = (world.customer(|_| {}), world.customer(|_| {}));
    let made = install(&customer.http, world.version);
    let path = ask(&asking, world.version);
    assert_eq!(counts(&world), [2, 1, 1, 0, 0]);
    leave(&world, false);
    end(&asking, &path, "cancel").expect(200);
    assert_eq!(counts(&world), [2, 1, 1, 0, 0]);
    let new = publisher(&world);
    register_with(&world, &new, &json!({"status": "Active"})).expect(200);
    let of_new = || {
        world.server.settle();
        let answer = funnel(&new.http, world.package.as_str());
        ["requested", "confirmed", "succeeded", "cancelled", "failed"]
            .map(|stage| answer[stage].as_u64().unwrap())
    };
    assert_eq!(of_new(), [0, 0, 0, 0, 0]);
    let path = format!("{INSTALLS}/{}", made["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    install(&customer.http, world.version);
    assert_eq!(of_new(), [2, 2, 2, 0, 0]);
    let _ = ask(&asking, world.version);
    assert_eq!(of_new(), [4, 2, 2, 1, 0]);
    assert_eq!(counts(&world), [2, 1, 1, 0, 0]);
}

/// R-INS-3, R-ORG-5: only who may see the licenses of the business org sees the counts.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_3_refusals(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    install(&customer.http, world.version);
    world.server.settle();
    let get = |http: &Client, id: &str| http.get(&format!("/api/v1/packages/{id}/funnel"));
    let (me, package) = (&world.business.http, world.package.to_string());
    let other = publisher(&world);
    for http in [&other.http, &customer.http, &world.packaging.http] {
        assert_eq!(problem(&get(http, &package), 404), "NOT_FOUND");
    }
    for id in ["033000000000001", world.business.id.as_str()] {
        assert_eq!(problem(&get(me, id), 404), "NOT_FOUND", "{id}");
    }
    assert_eq!(problem(&get(me, "033"), 400), "MALFORMED_ID");
    let grants = json!({
        "permissions": ["ApiEnabled"],
        "objects": {"sfLma__Package__c": {"read": true}},
    });
    let clerk = world.granted(&world.business, "clerk@business.example", &grants);
    assert_eq!(
        problem(&get(&clerk.http, &package), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    let nobody = world.with_profile(&world.business, "nobody@business.example", "Standard User");
    assert_eq!(problem(&get(&nobody.http, &package), 404), "NOT_FOUND");
}

/// R-INS-1: whoever asked watches the install; another org does not know of it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_watched(#[case] backend: Backend) {
    let world = World::start(backend);
    let (customer, other) = (world.customer(|_| {}), world.customer(|_| {}));
    let path = ask(&customer, world.version);
    let stage = || customer.http.get(&path).expect(200)["stage"].clone();
    assert_eq!(stage(), "Requested");
    for verb in ["confirm", "cancel"] {
        assert_eq!(problem(&end(&other, &path, verb), 404), "NOT_FOUND");
    }
    assert_eq!(problem(&other.http.get(&path), 404), "NOT_FOUND");
    assert_eq!(problem(&other.http.delete(&path), 404), "NOT_FOUND");
    end(&customer, &path, "confirm").expect(200);
    assert_eq!(stage(), "Succeeded");
    let seen = customer.http.get(&path).expect(200);
    assert!(seen["finished_at"].is_string() && seen["installation_key"].is_null());
}
