//! What a publisher key opens, and what it does not.

use std::sync::atomic::Ordering;

use openlma_core::org::OrgStatus;
use openlma_testkit::{Backend, TestServer, Tuning, World};
use rstest::rstest;
use serde_json::json;

use super::{KEYS, NAMED, ask, key, reason, rotate};
use crate::moving::{leave, publisher, register_with};
use crate::support::{install, package, problem, register};

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

/// R-CHK-4, R-CHK-5: what one node answered about a key and a package holds on the other at once,
/// whatever that has in memory.
#[test]
fn r_chk_5_two_nodes_postgres() {
    let world = World::start(Backend::Postgres);
    let other = world.server.another_node();
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let (id, first) = key(me);
    let path = format!(
        "/api/v1/licensed?org=customer1&{NAMED}&user={}",
        customer.administrator
    );
    let there = |key: &str| [(); 2].map(|()| other.bearer(key).get(&path).status);
    assert_eq!(there(&first), [200; 2]);
    let rotated = rotate(me, &id).expect(200);
    let second = rotated["key"].as_str().unwrap();
    assert_eq!((there(&first), there(second)), ([401; 2], [200; 2]));
    leave(&world, false);
    assert_eq!(there(second), [404; 2]);
    assert_eq!(me.delete(&format!("{KEYS}/{id}")).status, 204);
    assert_eq!(there(second), [401; 2]);
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
