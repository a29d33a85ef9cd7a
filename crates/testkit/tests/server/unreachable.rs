//! Licenses that cannot be edited, by every door: the proxy user, deleted orgs, uninstalled and
//! Read-Only ones (R-LIC-9 to R-LIC-11).

use openlma_core::org::OrgStatus;
use openlma_core::{Code, Value as Stored};
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, create, id, install, license_id, modify, object, one, patch_license, problem,
    reason, refusal, sobject,
};

const ADMIN: &str = "admin@customer1.example";

/// Tries to edit a license by every door; each refuses with the code, and nothing is half done.
fn refused_everywhere(world: &World, license: &str, code: Code, words: &[&str]) {
    let me = &world.business.http;
    let state = || {
        let row = me.get(&sobject(LICENSE, license)).expect(200);
        (row, count(me, "sfLma__License__History"))
    };
    let before = state();
    let heard = |text: &str| {
        for word in words {
            assert!(text.contains(word), "no {word}: {text}");
        }
    };
    let by_record = patch_license(me, license, &json!({"sfLma__Seats__c": 9}));
    assert_eq!(refusal(&by_record).0, code.as_str());
    heard(&by_record.text);
    for (verb, body) in [
        ("modify", json!({"seats": 9})),
        ("modify", json!({"seats": 9, "dry_run": true})),
        ("grant-trial", json!({"days": 9})),
        ("retry", json!({})),
    ] {
        let refused = me.post(&format!("/api/v1/licenses/{license}/{verb}"), &body);
        assert_eq!(problem(&refused, 400), code.as_str(), "{verb}");
        heard(&refused.text);
    }
    let licenses = object(&world.business, LICENSE);
    let seats = licenses.index_of("sfLma__Seats__c").unwrap();
    let rows = vec![(id(license), vec![(seats, Stored::from(9.0))])];
    let app = &world.server.app;
    let batch = app.update_records(&world.business.actor, &licenses, rows, false);
    let errors = world.server.wait(batch).unwrap().remove(0).unwrap_err();
    assert_eq!(errors[0].code, code);
    assert_eq!(state(), before);
}

/// R-LIC-11: with the automated user of the subscriber's org switched off, editing answers "proxy
/// user has deactivated" with the checks to make; it goes on when the user is back.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_11_the_proxy_user(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    let proxy = customer.actor.org.lma_user.unwrap();
    let path = format!("/api/v1/users/{proxy}");
    let set = |active: bool| {
        let answer = customer.http.patch(&path, &json!({"active": active}));
        assert_eq!(answer.status, 204);
        world.server.settle();
    };
    set(false);
    let words = [
        "proxy user has deactivated",
        "active",
        "locked",
        "deleted",
        "installed",
    ];
    refused_everywhere(&world, &license, Code::ProxyUserDeactivated, &words);
    assert_eq!(reason(&world, &key, ADMIN), "Licensed");
    // Whatever is told of the copy meanwhile says it too.
    let other = world.upload("2.0");
    let _ = install(&customer.http, other);
    world.server.settle();
    refused_everywhere(&world, &license, Code::ProxyUserDeactivated, &words);
    set(true);
    modify(&world.business.http, &license, &json!({"seats": 9})).expect(200);
    // The LMA of the publisher works as its own one.
    let own = world.business.actor.org.lma_user.unwrap();
    let path = format!("/api/v1/users/{own}");
    let refused = world.business.http.patch(&path, &json!({"active": false}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}

/// R-LIC-9, R-LIC-11: a deleted org's license is Read-Only, with Org Status DELETED, nothing used and
/// its status as it was; the error offers to delete the record. It comes back with the org.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_9_deleted_orgs(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let app = &world.server.app;
    let set = |status| {
        let changed = app.set_org_status(&world.operator, customer.id, status);
        world.server.wait(changed).unwrap();
        world.server.settle();
        me.get(&format!("/api/v1/licenses/{license}")).expect(200)
    };
    let seen = set(OrgStatus::Deleted);
    assert_eq!(seen["org_status"], "DELETED");
    assert_eq!(seen["license_type"], "Read-Only");
    assert_eq!(
        (&seen["used"], &seen["status"]),
        (&Value::Null, &json!("Trial"))
    );
    let words = ["proxy user has deactivated", "delete this license record"];
    refused_everywhere(&world, &license, Code::ProxyUserDeactivated, &words);
    let seen = set(OrgStatus::Active);
    assert_eq!(
        (&seen["license_type"], &seen["used"], &seen["org_status"]),
        (&json!("Editable"), &json!(1), &json!("ACTIVE"))
    );
    modify(me, &license, &json!({"seats": 9})).expect(200);
    set(OrgStatus::Deleted);
    assert_eq!(me.delete(&sobject(LICENSE, &license)).status, 204);
    assert_eq!(count(me, LICENSE), 0);
}

/// R-LIC-10: uninstalled and Read-Only licenses, whatever made them so. R-LIC-9: one made by hand is
/// editable, sends nothing, and has no subscriber.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_what_cannot_be_edited(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let read_only = json!({"sfLma__License_Type__c": "Read-Only"});
    assert_eq!(patch_license(me, &license, &read_only).status, 204);
    refused_everywhere(&world, &license, Code::InvalidOperation, &["Read-Only"]);
    let found = install(&customer.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    world.server.settle();
    let words = ["uninstalled", "installs the package again"];
    let code = Code::FieldCustomValidationException;
    refused_everywhere(&world, &license, code, &words);
    let by_hand = create(me, LICENSE, &json!({"sfLma__Status__c": "Active"}));
    let done = modify(me, &by_hand, &json!({"seats": 4})).expect(200);
    assert_eq!(done["sync"], Value::Null);
    let soql = format!(
        "SELECT olma__Sync_State__c, sfLma__License_Type__c FROM {LICENSE} WHERE Id = '{by_hand}'"
    );
    let row = one(me, &soql);
    assert_eq!(row["olma__Sync_State__c"], "No subscriber");
    assert_eq!(row["sfLma__License_Type__c"], "Editable");
    let retried = me.post(&format!("/api/v1/licenses/{by_hand}/retry"), &json!({}));
    assert_eq!(problem(&retried, 400), "INVALID_OPERATION");
}
