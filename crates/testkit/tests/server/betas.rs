//! A beta where a licensed version was (R-PKG-8 beside R-INS-7).

use openlma_core::Id;
use openlma_core::org::{Edition, OrgStatus};
use openlma_testkit::world::sign_in;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::installs::{INSTALLS, body};
use crate::support::{
    count, install, license_id, modify, one, patch_license, problem, reason, upload,
};

fn license(world: &World) -> Value {
    let soql = "SELECT Name, sfLma__Status__c, sfLma__Seats__c, sfLma__Expiration__c, \
                sfLma__Install_Date__c, sfLma__Version_Number__c, sfLma__Org_Status__c, \
                olma__Sync_State__c FROM sfLma__License__c";
    one(&world.business.http, soql)
}

fn uninstall(org: &Org, made: &Value) {
    let path = format!("{INSTALLS}/{}", made["id"].as_str().unwrap());
    assert_eq!(org.http.delete(&path).status, 204);
}

/// The version before, a beta and the version after.
fn versions(world: &World) -> (Id, Id, Id) {
    let package = world.package.to_string();
    let upload = |number, beta| upload(&world.packaging.http, &package, number, beta);
    (world.version, upload("2.0", true), upload("2.1", false))
}

fn reason_for(world: &World, org: &Org, made: &Value) -> String {
    let key = made["installation_key"].as_str().unwrap();
    reason(world, key, &org.administrator.to_string())
}

/// R-PKG-8: a beta that is installed after an uninstall has no license: everybody may use it, its
/// publisher hears nothing of it, seats are not assigned, it is not upgraded. R-INS-7: the next
/// released version brings the license back with the terms it had.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_8_a_beta_after_a_license(#[case] backend: Backend) {
    let world = World::start(backend);
    let (released, beta, next) = versions(&world);
    let customer = world.customer(|new| new.edition = Edition::Developer);
    let user = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let made = install(&customer.http, released);
    world.server.settle();
    let terms = json!({"status": "Active", "seats": 5, "expires_on": "2027-01-31"});
    modify(&world.business.http, &license_id(&world), &terms).expect(200);
    uninstall(&customer, &made);
    world.server.settle();
    let uninstalled = license(&world);
    assert_eq!(uninstalled["sfLma__Status__c"], "Uninstalled");

    let made = install(&customer.http, beta);
    assert_eq!(reason_for(&world, &customer, &made), "Unrestricted");
    let copy = "SELECT Status, AllowedLicenses, ExpirationDate FROM PackageLicense";
    let shown = one(&customer.http, copy);
    assert_eq!(
        (
            &shown["Status"],
            &shown["AllowedLicenses"],
            &shown["ExpirationDate"]
        ),
        (&json!("Free"), &json!(-1), &Value::Null)
    );
    let seats = "/api/v1/packages/orbit/seats";
    let refused = customer.http.post(seats, &json!({"users": [user]}));
    assert!((400..500).contains(&refused.status), "{refused:?}");
    let upgrade = customer.http.post(INSTALLS, &body(next));
    assert_eq!(problem(&upgrade, 400), "INVALID_OPERATION");
    let set = world
        .server
        .app
        .set_org_status(&world.operator, customer.id, OrgStatus::Free);
    world.server.wait(set).unwrap();
    world.server.settle();
    assert_eq!(license(&world), uninstalled);

    uninstall(&customer, &made);
    let made = install(&customer.http, next);
    assert_eq!(reason_for(&world, &customer, &made), "Licensed");
    let shown = one(&customer.http, copy);
    assert_eq!(
        (&shown["Status"], &shown["AllowedLicenses"]),
        (&json!("Active"), &json!(5))
    );
    customer
        .http
        .post(seats, &json!({"users": [user]}))
        .expect(200);
    world.server.settle();
    let back = license(&world);
    for (field, value) in [
        ("Name", "L-00001"),
        ("sfLma__Status__c", "Active"),
        ("sfLma__Expiration__c", "2027-01-31"),
        ("sfLma__Install_Date__c", "2026-03-02"),
        ("sfLma__Version_Number__c", "2.1"),
        ("sfLma__Org_Status__c", "FREE"),
        ("olma__Sync_State__c", "In sync"),
    ] {
        assert_eq!(back[field], value, "{field}");
    }
    assert_eq!(back["sfLma__Seats__c"].as_f64(), Some(5.0));
    assert_eq!(count(&world.business.http, "Lead"), 1);
}

/// R-SYN-4: terms on their way when the beta came do not touch it, and are not lost.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_terms_that_meet_a_beta(#[case] backend: Backend) {
    let world = World::start(backend);
    let (released, beta, next) = versions(&world);
    let customer = world.customer(|new| new.edition = Edition::Developer);
    let made = install(&customer.http, released);
    world.server.settle();
    world.server.stop_worker();
    let suspended = json!({"sfLma__Status__c": "Suspended"});
    let patched = patch_license(&world.business.http, &license_id(&world), &suspended);
    assert_eq!(patched.status, 204);
    uninstall(&customer, &made);
    let made = install(&customer.http, beta);
    let carry = |from: Id, to: Id| {
        let app = &world.server.app;
        world.server.wait(app.deliver(from)).unwrap();
        world.server.wait(app.apply_received(to)).unwrap();
    };
    carry(customer.id, world.business.id);
    carry(world.business.id, customer.id);
    assert_eq!(reason_for(&world, &customer, &made), "Unrestricted");
    uninstall(&customer, &made);
    let made = install(&customer.http, next);
    assert_eq!(reason_for(&world, &customer, &made), "Suspended");
    carry(customer.id, world.business.id);
    let back = license(&world);
    assert_eq!(back["sfLma__Status__c"], "Suspended");
    assert_eq!(back["olma__Sync_State__c"], "In sync");
}

/// R-LIC-3: the trial that begins after a beta has the day on which it begins for Install Date.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_3_a_trial_after_a_beta(#[case] backend: Backend) {
    let world = World::start(backend);
    let (_, beta, next) = versions(&world);
    let customer = world.customer(|new| new.edition = Edition::Developer);
    let made = install(&customer.http, beta);
    world.server.clock.set("2026-06-10T09:00:00Z");
    let customer = sign_in(&world.server, "admin@customer1.example");
    uninstall(&customer, &made);
    let _ = install(&customer.http, next);
    world.server.settle();
    let soql = "SELECT sfLma__Install_Date__c, sfLma__Expiration__c FROM sfLma__License__c";
    let business = sign_in(&world.server, "admin@business.example");
    let license = one(&business.http, soql);
    assert_eq!(license["sfLma__Install_Date__c"], "2026-06-10");
    assert_eq!(license["sfLma__Expiration__c"], "2026-07-10");
}
