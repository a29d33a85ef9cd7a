//! Licenses that a refresh makes, or cannot make (R-PKG-6, R-INS-8, R-SYN-2, R-MOV-1).

use jiff::SignedDuration;
use openlma_testkit::world::sign_in;
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use super::comparing::{id_of, license_of};
use super::{counts, later, refresh, refresh_by, refresh_of, without_pause};
use crate::moving;
use crate::support::{
    LICENSE, check, count, create, install, license_id, modify, package, problem, reason, register,
    sobject,
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

/// R-PKG-6: there is one license for a Package License ID: one that was deleted and made anew does not
/// come back from the recycle bin beside it, and its successor stays as it is.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_a_successor_stays(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _key = world.install(&customer);
    let deleted = license_id(&world);
    let task = json!({"Subject": "Call them", "WhatId": deleted});
    let _ = create(me, "Task", &task);
    assert_eq!(me.delete(&sobject(LICENSE, &deleted)).status, 204);
    let tasks = count(me, "Task");
    assert_eq!(counts(&refresh(&world))["made"], 1);
    let successor = license_of(&world, &customer);
    assert_eq!(successor["Name"], "L-00002");

    let undelete = format!("/api/v1/records/{deleted}/undelete");
    let refused = || problem(&me.post(&undelete, &json!({})), 400);
    for _ in 0..2 {
        assert_eq!(refused(), "DUPLICATE_VALUE");
        assert_eq!(count(me, LICENSE), 1);
        assert_eq!(count(me, "Task"), tasks);
        assert_eq!(license_of(&world, &customer), successor);
    }
    // Without a successor it comes back, and the successor then cannot.
    let successor = license_id(&world);
    assert_eq!(me.delete(&sobject(LICENSE, &successor)).status, 204);
    me.post(&undelete, &json!({})).expect(200);
    assert_eq!(license_of(&world, &customer)["Name"], "L-00001");
    let undelete = format!("/api/v1/records/{successor}/undelete");
    assert_eq!(
        problem(&me.post(&undelete, &json!({})), 400),
        "DUPLICATE_VALUE"
    );
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
    // The worker would try it as soon as the manager is active again.
    world.server.settle();
    world.server.stop_worker();
    switch(true);
    let waiting = me.get("/api/v1/messages").expect(200);
    let id = waiting["items"][0]["id"].as_str().unwrap();
    let retried = me.post(&format!("/api/v1/messages/{id}/retry"), &json!({}));
    assert_eq!(retried.expect(200)["done"], true);
    assert_eq!(count(me, LICENSE), 2);
}

/// R-MOV-1: after a move the refresh in the new org makes the licenses there, with the terms that the
/// copies had; one that was installed in between gets those of R-INS-8; one that is uninstalled turns
/// to the new org for its reinstall. What is left behind stays Read-Only.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_the_new_org_gets_the_licenses(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let [live, removed, between] = std::array::from_fn(|_| world.customer(|_| {}));
    let key = world.install(&live);
    let made = install(&removed.http, world.version);
    world.server.settle();
    let terms = json!({"status": "Active", "seats": 5});
    modify(me, &id_of(&world, &live), &terms).expect(200);
    let made = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    assert_eq!(removed.http.delete(&made).status, 204);
    world.server.settle();
    let _ = moving::leave(&world, false);
    let _ = install(&between.http, world.version);
    assert_eq!(me.post(&super::path(world.package), &json!({})).status, 400);
    let other = moving::publisher(&world);
    let defaults = json!({"status": "Trial", "trial_days": 3});
    moving::register_with(&world, &other, &defaults).expect(200);
    assert_eq!(count(&other.http, LICENSE), 0);
    let job = refresh_by(&world, &other.http, world.package);
    assert_eq!(
        counts(&job),
        json!({"total": 3, "seen": 3, "made": 2, "corrected": 1})
    );
    let license = moving::license_of(&other.http, &live);
    let terms = (&license["sfLma__Status__c"], &license["sfLma__Seats__c"]);
    assert_eq!(terms, (&json!("Active"), &json!(5.0)));
    assert_eq!(license["sfLma__Install_Date__c"], "2026-03-02");
    assert_eq!(license["sfLma__License_Type__c"], "Editable");
    let license = moving::license_of(&other.http, &between);
    let terms = (&license["sfLma__Status__c"], &license["sfLma__Seats__c"]);
    assert_eq!(terms, (&json!("Active"), &json!(-1.0)));
    assert!(license["sfLma__Lead__c"].is_string(), "{license}");
    let old = moving::license_of(me, &live);
    assert_eq!(old["sfLma__License_Type__c"], "Read-Only");
    // Both directions work: terms out, seats in.
    let soql = format!(
        "SELECT Id FROM {LICENSE} WHERE sfLma__Subscriber_Org_ID__c = '{}'",
        live.id.as_str()
    );
    let id = crate::support::one(&other.http, &soql)["Id"].clone();
    let modified = modify(&other.http, id.as_str().unwrap(), &json!({"seats": 6}));
    assert_eq!(modified.expect(200)["sync"], "InSync");
    let user = live.administrator.to_string();
    assert_eq!(check(&world, &key, &user)["seats"], 6);
    let _ = install(&removed.http, world.version);
    world.server.settle();
    let license = moving::license_of(&other.http, &removed);
    assert_eq!(license["sfLma__Status__c"], "Trial");
    let days = json!({"refresh_interval_days": 0});
    other.http.patch("/api/v1/orgs/current", &days).expect(200);
    let job = refresh_by(&world, &other.http, world.package);
    assert_eq!(counts(&job), json!({"total": 3, "seen": 3}));
}

/// R-MOV-1: a package that comes back finds its licenses; the refresh brings them up to date.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_back_again(#[case] backend: Backend) {
    let world = World::start(backend);
    let higher = world.upload("2.0");
    let customer = world.customer(|_| {});
    let _key = world.install(&customer);
    let _ = moving::leave(&world, false);
    // Nobody is told.
    let _ = install(&customer.http, higher);
    world.server.settle();
    let defaults = json!({"status": "Active"});
    moving::register_with(&world, &world.business, &defaults).expect(200);
    let before = license_of(&world, &customer);
    assert_eq!(before["sfLma__Version_Number__c"], "1.0");
    let job = refresh(&world);
    assert_eq!(counts(&job), json!({"total": 1, "seen": 1, "corrected": 1}));
    let after = license_of(&world, &customer);
    assert_eq!(after["sfLma__Version_Number__c"], "2.0");
    assert_eq!(after["sfLma__License_Type__c"], "Editable");
    assert_eq!(after["Name"], before["Name"]);
}
