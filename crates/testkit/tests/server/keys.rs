//! Keys for products (R-CHK-5, R-SEC-5).

mod making;
mod opening;

use openlma_testkit::{Answer, Client, Org, World};
use serde_json::json;

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
