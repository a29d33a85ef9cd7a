//! What the tests of the whole server share: reading errors, making records, looking at licenses.

use std::sync::Arc;

use openlma_core::catalog::ObjectDef;
use openlma_core::org::Edition;
use openlma_core::{Code, Error, Id};
use openlma_testkit::{Answer, Client, Org, World};
use serde_json::{Value, json};

/// Where the Salesforce-compatible records live.
pub(crate) const DATA: &str = "/services/data/v62.0";
/// API name of License.
pub(crate) const LICENSE: &str = "sfLma__License__c";

/// The code of an error array's first element.
pub(crate) fn code(answer: &Answer, status: u16) -> String {
    let body = answer.expect(status);
    assert_eq!(answer.content_type, "application/json", "{answer:?}");
    let message = body[0]["message"].as_str();
    assert!(message.is_some_and(|m| !m.is_empty()), "{answer:?}");
    assert!(body[0]["fields"].is_array(), "{answer:?}");
    body[0]["errorCode"].as_str().unwrap().to_owned()
}

/// The code of a refusal at the Salesforce-compatible doors, and the fields that it names.
pub(crate) fn refusal(answer: &Answer) -> (String, Vec<String>) {
    let status = answer.status;
    assert!((400..500).contains(&status), "{answer:?}");
    let mut fields: Vec<String> = Vec::new();
    let code = code(answer, status);
    for error in answer.json().as_array().unwrap() {
        fields.extend(texts(&error["fields"]));
    }
    (code, fields)
}

/// The code of a problem under `/api/v1`.
pub(crate) fn problem(answer: &Answer, status: u16) -> String {
    let body = answer.expect(status);
    assert_eq!(answer.content_type, "application/problem+json");
    body["code"].as_str().unwrap().to_owned()
}

/// The texts of a JSON list.
pub(crate) fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|t| t.as_str().unwrap().to_owned()).collect()
}

/// The address of an object's records, or of one.
pub(crate) fn sobject(object: &str, id: &str) -> String {
    format!("{DATA}/sobjects/{object}/{id}")
}

/// Creates a record; answers its id.
pub(crate) fn create(http: &Client, object: &str, body: &Value) -> String {
    let made = http.post(&sobject(object, ""), body).expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// How many rows there are.
pub(crate) fn count(http: &Client, from: &str) -> u64 {
    let answer = http
        .query(&format!("SELECT COUNT() FROM {from}"))
        .expect(200);
    answer["totalSize"].as_u64().unwrap()
}

/// The one row of a query.
pub(crate) fn one(http: &Client, soql: &str) -> Value {
    let mut rows = http.rows(soql);
    assert_eq!(rows.len(), 1, "{soql}: {rows:?}");
    rows.remove(0)
}

/// The id of the only license.
pub(crate) fn license_id(world: &World) -> String {
    let row = one(&world.business.http, "SELECT Id FROM sfLma__License__c");
    row["Id"].as_str().unwrap().to_owned()
}

/// Changes a license at the Salesforce-compatible door.
pub(crate) fn patch_license(http: &Client, id: &str, body: &Value) -> Answer {
    http.patch(&sobject(LICENSE, id), body)
}

/// Changes a license by our own verb.
pub(crate) fn modify(http: &Client, id: &str, body: &Value) -> Answer {
    http.post(&format!("/api/v1/licenses/{id}/modify"), body)
}

/// An object of an org's catalogue.
pub(crate) fn object(org: &Org, name: &str) -> Arc<ObjectDef> {
    Arc::clone(org.actor.org.catalog.known(name))
}

/// An id out of a text.
pub(crate) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// Codes of an error list.
pub(crate) fn codes(errors: &[Error]) -> Vec<Code> {
    errors.iter().map(|e| e.code).collect()
}

/// The check with a key.
pub(crate) fn check(world: &World, key: &str, user: &str) -> Value {
    let path = format!("/api/v1/licensed?user={user}");
    world.server.bearer(key).get(&path).expect(200)
}

/// The reason of a check with a key.
pub(crate) fn reason(world: &World, key: &str, user: &str) -> String {
    let answer = check(world, key, user);
    answer["reason"].as_str().unwrap().to_owned()
}

/// An install by the API.
pub(crate) fn install(http: &Client, version: Id) -> Value {
    let answer = http.post(
        "/api/v1/installs",
        &json!({"version_id": version.to_string()}),
    );
    answer.expect(200)
}

/// A package of its own packaging org with one version; not registered.
pub(crate) fn package(world: &World, name: &str, beta: bool) -> (Org, Id, Id) {
    let new = openlma_app::orgs::NewOrg {
        edition: Edition::Developer,
        ..openlma_testkit::world::org(name)
    };
    let app = &world.server.app;
    world
        .server
        .wait(app.create_org(&world.operator, &new))
        .unwrap();
    let org = openlma_testkit::world::sign_in(&world.server, &new.administrator.username);
    let made = org
        .http
        .post(
            "/api/v1/packages",
            &json!({"name": name, "namespace": name}),
        )
        .expect(201);
    let package = made["id"].as_str().unwrap().to_owned();
    let version = upload(&org.http, &package, "1.0", beta);
    (org, id(&package), version)
}

/// Uploads a version.
pub(crate) fn upload(http: &Client, package: &str, number: &str, beta: bool) -> Id {
    let path = format!("/api/v1/packages/{package}/versions");
    let made = http
        .post(&path, &json!({"version": number, "beta": beta}))
        .expect(201);
    id(made["id"].as_str().unwrap())
}

/// Connects a packaging org with the publisher and registers a package of it.
pub(crate) fn register(world: &World, packaging: &Org, package: Id, defaults: Value) -> Answer {
    let me = &world.business.http;
    me.post(
        "/api/v1/connections",
        &json!({"org_token": packaging.token}),
    )
    .expect(200);
    me.post(
        "/api/v1/registrations",
        &json!({
            "package_id": package.to_string(),
            "org_token": world.business.token,
            "defaults": defaults,
        }),
    )
}
