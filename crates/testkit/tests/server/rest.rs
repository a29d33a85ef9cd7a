//! The Salesforce-compatible doors over real HTTP.

use openlma_app::users::NewUser;
use openlma_testkit::world::{PASSWORD, user};
use openlma_testkit::{Answer, Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

const DATA: &str = "/services/data/v62.0";
const TOKEN: &str = "/services/oauth2/token";
const ADMIN: &str = "admin@business.example";

/// The code of an error array's first element.
fn code(answer: &Answer, status: u16) -> String {
    let body = answer.expect(status);
    assert_eq!(answer.content_type, "application/json");
    assert!(body[0]["message"].as_str().is_some_and(|m| !m.is_empty()));
    body[0]["errorCode"].as_str().unwrap_or_default().to_owned()
}

/// The error of a refused token.
fn refused(answer: &Answer) -> String {
    let body = answer.expect(400);
    assert!(body["error_description"].is_string());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    body["error"].as_str().unwrap_or_default().to_owned()
}

/// R-ORG-4, R-USR-1: a token by password, what it says, what it opens, how it ends.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_4_a_token_by_password(#[case] backend: Backend) {
    let world = World::start(backend);
    let anybody = world.server.anybody();
    let grant = |user: &str, password: &str| {
        anybody.form(
            TOKEN,
            &[
                ("grant_type", "password"),
                ("username", user),
                ("password", password),
            ],
        )
    };
    let answer = grant(ADMIN, PASSWORD);
    let token = answer.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(token["instance_url"], world.server.url);
    assert_eq!(token["token_type"], "Bearer");
    let id = token["id"].as_str().unwrap();
    let expected = format!(
        "{}/id/{}/{}",
        world.server.url, world.business.id, world.business.administrator
    );
    assert_eq!(id, expected);
    let text = token["access_token"].as_str().unwrap();
    let me = world.server.bearer(text);
    let info = me.get("/services/oauth2/userinfo").expect(200);
    assert_eq!(info["preferred_username"], ADMIN);
    assert_eq!(info["sub"], expected);
    assert_eq!(info["organization_id"], world.business.id.to_string());
    let path = id.strip_prefix(&world.server.url).unwrap();
    let identity = me.get(&format!("{path}?format=json")).expect(200);
    assert_eq!(identity["username"], ADMIN);
    assert_eq!(identity["id"], expected);
    assert!(identity["urls"]["rest"].is_string());
    let other = format!(
        "/id/{}/{}",
        world.business.id, world.packaging.administrator
    );
    assert_eq!(
        code(&me.get(&other), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    assert_eq!(code(&anybody.get(path), 401), "INVALID_SESSION_ID");

    assert_eq!(refused(&grant(ADMIN, "wrong")), "invalid_grant");
    assert_eq!(
        refused(&grant("nobody@server.example", PASSWORD)),
        "invalid_grant"
    );
    assert_eq!(refused(&grant("", "")), "invalid_request");
    assert_eq!(refused(&anybody.form(TOKEN, &[])), "invalid_request");
    assert_eq!(refused(&anybody.post(TOKEN, &json!({}))), "invalid_request");
    let unknown = anybody.form(TOKEN, &[("grant_type", "authorization_code")]);
    assert_eq!(refused(&unknown), "unsupported_grant_type");

    let revoke = "/services/oauth2/revoke";
    assert_eq!(refused(&anybody.form(revoke, &[])), "invalid_request");
    assert_eq!(anybody.form(revoke, &[("token", text)]).status, 200);
    assert_eq!(anybody.form(revoke, &[("token", text)]).status, 200);
    assert_eq!(code(&me.get(DATA), 401), "INVALID_SESSION_ID");
}

/// R-USR-1: clients of an org, with their secret in the form and by HTTP Basic.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_tokens_of_clients(#[case] backend: Backend) {
    let world = World::start(backend);
    let anybody = world.server.anybody();
    let app = &world.server.app;
    let grants = ["password", "client_credentials"];
    let org = &world.business;
    let made = app.create_client(&org.actor, "Sync", &grants, Some(org.administrator));
    let client = world.server.wait(made).unwrap();
    let (id, secret) = (client.client_id.as_str(), client.client_secret.as_str());
    let by_form = |id: &str, secret: &str| {
        anybody.form(
            TOKEN,
            &[
                ("grant_type", "client_credentials"),
                ("client_id", id),
                ("client_secret", secret),
            ],
        )
    };
    let token = by_form(id, secret).expect(200);
    let issued = token["issued_at"].as_str().unwrap();
    let signed = openlma_app::sign_in::signature(secret, token["id"].as_str().unwrap(), issued);
    assert_eq!(token["signature"], signed);
    assert_eq!(refused(&by_form(id, "wrong")), "invalid_client");
    assert_eq!(refused(&by_form("wrong", secret)), "invalid_client");
    let bare = anybody.form(TOKEN, &[("grant_type", "client_credentials")]);
    assert_eq!(refused(&bare), "invalid_client");

    let password = |id: &str, secret: &str, password: &str| {
        anybody.form(
            TOKEN,
            &[
                ("grant_type", "password"),
                ("client_id", id),
                ("client_secret", secret),
                ("username", ADMIN),
                ("password", password),
            ],
        )
    };
    assert_eq!(password(id, secret, PASSWORD).status, 200);
    assert_eq!(
        refused(&password(id, "wrong", PASSWORD)),
        "invalid_client_id"
    );
    assert_eq!(refused(&password(id, secret, "wrong")), "invalid_grant");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn addresses_and_verbs(#[case] backend: Backend) {
    let world = World::start(backend);
    let (me, anybody) = (&world.business.http, world.server.anybody());
    let versions = anybody.get("/services/data/").expect(200);
    assert_eq!(versions[0]["version"], "44.0");
    assert_eq!(
        versions.as_array().unwrap().last().unwrap()["version"],
        "66.0"
    );
    let resources = me.get("/services/data/v50.0/").expect(200);
    assert_eq!(resources["query"], "/services/data/v50.0/query");
    assert_eq!(code(&anybody.get(DATA), 401), "INVALID_SESSION_ID");
    for unknown in [
        "/services",
        "/services/nothing",
        "/services/data/62.0/query?q=x",
        "/services/data/v62.0/limits",
        "/services/data/v62.0/sobjects/Nothing/describe",
        "/services/data/v62.0/sobjects/Lead/sfLma__X__c/1",
        "/services/apexrest/x",
    ] {
        assert_eq!(code(&me.get(unknown), 404), "NOT_FOUND", "{unknown}");
    }
    let wrong = me.post(
        &format!("{DATA}/query"),
        &json!({"q": "SELECT Id FROM Lead"}),
    );
    assert_eq!(code(&wrong, 405), "METHOD_NOT_ALLOWED");
    assert_eq!(wrong.header("allow"), Some("GET,HEAD"));
    let message = "HTTP Method 'POST' not allowed. Allowed are GET,HEAD";
    assert_eq!(wrong.json()[0]["message"], message);
    let closed = me.post(&format!("{DATA}/sobjects/LeadStatus"), &json!({}));
    assert_eq!(code(&closed, 405), "METHOD_NOT_ALLOWED");
    assert_eq!(closed.header("allow"), Some(""));
    let record = me.post(
        &format!("{DATA}/sobjects/Lead/00Q000000000001/"),
        &json!({}),
    );
    assert_eq!(code(&record, 405), "METHOD_NOT_ALLOWED");
    assert_eq!(record.header("allow"), Some("GET,HEAD,PATCH,DELETE"));
    assert_eq!(code(&anybody.get(TOKEN), 405), "METHOD_NOT_ALLOWED");
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn records_come_and_go(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let leads = format!("{DATA}/sobjects/lead/");
    let answer = me.post(
        &leads,
        &json!({"lastname": "Example", "Company": "Orbit", "City": "Graz", "annualrevenue": 5}),
    );
    let made = answer.expect(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        (id.len(), &made["success"], &made["errors"]),
        (18, &json!(true), &json!([]))
    );
    let location = answer.header("location").unwrap();
    assert_eq!(location, format!("{DATA}/sobjects/Lead/{id}"));

    let lead = me.get(location).expect(200);
    assert_eq!(
        lead.as_object().unwrap().keys().next().unwrap(),
        "attributes"
    );
    assert_eq!(lead["attributes"], json!({"type": "Lead", "url": location}));
    assert_eq!(lead["Name"], "Example");
    assert_eq!(lead["AnnualRevenue"].to_string(), "5.0");
    assert_eq!(lead["Address"]["city"], "Graz");
    assert_eq!(lead["Email"], Value::Null);
    let some = me.get(&format!(
        "{DATA}/sobjects/Lead/{}?fields=company,City",
        &id[..15]
    ));
    let some = some.expect(200);
    let keys: Vec<_> = some.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "Company", "City", "Id"]);
    let unknown = me.get(&format!("{location}?fields=Nothing"));
    assert_eq!(code(&unknown, 400), "INVALID_FIELD");

    let changed = me.patch(
        location,
        &json!({"Company": "Comet", "Email": "a@example.com"}),
    );
    assert_eq!((changed.status, changed.text.as_str()), (204, ""));
    assert_eq!(me.get(location).expect(200)["Company"], "Comet");
    let missing = me.post(&leads, &json!({"FirstName": "Only"}));
    assert_eq!(code(&missing, 400), "REQUIRED_FIELD_MISSING");
    assert_eq!(missing.json()[0]["fields"], json!(["LastName", "Company"]));
    assert_eq!(
        code(&me.patch(location, &json!({"Id": id})), 400),
        "INVALID_FIELD"
    );
    assert_eq!(
        code(&me.patch(location, &json!([])), 400),
        "JSON_PARSER_ERROR"
    );
    let bad = me.send("PATCH", location, &[], Some("{\"Company\" 1}".into()));
    assert_eq!(code(&bad, 400), "JSON_PARSER_ERROR");
    let message = bad.json()[0]["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with("at [line:1, column:12]"), "{message}");

    let large = format!("{{\"Company\": \"{}\"}}", "x".repeat(10 << 20));
    let large = me.send("PATCH", location, &[], Some(large));
    assert_eq!(code(&large, 413), "REQUEST_TOO_LARGE");

    assert_eq!(me.delete(location).status, 204);
    assert_eq!(code(&me.get(location), 404), "ENTITY_IS_DELETED");
    assert_eq!(code(&me.delete(location), 404), "ENTITY_IS_DELETED");
    assert_eq!(me.rows("SELECT Id FROM Lead").len(), 0);
    let all = me.get(&format!("{DATA}/queryAll?q=SELECT+Id,IsDeleted+FROM+Lead"));
    assert_eq!(all.expect(200)["records"][0]["IsDeleted"], true);
    for (path, status, expected) in [
        ("Lead/00Q000000000001", 404, "NOT_FOUND"),
        ("Lead/003000000000001", 400, "MALFORMED_ID"),
        ("Lead/abc", 400, "MALFORMED_ID"),
    ] {
        let path = format!("{DATA}/sobjects/{path}");
        assert_eq!(code(&me.get(&path), status), expected);
        assert_eq!(code(&me.patch(&path, &json!({})), status), expected);
        assert_eq!(code(&me.delete(&path), status), expected);
    }
}

/// R-LIC-2, R-LIC-10: a license is changed through the surface that integrations know.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_a_license_is_patched(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let rows = me.rows(
        "SELECT Id, Name, sfLma__Lead__r.Owner.Name, sfLma__Account__r.Name, \
         sfLma__Package__r.Name, RecordType.Name FROM sflma__license__c",
    );
    let license = &rows[0];
    assert_eq!(license["sfLma__Lead__r"]["attributes"]["type"], "Lead");
    assert_eq!(
        license["sfLma__Lead__r"]["Owner"]["Name"],
        "License Manager"
    );
    assert_eq!(license["sfLma__Account__r"], Value::Null);
    assert_eq!(license["RecordType"]["Name"], "Trial");
    let url = license["attributes"]["url"].as_str().unwrap();
    let changed = me.patch(
        url,
        &json!({"sfLma__Status__c": "Active", "sfLma__Seats__c": 5}),
    );
    assert_eq!(changed.status, 204, "{changed:?}");
    let back = me.patch(url, &json!({"sfLma__Status__c": "Trial"}));
    assert_eq!(back.status, 400, "{back:?}");
    let license = me.get(url).expect(200);
    assert_eq!(license["sfLma__Status__c"], "Active");
    assert_eq!(license["sfLma__License_Status__c"], "Active");
    assert_eq!(license["sfLma__Seats__c"].to_string(), "5.0");
    assert_eq!(license["sfLma__Licensed_Seats__c"], "5");
    assert!(license["olma__Days_To_Expiry__c"].is_number(), "{license}");
    world.server.settle();
    let copy = customer
        .http
        .rows("SELECT AllowedLicenses, Status FROM PackageLicense");
    assert_eq!(copy[0]["AllowedLicenses"], 5);
}

/// What describe lists can be selected, and a record shows the same fields and values.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn describe_is_true(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    for org in [&world.business, &customer] {
        let list = org.http.get(&format!("{DATA}/sobjects/")).expect(200);
        let sobjects = list["sobjects"].as_array().unwrap();
        assert!(!sobjects.is_empty());
        for object in sobjects {
            let name = object["name"].as_str().unwrap();
            let whole = object["urls"]["describe"].as_str().unwrap();
            let whole = org.http.get(whole).expect(200);
            let names: Vec<&str> = whole["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|f| f["name"].as_str().unwrap())
                .collect();
            let rows = org
                .http
                .rows(&format!("SELECT {} FROM {name} LIMIT 3", names.join(", ")));
            for row in rows {
                let record = org.http.get(row["attributes"]["url"].as_str().unwrap());
                assert_eq!(record.expect(200), row, "{name}");
            }
        }
    }
}

/// R-SEC-1: fields and objects that the profile hides are absent everywhere.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_profiles_bind_this_door(#[case] backend: Backend) {
    let world = World::start(backend);
    let reader = NewUser {
        profile: Some("Read Only".into()),
        ..user("reader@business.example")
    };
    let app = &world.server.app;
    let made = app.create_user(&world.business.actor, &reader);
    world.server.wait(made).unwrap();
    let made = world.business.http.post(
        &format!("{DATA}/sobjects/Lead"),
        &json!({"LastName": "Example", "Company": "Orbit"}),
    );
    let lead = made.header("location").unwrap().to_owned();
    let reader = openlma_testkit::world::sign_in(&world.server, "reader@business.example");
    let me = &reader.http;
    let whole = me
        .get(&format!("{DATA}/sobjects/Lead/describe"))
        .expect(200);
    assert_eq!(
        (&whole["createable"], &whole["updateable"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(me.get(&lead).expect(200)["Company"], "Orbit");
    let refused = me.patch(&lead, &json!({"Company": "Comet"}));
    assert_eq!(code(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    assert_eq!(
        code(&me.delete(&lead), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
}

#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn queries_and_their_errors(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let count = me.query("SELECT COUNT() FROM User").expect(200);
    assert!(count["totalSize"].as_u64().unwrap() >= 1);
    assert_eq!(
        (&count["done"], &count["records"]),
        (&json!(true), &json!([]))
    );
    let one = me.query("SELECT name FROM Organization").expect(200);
    assert_eq!(one["totalSize"], 1);
    assert_eq!(one["records"][0]["Name"], "Org business");
    assert_eq!(
        code(&me.query("SELECT Nothing FROM Lead"), 400),
        "INVALID_FIELD"
    );
    assert_eq!(
        code(&me.query("SELECT Id FROM Nothing"), 400),
        "INVALID_TYPE"
    );
    assert_eq!(code(&me.query("SELECT"), 400), "MALFORMED_QUERY");
    assert_eq!(code(&me.query(""), 400), "MALFORMED_QUERY");
    for bare in [
        "query",
        "query/",
        "queryAll",
        "query?q=SELECT+Id+FROM+Lead&columns=true",
    ] {
        let answer = me.get(&format!("{DATA}/{bare}"));
        assert_eq!(code(&answer, 400), "MALFORMED_QUERY", "{bare}");
    }
}
