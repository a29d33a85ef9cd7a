//! `/api/v1` over HTTP, on both databases. Every answer is held against the description.

use std::cell::RefCell;
use std::collections::BTreeSet;

use openlma_testkit::{Answer, Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value as Json, json};

/// A world whose answers are looked up in the description.
struct Api {
    world: World,
    described: Json,
    seen: RefCell<BTreeSet<String>>,
}

impl Api {
    fn start(backend: Backend) -> Api {
        let world = World::start(backend);
        let document = world.server.anybody().get("/api/v1/openapi.json");
        let described = document.expect(200);
        assert_eq!(described["openapi"], "3.1.0");
        Api {
            world,
            described,
            seen: RefCell::default(),
        }
    }

    /// Sends and insists on the status.
    fn ask(&self, by: &Client, verb: &str, path: &str, body: Json, status: u16) -> Json {
        self.with(by, verb, path, &[], body, status).expect(status)
    }

    fn with(
        &self,
        by: &Client,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Json,
        status: u16,
    ) -> Answer {
        let mut headers = headers.to_vec();
        let body = (!body.is_null()).then(|| body.to_string());
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let answer = by.send(verb, &format!("/api/v1{path}"), &headers, body);
        assert_eq!(answer.status, status, "{verb} {path}: {answer:?}");
        self.hold_against_description(verb, path, &answer);
        answer
    }

    fn hold_against_description(&self, verb: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap_or_default();
        let parts = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let asked = parts(&format!("/api/v1{path}"));
        let paths = self.described["paths"].as_object().unwrap();
        let fits = |template: &str| {
            let template = parts(template);
            template.len() == asked.len()
                && template
                    .iter()
                    .zip(&asked)
                    .all(|(t, a)| t.starts_with('{') || t == a)
        };
        let verb = verb.to_ascii_lowercase();
        let found = paths
            .iter()
            .filter(|(template, item)| fits(template) && item.get(&verb).is_some())
            .min_by_key(|(template, _)| template.matches('{').count());
        let (template, item) = found.unwrap_or_else(|| panic!("{verb} {path} is not described"));
        let response = &item[&verb]["responses"][answer.status.to_string()];
        assert!(!response.is_null(), "{verb} {template}: {}", answer.status);
        if answer.status >= 400 {
            assert_eq!(answer.content_type, "application/problem+json");
            let problem = answer.json();
            assert_eq!(problem["status"], answer.status);
            assert!(problem["code"].is_string() && problem["fields"].is_array());
        } else if answer.status != 204 {
            let schema = &response["content"]["application/json"]["schema"];
            self.conforms(&answer.json(), schema, template);
        }
        self.seen.borrow_mut().insert(format!("{verb} {template}"));
    }

    /// Members that the description requires are there, and no others.
    fn conforms(&self, value: &Json, schema: &Json, at: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            return self.conforms(value, self.described.pointer(pointer).unwrap(), at);
        }
        if let (Json::Array(items), Some(schema)) = (value, schema.get("items")) {
            for item in items {
                self.conforms(item, schema, at);
            }
        }
        let (Json::Object(members), Some(properties)) = (value, schema.get("properties")) else {
            return;
        };
        for required in schema["required"].as_array().into_iter().flatten() {
            let name = required.as_str().unwrap();
            assert!(members.contains_key(name), "{at}: {name} is missing");
        }
        for (name, member) in members {
            let schema = properties.get(name);
            let schema = schema.unwrap_or_else(|| panic!("{at}: {name} is not described"));
            self.conforms(member, schema, &format!("{at} {name}"));
        }
    }

    fn install(&self, org: &Org) -> Json {
        let body = json!({"version_id": self.world.version.to_string()});
        let install = self.ask(&org.http, "POST", "/installs", body, 200);
        self.world.server.settle();
        install
    }

    fn only_license(&self) -> Json {
        let page = self.ask(
            &self.world.business.http,
            "GET",
            "/licenses",
            Json::Null,
            200,
        );
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
        page["items"][0].clone()
    }
}

fn text(json: &Json) -> &str {
    json.as_str().unwrap_or_default()
}

/// R-PKG-1, R-PKG-2, R-PKG-4, R-ORG-7: from an operator's org to a registered package.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn publishing(#[case] backend: Backend) {
    let api = Api::start(backend);
    let operator = &api.world.operator_http;
    let new = json!({
        "name": "Tools", "domain": "tools", "edition": "Developer", "packaging": true,
        "administrator": {"username": "admin@tools.example", "last_name": "Admin", "password": "a long password"},
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
        "a long password",
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

    let manager = json!({"user": business.administrator.to_string()});
    let path = format!("/packages/{id}/lead-manager");
    let set = api.ask(&business.http, "PUT", &path, manager.clone(), 200);
    let path = format!("/packages/{}/lead-manager", text(&set["package_record_id"]));
    api.ask(&business.http, "PUT", &path, json!({"user": null}), 200);
    let absent = api.ask(&business.http, "PUT", &path, json!({}), 400);
    assert!(
        text(&absent["detail"]).contains("missing field `user`"),
        "{absent}"
    );
    api.ask(&tools, "POST", "/lma", Json::Null, 400);
    let path = format!("/orgs/{}", text(&made["id"]));
    let locked = api.ask(operator, "PATCH", &path, json!({"status": "Locked"}), 200);
    assert_eq!(locked["status"], "Locked");
}

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
    let client = openlma_client::Client::new(&api.world.server.url, &key);
    assert_eq!(client.check("e-2").unwrap().reason, "NoSeat");
    assert_eq!(client.check("nobody").unwrap().reason, "UserUnknown");

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
    assert_eq!(back["fields"], json!(["sfLma__Status__c"]));
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
    assert!(text(&unknown["detail"]).contains("unknown field `expires`"));

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

    let client = json!({"name": "CI", "grants": ["client_credentials"], "run_as": customer.administrator.to_string()});
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

/// R-SYN-2: what waits says why, and goes through when it can.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_what_waits(#[case] backend: Backend) {
    let api = Api::start(backend);
    let by = &api.world.business.http;
    let manager = json!({"username": "manager@business.example", "last_name": "Manager", "profile": "System Administrator"});
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

/// R-ERR-1: what has no address or the wrong verb answers as everything else.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_addresses(#[case] backend: Backend) {
    let api = Api::start(backend);
    let anybody = api.world.server.anybody();
    for path in ["/api/v1/nothing", "/api/v1", "/api/v1/orgs/current/more"] {
        let answer = anybody.get(path);
        assert_eq!(answer.expect(404)["code"], "NOT_FOUND", "{path}");
        assert_eq!(answer.content_type, "application/problem+json");
    }
    let answer = anybody.send("PUT", "/api/v1/packages", &[], None);
    assert_eq!(answer.expect(405)["code"], "METHOD_NOT_ALLOWED");
    let allow: BTreeSet<&str> = answer.header("allow").unwrap().split(',').collect();
    assert_eq!(allow, BTreeSet::from(["GET", "HEAD", "POST"]));
    let nobody = api.ask(&anybody, "GET", "/licenses", Json::Null, 401);
    assert_eq!(nobody["code"], "INVALID_SESSION_ID");
    let wrong = api.world.server.bearer("olma_ik_wrong");
    api.ask(&wrong, "GET", "/licensed?user=x", Json::Null, 401);
    let by = &api.world.business.http;
    let answer = by.send(
        "POST",
        "/api/v1/users",
        &[("content-type", "application/json")],
        Some("{".into()),
    );
    assert_eq!(answer.expect(400)["code"], "JSON_PARSER_ERROR");
}
