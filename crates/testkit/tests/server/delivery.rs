//! One message that cannot go its way keeps no other from its own (R-SYN-2).

use openlma_core::Id;
use openlma_store::messages::{self, Outgoing};
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{
    count, id, install, license_id, one, package, patch_license, reason, register,
};

/// Puts a message into an org's inbox behind the back of the app.
fn plant(world: &World, from: Id, message: Outgoing, done: bool) {
    let now = world.server.app.now();
    let planted = world.server.app.store().write(move |tx| {
        messages::send(tx, from, &message, now)?;
        messages::carry(tx, &[from], Some(message.to_org), now)?;
        if done {
            messages::done(tx, message.to_org, &[message.id], now)?;
        }
        Ok(())
    });
    world.server.wait(planted).unwrap();
}

fn message(to: Id, queue: Id, seq: i64) -> Outgoing {
    Outgoing {
        id: id("0me000000000001"),
        to_org: to,
        queue,
        seq,
        kind: "terms",
        revision: 1,
        body: "{".into(),
    }
}

/// The copy of a package in an org.
fn copy(org: &Org, namespace: &str) -> Id {
    let soql = format!("SELECT Id FROM PackageLicense WHERE NamespacePrefix = '{namespace}'");
    id(one(&org.http, &soql)["Id"].as_str().unwrap())
}

/// R-SYN-2: a publisher whose inbox refuses what an org sends does not keep the org's other
/// publishers from theirs; what was refused stays with the sender.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_other_receivers(#[case] backend: Backend) {
    let world = World::start(backend);
    let second = world.customer(|new| new.business = true);
    assert!(
        world.business.id < second.id,
        "the one that fails is the first to be tried"
    );
    let (packaging, made, version) = package(&world, "second", false);
    let connection = json!({"org_token": packaging.token});
    second
        .http
        .post("/api/v1/connections", &connection)
        .expect(200);
    let registration = json!({
        "package_id": made.to_string(), "org_token": second.token,
        "defaults": {"status": "Active"},
    });
    second
        .http
        .post("/api/v1/registrations", &registration)
        .expect(200);
    world.server.settle();
    world.server.stop_worker();

    let business = world.business.id;
    let customer = world.customer(|_| {});
    // The publisher's inbox has room for one message of the customer, and there is one.
    let from = customer.id;
    plant(
        &world,
        from,
        message(business, id("050000000000009"), 1),
        true,
    );
    let _ = install(&customer.http, world.version);
    let _ = install(&customer.http, version);
    let narrow = world.server.app.store().write(move |tx| {
        let sql = format!(
            "CREATE UNIQUE INDEX narrow ON inbox (from_org) WHERE \
                           from_org = '{}' AND org_id = '{}'",
            from.as_str(),
            business.as_str()
        );
        tx.execute(&sql, &[])
    });
    world.server.wait(narrow).unwrap();
    let app = &world.server.app;
    let refused = world.server.wait(app.deliver(customer.id));
    assert!(refused.is_err(), "{refused:?}");
    for org in [&world.business, &second] {
        world.server.wait(app.apply_received(org.id)).unwrap();
    }
    assert_eq!(count(&second.http, "sfLma__License__c"), 1);
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 0);
    let queue = copy(&customer, "orbit");
    let unsent = app
        .store()
        .look(move |tx| messages::unsent(tx, from, queue));
    assert!(world.server.wait(unsent).unwrap());
}

/// R-SYN-2: a message that fails with all that came with it is found and held, it alone; the others
/// are applied.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_the_one_that_fails(#[case] backend: Backend) {
    let world = World::start(backend);
    let (packaging, made, version) = package(&world, "second", false);
    register(&world, &packaging, made, json!({"status": "Active"})).expect(200);
    world.server.settle();
    let customer = world.customer(|_| {});
    let key = install(&customer.http, world.version)["installation_key"].take();
    world.server.settle();
    let license = license_id(&world);
    let _ = install(&customer.http, version);
    world.server.settle();
    world.server.stop_worker();
    let broken = message(customer.id, copy(&customer, "second"), 1);
    let broken_id = broken.id;
    plant(&world, world.business.id, broken, false);
    let suspended = json!({"sfLma__Status__c": "Suspended"});
    assert_eq!(
        patch_license(&world.business.http, &license, &suspended).status,
        204
    );
    let app = &world.server.app;
    world.server.wait(app.deliver(world.business.id)).unwrap();
    world.server.wait(app.apply_received(customer.id)).unwrap();
    let user = customer.administrator.to_string();
    assert_eq!(reason(&world, key.as_str().unwrap(), &user), "Suspended");
    let org = customer.id;
    let waiting = app
        .store()
        .look(move |tx| messages::waiting(tx, org, None, 10));
    let waiting = world.server.wait(waiting).unwrap();
    let held: Vec<_> = waiting
        .iter()
        .map(|w| (w.message.id, w.message.attempts))
        .collect();
    assert_eq!(held, [(broken_id, 1)]);
    assert!(waiting[0].code.is_some());
}
