//! What administrators and operators change of an org (R-ORG-2, R-ORG-7).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{one, problem, texts};

const CURRENT: &str = "/api/v1/orgs/current";

/// R-ORG-2: the administrator changes name, country, language and time zone; what is absent stays; the
/// publisher hears of the name.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_2_settings(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &customer.http;
    let all =
        json!({"name": "Renamed", "country": "Japan", "language": "de", "time_zone": "Asia/Tokyo"});
    let shown = me.patch(CURRENT, &all).expect(200);
    for (member, value) in all.as_object().unwrap() {
        assert_eq!(&shown[member], value);
    }
    let shown = me.patch(CURRENT, &json!({"country": null})).expect(200);
    assert_eq!(
        (&shown["country"], &shown["name"]),
        (&Value::Null, &json!("Renamed"))
    );
    world.server.settle();
    let business = &world.business.http;
    let license = "SELECT olma__Subscriber_Org_Name__c, LastModifiedDate FROM sfLma__License__c";
    let row = one(business, license);
    assert_eq!(row["olma__Subscriber_Org_Name__c"], "Renamed");
    // What changes nothing sends nothing.
    world
        .server
        .clock
        .advance(jiff::SignedDuration::from_secs(9));
    me.patch(CURRENT, &json!({"name": "Renamed"})).expect(200);
    me.patch(CURRENT, &json!({})).expect(200);
    world.server.settle();
    assert_eq!(one(business, license), row);
}

/// R-ERR-1: refused settings name the field, and nothing of the request is done.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_refused_settings(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let before = customer.http.get(CURRENT).expect(200);
    let long = "x".repeat(81);
    let picklist = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST";
    for (member, value, code) in [
        ("time_zone", json!("Mars/Olympus"), picklist),
        ("time_zone", json!(""), picklist),
        ("language", json!("tlh"), picklist),
        ("name", json!(" "), "REQUIRED_FIELD_MISSING"),
        ("name", json!(long), "STRING_TOO_LONG"),
        ("country", json!(long), "STRING_TOO_LONG"),
        ("name", json!(7), "JSON_PARSER_ERROR"),
        (
            "fallback_lead_owner",
            json!(customer.administrator.to_string()),
            "INVALID_OPERATION",
        ),
    ] {
        let mut body = json!({"name": "Half", "country": "Half"});
        body[member] = value;
        let refused = customer.http.patch(CURRENT, &body);
        assert_eq!(problem(&refused, 400), code, "{body}");
        assert_eq!(texts(&refused.json()["fields"]), [member], "{body}");
        assert_eq!(customer.http.get(CURRENT).expect(200), before);
    }
    let worker = world.with_profile(&customer, "worker@customer1.example", "Standard User");
    let refused = worker.http.patch(CURRENT, &json!({"name": "Mine"}));
    let code = problem(&refused, 403);
    assert!(code == "INSUFFICIENT_ACCESS_OR_READONLY" || code == "API_DISABLED_FOR_ORG");
    let refused = world.operator_http.patch(CURRENT, &json!({"name": "Mine"}));
    assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
}

/// R-ORG-7: the operator changes status and trial end, together or alone; a trial has an end.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_trial_end(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let path = format!("/api/v1/orgs/{}", customer.id);
    let operator = &world.operator_http;
    let refuse = |body: Value| {
        let refused = operator.patch(&path, &body);
        assert_eq!(
            problem(&refused, 400),
            "FIELD_INTEGRITY_EXCEPTION",
            "{body}"
        );
        assert_eq!(texts(&refused.json()["fields"]), ["trial_end"], "{body}");
    };
    let change = |body: Value| {
        let shown = operator.patch(&path, &body).expect(200);
        (shown["status"].clone(), shown["trial_end"].clone())
    };
    refuse(json!({"status": "Trial"}));
    refuse(json!({"trial_end": "2026-06-30"}));
    refuse(json!({"status": "Trial", "trial_end": "2026-02-30"}));
    refuse(json!({"status": "Trial", "trial_end": null}));
    let trial = json!({"status": "Trial", "trial_end": "2026-06-30"});
    assert_eq!(change(trial), (json!("Trial"), json!("2026-06-30")));
    refuse(json!({"trial_end": null}));
    assert_eq!(
        change(json!({"trial_end": "2026-03-01"})),
        (json!("Locked"), json!("2026-03-01"))
    );
    // One that is shut keeps its end for the way back.
    assert_eq!(
        change(json!({"status": "Disabled", "trial_end": "2026-07-01"})),
        (json!("Disabled"), json!("2026-07-01"))
    );
    assert_eq!(
        change(json!({"status": "Trial"})),
        (json!("Trial"), json!("2026-07-01"))
    );
    assert_eq!(change(json!({})), (json!("Trial"), json!("2026-07-01")));
    assert_eq!(
        change(json!({"status": "Active"})),
        (json!("Active"), Value::Null)
    );
    let unknown = operator.patch(&path, &json!({"status": "Asleep"}));
    assert_eq!(
        problem(&unknown, 400),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    );
}
