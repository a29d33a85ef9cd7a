//! Editable and Read-Only: what happens to the licenses of a package that leaves and comes back,
//! and to what was on its way (R-LIC-9, R-MOV-1, R-SYN-2).

use openlma_core::id::prefix;
use openlma_core::{Id, Record};
use openlma_store::records;
use openlma_testkit::{Backend, Client, World};
use rstest::rstest;
use serde_json::json;

use crate::moving::{dissociate, leave, publisher, register_with};
use crate::support::{
    LICENSE, check, count, install, license_id, modify, object, one, patch_license, problem,
};

fn license(http: &Client) -> serde_json::Value {
    one(
        http,
        "SELECT Name, sfLma__License_Type__c, sfLma__Seats__c, olma__Sync_State__c, \
         olma__Sync_Error__c FROM sfLma__License__c",
    )
}

/// R-LIC-9, R-PKG-3: a package that comes back to its org finds its one record, and its licenses are
/// Editable again with the names that they had.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_9_editable_again(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let before = license(me);
    for _ in 0..2 {
        leave(&world, false);
        let _ = world.upload(if count(me, "sfLma__Package_Version__c") == 1 {
            "2.0"
        } else {
            "3.0"
        });
        assert_eq!(license(me)["sfLma__License_Type__c"], "Read-Only");
        let defaults = json!({"status": "Active", "seats": 4});
        register_with(&world, &world.business, &defaults).expect(200);
        assert_eq!(license(me), before);
    }
    assert_eq!(count(me, "sfLma__Package__c"), 1);
    assert_eq!(count(me, "sfLma__Package_Version__c"), 3);
    let record = one(
        me,
        "SELECT sfLma__Latest_Version__c, olma__Registration_State__c FROM sfLma__Package__c",
    );
    assert_eq!(record["sfLma__Latest_Version__c"], "3.0");
    assert_eq!(record["olma__Registration_State__c"], "Done");
    let changed = modify(me, &license_id(&world), &json!({"seats": 3}));
    assert_eq!(changed.expect(200)["sync"], "InSync", "{changed:?}");
}

/// R-LIC-9: however many licenses there are, all change, a few at a time; those of a vanished org
/// stay Read-Only.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_9_many_licenses(#[case] backend: Backend) {
    const MANY: usize = 450;
    let world = World::start(backend);
    let me = &world.business.http;
    let of_license = object(&world.business, LICENSE);
    let package = one(me, "SELECT Id FROM sfLma__Package__c");
    let package = Id::parse(package["Id"].as_str().unwrap()).unwrap();
    let (org, now) = (world.business.id, world.server.app.now());
    let owner = world.business.administrator;
    let write = move |tx: &mut openlma_store::Tx<'_>| {
        let rows: Vec<Record> = (0..MANY)
            .map(|n| {
                let mut row = Record::with_defaults(&of_license);
                let id = |prefix: &str| Id::parse(&format!("{prefix}000000{n:06}")).unwrap();
                row.set("Id", id(of_license.prefix.unwrap()));
                row.set("Name", format!("L-{n:05}"));
                row.set("sfLma__Package__c", package);
                row.set("sfLma__License_Type__c", "Editable");
                row.set("sfLma__Status__c", "Active");
                row.set(
                    "sfLma__Package_License_ID__c",
                    id(prefix::PACKAGE_LICENSE).to_string(),
                );
                if n == 7 {
                    row.set(openlma_core::license::field::ORG_STATUS, "DELETED");
                }
                for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
                    row.set(field, now);
                }
                for field in ["OwnerId", "CreatedById", "LastModifiedById"] {
                    row.set(field, owner);
                }
                row
            })
            .collect();
        records::insert(tx, org, &rows)
    };
    let written = world.server.app.store().write(write);
    world.server.wait(written).unwrap();
    let of = |kind: &str| {
        count(
            me,
            &format!("{LICENSE} WHERE sfLma__License_Type__c = '{kind}'"),
        )
    };
    let many = u64::try_from(MANY).unwrap();
    assert_eq!((of("Editable"), of("Read-Only")), (many, 0));
    leave(&world, false);
    assert_eq!((of("Editable"), of("Read-Only")), (0, many));
    register_with(&world, &world.business, &json!({"status": "Active"})).expect(200);
    assert_eq!((of("Editable"), of("Read-Only")), (many - 1, 1));
}

/// R-MOV-1, R-SYN-2: what was on its way when the package left ends in its place: terms of the old
/// org without effect, an install in a Read-Only license, and nothing waits for ever.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_what_was_on_its_way(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let (customer, late) = (world.customer(|_| {}), world.customer(|_| {}));
    let key = world.install(&customer);
    let first = license_id(&world);
    let app = &world.server.app;
    world.server.stop_worker();
    assert_eq!(
        patch_license(me, &first, &json!({"sfLma__Seats__c": 9})).status,
        204
    );
    assert_eq!(license(me)["olma__Sync_State__c"], "Pending");
    world.server.wait(app.deliver(world.business.id)).unwrap();
    install(&late.http, world.version);
    dissociate(me, world.package, false).expect(200);
    // The terms are in the customer's inbox already.
    world.server.wait(app.apply_received(customer.id)).unwrap();
    let seats = check(&world, &key, "admin@customer1.example")["seats"].clone();
    assert_eq!(seats, 2);
    world.server.wait(app.deliver(customer.id)).unwrap();
    world.server.wait(app.deliver(world.packaging.id)).unwrap();
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    let row = license(me);
    assert_eq!(row["sfLma__License_Type__c"], "Read-Only");
    assert_eq!(row["olma__Sync_State__c"], "Failed");
    assert!(row["olma__Sync_Error__c"].is_string());
    // What was installed before the end comes after it.
    world.server.wait(app.deliver(late.id)).unwrap();
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    let both = me.rows("SELECT sfLma__License_Type__c FROM sfLma__License__c");
    assert_eq!(both.len(), 2);
    assert!(
        both.iter()
            .all(|l| l["sfLma__License_Type__c"] == "Read-Only"),
        "{both:?}"
    );
    for org in [&world.business, &customer, &late, &world.packaging] {
        let held = app.waiting(&org.actor, None, 10);
        assert_eq!(world.server.wait(held).unwrap(), []);
    }
}

/// R-MOV-1: facts for the new org do not travel in a message that the old one has still to get.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_facts_keep_their_receiver(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let second = world.user(&customer, "second@customer1.example");
    let new = publisher(&world);
    world.server.stop_worker();
    let app = &world.server.app;
    let seats = "/api/v1/packages/orbit/seats";
    let users = json!({"users": [second.to_string()]});
    // For the old org, and not sent.
    customer.http.post(seats, &users).expect(200);
    dissociate(me, world.package, false).expect(200);
    let pass = |org: Id, to: Id| {
        world.server.wait(app.deliver(org)).unwrap();
        world.server.wait(app.apply_received(to)).unwrap();
    };
    let token = json!({"org_token": world.packaging.token});
    new.http.post("/api/v1/connections", &token).expect(200);
    let wanted = json!({"package_id": world.package.to_string(), "org_token": new.token});
    new.http.post("/api/v1/registrations", &wanted).expect(200);
    pass(world.packaging.id, new.id);
    let found = install(&customer.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    install(&customer.http, world.version);
    customer.http.post(seats, &users).expect(200);
    pass(customer.id, new.id);
    pass(customer.id, world.business.id);
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    let used = |http: &Client| {
        let row = one(
            http,
            "SELECT sfLma__Used_Licenses__c FROM sfLma__License__c",
        );
        row["sfLma__Used_Licenses__c"].clone()
    };
    assert_eq!(used(me), 2.0);
    assert_eq!(used(&new.http), 2.0);
    let status = one(me, "SELECT sfLma__Status__c FROM sfLma__License__c");
    assert_eq!(status["sfLma__Status__c"], "Trial");
    let refused = modify(me, &license_id(&world), &json!({"seats": 3}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}
