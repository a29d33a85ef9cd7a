//! The job itself: it goes on where it was cut off, next to other work, in few statements.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use openlma_app::install::InstallRequest;
use openlma_app::orgs::NewOrg;
use openlma_app::users::NewUser;
use openlma_app::{Actor, data::Choice};
use openlma_testkit::{Backend, World, bulk};
use rstest::rstest;
use serde_json::{Value, json};

use super::{counts, ended, lose, path};
use crate::support::{LICENSE, count, id, install, modify, one};

/// Customers with the package, made without the cost of passwords.
fn crowd(world: &World, count: usize) -> Vec<Actor> {
    let (app, operator, version) = (world.server.app.clone(), world.operator, world.version);
    let made = bulk::in_parallel(count, move |n| {
        let app = app.clone();
        async move {
            let domain = format!("crowd{n}");
            let administrator = NewUser {
                password: None,
                ..openlma_testkit::world::user(&format!("admin@{domain}.example"))
            };
            let new = NewOrg {
                administrator,
                ..openlma_testkit::world::org(&domain)
            };
            let org = app.create_org(&operator, &new).await?;
            let actor = app.actor(org.id, org.administrator).await?;
            let request = InstallRequest {
                version,
                access: Choice::Administrators,
                confirm: true,
            };
            app.install(&actor, &request, None).await?;
            Ok(actor)
        }
    });
    let actors = world.server.wait(made).unwrap();
    world.server.settle();
    actors
}

/// Asks for a refresh with the worker stopped.
fn begin(world: &World) -> Value {
    world
        .business
        .http
        .post(&path(world.package), &json!({}))
        .expect(202)
}

fn see(world: &World, job: &Value) -> Value {
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    world.business.http.get(&path).expect(200)
}

fn spoil(world: &World) {
    let app = &world.server.app;
    let spoilt = app
        .store()
        .write(|tx| tx.execute("UPDATE licenses SET version_number = '9.9'", &[]));
    world.server.wait(spoilt).unwrap();
}

/// R-REF-1: a refresh that was cut off between two steps goes on where it was, on whichever node,
/// when the lease of the first one has ended; the first one can do no more harm.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_cut_off(#[case] backend: Backend) {
    let world = World::start(backend);
    let actors = crowd(&world, 103);
    spoil(&world);
    world.server.stop_worker();
    let app = &world.server.app;
    let begun = begin(&world);
    assert_eq!(begun["state"], "Queued");
    let mut first = world
        .server
        .wait(app.claim_job(world.business.id))
        .unwrap()
        .unwrap();
    assert!(world.server.wait(app.advance_job(&mut first)).unwrap());
    let now = see(&world, &begun);
    assert_eq!(now["state"], "Running");
    assert_eq!(
        counts(&now),
        json!({"total": 103, "seen": 100, "corrected": 100})
    );
    // Nobody takes it while its lease runs.
    assert!(
        world
            .server
            .wait(app.claim_job(world.business.id))
            .unwrap()
            .is_none()
    );
    world.server.clock.advance(SignedDuration::from_secs(31));
    let mut second = world
        .server
        .wait(app.claim_job(world.business.id))
        .unwrap()
        .unwrap();
    assert!(world.server.wait(app.advance_job(&mut second)).unwrap());
    // The first node wakes up again.
    assert!(world.server.wait(app.advance_job(&mut first)).is_err());
    while world.server.wait(app.advance_job(&mut second)).unwrap() {}
    let done = ended(&world, &world.business.http, &begun);
    assert_eq!(
        counts(&done),
        json!({"total": 103, "seen": 103, "corrected": 103})
    );
    assert!(
        world
            .server
            .wait(app.claim_job(world.business.id))
            .unwrap()
            .is_none()
    );
    assert_eq!(actors.len(), 103);
    let wrong = "sfLma__License__c WHERE sfLma__Version_Number__c = '9.9'";
    assert_eq!(count(&world.business.http, wrong), 0);
}

/// R-REF-1: how many statements a step takes does not follow from how many installs it looks at.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_few_statements(#[case] backend: Backend) {
    let world = World::start(backend);
    let _crowd = crowd(&world, 100);
    world.server.stop_worker();
    let app = &world.server.app;
    let days = json!({"refresh_interval_days": 0});
    world
        .business
        .http
        .patch("/api/v1/orgs/current", &days)
        .expect(200);
    let step = || {
        let _ = begin(&world);
        let mut job = world
            .server
            .wait(app.claim_job(world.business.id))
            .unwrap()
            .unwrap();
        let counter = &app.store().counters().statements;
        let before = counter.load(Ordering::Relaxed);
        assert!(world.server.wait(app.advance_job(&mut job)).unwrap());
        let spent = counter.load(Ordering::Relaxed) - before;
        while world.server.wait(app.advance_job(&mut job)).unwrap() {}
        spent
    };
    assert!(step() <= 8, "nothing differs");
    spoil(&world);
    let all_differ = step();
    assert!(all_differ <= 24, "all differ: {all_differ}");
    let other_terms = app
        .store()
        .write(|tx| tx.execute("UPDATE package_licenses SET allowed_licenses = 1", &[]));
    world.server.wait(other_terms).unwrap();
    let terms = step();
    assert!(terms <= 32, "all terms differ: {terms}");
}

/// R-REF-1: what happens meanwhile is neither lost nor doubled: installs, upgrades, uninstalls and
/// modifications between the steps and during them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_other_work_meanwhile(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let higher = world.upload("2.0");
    let customers: Vec<_> = (0..6).map(|_| world.customer(|_| {})).collect();
    for customer in &customers[..4] {
        let _ = install(&customer.http, world.version);
    }
    world.server.settle();
    // Two licenses are to be made, two to be corrected.
    for row in me.rows("SELECT Id FROM sfLma__License__c ORDER BY Name LIMIT 2") {
        let path = crate::support::sobject(LICENSE, row["Id"].as_str().unwrap());
        assert_eq!(me.delete(&path).status, 204);
    }
    spoil(&world);
    let kept = me.rows("SELECT Id FROM sfLma__License__c ORDER BY Name");
    std::thread::scope(|scope| {
        let refresh = scope.spawn(|| {
            let begun = me.post(&path(world.package), &json!({})).expect(202);
            begun["id"].as_str().unwrap().to_owned()
        });
        for customer in &customers {
            scope.spawn(|| {
                let _ = install(&customer.http, higher);
            });
        }
        for license in &kept {
            scope.spawn(|| {
                let id = license["Id"].as_str().unwrap();
                modify(me, id, &json!({"status": "Active", "seats": 50})).expect(200);
            });
        }
        let _ = refresh.join().unwrap();
    });
    let job = me.get("/api/v1/jobs").expect(200)["items"][0].clone();
    let job = ended(&world, me, &job);
    assert_eq!(job["state"], "Done", "{job}");
    world.server.settle();
    assert_eq!(count(me, LICENSE), 6);
    assert_eq!(count(me, "Lead"), 6);
    for customer in &customers {
        let soql = format!(
            "SELECT sfLma__Version_Number__c, sfLma__Seats__c, olma__Sync_State__c \
             FROM sfLma__License__c WHERE sfLma__Subscriber_Org_ID__c = '{}'",
            customer.id.as_str()
        );
        let license = one(me, &soql);
        assert_eq!(license["sfLma__Version_Number__c"], "2.0");
        assert_eq!(license["olma__Sync_State__c"], "In sync");
        let copy = one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
        assert_eq!(
            copy["AllowedLicenses"].as_f64(),
            license["sfLma__Seats__c"].as_f64()
        );
    }
    let fifty = "sfLma__License__c WHERE sfLma__Seats__c = 50";
    assert_eq!(count(me, fifty), 2);
}

/// R-SYN-4: a pending change is not overwritten: a license with something on its way is left to it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_pending_is_left(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _key = world.install(&customer);
    world.server.stop_worker();
    let app = &world.server.app;
    let license = crate::support::license_id(&world);
    let row = json!({"sfLma__Status__c": "Active", "sfLma__Seats__c": 9});
    assert_eq!(
        crate::support::patch_license(me, &license, &row).status,
        204
    );
    let user = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let seats = json!({"users": [user]});
    customer
        .http
        .post("/api/v1/packages/orbit/seats", &seats)
        .expect(200);
    let begun = begin(&world);
    let mut job = world
        .server
        .wait(app.claim_job(world.business.id))
        .unwrap()
        .unwrap();
    while world.server.wait(app.advance_job(&mut job)).unwrap() {}
    let job = ended(&world, me, &begun);
    assert_eq!(counts(&job), json!({"total": 1, "seen": 1, "left": 1}));
    let license = one(
        me,
        "SELECT sfLma__Seats__c, sfLma__Used_Licenses__c FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Seats__c"], 9.0);
    assert_eq!(license["sfLma__Used_Licenses__c"], 1.0);
}

/// R-REF-1: a refresh that cannot be done says why, and the package may be refreshed again at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_failed(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    world.server.stop_worker();
    let begun = begin(&world);
    let app = &world.server.app;
    let other = world.customer(|new| new.business = true).id;
    let registered = |org: openlma_core::Id| {
        let moved = app
            .store()
            .write(move |tx| tx.execute("UPDATE registrations SET org_id = ?1", &[org.into()]));
        world.server.wait(moved).unwrap();
    };
    registered(other);
    let mut job = world
        .server
        .wait(app.claim_job(world.business.id))
        .unwrap()
        .unwrap();
    assert!(!world.server.wait(app.advance_job(&mut job)).unwrap());
    let job = ended(&world, me, &begun);
    assert_eq!(job["state"], "Failed");
    assert_eq!(
        job["reason"],
        "the package is no longer registered with this org"
    );
    let refused = me.post(&path(world.package), &json!({}));
    assert_eq!(crate::support::problem(&refused, 400), "INVALID_OPERATION");
    registered(world.business.id);
    let _ = begin(&world);
    lose(&world);
}

/// A job that ended stays for 90 days.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_1_what_ended_long_ago_is_forgotten(#[case] backend: Backend) {
    let world = World::start(backend);
    let job = begin(&world);
    world.server.settle();
    assert_eq!(see(&world, &job)["state"], "Done");
    let app = &world.server.app;
    let job = id(job["id"].as_str().unwrap());
    let is_there_after = |days: i64| {
        let time = SignedDuration::from_hours(24 * days);
        world.server.clock.advance(time);
        world.server.wait(app.prune()).unwrap();
        let found = app.background_job(&world.business.actor, job);
        world.server.wait(found).is_ok()
    };
    assert!(is_there_after(89));
    assert!(!is_there_after(2));
}
