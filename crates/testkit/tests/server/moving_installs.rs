//! Installs while their package moves: they go on, new ones are unrestricted or held, and a
//! reinstall comes to the new org (R-INS-7, R-INS-8, R-MOV-1).

use jiff::SignedDuration;
use openlma_testkit::{Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::moving::{leave, license_of, publisher, register_with};
use crate::support::{
    LICENSE, check, count, id, install, license_id, modify, one, problem, reason,
};

const INSTALLS: &str = "/api/v1/installs";
const SEATS: &str = "/api/v1/packages/orbit/seats";

fn uninstall(http: &Client, install: &Value) {
    let path = format!("{INSTALLS}/{}", install["id"].as_str().unwrap());
    assert_eq!(http.delete(&path).status, 204);
}

/// R-INS-8, R-MOV-1: between two registrations what is installed keeps its terms, seats and
/// answers, and is upgraded, uninstalled and installed again; the old org hears of none of it. What
/// is new is unrestricted.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_8_installs_go_on_between_registrations(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let second = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let http = &customer.http;
    let key = world.install(&customer);
    leave(&world, false);
    let before = license_of(me, &customer);

    let reason = |key: &str, who: &str| reason(&world, key, &format!("{who}@customer1.example"));
    assert_eq!(reason(&key, "admin"), "Licensed");
    assert_eq!(reason(&key, "second"), "NoSeat");
    http.post(SEATS, &json!({"users": [second]})).expect(200);
    assert_eq!(reason(&key, "second"), "Licensed");
    let third = world.user(&customer, "third@customer1.example").to_string();
    let beyond = http.post(SEATS, &json!({"users": [third]}));
    assert_eq!(problem(&beyond, 400), "LICENSE_LIMIT_EXCEEDED");
    let upgraded = install(http, world.upload("2.0"));
    assert_eq!(upgraded["stage"], "Succeeded");
    assert_eq!(check(&world, &key, &second)["version"], "2.0");
    let ends = check(&world, &key, &second)["expires_on"].clone();
    uninstall(http, &upgraded);
    assert_eq!(reason(&key, "admin"), "Uninstalled");
    let path = format!("/api/v1/orgs/{}", customer.id);
    world
        .operator_http
        .patch(&path, &json!({"status": "Locked"}))
        .expect(200);
    world
        .operator_http
        .patch(&path, &json!({"status": "Active"}))
        .expect(200);
    let again = install(http, id(upgraded["version_id"].as_str().unwrap()));
    let key = again["installation_key"].as_str().unwrap();
    let answer = check(&world, key, "admin@customer1.example");
    assert_eq!(answer["reason"], "Licensed");
    assert_eq!(
        (&answer["status"], &answer["seats"], &answer["expires_on"]),
        (&json!("Trial"), &json!(2), &ends)
    );
    let new = world.customer(|_| {});
    let made = install(&new.http, world.version);
    let key = made["installation_key"].as_str().unwrap();
    let answer = check(&world, key, "admin@customer2.example");
    assert_eq!(answer["reason"], "Unrestricted");
    world.server.settle();
    assert_eq!(license_of(me, &customer), before);
    assert_eq!((count(me, LICENSE), count(me, "Lead")), (1, 1));
    for http in [me, http, &new.http] {
        let waits = http.get("/api/v1/messages?state=waiting");
        if waits.status == 200 {
            assert_eq!(waits.json()["items"], json!([]));
        }
    }
    // The terms end as they were to end.
    world
        .server
        .clock
        .advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(
        reason(again["installation_key"].as_str().unwrap(), "admin"),
        "Expired"
    );
}

/// R-INS-8: with *hold installs* nobody new gets the package until it is registered again; what is
/// there goes on.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_8_installs_are_held(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let left = leave(&world, true);
    assert_eq!(
        (&left["state"], &left["hold_installs"]),
        (&json!("Ended"), &json!(true))
    );
    let new = world.customer(|_| {});
    let wanted = json!({"version_id": world.version.to_string()});
    let held = |new: &Org| {
        let refused = new.http.post(INSTALLS, &wanted);
        assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
        assert!(refused.text.contains("holds new installs"), "{refused:?}");
    };
    held(&new);
    let asked = json!({"version_id": world.version.to_string(), "confirm": false});
    let asked = new.http.post(INSTALLS, &asked).expect(200);
    let path = format!("{INSTALLS}/{}", asked["id"].as_str().unwrap());
    let refused = new.http.post(&format!("{path}/confirm"), &json!({}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    let failed = new.http.get(&path).expect(200);
    assert_eq!(failed["stage"], "Failed");
    assert!(
        failed["reason"]
            .as_str()
            .unwrap()
            .contains("holds new installs")
    );
    assert_eq!(count(&new.http, "PackageLicense"), 0);
    let upgraded = install(&customer.http, world.upload("2.0"));
    uninstall(&customer.http, &upgraded);
    let again = install(&customer.http, world.upload("3.0"));
    assert_eq!(again["stage"], "Succeeded");
    let checked = check(
        &world,
        again["installation_key"].as_str().unwrap(),
        "admin@customer1.example",
    );
    assert_eq!(
        (&checked["reason"], &checked["status"]),
        (&json!("Licensed"), &json!("Trial"))
    );

    // The hold lasts until the next org has taken the package in.
    let next = publisher(&world);
    world.server.stop_worker();
    let token = json!({"org_token": world.packaging.token});
    next.http.post("/api/v1/connections", &token).expect(200);
    let registration = json!({"package_id": world.package.to_string(), "org_token": next.token});
    let registered = next.http.post("/api/v1/registrations", &registration);
    assert_eq!(registered.expect(200)["registration"]["state"], "Requested");
    held(&new);
    let app = &world.server.app;
    world.server.wait(app.deliver(world.packaging.id)).unwrap();
    world.server.wait(app.apply_received(next.id)).unwrap();
    let path = format!("/api/v1/packages/{}", world.package);
    let registration = next.http.get(&path).expect(200)["registration"].clone();
    assert_eq!(
        (&registration["state"], &registration["hold_installs"]),
        (&json!("Done"), &json!(false))
    );
    let made = install(&new.http, world.version);
    assert_eq!(made["stage"], "Succeeded");
}

/// R-INS-7, R-MOV-1: a customer who installs again after a move comes to the new org with the terms
/// of before: no second trial, the first Install Date.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_7_a_reinstall_after_a_move(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let first = license_of(me, &customer);
    world
        .server
        .clock
        .advance(SignedDuration::from_hours(24 * 10));
    // Tokens have ended meanwhile.
    let mut world = world;
    world.business = openlma_testkit::world::sign_in(&world.server, "admin@business.example");
    world.packaging = openlma_testkit::world::sign_in(&world.server, "admin@packaging.example");
    let customer = openlma_testkit::world::sign_in(&world.server, "admin@customer1.example");
    let me = &world.business.http;
    leave(&world, false);
    let new = publisher(&world);
    let defaults = json!({"status": "Trial", "trial_days": 90, "seats": 50});
    register_with(&world, &new, &defaults).expect(200);
    let found = install(&customer.http, world.version);
    world.server.settle();
    assert_eq!(
        count(&new.http, LICENSE),
        0,
        "what is there waits for the refresh"
    );
    uninstall(&customer.http, &found);
    let again = install(&customer.http, world.version);
    world.server.settle();
    let license = license_of(&new.http, &customer);
    for same in [
        "sfLma__Status__c",
        "sfLma__Expiration__c",
        "sfLma__Install_Date__c",
        "sfLma__Seats__c",
        "sfLma__Used_Licenses__c",
    ] {
        assert_eq!(license[same], first[same], "{same}");
    }
    assert_eq!(license["sfLma__License_Type__c"], "Editable");
    assert_eq!(license["olma__Sync_State__c"], "In sync");
    assert!(license["sfLma__Lead__c"].is_string());
    let kept = license_of(me, &customer);
    assert_eq!(kept["sfLma__Status__c"], "Trial");
    assert_eq!(kept["sfLma__License_Type__c"], "Read-Only");
    // The new org's changes arrive, the old one's are refused.
    let row = one(&new.http, &format!("SELECT Id FROM {LICENSE}"));
    let changed = modify(&new.http, row["Id"].as_str().unwrap(), &json!({"seats": 5}));
    assert_eq!(changed.expect(200)["sync"], "InSync", "{changed:?}");
    let key = again["installation_key"].as_str().unwrap();
    assert_eq!(check(&world, key, "admin@customer1.example")["seats"], 5);
    let old = license_id(&world);
    let refused = modify(me, &old, &json!({"seats": 6}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}
