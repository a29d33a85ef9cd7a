//! Licenses that somebody deleted while their package is installed (R-PKG-6).

use openlma_core::Id;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::installs::INSTALLS;
use crate::support::{
    LICENSE, count, id, install, license_id, modify, object, one, patch_license, reason, sobject,
};

fn uninstall(org: &Org, made: &Value) {
    let path = format!("{INSTALLS}/{}", made["id"].as_str().unwrap());
    assert_eq!(org.http.delete(&path).status, 204);
}

/// Deletes the only license; answers its id.
fn delete(world: &World) -> String {
    let license = license_id(world);
    let deleted = world.business.http.delete(&sobject(LICENSE, &license));
    assert_eq!(deleted.status, 204);
    assert_eq!(count(&world.business.http, LICENSE), 0);
    license
}

fn undelete(world: &World, license: &str) {
    let me = &world.business;
    let object = object(me, LICENSE);
    let app = &world.server.app;
    let back = app.undelete_records(&me.actor, &object, vec![id(license)], true);
    assert!(world.server.wait(back).unwrap().iter().all(Result::is_ok));
}

/// Hands over what one org has to send, and applies it in the other.
fn carry(world: &World, from: Id, to: Id) {
    let app = &world.server.app;
    world.server.wait(app.deliver(from)).unwrap();
    world.server.wait(app.apply_received(to)).unwrap();
}

/// R-PKG-6, R-SYN-3, R-SYN-4: a license that was changed, deleted, and made anew by a reinstall has
/// its old terms and a new number; what is changed in it then reaches the subscriber's copy, and it
/// says In sync only with the terms that the copy has.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_made_anew_and_modified(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let made = install(&customer.http, world.version);
    world.server.settle();
    for seats in [3, 4, 5] {
        let terms = json!({"status": "Active", "seats": seats});
        modify(me, &license_id(&world), &terms).expect(200);
        world.server.settle();
    }
    let _ = delete(&world);
    uninstall(&customer, &made);
    world.server.settle();
    let made = install(&customer.http, world.version);
    world.server.settle();
    let shown = "SELECT Name, sfLma__Status__c, sfLma__Seats__c, olma__Sync_State__c \
                 FROM sfLma__License__c";
    let anew = one(me, shown);
    assert_eq!(anew["Name"], "L-00002");
    assert_eq!(anew["sfLma__Status__c"], "Active");
    assert_eq!(anew["sfLma__Seats__c"].as_f64(), Some(5.0));
    assert_eq!(anew["olma__Sync_State__c"], "In sync");

    let suspended = modify(me, &license_id(&world), &json!({"status": "Suspended"})).expect(200);
    assert_eq!(suspended["sync"], "InSync");
    world.server.settle();
    assert_eq!(one(me, shown)["olma__Sync_State__c"], "In sync");
    let copy = one(
        &customer.http,
        "SELECT Status, AllowedLicenses FROM PackageLicense",
    );
    assert_eq!(
        (&copy["Status"], &copy["AllowedLicenses"]),
        (&json!("Suspended"), &json!(5))
    );
    let key = made["installation_key"].as_str().unwrap();
    let user = customer.administrator.to_string();
    assert_eq!(reason(&world, key, &user), "Suspended");
}

/// R-SYN-4: terms that were on their way when the license was deleted are those of the license that
/// a reinstall makes; it says Pending until the copy has them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_pending_terms_of_a_deleted_license(#[case] backend: Backend) {
    let world = World::start(backend);
    let (me, business) = (&world.business.http, world.business.id);
    let customer = world.customer(|_| {});
    let made = install(&customer.http, world.version);
    world.server.settle();
    world.server.stop_worker();
    let suspended = json!({"sfLma__Status__c": "Suspended"});
    assert_eq!(
        patch_license(me, &license_id(&world), &suspended).status,
        204
    );
    let _ = delete(&world);
    uninstall(&customer, &made);
    let made = install(&customer.http, world.version);
    carry(&world, customer.id, business);
    carry(&world, customer.id, business);
    let shown = "SELECT sfLma__Status__c, olma__Sync_State__c FROM sfLma__License__c";
    let anew = one(me, shown);
    assert_eq!(
        (&anew["sfLma__Status__c"], &anew["olma__Sync_State__c"]),
        (&json!("Suspended"), &json!("Pending"))
    );
    // A second change joins the queue of the first.
    let seats = json!({"sfLma__Seats__c": 7});
    assert_eq!(patch_license(me, &license_id(&world), &seats).status, 204);
    carry(&world, business, customer.id);
    let key = made["installation_key"].as_str().unwrap();
    let user = customer.administrator.to_string();
    assert_eq!(reason(&world, key, &user), "Suspended");
    let copy = one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
    assert_eq!(copy["AllowedLicenses"], 7);
    carry(&world, customer.id, business);
    assert_eq!(one(me, shown)["olma__Sync_State__c"], "In sync");
}

/// R-SYN-2, R-INS-7: what happens to an install whose license is in the recycle bin is not lost: taken
/// back, the license shows the upgrade, the seats and the uninstall.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_a_deleted_license_follows(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let user = world.user(&customer, "second@customer1.example");
    let _ = install(&customer.http, world.version);
    world.server.settle();
    let higher = world.upload("2.0");
    let license = delete(&world);
    let upgraded = install(&customer.http, higher);
    let seats = json!({"users": [user.to_string()]});
    customer
        .http
        .post("/api/v1/packages/orbit/seats", &seats)
        .expect(200);
    world.server.settle();
    undelete(&world, &license);
    let shown = "SELECT Name, sfLma__Status__c, sfLma__Version_Number__c, sfLma__Used_Licenses__c \
                 FROM sfLma__License__c";
    let back = one(me, shown);
    assert_eq!(back["Name"], "L-00001");
    assert_eq!(back["sfLma__Version_Number__c"], "2.0");
    assert_eq!(back["sfLma__Used_Licenses__c"].as_f64(), Some(2.0));

    let _ = delete(&world);
    uninstall(&customer, &upgraded);
    world.server.settle();
    undelete(&world, &license);
    let back = one(me, shown);
    assert_eq!(back["sfLma__Status__c"], "Uninstalled");
    assert_eq!(back["sfLma__Used_Licenses__c"], Value::Null);
}
