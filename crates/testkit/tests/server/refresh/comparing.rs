//! What differs and how it is brought in line (R-REF-1, R-SYN-4).

use openlma_core::fold::fold;
use openlma_store::Val;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use super::{counts, lose, refresh, without_pause};
use crate::support::{
    LICENSE, create, id, install, license_id, modify, one, problem, sobject, upload,
};

const WHOLE: &str = "SELECT Name, sfLma__Status__c, sfLma__Seats__c, sfLma__Expiration__c, \
    sfLma__Used_Licenses__c, sfLma__Version_Number__c, sfLma__Package_Version__r.sfLma__Version_Number__c, \
    sfLma__Install_Date__c, sfLma__Org_Status__c, sfLma__License_Type__c, olma__Sync_State__c, \
    olma__Subscriber_Org_Name__c, sfLma__Lead__c, LastModifiedDate FROM sfLma__License__c";

/// The license of an org.
pub(super) fn license_of(world: &World, org: &Org) -> Value {
    let id = org.id.as_str();
    let soql = format!("{WHOLE} WHERE sfLma__Subscriber_Org_ID__c = '{id}'");
    one(&world.business.http, &soql)
}

pub(super) fn id_of(world: &World, org: &Org) -> String {
    let id = org.id.as_str();
    let soql = format!("SELECT Id FROM {LICENSE} WHERE sfLma__Subscriber_Org_ID__c = '{id}'");
    let row = one(&world.business.http, &soql);
    row["Id"].as_str().unwrap().to_owned()
}

fn set_status(world: &World, org: &Org, status: &str) {
    let path = format!("/api/v1/orgs/{}", org.id);
    world
        .operator_http
        .patch(&path, &json!({"status": status}))
        .expect(200);
}

/// Makes a license show an org status, a license type and seats used that its org never had, or has no
/// more, as if a message had been lost.
fn drift(world: &World, org: &Org, shown: (&str, &str, Option<f64>)) {
    const DRIFT: &str = "UPDATE licenses SET org_status_formula = ?2, org_status_formula__f = ?3, \
        org_status = ?2, org_status__f = ?3, license_type = ?4, license_type__f = ?5, \
        used_licenses = ?6 WHERE org_key = ?1";
    let (status, license_type, used) = shown;
    let text = |text: &str| Val::Text(text.to_owned());
    let row = [
        Val::Text(org.id.to_string()),
        text(status),
        text(&fold(status)),
        text(license_type),
        text(&fold(license_type)),
        used.map_or(Val::Null, Val::Real),
    ];
    let app = &world.server.app;
    let drifted = app.store().write(move |tx| tx.execute(DRIFT, &row));
    assert_eq!(world.server.wait(drifted).unwrap(), 1);
}

/// R-REF-1: where nothing differs nothing is written.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_in_line(#[case] backend: Backend) {
    let world = World::start(backend);
    without_pause(&world);
    let customer = world.customer(|_| {});
    let _key = world.install(&customer);
    let uninstalled = world.customer(|_| {});
    let made = install(&uninstalled.http, world.version);
    let made = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(uninstalled.http.delete(&made).status, 204);
    world.server.settle();
    let all = || world.business.http.rows(WHOLE);
    let before = all();
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 2, "seen": 2}));
    assert_eq!(all(), before);
}

/// R-SYN-4: whatever message was lost, afterwards both copies agree: version, seats used and the
/// org's facts as the subscriber has them, the terms as the business org has them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_lost_messages(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let higher = world.upload("2.0");
    let [upgraded, seated, removed, back, locked, moved] =
        std::array::from_fn(|_| world.customer(|_| {}));
    let mut installs = Vec::new();
    for org in [&upgraded, &seated, &removed, &back, &locked, &moved] {
        installs.push(install(&org.http, world.version));
    }
    let address = |n: usize| format!("/api/v1/installs/{}", installs[n]["id"].as_str().unwrap());
    assert_eq!(back.http.delete(&address(3)).status, 204);
    world.server.settle();
    world.server.stop_worker();
    let _ = install(&upgraded.http, higher);
    let user = world.user(&seated, "second@customer2.example").to_string();
    let seats = "/api/v1/packages/orbit/seats";
    seated
        .http
        .post(seats, &json!({"users": [user]}))
        .expect(200);
    assert_eq!(removed.http.delete(&address(2)).status, 204);
    let _ = install(&back.http, world.version);
    set_status(&world, &locked, "Locked");
    lose(&world);
    // The terms of this one never arrive.
    let app = &world.server.app;
    let row =
        json!({"sfLma__Status__c": "Active", "sfLma__Seats__c": 44, "sfLma__Expiration__c": null});
    assert_eq!(
        me.patch(&sobject(LICENSE, &id_of(&world, &moved)), &row)
            .status,
        204
    );
    lose(&world);
    let begun = me.post(&super::path(world.package), &json!({})).expect(202);
    let mut job = world
        .server
        .wait(app.claim_job(world.business.id))
        .unwrap()
        .unwrap();
    while world.server.wait(app.advance_job(&mut job)).unwrap() {}
    let job = super::ended(&world, me, &begun);
    assert_eq!(
        counts(&job),
        json!({"total": 6, "seen": 6, "corrected": 5, "terms_sent": 1}),
        "{job}"
    );
    world.server.wait(app.deliver(world.business.id)).unwrap();
    world.server.wait(app.apply_received(moved.id)).unwrap();
    world.server.wait(app.deliver(moved.id)).unwrap();
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    assert_eq!(
        license_of(&world, &upgraded)["sfLma__Version_Number__c"],
        "2.0"
    );
    assert_eq!(
        license_of(&world, &upgraded)["sfLma__Package_Version__r"]["sfLma__Version_Number__c"],
        "2.0"
    );
    assert_eq!(license_of(&world, &seated)["sfLma__Used_Licenses__c"], 2.0);
    let gone = license_of(&world, &removed);
    assert_eq!(gone["sfLma__Status__c"], "Uninstalled");
    assert_eq!(gone["sfLma__Used_Licenses__c"], Value::Null);
    let again = license_of(&world, &back);
    assert_eq!(
        (&again["sfLma__Status__c"], &again["sfLma__Seats__c"]),
        (&json!("Trial"), &json!(2.0))
    );
    assert_eq!(
        license_of(&world, &locked)["sfLma__Org_Status__c"],
        "LOCKED"
    );
    assert_eq!(license_of(&world, &moved)["olma__Sync_State__c"], "In sync");
    let copy = "SELECT AllowedLicenses, Status FROM PackageLicense";
    let copy = one(&moved.http, copy);
    assert_eq!(
        (&copy["AllowedLicenses"], &copy["Status"]),
        (&json!(44), &json!("Active"))
    );
    // What was corrected is in the history like any other change.
    let history = format!("/api/v1/licenses/{}/history", id_of(&world, &removed));
    let history = me.get(&history).expect(200);
    assert!(
        history["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|h| h["to"] == "Uninstalled"),
        "{history}"
    );
}

/// R-SYN-4: what people with Modify All Data have made of a license is put right.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_edited_by_hand(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _key = world.install(&customer);
    let before = license_of(&world, &customer);
    let edited = json!({
        "sfLma__Used_Licenses__c": 77, "sfLma__Version_Number__c": "9.9",
        "olma__Subscriber_Org_Name__c": "Another", "sfLma__License_Type__c": "Read-Only",
        "sfLma__Org_Status_Formula__c": "LOCKED", "sfLma__Proxy_User__c": "nobody",
        "sfLma__Org_Instance__c": "XX9", "sfLma__Org_Trial_Expiration__c": "2020-01-01",
    });
    assert_eq!(
        me.patch(&sobject(LICENSE, &license_id(&world)), &edited)
            .status,
        204
    );
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 1, "seen": 1, "corrected": 1}));
    assert_eq!(license_of(&world, &customer), before);
}

/// R-REF-1: a vanished org is written down: Org Status DELETED, Used blank, Read-Only, the status as
/// it was. An org that is active again makes the license editable again.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_vanished(#[case] backend: Backend) {
    let world = World::start(backend);
    without_pause(&world);
    let me = &world.business.http;
    let (deleted, removed) = (world.customer(|_| {}), world.customer(|_| {}));
    let _keys = [world.install(&deleted), world.install(&removed)];
    set_status(&world, &deleted, "Deleted");
    world.server.settle();
    let (app, gone) = (&world.server.app, removed.id);
    let remove = app.store().write(move |tx| {
        tx.execute(
            "DELETE FROM package_licenses WHERE org_id = ?1",
            &[gone.into()],
        )
    });
    assert_eq!(world.server.wait(remove).unwrap(), 1);
    // The license of the first has not heard of it.
    drift(&world, &deleted, ("ACTIVE", "Editable", Some(1.0)));
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 1, "seen": 1, "vanished": 2}));
    for org in [&deleted, &removed] {
        let license = license_of(&world, org);
        assert_eq!(license["sfLma__Org_Status__c"], "DELETED");
        assert_eq!(license["sfLma__Used_Licenses__c"], Value::Null);
        assert_eq!(license["sfLma__License_Type__c"], "Read-Only");
        assert_eq!(license["sfLma__Status__c"], "Trial");
        let refused = modify(me, &id_of(&world, org), &json!({"seats": 5}));
        assert!(refused.status >= 400, "{refused:?}");
    }
    assert_eq!(counts(&refresh(&world)), json!({"total": 1, "seen": 1}));
    set_status(&world, &deleted, "Active");
    world.server.settle();
    let back = license_of(&world, &deleted);
    assert_eq!(back["sfLma__License_Type__c"], "Editable");
    assert_eq!(back["sfLma__Org_Status__c"], "ACTIVE");
    assert_eq!(back["sfLma__Used_Licenses__c"], 1.0);
    assert_eq!(counts(&refresh(&world)), json!({"total": 1, "seen": 1}));
    // A license that has not heard of that either is put right.
    drift(&world, &deleted, ("DELETED", "Read-Only", None));
    assert_ne!(license_of(&world, &deleted), back);
    assert_eq!(
        counts(&refresh(&world)),
        json!({"total": 1, "seen": 1, "corrected": 1})
    );
    let mut mended = license_of(&world, &deleted);
    mended["LastModifiedDate"] = back["LastModifiedDate"].clone();
    assert_eq!(mended, back);
}

/// R-LIC-9: a license that was made by hand has no subscriber and is left alone.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_9_made_by_hand(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let record = one(me, "SELECT Id FROM sfLma__Package__c");
    let made = json!({"sfLma__Status__c": "Active", "sfLma__Package__c": record["Id"]});
    let made = create(me, LICENSE, &made);
    let row = || me.get(&sobject(LICENSE, &made)).expect(200);
    let before = row();
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({}));
    assert_eq!(row(), before);
    let path = super::path(record["Id"].as_str().unwrap());
    assert_eq!(
        problem(&me.post(&path, &json!({})), 400),
        "INVALID_OPERATION"
    );
    assert_eq!(id(job["subject_id"].as_str().unwrap()), world.package);
}

/// R-PKG-8: a beta has no license: the one of an earlier install stays as the uninstall left it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_8_a_beta_after_an_uninstall(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|new| new.sandbox = true);
    let made = install(&customer.http, world.version);
    let made = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&made).status, 204);
    let package = world.package.to_string();
    let beta = upload(&world.packaging.http, &package, "2.0", true);
    let _ = install(&customer.http, beta);
    world.server.settle();
    let before = license_of(&world, &customer);
    assert_eq!(before["sfLma__Status__c"], "Uninstalled");
    assert_eq!(counts(&refresh(&world)), json!({"total": 1, "seen": 1}));
    assert_eq!(license_of(&world, &customer), before);
}
