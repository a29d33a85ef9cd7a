//! Installs: stages, repeats, choices, what is refused (R-INS, R-PKG-8).

use openlma_core::Id;
use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{count, install, one, package, problem, reason, register};

pub(crate) const INSTALLS: &str = "/api/v1/installs";

pub(crate) fn body(version: Id) -> Value {
    json!({"version_id": version.to_string()})
}

fn with_key(http: &Client, key: &str, body: &Value) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    http.send("POST", INSTALLS, &headers, Some(body.to_string()))
}

/// R-INS-9: the same key gets the same answer with the installation key in it, another body 422,
/// another caller its own; without a key the answer shows no key again.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_repeats(#[case] backend: Backend) {
    let world = World::start(backend);
    let (first, second) = (world.customer(|_| {}), world.customer(|_| {}));
    let version = body(world.version);
    let made = with_key(&first.http, "k-1", &version);
    assert!(
        made.expect(200)["installation_key"]
            .as_str()
            .unwrap()
            .starts_with("olma_ik_")
    );
    assert_eq!(made.header("idempotent-replayed"), None);
    for _ in 0..2 {
        let again = with_key(&first.http, "k-1", &version);
        assert_eq!(again.expect(200), made.json());
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
    }
    let other = json!({"version_id": world.version.to_string(), "access": "all"});
    assert_eq!(
        problem(&with_key(&first.http, "k-1", &other), 422),
        "IDEMPOTENCY_KEY_REUSED"
    );
    let theirs = with_key(&second.http, "k-1", &version).expect(200);
    assert_ne!(theirs["id"], made.json()["id"]);
    let found = install(&first.http, world.version);
    assert_eq!(found["id"], made.json()["id"]);
    assert_eq!(found["installation_key"], Value::Null);
    let read = first
        .http
        .get(&format!("{INSTALLS}/{}", found["id"].as_str().unwrap()))
        .expect(200);
    assert_eq!(read["installation_key"], Value::Null);
    // What was refused is refused again, the same way.
    let nothing = json!({"version_id": "04t000000000001"});
    let refused = with_key(&first.http, "k-2", &nothing);
    assert_eq!(problem(&refused, 404), "NOT_FOUND");
    let again = with_key(&first.http, "k-2", &nothing);
    assert_eq!(again.json(), refused.json());
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    for key in ["", "a b", &"k".repeat(256)] {
        let refused = with_key(&first.http, key, &version);
        assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION", "{key}");
    }
    // Kept for a day, and no longer.
    world
        .server
        .clock
        .advance(jiff::SignedDuration::from_hours(25));
    let app = &world.server.app;
    world.server.wait(app.prune()).unwrap();
    let later = openlma_testkit::world::sign_in(&world.server, "admin@customer1.example");
    assert_eq!(
        with_key(&later.http, "k-1", &other).expect(200)["id"],
        made.json()["id"]
    );
}

/// R-INS-9: many at once with one key, and many at once without: one copy, one license, one lead,
/// one key.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_at_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let (first, second) = (world.customer(|_| {}), world.customer(|_| {}));
    let version = body(world.version);
    let at_once = |http: &Client, key: Option<&str>| -> Vec<Answer> {
        std::thread::scope(|scope| {
            let callers: Vec<_> = (0..8)
                .map(|_| {
                    let (http, version) = (http.clone(), version.clone());
                    scope.spawn(move || match key {
                        Some(key) => with_key(&http, key, &version),
                        None => http.post(INSTALLS, &version),
                    })
                })
                .collect();
            callers.into_iter().map(|c| c.join().unwrap()).collect()
        })
    };
    let answers = at_once(&first.http, Some("one"));
    let done: Vec<Value> = answers
        .iter()
        .filter(|a| a.status == 200)
        .map(Answer::json)
        .collect();
    assert!(!done.is_empty());
    assert!(
        done.iter()
            .all(|a| *a == done[0] && a["installation_key"].is_string())
    );
    for answer in answers.iter().filter(|a| a.status != 200) {
        assert_eq!(problem(answer, 409), "REQUEST_IN_PROGRESS");
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(with_key(&first.http, "one", &version).expect(200), done[0]);

    let answers = at_once(&second.http, None);
    let done: Vec<Value> = answers.iter().map(|a| a.expect(200)).collect();
    let keys = done
        .iter()
        .filter(|a| a["installation_key"].is_string())
        .count();
    assert_eq!(keys, 1);
    assert!(
        done.iter()
            .all(|a| a["package_license_id"] == done[0]["package_license_id"])
    );
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 2);
    assert_eq!(count(&world.business.http, "Lead"), 2);
    assert_eq!(count(&second.http, "PackageLicense"), 1);
}

/// R-INS-9, R-LEAD-3: one new person who installs several packages at once becomes one lead.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_one_person_one_lead(#[case] backend: Backend) {
    let world = World::start(backend);
    let mut versions = vec![world.version];
    for name in ["second", "third"] {
        let (org, package, version) = package(&world, name, false);
        register(&world, &org, package, json!({"status": "Active"})).expect(200);
        versions.push(version);
    }
    world.server.settle();
    let customer = world.customer(|_| {});
    std::thread::scope(|scope| {
        for version in &versions {
            let http = customer.http.clone();
            scope.spawn(move || install(&http, *version));
        }
    });
    world.server.settle();
    let me = &world.business.http;
    assert_eq!(count(me, "Lead"), 1);
    let leads = me.rows("SELECT sfLma__Lead__c, Name FROM sfLma__License__c ORDER BY Name");
    assert_eq!(leads.len(), 3);
    assert!(
        leads
            .iter()
            .all(|l| l["sfLma__Lead__c"] == leads[0]["sfLma__Lead__c"])
    );
    assert!(leads[0]["sfLma__Lead__c"].is_string());
}

/// R-INS-1: Requested, then confirmed or cancelled, each once; only what succeeded makes a
/// license and a lead; Failed keeps its reason.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_stages(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let wanted =
        json!({"version_id": world.version.to_string(), "confirm": false, "access": "all"});
    let ask = || http.post(INSTALLS, &wanted).expect(200);
    let verb = |id: &Value, verb: &str| {
        http.post(
            &format!("{INSTALLS}/{}/{verb}", id.as_str().unwrap()),
            &json!({}),
        )
    };
    let (first, second) = (ask(), ask());
    assert_eq!(
        (&first["stage"], &first["installation_key"]),
        (&json!("Requested"), &Value::Null)
    );
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 0);
    assert_eq!(count(http, "PackageLicense"), 0);
    let cancelled = verb(&first["id"], "cancel").expect(200);
    assert_eq!(cancelled["stage"], "Cancelled");
    for name in ["cancel", "confirm"] {
        assert_eq!(problem(&verb(&first["id"], name), 400), "INVALID_OPERATION");
    }
    let done = verb(&second["id"], "confirm").expect(200);
    assert_eq!(
        (&done["stage"], &done["access"]),
        (&json!("Succeeded"), &json!("all"))
    );
    assert!(done["installation_key"].is_string());
    assert_eq!(done["id"], second["id"]);
    for name in ["cancel", "confirm"] {
        assert_eq!(
            problem(&verb(&second["id"], name), 400),
            "INVALID_OPERATION"
        );
    }
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 1);
    // Confirmed when it is there already, it ends too.
    let third = ask();
    let done = verb(&third["id"], "confirm").expect(200);
    assert_eq!(
        (&done["stage"], &done["installation_key"]),
        (&json!("Succeeded"), &Value::Null)
    );
    let stage = http
        .get(&format!("{INSTALLS}/{}", third["id"].as_str().unwrap()))
        .expect(200);
    assert_eq!(stage["stage"], "Succeeded");
    assert_eq!(count(http, "PackageLicense"), 1);
    // What can no longer be done fails with its reason.
    let late = ask();
    let _ = install(http, world.upload("2.0"));
    let refused = verb(&late["id"], "confirm");
    assert_eq!(problem(&refused, 400), "DOWNGRADE_NOT_ALLOWED");
    let path = format!("{INSTALLS}/{}", late["id"].as_str().unwrap());
    let failed = http.get(&path).expect(200);
    assert_eq!(failed["stage"], "Failed");
    assert!(
        failed["reason"].as_str().unwrap().contains("2.0"),
        "{failed}"
    );
    assert_eq!(
        problem(&verb(&json!("0hd000000000001"), "confirm"), 404),
        "NOT_FOUND"
    );
    assert_eq!(
        problem(&verb(&json!("nonsense"), "confirm"), 400),
        "MALFORMED_ID"
    );
}

/// R-INS-5: the same version is the existing install, a higher one an upgrade, a lower one refused;
/// an upgrade is to a version of the same package.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_5_versions(#[case] backend: Backend) {
    let world = World::start(backend);
    let (_, _, stranger) = package(&world, "stranger", false);
    let higher = world.upload("1.0.1");
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let first = install(http, world.version);
    assert_eq!(install(http, world.version)["id"], first["id"]);
    let upgrade = |id: &Value, version: Id| {
        http.post(
            &format!("{INSTALLS}/{}/upgrade", id.as_str().unwrap()),
            &body(version),
        )
    };
    assert_eq!(problem(&upgrade(&first["id"], stranger), 404), "NOT_FOUND");
    let second = upgrade(&first["id"], higher).expect(200);
    assert_eq!(
        (&second["stage"], &second["installation_key"]),
        (&json!("Succeeded"), &Value::Null)
    );
    assert_eq!(second["package_license_id"], first["package_license_id"]);
    let lower = upgrade(&second["id"], world.version);
    assert_eq!(problem(&lower, 400), "DOWNGRADE_NOT_ALLOWED");
    assert!(lower.text.contains("1.0.1"), "{lower:?}");
    let lower = http.post(INSTALLS, &body(world.version));
    assert_eq!(problem(&lower, 400), "DOWNGRADE_NOT_ALLOWED");
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 1);
    assert_eq!(count(&world.business.http, "Lead"), 1);
    let license = one(
        &world.business.http,
        "SELECT sfLma__Version_Number__c, sfLma__Status__c FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Version_Number__c"], "1.0.1");
    // Who may not install may do none of it.
    let worker = world
        .with_profile(&customer, "worker@customer1.example", "Standard User")
        .http;
    let path = format!("{INSTALLS}/{}", second["id"].as_str().unwrap());
    for answer in [
        worker.post(INSTALLS, &body(higher)),
        worker.post(&format!("{path}/upgrade"), &body(higher)),
        worker.post(&format!("{path}/confirm"), &json!({})),
        worker.post(&format!("{path}/cancel"), &json!({})),
        worker.delete(&path),
    ] {
        assert_eq!(problem(&answer, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    }
}

/// R-INS-1, R-INS-5, R-INS-7: whoever confirms, upgrades or uninstalls finds the installs of the
/// org, page by page; what was uninstalled is not upgraded.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_installs_are_listed(#[case] backend: Backend) {
    let world = World::start(backend);
    let higher = world.upload("1.0.1");
    let customer = world.customer(|_| {});
    let http = &customer.http;
    let list = |more: &str| http.get(&format!("{INSTALLS}{more}")).expect(200);
    assert_eq!(list("")["items"], json!([]));
    let first = install(http, world.version);
    let path = format!("{INSTALLS}/{}", first["id"].as_str().unwrap());
    http.post(&format!("{path}/upgrade"), &body(higher))
        .expect(200);
    let page = list("?limit=1");
    let newest = &page["items"][0];
    assert_eq!(
        (&newest["version"], &newest["current"], &newest["namespace"]),
        (&json!("1.0.1"), &json!(true), &json!("orbit"))
    );
    let next = page["next"].as_str().unwrap();
    let page = list(&format!("?namespace=ORBIT&cursor={next}"));
    assert_eq!(page["items"][0]["id"], first["id"]);
    assert_eq!(page["items"][0]["current"], false);
    assert_eq!(page["next"], Value::Null);
    assert_eq!(list("?namespace=nobody")["items"], json!([]));
    http.delete(&path).expect(204);
    assert_eq!(list("")["items"][0]["current"], false);
    let upgrade = http.post(&format!("{path}/upgrade"), &body(higher));
    assert_eq!(problem(&upgrade, 404), "PACKAGE_NOT_INSTALLED");
    assert_eq!(list("")["items"].as_array().unwrap().len(), 2);
    let other = world.customer(|_| {}).http;
    assert_eq!(other.get(INSTALLS).expect(200)["items"], json!([]));
    let refused = http.get(&format!("{INSTALLS}?limit=0"));
    assert_eq!(refused.expect(400)["fields"], json!(["limit"]));
}

/// R-INS-1: instants in the answer of an install are those that are read later, however fine the
/// clock is.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_instants_are_shown_as_stored(#[case] backend: Backend) {
    let world = World::start(backend);
    world.server.clock.set("2026-03-02T10:00:00.123456789Z");
    let http = world.customer(|_| {}).http;
    let made = install(&http, world.version);
    for member in ["requested_at", "finished_at"] {
        assert_eq!(made[member], "2026-03-02T10:00:00.123456Z", "{member}");
    }
    let path = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    let read = http.get(&path).expect(200);
    for member in ["requested_at", "finished_at"] {
        assert_eq!(made[member], read[member], "{member}");
    }
}

/// R-INS-7: a late repeat of an uninstall does not take away what was installed since; of several
/// requests one is about what is there.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_7_a_late_repeat(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let made = |body: Value| {
        let made = customer.http.post(INSTALLS, &body).expect(200);
        format!("{INSTALLS}/{}", made["id"].as_str().unwrap())
    };
    let first = made(body(world.version));
    // Asked for before, confirmed after the uninstall.
    let waiting =
        made(json!({"version_id": world.version.to_string(), "access": "all", "confirm": false}));
    assert_eq!(customer.http.delete(&first).status, 204);
    let confirmed = customer
        .http
        .post(&format!("{waiting}/confirm"), &json!({}));
    let key = confirmed.expect(200)["installation_key"].clone();
    let key = key.as_str().unwrap();
    let higher = made(body(world.upload("2.0")));
    let refused = customer.http.delete(&first);
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert_eq!(reason(&world, key, "admin@customer1.example"), "Licensed");
    let listed = customer.http.get(INSTALLS).expect(200)["items"].clone();
    let current = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|i| i["current"] == true);
    let current: Vec<_> = current.map(|i| i["id"].as_str().unwrap()).collect();
    assert_eq!(current, [higher.rsplit('/').next().unwrap()]);
    // Upgrades go on with the same install.
    assert_eq!(customer.http.delete(&waiting).status, 204);
    for over in [&first, &waiting, &higher] {
        let refused = customer.http.delete(over);
        assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    }
}

/// R-INS-2, R-ERR-1: profiles are those of the org; of another org, or of another kind, they are not
/// found.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_2_unknown_profiles(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let profile = |of: &openlma_testkit::Client| {
        let rows = of.rows("SELECT Id FROM Profile WHERE Name = 'Standard User'");
        rows[0]["Id"].as_str().unwrap().to_owned()
    };
    let of_other = profile(&world.business.http);
    let user = customer.administrator.to_string();
    for unknown in [of_other.as_str(), "00e000000000001AAA", &user] {
        for confirm in [true, false] {
            let access = json!({"profiles": [profile(&customer.http), unknown]});
            let body = json!({"version_id": world.version.to_string(), "access": access, "confirm": confirm});
            let refused = customer.http.post(INSTALLS, &body);
            assert_eq!(problem(&refused, 400), "INVALID_CROSS_REFERENCE_KEY");
            assert_eq!(refused.json()["fields"], json!(["access"]));
        }
    }
    let listed = customer.http.get(INSTALLS).expect(200);
    assert_eq!(listed["items"], json!([]));
    assert_eq!(count(&customer.http, "PackageLicense"), 0);
}
