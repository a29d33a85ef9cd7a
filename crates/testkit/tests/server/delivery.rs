//! One message that cannot go its way keeps no other from its own (R-SYN-2).

use std::ops::RangeInclusive;

use openlma_app::carry::Delivery;
use openlma_core::Id;
use openlma_store::Tx;
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

/// Has the publisher's inbox take one message of each of these senders, and no more.
fn narrow(world: &World, senders: &[Id]) {
    let business = world.business.id;
    let senders: Vec<String> = senders
        .iter()
        .map(|id| format!("'{}'", id.as_str()))
        .collect();
    let sql = format!(
        "CREATE UNIQUE INDEX narrow ON inbox (from_org) \
         WHERE org_id = '{}' AND from_org IN ({})",
        business.as_str(),
        senders.join(", ")
    );
    let narrow = move |tx: &mut Tx<'_>| tx.execute(&sql, &[]);
    world
        .server
        .wait(world.server.app.store().write(narrow))
        .unwrap();
}

/// Has an org send these messages to another one, each in a queue of its own.
fn send(world: &World, from: Id, to: Id, numbers: RangeInclusive<u64>) {
    let now = world.server.app.now();
    let sent = world.server.app.store().write(move |tx| {
        let outgoing = numbers.clone().map(|n| Outgoing {
            id: id(&queue(from, n).as_str().replacen("050", "0me", 1)),
            ..message(to, queue(from, n), 1)
        });
        messages::send_all(tx, from, &outgoing.collect::<Vec<_>>(), now)
    });
    world.server.wait(sent).unwrap();
}

/// The `n`th queue of an org.
fn queue(org: Id, n: u64) -> Id {
    id(&format!("050{}{n:06}", &org.as_str()[9..]))
}

/// Orgs that nobody made, but that have something to send.
fn senders(count: u64) -> Vec<Id> {
    (1..=count)
        .map(|n| id(&format!("00D000000{n:06}")))
        .collect()
}

/// What became of messages: how many went, who failed, whether there is a reason.
fn outcome(delivery: Delivery) -> (usize, Vec<Id>, bool) {
    let failed = delivery.failed.into_iter().collect();
    (delivery.sent, failed, delivery.error.is_some())
}

/// R-SYN-2: of many senders those with a message that does not go are told, and nobody else waits for
/// them: what they have to send to others goes as well, if each receiver is tried by itself.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_many_senders(#[case] backend: Backend) {
    let world = World::start(backend);
    world.server.stop_worker();
    let other = world.customer(|_| {});
    let (app, business) = (&world.server.app, world.business.id);
    let senders = senders(300);
    let bad = [senders[6], senders[250]];
    for sender in &senders {
        let last = if bad.contains(sender) { 2 } else { 1 };
        send(&world, *sender, business, 1..=last);
    }
    send(&world, bad[1], other.id, 3..=5);
    narrow(&world, &bad);
    let first = outcome(world.server.wait(app.carry(&senders)));
    assert_eq!(first, (298, bad.to_vec(), true));
    let again = outcome(world.server.wait(app.carry(&senders)));
    assert_eq!(again, (0, bad.to_vec(), true));
    let apart = outcome(world.server.wait(app.carry_apart(&bad)));
    assert_eq!(apart, (3, bad.to_vec(), true));
    let nobody = outcome(world.server.wait(app.carry(&[])));
    assert_eq!(nobody, (0, vec![], false));
}

/// R-SYN-2: while an org's messages do not go, the worker takes the installs of others to their
/// licenses, and counts them; when they can go, they do.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_the_worker_goes_on(#[case] backend: Backend) {
    let world = World::start(backend);
    let business = world.business.id;
    let bad = senders(2);
    narrow(&world, &bad);
    let delivered = || {
        let metrics = world.server.anybody().get("/metrics").text;
        let mut lines = metrics.lines();
        let line = lines.find(|l| l.starts_with("openlma_messages_delivered_total"));
        line.unwrap()
            .rsplit(' ')
            .next()
            .unwrap()
            .parse::<u64>()
            .unwrap()
    };
    let before = delivered();
    for sender in &bad {
        send(&world, *sender, business, 1..=2);
    }
    for licenses in 1..=3 {
        let customer = world.customer(|_| {});
        let _ = install(&customer.http, world.version);
        world.server.until("the license is made", || {
            (count(&world.business.http, "sfLma__License__c") == licenses).then_some(())
        });
        world.server.until("all that went is counted", || {
            (delivered() >= before + licenses).then_some(())
        });
    }
    let store = world.server.app.store();
    let unsent = |sender| {
        let ways = store.look(move |tx| messages::ways(tx, sender));
        !world.server.wait(ways).unwrap().is_empty()
    };
    assert!(bad.iter().all(|sender| unsent(*sender)));
    let widen = store.write(|tx| tx.execute("DROP INDEX narrow", &[]));
    world.server.wait(widen).unwrap();
    world.server.until("what waited goes", || {
        (!bad.iter().any(|sender| unsent(*sender))).then_some(())
    });
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
    narrow(&world, &[from]);
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
