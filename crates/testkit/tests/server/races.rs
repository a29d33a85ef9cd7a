//! Of callers who want the same at once one wins, and the others hear why not (R-ERR-1).

use std::collections::BTreeMap;

use openlma_core::Code;
use openlma_core::catalog::Catalog;
use openlma_store::Signal;
use openlma_store::records::{self, Lock};
use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, install, license_id, one, package, patch_license, problem, sobject,
};

/// Callers at the same time.
const CALLERS: usize = 8;

/// Sends at once; answers how often each outcome came: `ok`, or the code of the refusal.
fn at_once(send: impl Fn(usize) -> Answer + Sync) -> BTreeMap<String, usize> {
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let send = &send;
        let callers: Vec<_> = (0..CALLERS).map(|n| scope.spawn(move || send(n))).collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let mut outcomes = BTreeMap::new();
    for answer in answers {
        let outcome = match answer.status {
            200..300 => "ok".to_owned(),
            status => {
                let body = answer.json();
                let code = body["code"].as_str().or(body[0]["errorCode"].as_str());
                assert!(status < 500, "{answer:?}");
                code.unwrap().to_owned()
            }
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    outcomes
}

/// One wins, all others are refused with this code.
fn one_wins(told: &str, code: &str, send: impl Fn(usize) -> Answer + Sync) {
    let expected = BTreeMap::from([("ok".to_owned(), 1), (code.to_owned(), CALLERS - 1)]);
    assert_eq!(at_once(send), expected, "{told}");
}

/// R-USR-1, R-PKG-1, R-PKG-3, R-ORG-4, R-AUT-7: names and registrations are taken once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_names_are_taken_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let rivals: Vec<Client> = (0..CALLERS)
        .map(|_| world.customer(|new| new.business = true).http)
        .collect();
    one_wins("user", "DUPLICATE_USERNAME", |n| {
        let name = ["Same@people.example", "same@PEOPLE.example"][n % 2];
        rivals[n].post(
            "/api/v1/users",
            &json!({"username": name, "last_name": "Same"}),
        )
    });
    let operator = world.operator_http.clone();
    one_wins("org", "DUPLICATE_VALUE", |n| {
        let administrator = json!({"username": format!("a{n}@same.example"), "last_name": "A"});
        let new = json!({
            "name": "Same", "domain": "same", "edition": "Enterprise",
            "administrator": administrator,
        });
        operator.post("/api/v1/orgs", &new)
    });
    let makers: Vec<Client> = (0..CALLERS).map(|_| world.customer(|_| {}).http).collect();
    one_wins("namespace", "DUPLICATE_VALUE", |n| {
        let namespace = ["taken", "TAKEN"][n % 2];
        makers[n].post(
            "/api/v1/packages",
            &json!({"name": "Taken", "namespace": namespace}),
        )
    });
    let (packaging, made, _) = package(&world, "wanted", false);
    let text = made.to_string();
    one_wins("version", "DUPLICATE_VALUE", |_| {
        let path = format!("/api/v1/packages/{text}/versions");
        packaging.http.post(&path, &json!({"version": "2.0"}))
    });
    let me = &world.business.http;
    let field = json!({"object": "Lead", "name": "Same__c", "label": "Same", "type": "text", "length": 9, "unique": true});
    one_wins("field", "DUPLICATE_VALUE", |_| {
        me.post("/api/v1/fields", &field)
    });
    one_wins("unique value", "DUPLICATE_VALUE", |n| {
        let value = ["same", "SAME"][n % 2];
        let lead = json!({"LastName": "E", "Company": "Orbit", "Same__c": value});
        me.post(&sobject("Lead", ""), &lead)
    });
    assert_eq!(count(me, "Lead"), 1);
}

/// R-AUT-7: of an object's ten indexed, unique or external id fields the last is defined once,
/// however many ask for it at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_aut_7_the_last_keyed_field(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let define = |object: &str, name: &str, kind: usize| {
        let kind = ["indexed", "unique", "external_id"][kind % 3];
        let field = json!({
            "object": object, "name": name, "label": name, "type": "text", "length": 9, kind: true,
        });
        me.post("/api/v1/fields", &field)
    };
    for object in ["Lead", "Account", "Contact"] {
        for n in 0..9 {
            let _ = define(object, &format!("Key_{n}__c"), n).expect(201);
        }
        one_wins(object, "INVALID_OPERATION", |n| {
            define(object, &format!("Last_{n}__c"), n)
        });
    }
    let defined = me.get("/api/v1/fields").expect(200);
    assert_eq!(defined["items"].as_array().unwrap().len(), 30);
}

/// R-PKG-3: a package is registered with one org, however many ask at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_registered_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let (packaging, made, _) = package(&world, "wanted", false);
    let rivals: Vec<_> = (0..CALLERS)
        .map(|_| world.customer(|new| new.business = true))
        .map(|org| (org.http.clone(), org.token.clone()))
        .collect();
    for (http, _) in &rivals {
        http.post(
            "/api/v1/connections",
            &json!({"org_token": packaging.token}),
        )
        .expect(200);
    }
    one_wins("registration", "DUPLICATE_VALUE", |n| {
        let (http, token) = &rivals[n];
        http.post(
            "/api/v1/registrations",
            &json!({"package_id": made.to_string(), "org_token": token}),
        )
    });
    world.server.settle();
    let records: u64 = rivals
        .iter()
        .map(|(http, _)| count(http, "sfLma__Package__c"))
        .sum();
    assert_eq!(records, 1);
}

/// R-INS-1, R-INS-7, R-SEAT-1: a request is confirmed once, an install is uninstalled once, a user
/// gets one seat.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_each_step_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let asked = json!({"version_id": world.version.to_string(), "confirm": false});
    let asked = http.post("/api/v1/installs", &asked).expect(200);
    let path = format!("/api/v1/installs/{}", asked["id"].as_str().unwrap());
    one_wins("confirm", "INVALID_OPERATION", |n| {
        let verb = if n % 2 == 0 { "confirm" } else { "cancel" };
        http.post(&format!("{path}/{verb}"), &json!({}))
    });
    let found = install(http, world.version);
    let user = world
        .user(&customer, "second@customer1.example")
        .to_string();
    one_wins("seat", "DUPLICATE_VALUE", |_| {
        http.post("/api/v1/packages/orbit/seats", &json!({"users": [user]}))
    });
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    one_wins("uninstall", "INVALID_OPERATION", |_| http.delete(&path));
    world.server.settle();
    let row = one(
        &world.business.http,
        "SELECT sfLma__Status__c FROM sfLma__License__c",
    );
    assert_eq!(row["sfLma__Status__c"], "Uninstalled");
}

/// R-LIC-10: changes of one license at once all count: none is lost, each has its revision.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_no_change_is_lost(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let me = &world.business.http;
    let account = crate::support::create(me, "Account", &json!({"Name": "Orbit"}));
    let changes = [
        json!({"sfLma__Seats__c": 9}),
        json!({"sfLma__Status__c": "Active"}),
        json!({"sfLma__Account__c": account}),
        json!({"sfLma__Expiration__c": "2026-04-15"}),
    ];
    let outcomes = at_once(|n| patch_license(me, &license, &changes[n % changes.len()]));
    assert_eq!(outcomes, BTreeMap::from([("ok".to_owned(), CALLERS)]));
    world.server.settle();
    let row = me.get(&sobject(LICENSE, &license)).expect(200);
    assert_eq!(row["sfLma__Status__c"], "Active");
    assert_eq!(row["sfLma__Seats__c"].as_f64(), Some(9.0));
    assert_eq!(row["sfLma__Account__c"], account);
    assert_eq!(row["sfLma__Expiration__c"], "2026-04-15");
    assert_eq!(row["olma__Sync_State__c"], "In sync");
    let rows = me.rows("SELECT Field FROM sfLma__License__History ORDER BY Field");
    let mut fields: Vec<&Value> = rows.iter().map(|r| &r["Field"]).collect();
    fields.retain(|f| **f != "created");
    assert_eq!(
        fields,
        [
            "sfLma__Expiration__c",
            "sfLma__Seats__c",
            "sfLma__Status__c"
        ]
    );
    let copy = one(
        &customer.http,
        "SELECT Status, AllowedLicenses FROM PackageLicense",
    );
    assert_eq!(
        (&copy["Status"], &copy["AllowedLicenses"]),
        (&json!("Active"), &json!(9))
    );
}

/// R-ORG-3: an org has the License Management App or owns a managed package, never both, however
/// they are asked for.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_3_the_app_or_a_managed_package(#[case] backend: Backend) {
    let world = World::start(backend);
    for round in 0..6 {
        let http = world.customer(|_| {}).http;
        let outcomes = at_once(|n| {
            if n % 2 == 0 {
                http.post("/api/v1/lma", &json!({}))
            } else {
                let new = json!({"name": "Late", "namespace": format!("late{round}")});
                http.post("/api/v1/packages", &new)
            }
        });
        let roles = http.get("/api/v1/orgs/current").expect(200)["roles"].clone();
        let has_app = roles.as_array().unwrap().contains(&json!("business"));
        let packages = http.get("/api/v1/packages").expect(200);
        let owns = !packages["items"].as_array().unwrap().is_empty();
        assert_ne!(has_app, owns, "{outcomes:?}");
    }
}

/// R-ORG-3: who looked at the org before it had the app, as another node may have, is refused too;
/// so is the registration with an org that came to own a managed package all the same.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_3_looked_at_before(#[case] backend: Backend) {
    let world = World::start(backend);
    let app = &world.server.app;
    let org = world.customer(|_| {});
    org.http.post("/api/v1/lma", &json!({})).expect(200);
    let late = app.create_package(&org.actor, "Late", Some("late"));
    let refused = world.server.wait(late).unwrap_err();
    assert_eq!(refused.code, Code::InvalidOperation);
    assert!(refused.message.contains("packaging org"), "{refused}");
    // Refused as a whole: the namespace is free.
    let other = world.customer(|_| {});
    let new = json!({"name": "Late", "namespace": "late"});
    other.http.post("/api/v1/packages", &new).expect(201);
    let refused = other.http.post("/api/v1/lma", &json!({}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");

    let (packaging, made, _) = package(&world, "wanted", false);
    let me = &world.business.http;
    me.post(
        "/api/v1/connections",
        &json!({"org_token": packaging.token}),
    )
    .expect(200);
    let register = || {
        let body = json!({"package_id": made.to_string(), "org_token": other.token});
        me.post("/api/v1/registrations", &body)
    };
    let refused = register();
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert!(refused.text.contains("not installed"), "{refused:?}");
    let write = app.store().write(move |tx| {
        let object = Catalog::standard().known("Organization");
        let row = records::load_one(tx, other.id, object, other.id, Lock::Rows)?;
        let mut row = row.unwrap();
        row.set("is_business", true);
        tx.signal(Signal::Org(other.id));
        let changed = (0..row.values().len()).collect();
        records::update(tx, other.id, &[row], &changed)
    });
    world.server.wait(write).unwrap();
    let refused = register();
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert!(
        refused.text.contains("owns a managed package"),
        "{refused:?}"
    );
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__Package__c"), 1);
}
