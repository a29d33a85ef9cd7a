//! A package moves to another business org: the association ends, installs go on, another one
//! begins (R-MOV-1, R-PKG-3, R-INS-7, R-INS-8).

use jiff::SignedDuration;
use openlma_core::Id;
use openlma_testkit::{Answer, Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, check, count, id, install, license_id, modify, one, package, problem, reason,
    register, upload,
};

const INSTALLS: &str = "/api/v1/installs";
const SEATS: &str = "/api/v1/packages/orbit/seats";

/// Asks for the end of a package's association.
pub(crate) fn dissociate(http: &Client, package: Id, hold: bool) -> Answer {
    let path = format!("/api/v1/packages/{package}/dissociate");
    http.post(&path, &json!({"hold_installs": hold}))
}

/// The package leaves its business org; answers its registration.
pub(crate) fn leave(world: &World, hold: bool) -> Value {
    let left = dissociate(&world.business.http, world.package, hold).expect(200);
    world.server.settle();
    left["registration"].clone()
}

/// Registers the package with an org.
pub(crate) fn register_with(world: &World, org: &Org, defaults: &Value) -> Answer {
    let http = &org.http;
    let token = json!({"org_token": world.packaging.token});
    http.post("/api/v1/connections", &token).expect(200);
    let registered = http.post(
        "/api/v1/registrations",
        &json!({
            "package_id": world.package.to_string(),
            "org_token": org.token,
            "defaults": defaults,
        }),
    );
    world.server.settle();
    registered
}

/// A second publisher's org.
pub(crate) fn publisher(world: &World) -> Org {
    world.customer(|new| new.business = true)
}

fn uninstall(http: &Client, install: &Value) {
    let path = format!("{INSTALLS}/{}", install["id"].as_str().unwrap());
    assert_eq!(http.delete(&path).status, 204);
}

fn license_of(http: &Client, customer: &Org) -> Value {
    let soql = format!(
        "SELECT Name, sfLma__Status__c, sfLma__License_Type__c, sfLma__Expiration__c, \
         sfLma__Install_Date__c, sfLma__Seats__c, sfLma__Used_Licenses__c, \
         sfLma__Version_Number__c, sfLma__Lead__c, olma__Sync_State__c, olma__Sync_Error__c \
         FROM {LICENSE} WHERE sfLma__Subscriber_Org_ID__c = '{}'",
        customer.id.as_str()
    );
    one(http, &soql)
}

fn waiting(http: &Client) -> Value {
    http.get("/api/v1/messages?state=waiting").expect(200)["items"].clone()
}

/// R-MOV-1, R-LIC-9: in the org that is left the package's record says so and its licenses become
/// Read-Only; they and all else stay as they are.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_the_old_org_keeps_its_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    // Another package of the same publisher, and another publisher's.
    let (maker, second, version) = package(&world, "second", false);
    register(&world, &maker, second, json!({"status": "Active"})).expect(200);
    let rival = publisher(&world);
    let (_, third, foreign) = {
        let (maker, third, version) = package(&world, "third", false);
        let token = json!({"org_token": maker.token});
        rival.http.post("/api/v1/connections", &token).expect(200);
        let wanted = json!({"package_id": third.to_string(), "org_token": rival.token});
        rival
            .http
            .post("/api/v1/registrations", &wanted)
            .expect(200);
        (maker, third, version)
    };
    world.server.settle();
    install(&customer.http, version);
    install(&customer.http, foreign);
    world.server.settle();
    let record = one(
        me,
        "SELECT Id FROM sfLma__Package__c WHERE olma__Namespace__c = 'orbit'",
    );
    let by_hand = json!({"sfLma__Package__c": record["Id"]});
    let by_hand = crate::support::create(me, LICENSE, &by_hand);
    let of = "sfLma__Package__r.olma__Namespace__c";
    let before = one(
        me,
        &format!(
            "SELECT FIELDS(ALL) FROM {LICENSE} WHERE {of} = 'orbit' AND sfLma__Package_License_ID__c != null LIMIT 1"
        ),
    );
    let history = count(me, "sfLma__License__History");

    let registration = leave(&world, false);
    assert_eq!(registration["state"], "Ended");
    assert_eq!(registration["hold_installs"], false);
    let states = me.rows(
        "SELECT olma__Namespace__c, olma__Registration_State__c FROM sfLma__Package__c \
         ORDER BY olma__Namespace__c",
    );
    let states: Vec<&str> = states
        .iter()
        .map(|s| s["olma__Registration_State__c"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["Ended", "Done"]);
    let types = |http: &Client, namespace: &str| {
        let soql = format!(
            "SELECT sfLma__License_Type__c FROM {LICENSE} WHERE {of} = '{namespace}' \
             AND sfLma__Package_License_ID__c != null"
        );
        one(http, &soql)["sfLma__License_Type__c"].clone()
    };
    assert_eq!(types(me, "orbit"), "Read-Only");
    assert_eq!(types(me, "second"), "Editable");
    assert_eq!(types(&rival.http, "third"), "Editable");
    let soql = format!("SELECT sfLma__License_Type__c FROM {LICENSE} WHERE Id = '{by_hand}'");
    assert_ne!(one(me, &soql)["sfLma__License_Type__c"], "Read-Only");
    // Nothing else of the license changed, and nobody edited it.
    let mut after = one(
        me,
        &format!(
            "SELECT FIELDS(ALL) FROM {LICENSE} WHERE {of} = 'orbit' AND sfLma__Package_License_ID__c != null LIMIT 1"
        ),
    );
    for written in [
        "sfLma__License_Type__c",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
    ] {
        after[written] = before[written].clone();
    }
    assert_eq!(after, before);
    assert_eq!(count(me, "sfLma__License__History"), history);
    let id = before["Id"].as_str().unwrap();
    let refused = modify(me, id, &json!({"seats": 9}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert!(refused.text.contains("no longer registered"), "{refused:?}");
    assert_eq!(waiting(me), json!([]));
    assert_eq!(waiting(&rival.http), json!([]));
    let _ = third;
}

/// R-PKG-3, R-MOV-1: a package that left one org is registered with another, which gets all its
/// versions; uploads between the two reach nobody, and those afterwards the new org alone.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_registered_elsewhere_after_a_move(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let old = world.customer(|_| {});
    let _ = world.install(&old);
    let new = publisher(&world);
    let taken = register_with(&world, &new, &json!({"status": "Active"}));
    assert_eq!(problem(&taken, 400), "DUPLICATE_VALUE");
    leave(&world, false);
    let between = world.upload("2.0");
    let versions = |http: &Client| count(http, "sfLma__Package_Version__c");
    assert_eq!(versions(me), 1);

    let registered = register_with(&world, &new, &json!({"status": "Active", "seats": 7}));
    let registration = registered.expect(200)["registration"].clone();
    assert_eq!(registration["org_id"], new.id.to_string());
    let taken = register_with(&world, &world.business, &json!({"status": "Active"}));
    assert_eq!(problem(&taken, 400), "DUPLICATE_VALUE");
    let record = one(
        &new.http,
        "SELECT sfLma__Latest_Version__c, olma__Registration_State__c FROM sfLma__Package__c",
    );
    assert_eq!(record["sfLma__Latest_Version__c"], "2.0");
    assert_eq!(record["olma__Registration_State__c"], "Done");
    let _ = world.upload("3.0");
    assert_eq!((versions(me), versions(&new.http)), (1, 3));

    // New installs go to the new org, those that were there wait for its refresh.
    let customer = world.customer(|_| {});
    install(&customer.http, between);
    world.server.settle();
    let license = license_of(&new.http, &customer);
    assert_eq!(license["sfLma__Seats__c"], 7.0);
    assert_eq!(license["sfLma__License_Type__c"], "Editable");
    for http in [me, &new.http] {
        assert_eq!(count(http, LICENSE), 1);
        assert_eq!(count(http, "Lead"), 1);
        assert_eq!(waiting(http), json!([]));
    }
    let kept = license_of(me, &old);
    assert_eq!(kept["sfLma__License_Type__c"], "Read-Only");
    let path = format!("/api/v1/packages/{}", world.package);
    let shown = new.http.get(&path).expect(200);
    assert_eq!(shown["registration"]["state"], "Done");
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

/// R-MOV-1: unknown packages, packages of others, a missing permission, a package that is
/// registered nowhere, and the same again are refused; of many at once one ends it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_refusals(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let nothing = id("033000000000001");
    assert_eq!(problem(&dissociate(me, nothing, false), 404), "NOT_FOUND");
    let other = publisher(&world);
    let foreign = dissociate(&other.http, world.package, false);
    assert_eq!(problem(&foreign, 404), "NOT_FOUND");
    let clerk = world.with_profile(&world.business, "clerk@business.example", "Standard User");
    for package in [world.package, nothing] {
        assert_eq!(
            problem(&dissociate(&clerk.http, package, false), 403),
            "INSUFFICIENT_ACCESS_OR_READONLY"
        );
    }
    let (maker, unregistered, _) = package(&world, "alone", false);
    let nowhere = dissociate(&maker.http, unregistered, false);
    assert_eq!(problem(&nowhere, 400), "INVALID_OPERATION");
    let path = |id: &str| format!("/api/v1/packages/{id}/dissociate");
    for (id, body, status, code) in [
        ("033", json!({}), 400, "MALFORMED_ID"),
        (world.business.id.as_str(), json!({}), 404, "NOT_FOUND"),
    ] {
        assert_eq!(problem(&me.post(&path(id), &body), status), code, "{id}");
    }
    let wrong = me.post(&path(world.package.as_str()), &json!({"hold": true}));
    assert_eq!(wrong.status, 400, "{wrong:?}");

    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..6)
            .map(|n| {
                let http = if n % 2 == 0 {
                    me
                } else {
                    &world.packaging.http
                };
                scope.spawn(|| dissociate(http, world.package, false))
            })
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let (ended, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|a| a.status == 200);
    assert_eq!(ended.len(), 1);
    for answer in refused {
        assert_eq!(problem(answer, 400), "INVALID_OPERATION");
    }
    let again = dissociate(me, world.package, true);
    assert_eq!(problem(&again, 400), "INVALID_OPERATION");
    assert!(again.text.contains("registered with no org"), "{again:?}");
    // Registered again, it may end again.
    register_with(&world, &world.business, &json!({"status": "Active"})).expect(200);
    assert_eq!(leave(&world, false)["state"], "Ended");
    let _ = upload(&world.packaging.http, world.package.as_str(), "9.0", false);
}
