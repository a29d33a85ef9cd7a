//! What the License Management App keeps, touched by hand: done and warned of (R-PKG-5, R-PKG-6); the
//! record of a license deleted (R-LIC-11); its details edited (R-LIC-10).

use openlma_testkit::{Answer, Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, create, license_id, modify, one, patch_license, problem, refusal, sobject,
};

/// What an answer warns of in its header.
fn warning(answer: &Answer) -> Option<&str> {
    assert!(answer.status < 300, "{answer:?}");
    let text = answer.header("warning")?;
    let text = text
        .strip_prefix("299 - \"")
        .and_then(|t| t.strip_suffix('"'));
    Some(text.unwrap())
}

fn deletion(license: &str) -> String {
    format!("/api/v1/licenses/{license}?confirm=deletes_license")
}

/// R-PKG-5, R-PKG-6: whoever has Modify All Data can, and is warned; what people do anyway is not
/// warned of.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_touched_by_hand(#[case] backend: Backend) {
    let world = World::start(backend);
    let _ = world.install(&world.customer(|_| {}));
    let me = &world.business.http;
    let administrator = world.business.administrator.to_string();
    let license = license_id(&world);
    let id = |object: &str| {
        let row = one(me, &format!("SELECT Id FROM {object}"));
        row["Id"].as_str().unwrap().to_owned()
    };
    let package = id("sfLma__Package__c");
    let version = id("sfLma__Package_Version__c");
    let owner = json!({"OwnerId": administrator});
    for (object, id, change) in [
        (LICENSE, &license, owner.clone()),
        ("sfLma__Package__c", &package, owner.clone()),
        ("sfLma__Package__c", &package, json!({"Name": "Mine"})),
        (
            "sfLma__Package_Version__c",
            &version,
            json!({"Name": "Mine"}),
        ),
        (
            LICENSE,
            &license,
            json!({"sfLma__Install_Date__c": "2026-01-01"}),
        ),
    ] {
        let answer = me.patch(&sobject(object, id), &change);
        assert_eq!(answer.status, 204);
        let told = warning(&answer).unwrap_or_else(|| panic!("no warning of {change}"));
        assert!(told.contains("should not be edited by hand"), "{told}");
    }
    let lead = id("Lead");
    for (object, id, change) in [
        (
            "sfLma__Package__c",
            &package,
            json!({"sfLma__Lead_Manager__c": administrator}),
        ),
        (LICENSE, &license, json!({"sfLma__Seats__c": 5})),
        ("Lead", &lead, owner),
    ] {
        let answer = me.patch(&sobject(object, id), &change);
        assert_eq!((answer.status, warning(&answer)), (204, None), "{change}");
    }
    let made = me.post(
        &sobject(LICENSE, ""),
        &json!({"sfLma__Status__c": "Active"}),
    );
    assert!(warning(&made).unwrap().contains("created by hand"));
    let made = sobject(LICENSE, made.expect(201)["id"].as_str().unwrap());
    let deleted = me.delete(&made);
    assert!(warning(&deleted).unwrap().contains("deleted by hand"));
    let back = format!(
        "/api/v1/records/{}/undelete",
        made.rsplit('/').next().unwrap()
    );
    let back = me.post(&back, &json!({})).expect(200);
    assert_eq!(back["warnings"].as_array().unwrap().len(), 1, "{back}");
    let deleted = me.delete(&sobject("Lead", &lead));
    assert_eq!(warning(&deleted), None);
    let back = me.post(&format!("/api/v1/records/{lead}/undelete"), &json!({}));
    assert_eq!(back.expect(200)["warnings"], json!([]));
}

/// R-PKG-6, R-LIC-11: the record of a license is deleted once it is confirmed; for a deleted org that
/// is the advice, and nothing is warned of.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_11_a_license_is_deleted(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let plain = format!("/api/v1/licenses/{license}");
    let asked = me.delete(&plain);
    assert_eq!(problem(&asked, 409), "CONFIRMATION_REQUIRED");
    assert!(asked.text.contains("next refresh"), "{asked:?}");
    let odd = me.delete(&format!("{plain}?confirm=yes"));
    assert_eq!(odd.expect(400)["fields"], json!(["confirm"]));
    assert_eq!(count(me, LICENSE), 1);
    let deleted = me.delete(&deletion(&license));
    assert_eq!(deleted.status, 204);
    assert!(warning(&deleted).unwrap().contains("next refresh"));
    assert_eq!(count(me, LICENSE), 0);
    assert_eq!(problem(&me.delete(&deletion(&license)), 404), "NOT_FOUND");
    let back = format!("/api/v1/records/{license}/undelete");
    me.post(&back, &json!({})).expect(200);
    assert_eq!(count(me, LICENSE), 1);

    let org = format!("/api/v1/orgs/{}", customer.id);
    let gone = json!({"status": "Deleted"});
    world.operator_http.patch(&org, &gone).expect(200);
    world.server.settle();
    let refused = modify(me, &license, &json!({"seats": 3}));
    assert_eq!(problem(&refused, 400), "PROXY_USER_HAS_DEACTIVATED");
    assert!(
        refused.text.contains("delete this license record"),
        "{refused:?}"
    );
    let asked = me.delete(&plain);
    assert_eq!(problem(&asked, 409), "CONFIRMATION_REQUIRED");
    assert!(asked.text.contains("org is deleted"), "{asked:?}");
    let deleted = me.delete(&deletion(&license));
    assert_eq!((deleted.status, warning(&deleted)), (204, None));
    assert_eq!(count(me, LICENSE), 0);
}

/// R-PKG-6, R-SEC-1: who may not delete is not asked, and who may not read knows of nothing.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_who_may_delete(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let with = |name: &str, profile| world.with_profile(&world.business, name, profile).http;
    let editor = with("editor@business.example", "License Administrator");
    let seller = with("seller@business.example", "Standard User");
    for path in [deletion(&license), format!("/api/v1/licenses/{license}")] {
        let denied = problem(&editor.delete(&path), 403);
        assert_eq!(denied, "INSUFFICIENT_ACCESS_OR_READONLY");
        assert_eq!(problem(&seller.delete(&path), 404), "NOT_FOUND");
        assert_eq!(problem(&customer.http.delete(&path), 404), "NOT_FOUND");
    }
    assert_eq!(count(&world.business.http, LICENSE), 1);
}

/// R-LIC-10: *Edit details* changes account, contact and custom fields, with history, and nothing
/// else; the contact is one of the account, at every door.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_edit_details(#[case] backend: Backend) {
    let world = World::start(backend);
    let _ = world.install(&world.customer(|_| {}));
    let me = &world.business.http;
    let license = license_id(&world);
    for (name, kind) in [
        ("Desk__c", json!({"length": 20})),
        ("Score__c", json!({"precision": 4})),
    ] {
        let ty = if name == "Desk__c" { "text" } else { "number" };
        let mut field = json!({"object": LICENSE, "name": name, "label": name, "type": ty});
        field
            .as_object_mut()
            .unwrap()
            .extend(kind.as_object().unwrap().clone());
        me.post("/api/v1/fields", &field).expect(201);
    }
    let harbour = create(me, "Account", &json!({"Name": "Harbour"}));
    let mill = create(me, "Account", &json!({"Name": "Mill"}));
    let contact = create(
        me,
        "Contact",
        &json!({"LastName": "Berg", "AccountId": harbour}),
    );
    let path = format!("/api/v1/licenses/{license}");
    let edited = me
        .patch(
            &path,
            &json!({"account": harbour, "contact": contact,
        "fields": {"Desk__c": "North", "Score__c": 7}}),
        )
        .expect(200);
    assert_eq!(edited["account_id"], harbour.as_str());
    assert_eq!(edited["contact_id"], contact.as_str());
    assert_eq!(edited["fields"]["Desk__c"], "North");
    assert_eq!(edited["fields"]["Score__c"].as_f64(), Some(7.0));
    let shown = me.get(&path).expect(200);
    assert_eq!(
        (&shown["account_id"], &shown["contact_id"]),
        (&json!(harbour), &json!(contact))
    );

    // The contact is not of the mill, whichever of the two is changed, at whichever door.
    for refused in [
        me.patch(&path, &json!({"account": mill})),
        me.patch(&path, &json!({"account": mill, "contact": contact})),
    ] {
        assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION");
        assert_eq!(refused.json()["fields"], json!(["contact"]));
    }
    let (code, fields) = refusal(&patch_license(
        me,
        &license,
        &json!({"sfLma__Account__c": mill}),
    ));
    assert_eq!(
        (code.as_str(), fields),
        (
            "FIELD_INTEGRITY_EXCEPTION",
            vec!["sfLma__Contact__c".to_owned()]
        )
    );
    let edited = me.patch(
        &path,
        &json!({"account": mill, "contact": null, "fields": {"Desk__c": null}}),
    );
    let edited = edited.expect(200);
    assert_eq!(
        (&edited["account_id"], &edited["contact_id"]),
        (&json!(mill), &Value::Null)
    );
    assert_eq!(edited["fields"]["Desk__c"], Value::Null);

    for name in [
        "sfLma__Seats__c",
        "sfLma__Install_Date__c",
        "OwnerId",
        "Nothing__c",
    ] {
        let refused = me.patch(&path, &json!({"fields": {name: 5}}));
        assert_eq!(problem(&refused, 400), "INVALID_FIELD", "{name}");
    }
    let refused = me.patch(&path, &json!({"account": contact}));
    assert!(refused.status == 400, "{refused:?}");
    let viewer = world.with_profile(&world.business, "viewer@business.example", "Read Only");
    assert_eq!(
        viewer.http.patch(&path, &json!({"account": null})).status,
        403
    );
    let seller = world.with_profile(&world.business, "seller@business.example", "Standard User");
    assert_eq!(
        problem(&seller.http.patch(&path, &json!({"account": null})), 404),
        "NOT_FOUND"
    );
}
