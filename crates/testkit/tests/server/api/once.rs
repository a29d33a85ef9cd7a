//! Requests sent twice.

use jiff::SignedDuration;
use openlma_app::data::{Choice, Scope};
use openlma_app::idempotency::Begun;
use openlma_app::install::InstallRequest;
use openlma_testkit::{Backend, Org};
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::described::{Api, text};

/// R-INS-9: the same answer again, no second effect, no secret kept.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_requests_sent_twice(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    let by = &customer.http;
    let body = json!({"version_id": api.world.version.to_string()});
    let key = [("idempotency-key", "install-1")];
    let first = api.with(by, "POST", "/installs", &key, body.clone(), 200);
    assert_eq!(first.header("idempotent-replayed"), None);
    let again = api.with(by, "POST", "/installs", &key, body.clone(), 200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    assert!(text(&first.json()["installation_key"]).starts_with("olma_ik_"));
    // Another key, the same package: the install that is there, without the key.
    let other = [("idempotency-key", "install-2")];
    for _ in 0..2 {
        let there = api
            .with(by, "POST", "/installs", &other, body.clone(), 200)
            .json();
        assert_eq!(there["id"], first.json()["id"]);
        assert_eq!(there["installation_key"], Json::Null);
    }
    let changed = json!({"version_id": api.world.version.to_string(), "access": "all"});
    let reused = api.with(by, "POST", "/installs", &key, changed, 422);
    assert_eq!(reused.json()["code"], "IDEMPOTENCY_KEY_REUSED");

    let user = json!({"username": "twice@customer.example", "last_name": "Twice"});
    let made = api.with(by, "POST", "/users", &key, user.clone(), 201);
    let again = api.with(by, "POST", "/users", &key, user.clone(), 201);
    assert_eq!(made.json(), again.json());
    // A refusal is an answer too.
    let third = [("idempotency-key", "third")];
    let refused = api.with(by, "POST", "/users", &third, user.clone(), 400);
    let again = api.with(by, "POST", "/users", &third, user.clone(), 400);
    assert_eq!(again.json(), refused.json());
    api.with(
        by,
        "POST",
        "/users",
        &[("idempotency-key", "a b")],
        user,
        400,
    );

    let client = json!({
        "name": "CI", "grants": ["client_credentials"],
        "run_as": customer.administrator.to_string(),
    });
    let made = api
        .with(by, "POST", "/clients", &key, client.clone(), 201)
        .json();
    assert!(made["client_secret"].is_string());
    let again = api.with(by, "POST", "/clients", &key, client, 201).json();
    assert_eq!(
        (&again["client_id"], &again["client_secret"]),
        (&made["client_id"], &Json::Null)
    );
}

/// The scope of a customer's install with a key.
fn install_with(customer: &Org, key: &str) -> Scope {
    Scope {
        org: customer.id,
        actor: customer.administrator.to_string(),
        route: "POST /installs".into(),
        key: key.into(),
    }
}

/// R-INS-9: the first request still runs; later it counts as cut off, and what it had made is
/// found again with its key.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_a_request_that_was_cut_off(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    let body = json!({"version_id": api.world.version.to_string()});
    let scope = install_with(&customer, "cut-off");
    let app = &api.world.server.app;
    let sent = body.to_string();
    let begun = app.begin_once(&scope, &sent);
    api.world.server.wait(begun).unwrap();
    let request = InstallRequest {
        version: api.world.version,
        access: Choice::Administrators,
        confirm: true,
    };
    let made = app.install(&customer.actor, &request, Some(&scope));
    let made = api.world.server.wait(made).unwrap();

    let key = [("idempotency-key", "cut-off")];
    let runs = api.with(&customer.http, "POST", "/installs", &key, body.clone(), 409);
    assert_eq!(runs.json()["code"], "REQUEST_IN_PROGRESS");
    assert_eq!(runs.header("retry-after"), Some("1"));
    api.world
        .server
        .clock
        .advance(SignedDuration::from_secs(61));
    let found = api.with(&customer.http, "POST", "/installs", &key, body, 200);
    assert_eq!(found.json()["id"], made.install.id.to_string());
    assert_eq!(
        found.json()["installation_key"].as_str(),
        made.key.as_deref()
    );
}

/// R-INS-9: a request that failed after it had made something is not forgotten: its repeat gets
/// what it made, at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_a_request_that_failed_late(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    let body = json!({"version_id": api.world.version.to_string()});
    let scope = install_with(&customer, "late");
    let app = &api.world.server.app;
    let server = &api.world.server;
    let sent = body.to_string();
    let begin = || match server.wait(app.begin_once(&scope, &sent)).unwrap() {
        Begun::First { began, made: None } => began,
        other => panic!("{other:?}"),
    };
    let forget = |began| server.wait(app.forget_once(&scope, began)).unwrap();
    // Without a result it is forgotten whole.
    forget(begin());
    let began = begin();
    let request = InstallRequest {
        version: api.world.version,
        access: Choice::Administrators,
        confirm: true,
    };
    let made = app.install(&customer.actor, &request, Some(&scope));
    let made = server.wait(made).unwrap();
    forget(began);
    let key = [("idempotency-key", "late")];
    for _ in 0..2 {
        let found = api.with(&customer.http, "POST", "/installs", &key, body.clone(), 200);
        assert_eq!(found.json()["id"], made.install.id.to_string());
        assert_eq!(
            found.json()["installation_key"].as_str(),
            made.key.as_deref()
        );
    }
}
