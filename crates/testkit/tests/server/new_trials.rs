//! *Grant new trial*: the only way back to Trial (R-LIC-2).

use openlma_core::Code;
use openlma_testkit::{Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, license_id, modify, one, patch_license, problem, reason, sobject, texts,
};

const ADMIN: &str = "admin@customer1.example";

fn grant(http: &Client, license: &str, body: &Value) -> openlma_testkit::Answer {
    http.post(&format!("/api/v1/licenses/{license}/grant-trial"), body)
}

/// R-LIC-2: from Active and from Suspended back to Trial, for days from today; the subscriber has it,
/// the history says who, what and why. The limit then counts from that day.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_2_a_new_trial(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let path = format!("/api/v1/licenses/{license}");
    modify(
        me,
        &license,
        &json!({"status": "Active", "expires_on": null}),
    )
    .expect(200);
    // The 90 days of the first trial are long over.
    world.server.clock.set("2026-09-01T08:00:00Z");
    let business = openlma_testkit::world::sign_in(&world.server, "admin@business.example");
    let me = &business.http;
    let state = || {
        (
            me.get(&path).expect(200),
            count(me, "sfLma__License__History"),
        )
    };
    let before = state();
    let dry = json!({"days": 14, "dry_run": true});
    let told = grant(me, &license, &dry).expect(200);
    assert_eq!(
        told["changes"],
        json!([
            {"field": "sfLma__Status__c", "from": "Active", "to": "Trial"},
            {"field": "sfLma__Expiration__c", "from": "Does not expire", "to": "2026-09-15"},
        ])
    );
    assert_eq!(
        (&told["sync"], &told["terms_revision"]),
        (&Value::Null, &json!(2))
    );
    assert_eq!(state(), before);
    let body = json!({"days": 14, "reason": "They missed the demo"});
    let done = grant(me, &license, &body).expect(200);
    assert_eq!(
        (&done["sync"], &done["terms_revision"]),
        (&json!("InSync"), &json!(2))
    );
    world.server.settle();
    let row = me.get(&path).expect(200);
    assert_eq!(
        (
            &row["status"],
            &row["expires_on"],
            &row["sync"],
            &row["seats"]
        ),
        (
            &json!("Trial"),
            &json!("2026-09-15"),
            &json!("In sync"),
            &json!(2)
        )
    );
    let record_type = one(me, &format!("SELECT RecordType.Name FROM {LICENSE}"));
    assert_eq!(record_type["RecordType"]["Name"], "Trial");
    let history = me.get(&format!("{path}/history")).expect(200);
    let entries = history["items"].as_array().unwrap();
    let of = |field: &str| entries.iter().find(|e| e["field"] == field).unwrap();
    assert_eq!(of("newTrialGranted")["to"], "They missed the demo");
    assert_eq!(
        of("newTrialGranted")["user_id"],
        business.administrator.to_string()
    );
    assert_eq!(of("sfLma__Status__c")["to"], "Trial");
    let shown = openlma_testkit::world::sign_in(&world.server, ADMIN);
    let copy = one(
        &shown.http,
        "SELECT Status, ExpirationDate FROM PackageLicense",
    );
    assert_eq!(copy["Status"], "Trial");
    assert_eq!(reason(&world, &key, ADMIN), "Licensed");
    // The limit is 90 days from the day of the grant.
    modify(me, &license, &json!({"expires_on": "2026-11-30"})).expect(200);
    let late = modify(me, &license, &json!({"expires_on": "2026-12-01"}));
    assert_eq!(problem(&late, 400), "FIELD_INTEGRITY_EXCEPTION");
    let late = patch_license(me, &license, &json!({"sfLma__Expiration__c": "2026-12-01"}));
    assert_eq!(late.status, 400);
    modify(me, &license, &json!({"status": "Suspended"})).expect(200);
    let back = modify(me, &license, &json!({"status": "Trial"}));
    assert_eq!(problem(&back, 400), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    grant(me, &license, &json!({"days": 1})).expect(200);
    assert_eq!(me.get(&path).expect(200)["status"], "Trial");
}

/// R-LIC-2, R-ERR-1: who may not, what is refused; nothing is half done.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_2_refused_trials(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    modify(me, &license, &json!({"status": "Active"})).expect(200);
    world.server.settle();
    let state = || {
        let row = me.get(&sobject(LICENSE, &license)).expect(200);
        (row, count(me, "sfLma__License__History"))
    };
    let before = state();
    for days in [
        json!(0),
        json!(-1),
        json!(91),
        json!(1000),
        json!(1.5),
        json!("many"),
        json!(null),
    ] {
        let refused = grant(me, &license, &json!({"days": days}));
        let code = problem(&refused, 400);
        let whole = days.as_i64().is_some();
        let expected = if whole {
            Code::FieldIntegrityException
        } else {
            Code::JsonParserError
        };
        assert_eq!(code, expected.as_str(), "{days}");
        assert_eq!(texts(&refused.json()["fields"]), ["days"], "{refused:?}");
        assert!(refused.text.contains("1 to 90"), "{refused:?}");
    }
    assert_eq!(
        problem(&grant(me, &license, &json!({})), 400),
        "JSON_PARSER_ERROR"
    );
    let long = grant(me, &license, &json!({"days": 9, "reason": "x".repeat(256)}));
    assert_eq!(problem(&long, 400), "STRING_TOO_LONG");
    let nobody = grant(me, "a0L000000000001", &json!({"days": 9}));
    assert_eq!(problem(&nobody, 404), "NOT_FOUND");
    let editor = world.with_profile(
        &world.business,
        "editor@business.example",
        "License Administrator",
    );
    let refused = grant(&editor.http, &license, &json!({"days": 9}));
    assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    assert_eq!(state(), before);
}
