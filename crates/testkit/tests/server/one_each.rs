//! One license per package and org (R-PKG-7, R-LIC-12).

use std::collections::BTreeSet;

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{count, create, install, one, package, refusal, register, sobject};

/// R-PKG-7: five packages, installed in one org, are five licenses; each is its own.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_7_five_packages_five_licenses(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    install(&customer.http, world.version);
    for name in ["two", "three", "four", "five"] {
        let (packaging, made, version) = package(&world, name, false);
        let defaults = json!({"status": "Active", "seats": 7});
        register(&world, &packaging, made, defaults).expect(200);
        world.server.settle();
        install(&customer.http, version);
    }
    world.server.settle();
    let me = &world.business.http;
    let rows = me.rows("SELECT Id, sfLma__Package__c, sfLma__Seats__c FROM sfLma__License__c");
    assert_eq!(rows.len(), 5);
    let packages: BTreeSet<&str> = rows
        .iter()
        .map(|row| row["sfLma__Package__c"].as_str().unwrap())
        .collect();
    assert_eq!(packages.len(), 5);
    let one = rows[0]["Id"].as_str().unwrap();
    let changed = json!({"status": "Suspended", "seats": 3});
    me.post(&format!("/api/v1/licenses/{one}/modify"), &changed)
        .expect(200);
    let suspended = "sfLma__License__c WHERE sfLma__Status__c = 'Suspended'";
    assert_eq!(count(me, suspended), 1);
    assert_eq!(count(me, "Lead"), 1);
}

/// R-LIC-12: installing, upgrading, uninstalling and installing again keep the one license, with its
/// Package License ID; one that is made by hand beside it is possible, and is left alone.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_12_one_license_in_an_org(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let me = &world.business.http;
    let made = install(&customer.http, world.version);
    world.server.settle();
    let ids = "SELECT Id, Name, sfLma__Package_License_ID__c FROM sfLma__License__c \
               WHERE sfLma__Package_License_ID__c != null";
    let before = me.rows(ids);
    assert_eq!(before.len(), 1);
    let row = one(
        me,
        "SELECT sfLma__Package__c, sfLma__Subscriber_Org_ID__c FROM sfLma__License__c",
    );
    // The Package License ID is the license's own: nobody gives it to another.
    let taken = json!({
        "sfLma__Package__c": row["sfLma__Package__c"],
        "sfLma__Status__c": "Active", "sfLma__Seats__c": 9,
        "sfLma__Package_License_ID__c": before[0]["sfLma__Package_License_ID__c"],
    });
    let refused = me.post(&sobject("sfLma__License__c", ""), &taken);
    assert_eq!(refusal(&refused).0, "DUPLICATE_VALUE");
    let twin = json!({
        "sfLma__Package__c": row["sfLma__Package__c"],
        "sfLma__Subscriber_Org_ID__c": row["sfLma__Subscriber_Org_ID__c"],
        "sfLma__Status__c": "Active", "sfLma__Seats__c": 9,
    });
    let twin = create(me, "sfLma__License__c", &twin);
    let higher = world.upload("2.0");
    install(&customer.http, higher);
    world.server.settle();
    let path = format!("/api/v1/installs/{}", made["id"].as_str().unwrap());
    let _ = customer.http.delete(&path);
    world.server.settle();
    install(&customer.http, higher);
    world.server.settle();
    assert_eq!(me.rows(ids), before);
    assert_eq!(count(me, "sfLma__License__c"), 2);
    let twin = me.get(&sobject("sfLma__License__c", &twin)).expect(200);
    assert_eq!(twin["sfLma__Status__c"], "Active");
    assert_eq!(twin["sfLma__Seats__c"].as_f64(), Some(9.0));
}
