//! Registrations in the background: their state, what fails, and uploads at the same moment
//! (R-PKG-3).

use jiff::SignedDuration;
use openlma_app::orgs::NewOrg;
use openlma_core::id::prefix;
use openlma_core::org::Edition;
use openlma_core::{Error, Id};
use openlma_store::messages::{self, Hold};
use openlma_store::{Tx, directory, registrations};
use openlma_testkit::world::{self, version};
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{count, package, register};

/// State and default values of a package's registration, as its packaging org sees them.
fn registration(org: &Org, package: Id) -> Value {
    let path = format!("/api/v1/packages/{package}");
    org.http.get(&path).expect(200)["registration"].clone()
}

/// Runs a unit of work in the server's database.
fn write<T: Send + 'static>(
    world: &World,
    unit: impl Fn(&mut Tx<'_>) -> openlma_core::Result<T> + Send + 'static,
) -> T {
    let written = world.server.app.store().write(unit);
    world.server.wait(written).unwrap()
}

/// Puts off what waits in the publisher's inbox by an hour, as if it could not be applied.
fn put_off(world: &World, fail: Option<Id>) {
    let (org, now) = (world.business.id, world.server.app.now());
    let later = now + SignedDuration::from_hours(1);
    write(world, move |tx| {
        let heads = messages::due_heads(tx, org, now, 1)?;
        let holds: Vec<Hold> = heads
            .iter()
            .map(|m| Hold {
                id: m.id,
                code: "INVALID_OPERATION".into(),
                reason: "the publisher is not ready".into(),
                fix: None,
                due_at: later,
            })
            .collect();
        assert_eq!(holds.len(), 1);
        messages::hold(tx, org, &holds)?;
        match fail {
            Some(id) => registrations::advance(tx, id, org, "Failed", Some("not ready"), now),
            None => Ok(()),
        }
    });
}

/// R-PKG-3, R-PKG-4: registering again sets the default values alone once it is done; one that
/// failed or waits is tried again at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_registered_again(#[case] backend: Backend) {
    let world = World::start(backend);
    let (org, id, _) = package(&world, "second", false);
    world.server.stop_worker();
    let app = &world.server.app;
    let apply = || {
        let applied = app.apply_received(world.business.id);
        world.server.wait(applied).unwrap()
    };
    let again = |seats: u32| {
        let defaults = json!({"status": "Active", "seats": seats});
        register(&world, &org, id, defaults).expect(200)["registration"].clone()
    };
    assert_eq!(again(1)["state"], "Requested");
    world.server.wait(app.deliver(org.id)).unwrap();
    // Failed, with its message held.
    put_off(&world, Some(id));
    let failed = registration(&org, id);
    assert_eq!(
        (&failed["state"], &failed["reason"]),
        (&json!("Failed"), &json!("not ready"))
    );
    assert_eq!(apply(), 0);
    let restarted = again(2);
    assert_eq!(restarted["state"], "Requested");
    assert_eq!(restarted["reason"], Value::Null);
    // Held without having failed.
    put_off(&world, None);
    assert_eq!(apply(), 0);
    assert_eq!(again(3)["state"], "Requested");
    assert_eq!(apply(), 1);
    let done = registration(&org, id);
    assert_eq!(
        (&done["state"], &done["defaults"]["seats"]),
        (&json!("Done"), &json!(3))
    );
    assert_eq!(again(4)["state"], "Done");
    // Failed, and nothing is under way: its message is sent anew, and applied as a repeat.
    let now = app.now();
    let with = world.business.id;
    write(&world, move |tx| {
        registrations::advance(tx, id, with, "Failed", Some("lost"), now)
    });
    assert_eq!(again(5)["state"], "Requested");
    world.server.wait(app.deliver(org.id)).unwrap();
    assert_eq!(apply(), 1);
    assert_eq!(registration(&org, id)["state"], "Done");
    let me = &world.business.http;
    let second = "WHERE sfLma__Package__r.Name = 'second'";
    assert_eq!(
        count(me, "sfLma__Package__c WHERE Name = 'second'"),
        1,
        "of one registration one package"
    );
    assert_eq!(count(me, &format!("sfLma__Package_Version__c {second}")), 1);
}

/// R-PKG-3: whatever is uploaded while a package is being registered has its record afterwards.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_uploads_during_registration(#[case] backend: Backend) {
    const ROUNDS: usize = 12;
    let world = World::start(backend);
    let app = &world.server.app;
    let business = &world.business;
    for round in 0..ROUNDS {
        let domain = format!("maker{round}");
        let new = NewOrg {
            edition: Edition::Developer,
            ..world::org(&domain)
        };
        let uploaded: Vec<Result<Id, Error>> = world.server.wait(async {
            let made = app.create_org(&world.operator, &new).await.unwrap();
            let maker = app.actor(made.id, made.administrator).await.unwrap();
            let package = app.create_package(&maker, &domain, Some(&domain)).await;
            let package = package.unwrap();
            let (to, by, now) = (business.id, business.administrator, app.now());
            let from = maker.org.id;
            let connect = move |tx: &mut Tx<'_>| directory::connect(tx, to, from, by, now);
            app.store().write(connect).await.unwrap();
            let defaults = serde_json::from_value(json!({"status": "Active"})).unwrap();
            let (first, second, third) = (version("1.0"), version("2.0"), version("3.0"));
            let (registered, a, b, c) = tokio::join!(
                app.register(&business.actor, package, &business.token, defaults),
                app.upload_version(&maker, package, &first),
                app.upload_version(&maker, package, &second),
                app.upload_version(&maker, package, &third),
            );
            assert_eq!(registered.unwrap().id, package);
            vec![a, b, c]
        });
        for id in uploaded {
            let id = id.map_err(|e| e.code);
            assert!(id.is_ok_and(|id| id.prefix() == prefix::METADATA_PACKAGE_VERSION));
        }
    }
    world.server.settle();
    let me = &business.http;
    for round in 0..ROUNDS {
        let of_round = format!(
            "sfLma__Package_Version__c WHERE sfLma__Package__r.olma__Namespace__c = 'maker{round}'"
        );
        assert_eq!(count(me, &of_round), 3, "round {round}");
    }
}
