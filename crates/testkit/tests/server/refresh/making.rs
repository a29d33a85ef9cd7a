//! Licenses that a refresh makes, or cannot make (R-PKG-6, R-INS-8, R-SYN-2, R-MOV-1).

use jiff::SignedDuration;
use openlma_testkit::world::sign_in;
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use super::comparing::{id_of, license_of};
use super::{counts, later, refresh, refresh_of, without_pause};
use crate::support::{
    LICENSE, check, count, install, license_id, modify, package, reason, register, sobject,
};

/// R-PKG-6: a deleted license of a live install comes back with a new number and the terms that it
/// had, and its lead is not made twice; one of an uninstalled package stays away.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_deleted_comes_back(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let wanted = json!({"status": "Active", "seats": 7, "expires_on": "2027-01-31"});
    modify(me, &license, &wanted).expect(200);
    world.server.settle();
    let before = license_of(&world, &customer);
    let gone = world.customer(|_| {});
    let made = install(&gone.http, world.version);
    world.server.settle();
    for org in [&customer, &gone] {
        assert_eq!(
            me.delete(&sobject(LICENSE, &id_of(&world, org))).status,
            204
        );
    }
    let made = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(gone.http.delete(&made).status, 204);
    world.server.settle();
    assert_eq!(count(me, LICENSE), 0);
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 2, "seen": 2, "made": 1}));
    let mut after = license_of(&world, &customer);
    assert_eq!(
        (&before["Name"], &after["Name"]),
        (&json!("L-00001"), &json!("L-00003"))
    );
    for changed in ["Name", "LastModifiedDate", "attributes"] {
        after[changed] = before[changed].clone();
    }
    assert_eq!(after, before);
    assert_eq!(count(me, "Lead"), 2);
    // It is a license like any other: the next terms reach the copy.
    let license = license_id(&world);
    let modified = modify(me, &license, &json!({"seats": 9})).expect(200);
    assert_eq!(modified["sync"], "InSync", "{modified}");
    let user = customer.administrator.to_string();
    assert_eq!(check(&world, &key, &user)["seats"], 9);
}

/// R-INS-8: registration and a refresh make records for what was installed before: Active, Site
/// License, without end, with the true Install Date; a beta gets none (R-PKG-8).
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_8_installed_before_the_registration(#[case] backend: Backend) {
    let mut world = World::start(backend);
    let (packaging, package_id, version) = package(&world, "early", false);
    let beta = crate::support::upload(&packaging.http, &package_id.to_string(), "2.0", true);
    let customer = world.customer(|_| {});
    let key = install(&customer.http, version)["installation_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let sandbox = world.customer(|new| new.sandbox = true);
    let _ = install(&sandbox.http, beta);
    let user = customer.administrator.to_string();
    assert_eq!(reason(&world, &key, &user), "Unrestricted");
    later(&mut world, SignedDuration::from_hours(7 * 24));
    let packaging = sign_in(&world.server, "admin@early.example");
    let me = &world.business.http;
    register(
        &world,
        &packaging,
        package_id,
        json!({"status": "Trial", "trial_days": 5, "seats": 1}),
    )
    .expect(200);
    world.server.settle();
    assert_eq!(count(me, LICENSE), 0);
    let job = refresh_of(&world, package_id);
    assert_eq!(counts(&job), json!({"total": 2, "seen": 2, "made": 1}));
    let license = license_of(&world, &customer);
    assert_eq!(license["sfLma__Status__c"], "Active");
    assert_eq!(license["sfLma__Seats__c"], -1.0);
    assert_eq!(license["sfLma__Expiration__c"], Value::Null);
    assert_eq!(license["sfLma__Install_Date__c"], "2026-03-02");
    assert!(license["sfLma__Lead__c"].is_string(), "{license}");
    assert_eq!(reason(&world, &key, &user), "Licensed");
    let modified = modify(me, &license_id(&world), &json!({"status": "Suspended"})).expect(200);
    assert_eq!(modified["sync"], "InSync", "{modified}");
    assert_eq!(reason(&world, &key, &user), "Suspended");
}

/// R-SYN-2: what cannot be made is counted and listed with its reason, does not stop the others, and
/// comes by itself once the cause is gone.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_cannot_be_made(#[case] backend: Backend) {
    let world = World::start(backend);
    without_pause(&world);
    let me = &world.business.http;
    let (missing, edited) = (world.customer(|_| {}), world.customer(|_| {}));
    let _keys = [world.install(&missing), world.install(&edited)];
    assert_eq!(
        me.delete(&sobject(LICENSE, &id_of(&world, &missing)))
            .status,
        204
    );
    let wrong = json!({"sfLma__Version_Number__c": "9.9"});
    assert_eq!(
        me.patch(&sobject(LICENSE, &id_of(&world, &edited)), &wrong)
            .status,
        204
    );
    let manager = world.with_profile(
        &world.business,
        "manager@business.example",
        "License Administrator",
    );
    let set = json!({"user": manager.administrator.to_string()});
    me.json(
        "PUT",
        &format!("/api/v1/packages/{}/lead-manager", world.package),
        &set,
    )
    .expect(200);
    let switch = |on: bool| {
        let path = format!("/api/v1/users/{}", manager.administrator);
        assert_eq!(me.patch(&path, &json!({"active": on})).status, 204);
    };
    switch(false);
    let job = refresh(&world);
    assert_eq!(
        counts(&job),
        json!({"total": 2, "seen": 2, "corrected": 1, "failed": 1})
    );
    assert_eq!(job["failures"][0]["org_id"], missing.id.to_string());
    assert_eq!(
        job["failures"][0]["reason"],
        "the lead manager is not an active user"
    );
    assert_eq!(
        license_of(&world, &edited)["sfLma__Version_Number__c"],
        "1.0"
    );
    // Still held: it is left to its message and listed again.
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 2, "seen": 2, "failed": 1}));
    switch(true);
    let waiting = me.get("/api/v1/messages").expect(200);
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let retried = me.post(&format!("/api/v1/messages/{id}/retry"), &json!({}));
    assert_eq!(retried.expect(200)["done"], true);
    assert_eq!(count(me, LICENSE), 2);
}

/// R-MOV-1: copies that another org followed turn to the org that the package is registered with
/// now, with the terms that they had; an uninstalled one turns to it for its reinstall.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_copies_turn_to_the_new_org(#[case] backend: Backend) {
    let world = World::start(backend);
    without_pause(&world);
    let me = &world.business.http;
    let (live, removed) = (world.customer(|_| {}), world.customer(|_| {}));
    let key = world.install(&live);
    let made = install(&removed.http, world.version);
    world.server.settle();
    modify(
        me,
        &id_of(&world, &live),
        &json!({"status": "Active", "seats": 5}),
    )
    .expect(200);
    let made = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(removed.http.delete(&made).status, 204);
    world.server.settle();
    let other = world.customer(|new| new.business = true);
    let (from, app) = (other.id, &world.server.app);
    let turned = app.store().write(move |tx| {
        tx.execute("DELETE FROM licenses", &[])?;
        tx.execute(
            "UPDATE package_licenses SET publisher_org = ?1",
            &[from.into()],
        )
    });
    assert_eq!(world.server.wait(turned).unwrap(), 2);
    let job = refresh(&world);
    assert_eq!(
        counts(&job),
        json!({"total": 2, "seen": 2, "made": 1, "corrected": 1})
    );
    let license = license_of(&world, &live);
    assert_eq!(
        (&license["sfLma__Status__c"], &license["sfLma__Seats__c"]),
        (&json!("Active"), &json!(5.0))
    );
    let modified = modify(me, &id_of(&world, &live), &json!({"seats": 6})).expect(200);
    assert_eq!(modified["sync"], "InSync", "{modified}");
    assert_eq!(
        check(&world, &key, &live.administrator.to_string())["seats"],
        6
    );
    let _ = install(&removed.http, world.version);
    world.server.settle();
    assert_eq!(license_of(&world, &removed)["sfLma__Status__c"], "Trial");
    assert_eq!(counts(&refresh(&world)), json!({"total": 2, "seen": 2}));
}
