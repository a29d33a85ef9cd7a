//! A publisher's business org.

use std::collections::BTreeSet;

use openlma_testkit::Backend;
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::described::{Api, text};

/// R-LIC-3, R-LIC-10, R-SYN-3: a publisher modifies a license and reads what became of it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn a_publisher(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    api.install(&customer);
    let by = &api.world.business.http;
    let license = api.only_license();
    assert_eq!(
        (&license["status"], &license["seats"]),
        (&json!("Trial"), &json!(2))
    );
    assert_eq!(
        (&license["namespace"], &license["used"]),
        (&json!("orbit"), &json!(1))
    );
    assert_eq!(license["org_id"], customer.id.to_string());
    let path = format!("/licenses/{}", text(&license["id"]));
    assert_eq!(api.ask(by, "GET", &path, Json::Null, 200), license);
    let modify = format!("{path}/modify");

    let would = api.ask(
        by,
        "POST",
        &modify,
        json!({"status": "Active", "seats": "site", "dry_run": true}),
        200,
    );
    assert_eq!(
        would["changes"][1],
        json!({"field": "sfLma__Seats__c", "from": "2", "to": "Site License"})
    );
    assert_eq!((&would["sync"], &would["mails"]), (&Json::Null, &json!([])));
    assert_eq!(api.ask(by, "GET", &path, Json::Null, 200), license);
    let done = api.ask(
        by,
        "POST",
        &modify,
        json!({"status": "Active", "seats": 5, "expires_on": null}),
        200,
    );
    assert_eq!(
        (&done["sync"], &done["terms_revision"]),
        (&json!("InSync"), &would["terms_revision"])
    );
    let shut = json!({"expires_on": "2026-01-31"});
    let refused = api.ask(by, "POST", &modify, shut, 409);
    assert_eq!(refused["code"], "CONFIRMATION_REQUIRED");
    let shut = json!({"expires_on": "2026-01-31", "confirm": ["ends_access_now"]});
    let done = api.ask(by, "POST", &modify, shut, 200);
    assert_eq!(done["access_ends_now"], true);
    let back = api.ask(by, "POST", &modify, json!({"status": "Trial"}), 400);
    assert_eq!(back["fields"], json!(["status"]));
    for (body, field) in [
        (json!({"expires_on": "31.1.2026"}), "expires_on"),
        (json!({"confirm": ["yes"]}), "confirm"),
    ] {
        assert_eq!(
            api.ask(by, "POST", &modify, body, 400)["fields"],
            json!([field])
        );
    }
    let unknown = api.ask(by, "POST", &modify, json!({"expires": null}), 400);
    assert!(text(&unknown["detail"]).contains("expires: is not known here"));

    let leads = api.ask(
        by,
        "GET",
        "/leads?source=Package%20Installation&converted=false",
        Json::Null,
        200,
    );
    assert_eq!(leads["items"][0]["id"], license["lead_id"]);
    assert_eq!(leads["items"][0]["company"], "Org customer1");
}

/// R-LIC-10, R-ERR-1: the history of a license, and licenses by what they are.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_history_and_filters(#[case] backend: Backend) {
    let api = Api::start(backend);
    let customer = api.world.customer(|_| {});
    api.install(&customer);
    let by = &api.world.business.http;
    let path = format!("/licenses/{}", text(&api.only_license()["id"]));
    let shut = json!({
        "status": "Active", "expires_on": "2026-01-31", "confirm": ["ends_access_now"],
    });
    api.ask(by, "POST", &format!("{path}/modify"), shut, 200);
    let history = api.ask(
        by,
        "GET",
        &format!("{path}/history?limit=2"),
        Json::Null,
        200,
    );
    assert_eq!(history["items"][0]["to"], "2026-01-31");
    let rest = format!("{path}/history?cursor={}", text(&history["next"]));
    let rest = api.ask(by, "GET", &rest, Json::Null, 200);
    let oldest = rest["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(oldest["field"], "created");
    for (filter, found) in [
        ("namespace=orbit", 1),
        ("namespace=other", 0),
        ("status=Active", 1),
        ("effective_status=Expired", 1),
        ("effective_status=Active", 0),
        ("namespace=it's", 0),
    ] {
        let page = api.ask(by, "GET", &format!("/licenses?{filter}"), Json::Null, 200);
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{filter}");
    }
    let of_org = format!("/licenses?org={}", customer.id);
    let page = api.ask(by, "GET", &of_org, Json::Null, 200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    api.ask(by, "GET", "/licenses?status=Odd", Json::Null, 400);
    api.ask(by, "GET", "/licenses?stats=Active", Json::Null, 400);
    api.ask(by, "GET", "/licenses/a0L000000000000", Json::Null, 404);
    api.ask(by, "GET", "/licenses/nonsense", Json::Null, 400);
    // The customer has no licenses of its own.
    let none = api.ask(&customer.http, "GET", "/licenses", Json::Null, 200);
    assert_eq!(none["items"], json!([]));
}

/// R-ERR-1: lists lead through all rows, each once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn lists_lead_through_all_rows(#[case] backend: Backend) {
    let api = Api::start(backend);
    for _ in 0..3 {
        let customer = api.world.customer(|_| {});
        api.install(&customer);
    }
    for list in ["/licenses", "/leads"] {
        let (mut cursor, mut found) = (String::new(), Vec::new());
        loop {
            let path = format!("{list}?limit=1{cursor}");
            let page = api.ask(&api.world.business.http, "GET", &path, Json::Null, 200);
            let items = page["items"].as_array().unwrap();
            assert_eq!(items.len(), 1);
            found.push(text(&items[0]["id"]).to_owned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 3, "{list}");
    }
}

/// R-SYN-2: what waits says why, and goes through when it can.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_what_waits(#[case] backend: Backend) {
    let api = Api::start(backend);
    let by = &api.world.business.http;
    let manager = json!({
        "username": "manager@business.example", "last_name": "Manager",
        "profile": "System Administrator",
    });
    let manager = api.ask(by, "POST", "/users", manager, 201);
    let path = format!("/packages/{}/lead-manager", api.world.package);
    api.ask(by, "PUT", &path, json!({"user": manager["id"]}), 200);
    let user = format!("/users/{}", text(&manager["id"]));
    api.ask(by, "PATCH", &user, json!({"active": false}), 204);
    let customer = api.world.customer(|_| {});
    api.install(&customer);
    let waiting = api.ask(by, "GET", "/messages?state=waiting", Json::Null, 200);
    let message = &waiting["items"][0];
    assert_eq!(message["kind"], "installed");
    assert!(message["reason"].is_string(), "{message}");
    let retry = format!("/messages/{}/retry", text(&message["id"]));
    assert_eq!(api.ask(by, "POST", &retry, Json::Null, 200)["done"], false);
    // The worker would try it as soon as the manager is active again.
    api.world.server.settle();
    api.world.server.stop_worker();
    api.ask(by, "PATCH", &user, json!({"active": true}), 204);
    assert_eq!(api.ask(by, "POST", &retry, Json::Null, 200)["done"], true);
    api.ask(by, "POST", &retry, Json::Null, 404);
    api.ask(by, "GET", "/messages?state=sent", Json::Null, 400);
    assert_eq!(api.only_license()["org_id"], customer.id.to_string());
}

/// R-AUT-7: custom fields.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_aut_7_custom_fields(#[case] backend: Backend) {
    let api = Api::start(backend);
    let by = &api.world.business.http;
    let field = json!({
        "object": "sfLma__License__c", "name": "Cost_Center__c", "label": "Cost Center",
        "type": "text", "length": 40, "external_id": true,
    });
    let made = api.ask(by, "POST", "/fields", field.clone(), 201);
    assert_eq!(made["length"], 40);
    let all = api.ask(by, "GET", "/fields", Json::Null, 200);
    assert_eq!(all["items"], json!([made]));
    assert_eq!(
        api.ask(by, "POST", "/fields", field, 400)["code"],
        "DUPLICATE_VALUE"
    );
}
