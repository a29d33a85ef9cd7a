//! Publisher keys: who may make them, and what one of them opens (R-CHK-5, R-SEC-5).

use std::sync::atomic::Ordering;

use openlma_core::org::OrgStatus;
use openlma_store::Tx;
use openlma_testkit::{Answer, Backend, Client, Org, TestServer, Tuning, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::moving::{leave, publisher, register_with};
use crate::support::{install, package, problem, register};

const KEYS: &str = "/api/v1/keys";
const NAMED: &str = "namespace=orbit";

/// Makes a key; answers its id and the key itself.
fn key(by: &Client) -> (String, String) {
    let made = by.post(KEYS, &json!({"name": "Hosted"})).expect(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("key"))
}

/// Asks with a key about a user of an org.
fn ask(world: &World, key: &str, org: &str, package: &str, user: &str) -> Answer {
    let path = format!("/api/v1/licensed?org={org}&{package}&user={user}");
    world.server.bearer(key).get(&path)
}

/// The reason for an org's administrator, asked twice by id, so that the second comes from memory,
/// and once by name.
fn reason(world: &World, key: &str, of: &Org, name: &str) -> String {
    let id = of.administrator.to_string();
    let reasons = [&id, &id, name].map(|user| {
        let answer = ask(world, key, &of.id.to_string(), NAMED, user).expect(200);
        answer["reason"].as_str().unwrap().to_owned()
    });
    assert!(reasons.iter().all(|r| *r == reasons[0]), "{reasons:?}");
    reasons[0].clone()
}

fn rotate(by: &Client, id: &str) -> Answer {
    by.post(&format!("{KEYS}/{id}/rotate"), &json!({}))
}

/// R-CHK-5: a key of the publisher answers for every org that has the package, which is named by id or
/// domain, as its user by id, user name, external id or email.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_a_publisher_key_checks_any_org(#[case] backend: Backend) {
    let world = World::start(backend);
    let (first, second) = (world.customer(|_| {}), world.customer(|_| {}));
    let _ = world.install(&first);
    let _ = world.install(&second);
    for (name, external) in [("one", "E-1"), ("two", "E-2")] {
        let user = json!({
            "username": format!("{name}@customer1.example"), "last_name": name,
            "external_id": external, "email": "shared@customer1.example",
        });
        first.http.post("/api/v1/users", &user).expect(201);
    }
    let (_, key) = key(&world.business.http);
    assert!(key.starts_with("olma_pk_"), "{key}");
    let administrator = first.administrator.to_string();
    let id = first.id.to_string();
    for org in [&id, &id[..15], "customer1", "CUSTOMER1"] {
        for package in [
            NAMED,
            "namespace=ORBIT",
            &format!("package_id={}", world.package),
        ] {
            let answer = ask(&world, &key, org, package, &administrator).expect(200);
            assert_eq!(answer["reason"], "Licensed", "{org} {package}");
            assert_eq!(answer["package"], world.package.to_string());
        }
    }
    for (user, reason) in [
        ("admin@customer1.example", "Licensed"),
        ("ADMIN@customer1.example", "Licensed"),
        ("E-1", "NoSeat"),
        ("one@customer1.example", "NoSeat"),
        ("nobody", "UserUnknown"),
        // Of another org.
        (&second.administrator.to_string(), "UserUnknown"),
        ("admin@customer2.example", "UserUnknown"),
    ] {
        let answer = ask(&world, &key, "customer1", NAMED, user).expect(200);
        assert_eq!(answer["reason"], reason, "{user}");
    }
    let shared = ask(&world, &key, "customer1", NAMED, "shared@customer1.example");
    assert_eq!(problem(&shared, 409), "AMBIGUOUS_USER");
    assert_eq!(
        reason(&world, &key, &second, "admin@customer2.example"),
        "Licensed"
    );
    // What the customer's org is, and has, counts.
    let app = &world.server.app;
    let status = |status| {
        let set = app.set_org_status(&world.operator, first.id, status);
        world.server.wait(set).unwrap();
        reason(&world, &key, &first, "admin@customer1.example")
    };
    assert_eq!(status(OrgStatus::Locked), "OrgLocked");
    assert_eq!(status(OrgStatus::Active), "Licensed");
    let found = install(&first.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(first.http.delete(&path).status, 204);
    assert_eq!(
        reason(&world, &key, &first, "admin@customer1.example"),
        "Uninstalled"
    );
}

/// R-CHK-5: who names too little or too much is told so; a key opens nothing else.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_how_to_ask(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let installed = world.install(&customer);
    let (id, key) = key(&world.business.http);
    let get = |bearer: &str, rest: &str| {
        let path = format!("/api/v1/licensed?{rest}");
        world.server.bearer(bearer).get(&path)
    };
    for (bearer, rest, field) in [
        (&key, "namespace=orbit&user=x", "org"),
        (&key, "org=customer1&namespace=orbit", "user"),
        (&key, "org=customer1&user=x", "namespace"),
        (&installed, "org=customer1&user=x", "org"),
        (
            &customer.token,
            "org=customer1&namespace=orbit&user=x",
            "org",
        ),
    ] {
        let refused = get(bearer, rest);
        assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION");
        assert_eq!(refused.json()["fields"], json!([field]), "{rest}");
    }
    let whole = "org=customer1&namespace=orbit&user=admin@customer1.example";
    get(&key, whole).expect(200);
    let cut = &key[..key.len() - 1];
    let of_another = key.replace(world.business.id.as_str(), customer.id.as_str());
    let as_installation = key.replace("olma_pk_", "olma_ik_");
    for wrong in [
        format!("{key}x"),
        cut.to_owned(),
        of_another,
        as_installation.replace("_ik_", "_pk_") + "-",
        installed.replace("_ik_", "_pk_"),
        "olma_pk_".to_owned(),
    ] {
        assert_eq!(problem(&get(&wrong, whole), 401), "INVALID_SESSION_ID");
    }
    let as_installation = get(&as_installation, "user=x");
    assert_eq!(problem(&as_installation, 401), "INVALID_SESSION_ID");
    for path in ["/api/v1/licenses", KEYS, "/api/v1/orgs/current"] {
        assert_eq!(world.server.bearer(&key).get(path).status, 401, "{path}");
    }
    let rotated = rotate(&world.server.bearer(&key), &id);
    assert_eq!(rotated.status, 401);
}

/// R-CHK-5, R-ORG-5: a key learns nothing of what is not its publisher's: another publisher's package,
/// an unregistered one, an org without it and an org that there is not all answer alike.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_nothing_of_others(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let without = world.customer(|_| {});
    let (maker, second, version) = package(&world, "second", false);
    install(&customer.http, version);
    let rival = publisher(&world);
    let (_, mine) = key(&world.business.http);
    let (_, theirs) = key(&rival.http);
    let asked = |key: &str, org: &str, package: &str| {
        let user = customer.administrator.to_string();
        let answer = ask(&world, key, org, package, &user);
        assert_eq!(problem(&answer, 404), "PACKAGE_NOT_INSTALLED");
        answer.text
    };
    let here = asked(&theirs, "customer1", NAMED);
    for org in [
        customer.id.as_str(),
        without.id.as_str(),
        "customer2",
        "nowhere",
        "00D000000000001",
        "",
    ] {
        assert_eq!(asked(&theirs, org, NAMED), here, "{org}");
    }
    for org in [without.id.as_str(), "nowhere", "second"] {
        assert_eq!(asked(&mine, org, NAMED), here, "{org}");
    }
    // Two users of one email say nothing either.
    for name in ["one", "two"] {
        let user = json!({
            "username": format!("{name}@customer1.example"), "last_name": name,
            "email": "shared@customer1.example",
        });
        customer.http.post("/api/v1/users", &user).expect(201);
    }
    let shared = ask(
        &world,
        &theirs,
        "customer1",
        NAMED,
        "shared@customer1.example",
    );
    assert_eq!(shared.text, here);
    // Installed, but registered nowhere; and then with the publisher.
    asked(&mine, "customer1", "namespace=second");
    register(&world, &maker, second, json!({"status": "Active"})).expect(200);
    let user = customer.administrator.to_string();
    ask(&world, &mine, "customer1", "namespace=second", &user).expect(200);
    asked(&theirs, "customer1", "namespace=second");
}

/// R-CHK-5, R-MOV-1: with its package a key's power goes, at once and also where the answer had been
/// in memory, and the next publisher's key has it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_a_package_moves(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let next = publisher(&world);
    let (_, old) = key(&world.business.http);
    let (_, new) = key(&next.http);
    let name = "admin@customer1.example";
    let nothing = |key: &str| {
        for user in [&customer.administrator.to_string(), name] {
            let answer = ask(&world, key, "customer1", NAMED, user);
            assert_eq!(problem(&answer, 404), "PACKAGE_NOT_INSTALLED");
        }
    };
    assert_eq!(reason(&world, &old, &customer, name), "Licensed");
    nothing(&new);
    leave(&world, false);
    nothing(&old);
    nothing(&new);
    register_with(&world, &next, &json!({"status": "Active"})).expect(200);
    nothing(&old);
    assert_eq!(reason(&world, &new, &customer, name), "Licensed");
}

/// R-CHK-5: keys are made, listed, rotated and deleted with Manage Listings, each in its own org alone;
/// what ended opens nothing from the answer on.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_keys_of_an_org(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let name = "admin@customer1.example";
    let (id, first) = key(me);
    let (other, kept) = key(me);
    let listed = |by: &Client| by.get(KEYS).expect(200)["items"].clone();
    assert_eq!(listed(me)[0]["id"], id);
    assert_eq!(listed(me)[1]["name"], "Hosted");
    assert_eq!(
        (&listed(me)[0]["rotated_at"], &listed(me)[0]["created_by"]),
        (
            &Value::Null,
            &json!(world.business.administrator.to_string())
        )
    );
    assert!(!me.get(KEYS).text.contains("olma_pk_"));

    let ended = |key: &str| {
        let user = customer.administrator.to_string();
        let answer = ask(&world, key, "customer1", NAMED, &user);
        assert_eq!(problem(&answer, 401), "INVALID_SESSION_ID");
    };
    assert_eq!(reason(&world, &first, &customer, name), "Licensed");
    let rotated = rotate(me, &id).expect(200);
    let second = rotated["key"].as_str().unwrap();
    assert_eq!(
        (&rotated["id"], &rotated["generation"]),
        (&json!(id), &json!(2))
    );
    ended(&first);
    assert_eq!(reason(&world, second, &customer, name), "Licensed");
    assert!(listed(me)[0]["rotated_at"].is_string());

    // Another publisher, and who lacks the permission.
    let rival = publisher(&world);
    assert_eq!(listed(&rival.http), json!([]));
    let one = format!("{KEYS}/{id}");
    assert_eq!(problem(&rotate(&rival.http, &id), 404), "NOT_FOUND");
    assert_eq!(problem(&rival.http.delete(&one), 404), "NOT_FOUND");
    let clerk = world.with_profile(&world.business, "clerk@business.example", "Standard User");
    let new = json!({"name": "Mine"});
    for refused in [
        clerk.http.get(KEYS),
        clerk.http.post(KEYS, &new),
        clerk.http.delete(&one),
        rotate(&clerk.http, &id),
    ] {
        assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    }
    // An org without the License Management App has none.
    let refused = customer.http.post(KEYS, &new);
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert_eq!(problem(&me.delete("/api/v1/keys/x"), 400), "MALFORMED_ID");
    for name in ["", "   ", &"x".repeat(81), "a\u{7}b"] {
        let refused = me.post(KEYS, &json!({"name": name}));
        assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION");
        assert_eq!(refused.json()["fields"], json!(["name"]));
    }

    assert_eq!(me.delete(&one).status, 204);
    ended(second);
    assert_eq!(problem(&me.delete(&one), 404), "NOT_FOUND");
    assert_eq!(problem(&rotate(me, &id), 404), "NOT_FOUND");
    assert_eq!(listed(me).as_array().unwrap().len(), 1);
    assert_eq!(listed(me)[0]["id"], other);
    assert_eq!(reason(&world, &kept, &customer, name), "Licensed");
    // While its own org is shut a key is good for nothing.
    for (status, code) in [
        (OrgStatus::Locked, 403),
        (OrgStatus::Disabled, 403),
        (OrgStatus::Active, 200),
    ] {
        let app = &world.server.app;
        let set = app.set_org_status(&world.operator, world.business.id, status);
        world.server.wait(set).unwrap();
        assert_eq!(ask(&world, &kept, "customer1", NAMED, name).status, code);
    }
}

/// R-CHK-5: an org has 100 keys at most, however many are asked for at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_at_most_a_hundred_keys(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for _ in 0..96 {
        key(me);
    }
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || me.post(KEYS, &json!({"name": "At once"}));
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|a| a.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 4);
    for refused in answers.iter().filter(|a| a.status != 201) {
        assert_eq!(problem(refused, 400), "INVALID_OPERATION");
    }
    let keys = me.get(KEYS).expect(200);
    let first = keys["items"][0]["id"].as_str().unwrap();
    assert_eq!(me.delete(&format!("{KEYS}/{first}")).status, 204);
    key(me);
}

/// R-CHK-5, R-SEC-5, R-INS-9: a repeat shows the key again while it holds; the database never has it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_keys_shown_again(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let sent = |path: &str, body: &Value, once: &str| {
        let headers = [
            ("idempotency-key", once),
            ("content-type", "application/json"),
        ];
        me.send("POST", path, &headers, Some(body.to_string()))
    };
    let new = json!({"name": "Hosted"});
    let made = sent(KEYS, &new, "make").expect(201);
    let id = made["id"].as_str().unwrap();
    let again = sent(KEYS, &new, "make");
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.expect(201), made);
    let path = format!("{KEYS}/{id}/rotate");
    let rotated = sent(&path, &json!({}), "rotate").expect(200);
    assert_eq!(sent(&path, &json!({}), "rotate").expect(200), rotated);
    assert_eq!(rotated["generation"], 2);
    assert_ne!(rotated["key"], made["key"]);
    let first = sent(KEYS, &new, "make").expect(201);
    assert_eq!((&first["id"], &first["key"]), (&made["id"], &Value::Null));
    // Neither key stands anywhere in the tables that know of it.
    for table in ["publisher_keys", "idempotency"] {
        let read = move |tx: &mut Tx<'_>| {
            let column = if table == "idempotency" {
                "answer"
            } else {
                "hash"
            };
            tx.query(&format!("SELECT {column} FROM {table}"), &[])
        };
        let rows = world.server.wait(world.server.app.store().read(read));
        let rows = rows.unwrap();
        assert!(!rows.is_empty());
        for mut row in rows {
            assert!(!row.string(0).contains("olma_pk_"), "{table}");
        }
    }
    assert_eq!(me.delete(&format!("{KEYS}/{id}")).status, 204);
    let gone = sent(&path, &json!({}), "rotate").expect(200);
    assert_eq!(gone["key"], Value::Null);
}

/// R-CHK-5: the key of an install gets another secret by who may install; the one of before ends at
/// once, also where its answer had been in memory.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_installation_keys_rotate(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let old = world.install(&customer);
    let user = customer.administrator.to_string();
    let made = install(&customer.http, world.version);
    let copy = made["package_license_id"].as_str().unwrap();
    let asked = |key: &str| {
        let path = format!("/api/v1/licensed?user={user}");
        [(); 2].map(|()| world.server.bearer(key).get(&path).status)
    };
    assert_eq!(asked(&old), [200; 2]);
    let other = world.customer(|_| {});
    assert_eq!(
        problem(&rotate(&other.http, copy), 404),
        "PACKAGE_NOT_INSTALLED"
    );
    let clerk = world.with_profile(&customer, "clerk@customer1.example", "Standard User");
    assert_eq!(
        problem(&rotate(&clerk.http, copy), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    assert_eq!(asked(&old), [200; 2]);
    let path = format!("{KEYS}/{copy}/rotate");
    let headers = [("idempotency-key", "again")];
    let rotated = customer
        .http
        .send("POST", &path, &headers, None)
        .expect(200);
    let new = rotated["key"].as_str().unwrap();
    assert!(new.starts_with("olma_ik_"), "{new}");
    assert_eq!((asked(&old), asked(new)), ([401; 2], [200; 2]));
    let again = customer.http.send("POST", &path, &headers, None);
    assert_eq!(again.expect(200), rotated);
    // An uninstall leaves the key with its one answer.
    let installed = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&installed).status, 204);
    assert_eq!(
        problem(&rotate(&customer.http, copy), 404),
        "PACKAGE_NOT_INSTALLED"
    );
    assert_eq!(asked(new), [200; 2]);
    let answer = world
        .server
        .bearer(new)
        .get(&format!("/api/v1/licensed?user={user}"));
    assert_eq!(answer.expect(200)["reason"], "Uninstalled");
}

/// R-CHK-4, R-CHK-5: of a check by user id the one statement that says what the key reaches is left,
/// where what it asks for is in memory; never less.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_4_one_statement_for_a_publisher_key(#[case] backend: Backend) {
    for (check_cache, wanted) in [(1 << 20, 1), (0, 2)] {
        let tuning = Tuning {
            check_cache,
            ..Tuning::default()
        };
        let server = TestServer::tuned(backend, tuning);
        let world = World::on(
            server,
            serde_json::from_str(r#"{"status": "Active"}"#).unwrap(),
        );
        let customer = world.customer(|_| {});
        let _ = world.install(&customer);
        let (_, key) = key(&world.business.http);
        let user = customer.administrator.to_string();
        let statements = || {
            let counters = world.server.app.store().counters();
            let before = counters.statements.load(Ordering::Relaxed);
            ask(&world, &key, "customer1", NAMED, &user).expect(200);
            counters.statements.load(Ordering::Relaxed) - before
        };
        // Between two questions the node may listen to the others.
        world.server.until("nothing is read beside", || {
            let ran = statements();
            assert!(ran >= wanted, "{ran}");
            (ran == wanted).then_some(())
        });
    }
}
