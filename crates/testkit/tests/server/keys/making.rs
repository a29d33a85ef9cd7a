//! Keys are made, listed, rotated, shown again and deleted.

use openlma_app::data::Scope;
use openlma_core::org::OrgStatus;
use openlma_store::Tx;
use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use super::{KEYS, NAMED, ask, key, reason, rotate};
use crate::moving::publisher;
use crate::support::{install, problem};

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

/// R-CHK-5: of rotations at once each shows a secret of its own, and the last one holds.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_rotations_at_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let (id, _) = key(me);
    let mut rotated: Vec<Value> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| rotate(me, &id))).collect();
        let answers = asked.into_iter().map(|a| a.join().unwrap());
        answers.map(|answer| answer.expect(200)).collect()
    });
    rotated.sort_by_key(|made| made["generation"].as_i64());
    for (made, generation) in rotated.iter().zip(2..) {
        assert_eq!(made["generation"], generation);
        let key = made["key"].as_str().unwrap();
        let holds = if generation == 9 { 200 } else { 401 };
        let answer = ask(&world, key, "customer1", NAMED, "nobody");
        assert_eq!(answer.status, holds, "{generation}");
    }
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

/// R-INS-9, R-CHK-5: a request that was cut off after it had made its key, or another secret of one,
/// makes no second one: its repeat shows that.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_a_key_that_was_cut_off(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business;
    let (app, server) = (&world.server.app, &world.server);
    let begin = |route: &str, body: &Value| {
        let scope = Scope {
            org: me.id,
            actor: me.administrator.to_string(),
            route: format!("POST {route}"),
            key: "cut-off".into(),
        };
        let body = body.to_string();
        server.wait(app.begin_once(&scope, &body)).unwrap();
        scope
    };
    let repeat = |route: &str, body: &Value| {
        server.clock.advance(jiff::SignedDuration::from_secs(61));
        let path = format!("/api/v1{route}");
        let headers = [
            ("idempotency-key", "cut-off"),
            ("content-type", "application/json"),
        ];
        let again = me
            .http
            .send("POST", &path, &headers, Some(body.to_string()));
        assert_eq!(again.header("idempotent-replayed"), None);
        again.json()
    };
    let body = json!({"name": "Hosted"});
    let scope = begin("/keys", &body);
    let made = app.create_publisher_key(&me.actor, "Hosted", Some(&scope));
    let made = server.wait(made).unwrap();
    let again = repeat("/keys", &body);
    assert_eq!(
        (&again["id"], &again["key"]),
        (&json!(made.id.to_string()), &json!(made.key))
    );
    let route = format!("/keys/{}/rotate", made.id);
    let scope = begin(&route, &json!({}));
    let rotated = server.wait(app.rotate_key(&me.actor, made.id, Some(&scope)));
    let again = repeat(&route, &json!({}));
    assert_eq!(
        (&again["generation"], &again["key"]),
        (&json!(2), &json!(rotated.unwrap().key))
    );
    let keys = me.http.get(KEYS).expect(200);
    assert_eq!(keys["items"].as_array().unwrap().len(), 1);
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
