//! Bad values of licenses and default values at every door: a typed code, a sentence with what is
//! allowed, the field; nothing half done (R-ERR-1).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, license_id, modify, one, patch_license, problem, refusal, sobject, texts,
};

const SEATS: &str = "sfLma__Seats__c";
const EXPIRATION: &str = "sfLma__Expiration__c";

/// R-LIC-6, R-LIC-3, R-LIC-2: what a license does not take, by our own verb and by a record update.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_values_of_licenses(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let active = json!({"status": "Active", "expires_on": "2026-12-31"});
    modify(me, &license, &active).expect(200);
    world.server.settle();
    let state = || {
        let row = me.get(&sobject(LICENSE, &license)).expect(200);
        let copy = one(
            &customer.http,
            "SELECT AllowedLicenses, ExpirationDate, LastModifiedDate FROM PackageLicense",
        );
        (row, copy, count(me, "sfLma__License__History"))
    };
    let before = state();
    for (member, field, value, words) in [
        ("seats", SEATS, json!(0), "99000000"),
        ("seats", SEATS, json!(-2), "99000000"),
        ("seats", SEATS, json!(1.5), "99000000"),
        ("seats", SEATS, json!(99_000_001), "99000000"),
        ("seats", SEATS, json!("many"), "99000000"),
        ("expires_on", EXPIRATION, json!("2026-02-30"), "2026-01-31"),
        ("expires_on", EXPIRATION, json!("10000-01-01"), "2026-01-31"),
        ("expires_on", EXPIRATION, json!("tomorrow"), "2026-01-31"),
        (
            "status",
            "sfLma__Status__c",
            json!("Trial"),
            "Active, Suspended",
        ),
        (
            "status",
            "sfLma__Status__c",
            json!("Uninstalled"),
            "Active, Suspended",
        ),
        (
            "status",
            "sfLma__Status__c",
            json!("Off"),
            "Trial, Active, Suspended",
        ),
    ] {
        // Another change goes along, and is not done either.
        let mut body = json!({"seats": 9, "expires_on": "2027-01-01"});
        body[member] = value.clone();
        let refused = modify(me, &license, &body);
        problem(&refused, 400);
        assert!(refused.text.contains(words), "{refused:?}");
        let fields = texts(&refused.json()["fields"]);
        assert!(fields == [member] || fields == [field], "{refused:?}");
        let mut body = json!({SEATS: 9, EXPIRATION: "2027-01-01"});
        body[field] = value.clone();
        let refused = patch_license(me, &license, &body);
        assert_eq!(refused.status, 400, "{refused:?}");
        // What is not of the field's type is told as the original tells it, without the field.
        let (code, fields) = refusal(&refused);
        assert!(
            fields == [field] || code == "JSON_PARSER_ERROR",
            "{refused:?}"
        );
        assert_eq!(state(), before, "{member} {value}");
    }
    let past = json!({"seats": 9, "expires_on": "2026-03-01"});
    assert_eq!(
        problem(&modify(me, &license, &past), 409),
        "CONFIRMATION_REQUIRED"
    );
    let typed = json!({"RecordTypeId": null, SEATS: 9});
    assert_eq!(
        refusal(&patch_license(me, &license, &typed)).1,
        ["RecordTypeId"]
    );
    assert_eq!(state(), before);
    // R-LIC-4: the first of 1970 is no last day.
    let never = json!({EXPIRATION: "1970-01-01"});
    assert_eq!(patch_license(me, &license, &never).status, 204);
    let row = me.get(&sobject(LICENSE, &license)).expect(200);
    assert_eq!(row[EXPIRATION], Value::Null);
}

/// R-PKG-4: default values are 1 to 90 whole days of trial, and seats in their range; a registration
/// that names others is refused and registers nothing new.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_4_default_values(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let shown = || {
        me.get(&format!("/api/v1/packages/{}", world.package))
            .expect(200)
    };
    let before = shown();
    let refuse = |defaults: Value, field: &str, words: &str| {
        let body = json!({
            "package_id": world.package.to_string(),
            "org_token": world.business.token,
            "defaults": defaults,
        });
        let refused = me.post("/api/v1/registrations", &body);
        problem(&refused, 400);
        assert_eq!(texts(&refused.json()["fields"]), [field], "{refused:?}");
        assert!(refused.text.contains(words), "{refused:?}");
        assert_eq!(shown(), before);
    };
    for days in [
        json!(0),
        json!(91),
        json!(1.5),
        json!(-1),
        json!(300),
        json!("many"),
    ] {
        let defaults = json!({"status": "Trial", "trial_days": days});
        refuse(defaults, "trial_days", "1 to 90");
    }
    refuse(json!({"status": "Trial"}), "trial_days", "1 to 90");
    for seats in [
        json!(0),
        json!(-2),
        json!(1.5),
        json!(99_000_001),
        json!("many"),
    ] {
        let defaults = json!({"status": "Active", "seats": seats});
        refuse(defaults, "seats", "99000000");
    }
    refuse(json!({"status": "Suspended"}), "status", "Trial or Active");
}
