//! A customer's way.

use openlma_testkit::Backend;
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::described::{Api, text};

/// R-INS-1, R-CHK-2, R-CHK-5, R-SEAT-1, R-INS-5, R-INS-7: a customer's way.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn a_customer(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    let missing = api.ask(
        &customer.http,
        "GET",
        "/licensed?namespace=orbit",
        Json::Null,
        404,
    );
    assert_eq!(missing["code"], "PACKAGE_NOT_INSTALLED");
    let install = api.install(&customer);
    let key = text(&install["installation_key"]).to_owned();
    assert!(key.starts_with("olma_ik_"));
    let path = format!("/installs/{}", text(&install["id"]));
    let shown = api.ask(&customer.http, "GET", &path, Json::Null, 200);
    assert_eq!(shown["installation_key"], Json::Null);
    assert_eq!(shown["stage"], "Succeeded");

    let answer = api.ask(
        &customer.http,
        "GET",
        "/licensed?namespace=orbit",
        Json::Null,
        200,
    );
    assert_eq!(
        (&answer["licensed"], &answer["reason"]),
        (&json!(true), &json!("Licensed"))
    );
    assert_eq!((&answer["seats"], &answer["used"]), (&json!(2), &json!(1)));
    assert_eq!(answer["package"], api.world.package.to_string());
    let product = api.world.server.bearer(&key);
    api.ask(&product, "GET", "/licensed", Json::Null, 400);
    let user =
        json!({"username": "second@customer.example", "last_name": "Second", "external_id": "e-2"});
    let made = api.ask(&customer.http, "POST", "/users", user, 201);
    let no_seat = api.ask(&product, "GET", "/licensed?user=e-2", Json::Null, 200);
    assert_eq!(no_seat["reason"], "NoSeat");
    let direct = ureq::Agent::config_builder().proxy(None).build();
    let client = openlma_client::Client::with_agent(&api.world.server.url, &key, direct.into());
    assert_eq!(client.check("e-2").unwrap().reason, "NoSeat");
    assert_eq!(client.check("nobody").unwrap().reason, "UserUnknown");

    let user = format!("/users/{}", text(&made["id"]));
    api.ask(
        &customer.http,
        "PATCH",
        &user,
        json!({"active": false}),
        204,
    );
    let inactive = api.ask(&product, "GET", "/licensed?user=e-2", Json::Null, 200);
    assert_eq!(inactive["reason"], "UserInactive");

    let higher = api.world.upload("1.1").to_string();
    let upgraded = api.ask(
        &customer.http,
        "POST",
        &format!("{path}/upgrade"),
        json!({"version_id": higher}),
        200,
    );
    assert_eq!(upgraded["installation_key"], Json::Null);
    let lower = json!({"version_id": api.world.version.to_string()});
    let refused = api.ask(&customer.http, "POST", "/installs", lower, 400);
    assert_eq!(refused["code"], "DOWNGRADE_NOT_ALLOWED");
    api.ask(&customer.http, "DELETE", &path, Json::Null, 204);
    let gone = api.ask(&product, "GET", "/licensed?user=e-2", Json::Null, 200);
    assert_eq!(
        (&gone["reason"], &gone["status"]),
        (&json!("Uninstalled"), &json!("Uninstalled"))
    );
    api.ask(&customer.http, "DELETE", &path, Json::Null, 400);
}

/// R-INS-1: a request waits to be confirmed or cancelled.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_1_confirm_and_cancel(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    let ask =
        json!({"version_id": api.world.version.to_string(), "confirm": false, "access": "all"});
    let first = api.ask(&customer.http, "POST", "/installs", ask.clone(), 200);
    assert_eq!(
        (&first["stage"], &first["access"]),
        (&json!("Requested"), &json!("all"))
    );
    let path = |install: &Json, what: &str| format!("/installs/{}/{what}", text(&install["id"]));
    let cancelled = api.ask(
        &customer.http,
        "POST",
        &path(&first, "cancel"),
        Json::Null,
        200,
    );
    assert_eq!(cancelled["stage"], "Cancelled");
    api.ask(
        &customer.http,
        "POST",
        &path(&first, "confirm"),
        Json::Null,
        400,
    );
    let second = api.ask(&customer.http, "POST", "/installs", ask, 200);
    let key = [("idempotency-key", "confirm-1")];
    let confirm = path(&second, "confirm");
    let done = api.with(&customer.http, "POST", &confirm, &key, Json::Null, 200);
    assert!(done.text.contains("olma_ik_"));
    let again = api.with(&customer.http, "POST", &confirm, &key, Json::Null, 200);
    assert_eq!(again.json(), done.json());
}

/// R-SEAT-1: seats are given to all or, when partial is asked for, to some; listed; taken back.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_seat_1_seats(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    api.install(&customer);
    let user =
        json!({"username": "second@customer.example", "last_name": "Second", "external_id": "e-2"});
    let made = api.ask(&customer.http, "POST", "/users", user, 201);
    let seats = "/packages/orbit/seats";
    let third = json!({"username": "third@customer.example", "last_name": "Third"});
    api.ask(&customer.http, "POST", "/users", third, 201);
    let both = json!({"users": ["e-2", "third@customer.example"]});
    let refused = api.ask(&customer.http, "POST", seats, both.clone(), 400);
    assert_eq!(refused["code"], "LICENSE_LIMIT_EXCEEDED");
    let partial = json!({"users": ["e-2", "third@customer.example"], "partial": true});
    let assigned = api.ask(&customer.http, "POST", seats, partial, 200);
    assert_eq!(assigned["assigned"][0]["user_id"], made["id"]);
    assert_eq!(assigned["refused"][0]["code"], "LICENSE_LIMIT_EXCEEDED");
    let page = api.ask(
        &customer.http,
        "GET",
        &format!("{seats}?limit=1"),
        Json::Null,
        200,
    );
    assert_eq!((&page["used"], &page["available"]), (&json!(2), &json!(0)));
    let rest = format!("{seats}?limit=1&cursor={}", text(&page["next"]));
    let rest = api.ask(&customer.http, "GET", &rest, Json::Null, 200);
    assert_eq!(
        (&rest["items"][0]["username"], &rest["next"]),
        (&json!("second@customer.example"), &Json::Null)
    );
    let by_id = format!("/packages/{}/seats", api.world.package);
    let revoked = api.ask(
        &customer.http,
        "DELETE",
        &by_id,
        json!({"users": ["e-2"]}),
        200,
    );
    assert_eq!(revoked["revoked"], 1);
}
