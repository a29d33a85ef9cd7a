//! Refusals name what the caller sent: members under `/api/v1`, API names under `/services`; and
//! quote no more of a value than its beginning (R-ERR-1).

use openlma_testkit::{Answer, Backend, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{install, package, problem, refusal, sobject, texts};

fn names(answer: &Answer, fields: &[&str]) {
    let status = answer.status;
    let _ = problem(answer, status);
    assert!((400..500).contains(&status), "{answer:?}");
    assert_eq!(texts(&answer.json()["fields"]), fields, "{answer:?}");
    for word in [
        "invalid type",
        "u32",
        "missing field",
        "deserialize",
        "sfLma__",
    ] {
        assert!(!answer.text.contains(word), "{word}: {answer:?}");
    }
    assert!(answer.text.chars().count() < 700, "{answer:?}");
}

/// R-ERR-1: the fields of refusals, door by door.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_fields_of_refusals(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let operator = &world.operator_http;
    let long = "x".repeat(10_000);
    let user = |name: &str| json!({"username": name, "last_name": "U"});
    for name in ["nobody", &long] {
        names(&me.post("/api/v1/users", &user(name)), &["username"]);
    }
    let mailless = json!({"username": "u@business.example", "last_name": "U", "email": long});
    names(&me.post("/api/v1/users", &mailless), &["email"]);
    names(
        &me.post("/api/v1/users", &json!({"last_name": "U"})),
        &["username"],
    );
    let org = json!({
        "name": "New", "domain": "new", "edition": "Enterprise",
        "administrator": user("a@new.example"),
    });
    for (member, value) in [
        ("edition", json!(long)),
        ("edition", json!(5)),
        ("status", json!("Gone")),
        ("instance", json!("NA1234567")),
        ("domain", json!(long)),
        ("time_zone", json!(long)),
        ("language", json!("xx")),
        ("name", json!(long)),
        ("trial_end", json!("soon")),
    ] {
        let mut new = org.clone();
        new[member] = value;
        names(&operator.post("/api/v1/orgs", &new), &[member]);
    }
    let packaging = &world.packaging.http;
    let new = json!({"name": "P", "namespace": long});
    names(&packaging.post("/api/v1/packages", &new), &["namespace"]);
    let plain = packaging
        .post("/api/v1/packages", &json!({"name": "Plain"}))
        .expect(201);
    let plain = plain["id"].as_str().unwrap();
    let plain_version = packaging
        .post(
            &format!("/api/v1/packages/{plain}/versions"),
            &json!({"version": "1.0"}),
        )
        .expect(201);
    let body = json!({"package_id": plain, "org_token": world.business.token});
    names(&me.post("/api/v1/registrations", &body), &["package_id"]);
    for query in ["status", "effective_status", "limit"] {
        names(&me.get(&format!("/api/v1/licenses?{query}=gone")), &[query]);
    }
    names(&me.get("/api/v1/licenses?state=gone"), &["state"]);
    let convert = "/api/v1/leads/00Q000000000001AAA/convert";
    names(&me.post(convert, &json!({})), &["converted_status"]);

    let customer = world.customer(|_| {});
    let ask = |version: &str| {
        customer
            .http
            .post("/api/v1/installs", &json!({"version_id": version}))
    };
    names(&ask("04t000000000001AAA"), &["version_id"]);
    names(&ask(plain_version["id"].as_str().unwrap()), &["version_id"]);
    let (_, _, beta) = package(&world, "early", true);
    names(&ask(&beta.to_string()), &["version_id"]);
    install(&customer.http, world.upload("2.0"));
    names(&ask(&world.version.to_string()), &["version_id"]);
    world.server.settle();
    let license = crate::support::license_id(&world);
    for (member, value) in [
        ("expires_on", json!(null)),
        ("expires_on", json!("2099-01-01")),
        ("expires_on", json!(long)),
        ("seats", json!(0)),
        ("seats", json!(long)),
        ("status", json!("Uninstalled")),
        ("status", json!(5)),
        ("dry_run", json!("maybe")),
        ("lasting", json!(1)),
    ] {
        let path = format!("/api/v1/licenses/{license}/modify");
        names(&me.post(&path, &json!({member: value})), &[member]);
    }
    // The other doors have the names of records.
    let refused = me.patch(
        &sobject("sfLma__License__c", &license),
        &json!({"sfLma__Expiration__c": "2099-01-01"}),
    );
    assert_eq!(refusal(&refused).1, ["sfLma__Expiration__c"]);
}
