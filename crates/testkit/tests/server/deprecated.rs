//! Deprecated versions (R-PKG-9): no new installs, no upgrades to them, nothing lost.

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{count, install, problem, reason, texts};

/// R-PKG-9: whoever has a deprecated version keeps it and is answered; new installs, upgrades to it
/// and reinstalls are refused, and leave nothing behind.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_9_a_deprecated_version(#[case] backend: Backend) {
    let world = World::start(backend);
    let [has, lower, new] = [(); 3].map(|()| world.customer(|_| {}));
    let first = world.install(&lower);
    let second = world.upload("2.0");
    let made = install(&has.http, second);
    let key = made["installation_key"].as_str().unwrap().to_owned();
    world.server.settle();
    let path = format!("/api/v1/versions/{second}/deprecate");
    let deprecate = || world.packaging.http.post(&path, &json!({})).expect(200);
    let done = deprecate();
    assert_eq!(done["deprecated"], true);
    assert_eq!(deprecate(), done);
    let shown = world
        .packaging
        .http
        .get(&format!("/api/v1/packages/{}", world.package));
    let shown = shown.expect(200);
    let marks: Vec<bool> = shown["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["deprecated"].as_bool().unwrap())
        .collect();
    assert_eq!(marks, [false, true]);

    let body = json!({"version_id": second.to_string()});
    let refuse = |http: &openlma_testkit::Client| {
        let refused = http.post("/api/v1/installs", &body);
        assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
        assert!(refused.text.contains("deprecated"), "{refused:?}");
        assert_eq!(texts(&refused.json()["fields"]), ["version_id"]);
    };
    refuse(&new.http);
    refuse(&lower.http);
    let again = install(&has.http, second);
    assert_eq!(again["id"], made["id"]);
    assert_eq!(reason(&world, &key, "admin@customer1.example"), "Licensed");
    assert_eq!(
        reason(&world, &first, "admin@customer2.example"),
        "Licensed"
    );
    // The versions around it install and upgrade on.
    install(&new.http, world.version);
    let third = world.upload("3.0");
    install(&has.http, third);
    let removed = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    let _ = has.http.delete(&removed);
    refuse(&has.http);
}

/// R-PKG-9: only the packaging org deprecates, and only with its permission.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_9_who_deprecates(#[case] backend: Backend) {
    let world = World::start(backend);
    let path = format!("/api/v1/versions/{}/deprecate", world.version);
    let refused = world.business.http.post(&path, &json!({}));
    assert_eq!(problem(&refused, 404), "NOT_FOUND");
    let nobody = world.granted(
        &world.packaging,
        "nobody@packaging.example",
        &json!({"permissions": ["ApiEnabled"]}),
    );
    let refused = nobody.http.post(&path, &json!({}));
    assert_eq!(refused.status, 403, "{refused:?}");
    let refused = world
        .packaging
        .http
        .post("/api/v1/versions/x/deprecate", &json!({}));
    assert_eq!(problem(&refused, 400), "MALFORMED_ID");
    assert_eq!(texts(&refused.json()["fields"]), ["id"]);
    install(&world.customer(|_| {}).http, world.version);
}

/// R-PKG-9: an install that was asked for before is a new one when it is confirmed after: it fails,
/// says why, and makes nothing.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_9_deprecated_before_the_confirmation(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let asked = json!({"version_id": world.version.to_string(), "confirm": false});
    let asked = customer.http.post("/api/v1/installs", &asked).expect(200);
    let path = format!("/api/v1/installs/{}", asked["id"].as_str().unwrap());
    let deprecate = format!("/api/v1/versions/{}/deprecate", world.version);
    world
        .packaging
        .http
        .post(&deprecate, &json!({}))
        .expect(200);
    let refused = customer.http.post(&format!("{path}/confirm"), &json!({}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert_eq!(texts(&refused.json()["fields"]), ["version_id"]);
    let shown = customer.http.get(&path).expect(200);
    assert_eq!(shown["stage"], "Failed");
    assert!(shown["reason"].as_str().unwrap().contains("deprecated"));
    world.server.settle();
    assert_eq!(count(&customer.http, "PackageLicense"), 0);
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 0);
    assert_eq!(count(&world.business.http, "Lead"), 0);
}
