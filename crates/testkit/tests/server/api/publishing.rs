//! From an operator to a registered package.

use openlma_testkit::Backend;
use openlma_testkit::world::PASSWORD;
use rstest::rstest;
use serde_json::{Value as Json, json};

use super::described::{Api, text};

/// R-PKG-1, R-PKG-2, R-PKG-4, R-ORG-7: from an operator's org to a registered package.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn publishing(#[case] backend: Backend) {
    let api = Api::start(backend);
    let operator = &api.world.operator_http;
    let new = json!({
        "name": "Tools", "domain": "tools", "edition": "Developer", "packaging": true,
        "administrator": {
            "username": "admin@tools.example", "last_name": "Admin", "password": PASSWORD,
        },
    });
    let made = api.ask(operator, "POST", "/orgs", new, 201);
    let refused = api.ask(
        &api.world.business.http,
        "POST",
        "/orgs",
        json!({
            "name": "X", "domain": "x", "edition": "Developer",
            "administrator": {"username": "a@x.example", "last_name": "A"},
        }),
        403,
    );
    assert_eq!(refused["code"], "INSUFFICIENT_ACCESS_OR_READONLY");

    let app = &api.world.server.app;
    let issued = api.world.server.wait(app.sign_in(
        "admin@tools.example",
        PASSWORD,
        openlma_app::sign_in::TokenKind::Access,
    ));
    let token = issued.unwrap().token;
    let tools = api.world.server.bearer(&token);
    let org = api.ask(&tools, "GET", "/orgs/current", Json::Null, 200);
    assert_eq!(
        (&org["id"], &org["roles"]),
        (&made["id"], &json!(["packaging"]))
    );

    let package = api.ask(
        &tools,
        "POST",
        "/packages",
        json!({"name": "Hammer", "namespace": "hammer"}),
        201,
    );
    let id = text(&package["id"]).to_owned();
    let versions = format!("/packages/{id}/versions");
    let version = api.ask(&tools, "POST", &versions, json!({"version": "1.2"}), 201);
    assert_eq!(
        (&version["version"], &version["beta"]),
        (&json!("1.2"), &json!(false))
    );
    let again = api.ask(&tools, "POST", &versions, json!({"version": "1.2"}), 400);
    assert_eq!(again["code"], "DUPLICATE_VALUE");

    let business = &api.world.business;
    api.ask(
        &business.http,
        "GET",
        &format!("/packages/{id}"),
        Json::Null,
        404,
    );
    let connected = api.ask(
        &business.http,
        "POST",
        "/connections",
        json!({"org_token": token}),
        200,
    );
    assert_eq!(connected["namespace"], "hammer");
    let wanted = json!({
        "package_id": id, "org_token": business.token,
        "defaults": {"status": "Trial", "trial_days": 14, "seats": 3},
    });
    api.ask(&business.http, "POST", "/registrations", wanted, 200);
    api.world.server.settle();
    let package = api.ask(
        &business.http,
        "GET",
        &format!("/packages/{id}"),
        Json::Null,
        200,
    );
    assert_eq!(package["registration"]["state"], "Done");
    assert_eq!(package["registration"]["defaults"]["trial_days"], 14);
    assert_eq!(package["versions"].as_array().unwrap().len(), 1);
    let all = api.ask(&business.http, "GET", "/packages", Json::Null, 200);
    assert_eq!(all["items"].as_array().unwrap().len(), 2);

    api.ask(&tools, "POST", "/lma", Json::Null, 400);
    let path = format!("/orgs/{}", text(&made["id"]));
    let locked = api.ask(operator, "PATCH", &path, json!({"status": "Locked"}), 200);
    assert_eq!(locked["status"], "Locked");
}

/// R-LEAD-2: the lead manager is set by the package or by its record, and taken away.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_2_lead_manager(#[case] backend: Backend) {
    let api = Api::start(backend);
    let business = &api.world.business;
    let manager = json!({"user": business.administrator.to_string()});
    let path = format!("/packages/{}/lead-manager", api.world.package);
    let set = api.ask(&business.http, "PUT", &path, manager.clone(), 200);
    let path = format!("/packages/{}/lead-manager", text(&set["package_record_id"]));
    api.ask(&business.http, "PUT", &path, json!({"user": null}), 200);
    let absent = api.ask(&business.http, "PUT", &path, json!({}), 400);
    assert!(
        text(&absent["detail"]).contains("user: is missing"),
        "{absent}"
    );
}

/// R-ORG-7: operators see which orgs there are, page by page; users do not.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_orgs_are_listed(#[case] backend: Backend) {
    let api = Api::start(backend);
    let operator = &api.world.operator_http;
    let mut domains = Vec::new();
    let mut path = "/orgs?limit=1".to_owned();
    loop {
        let page = api.ask(operator, "GET", &path, Json::Null, 200);
        for org in page["items"].as_array().unwrap() {
            domains.push(text(&org["domain"]).to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/orgs?limit=1&cursor={next}");
    }
    assert_eq!(domains, ["business", "packaging"]);
    let user = &api.world.business.http;
    let refused = api.ask(user, "GET", "/orgs", Json::Null, 403);
    assert_eq!(refused["code"], "INSUFFICIENT_ACCESS_OR_READONLY");
}
