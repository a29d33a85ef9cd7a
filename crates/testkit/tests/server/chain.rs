//! The chain of the first slice, from an upload to an answer, on both databases.

use std::sync::atomic::Ordering;

use openlma_app::actor::Caller;
use openlma_app::check::Checked;
use openlma_app::data::Choice;
use openlma_app::install::InstallRequest;
use openlma_app::seats::CopyName;
use openlma_app::sign_in::TokenKind;
use openlma_core::license::modify::ModifyRequest;
use openlma_core::license::{Seats, Status};
use openlma_core::{Code, Id, Value};
use openlma_testkit::world::NAMESPACE;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;

fn check(world: &World, key: &str, user: &str) -> Checked {
    world
        .server
        .wait(world.server.app.check_with_key(key, None, user))
        .unwrap()
}

fn reason(world: &World, key: &str, user: &str) -> &'static str {
    check(world, key, user).answer.reason.as_str()
}

/// The first row of a query in the business org.
fn one(world: &World, org: &Org, soql: &str) -> Vec<Value> {
    let (_, answer) = world
        .server
        .wait(world.server.app.query(&org.actor, soql, false))
        .unwrap();
    assert_eq!(answer.rows.len(), 1, "{soql}: {answer:?}");
    answer.rows[0].clone()
}

fn text(value: &Value) -> &str {
    value.as_text().unwrap_or_default()
}

/// R-PKG-3, R-SYN-1, R-LEAD-1, R-CHK-2, R-SEAT-1
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn one_install_becomes_a_lead_a_license_and_an_answer(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let second = world.user(&customer, "second@customer1.example");
    let key = world.install(&customer);

    let lead = one(
        &world,
        &world.business,
        "SELECT LastName, Company, Email, LeadSource, Owner.Name, sfLma__Subscriber_Org_Type__c FROM Lead",
    );
    assert_eq!(text(&lead[0]), "admin");
    assert_eq!(text(&lead[1]), "Org customer1");
    assert_eq!(text(&lead[2]), "admin@customer1.example");
    assert_eq!(text(&lead[3]), "Package Installation");
    assert_eq!(text(&lead[4]), "License Manager");
    assert_eq!(text(&lead[5]), "EE");
    let license = one(
        &world,
        &world.business,
        "SELECT Name, sfLma__Status__c, sfLma__Licensed_Seats__c, sfLma__Used_Licenses__c, \
         sfLma__Expiration_Date__c, sfLma__Lead__r.Email, sfLma__Package_Version__r.sfLma__Version__c, \
         olma__Sync_State__c, RecordType.Name FROM sfLma__License__c",
    );
    assert_eq!(text(&license[0]), "L-00001");
    assert_eq!(text(&license[1]), "Trial");
    assert_eq!(text(&license[2]), "2");
    assert_eq!(license[3], Value::Number(1.0));
    assert_eq!(text(&license[4]), "2026-04-01");
    assert_eq!(text(&license[5]), "admin@customer1.example");
    assert_eq!(text(&license[6]), "1.0");
    assert_eq!(text(&license[7]), "In sync");
    assert_eq!(text(&license[8]), "Trial");

    assert_eq!(reason(&world, &key, "admin@customer1.example"), "Licensed");
    assert_eq!(reason(&world, &key, &second.to_string()), "NoSeat");
    assert_eq!(
        reason(&world, &key, "nobody@customer1.example"),
        "UserUnknown"
    );

    let copy = CopyName::Namespace(NAMESPACE.to_uppercase());
    let app = world.server.app.clone();
    let assigned = world
        .server
        .wait(app.assign_seats(&customer.actor, &copy, &[second.to_string()], false))
        .unwrap();
    assert_eq!(assigned.seats.len(), 1);
    assert_eq!(reason(&world, &key, &second.to_string()), "Licensed");
    world.server.settle();
    let used = one(
        &world,
        &world.business,
        "SELECT sfLma__Used_Licenses__c, olma__Available_Seats__c FROM sfLma__License__c",
    );
    assert_eq!(used[..2], [Value::Number(2.0), Value::Number(0.0)]);

    let third = world.user(&customer, "third@customer1.example");
    let refused = world
        .server
        .wait(app.assign_seats(&customer.actor, &copy, &[third.to_string()], false))
        .unwrap_err();
    assert_eq!(refused.code, Code::LicenseLimitExceeded);
}

fn license_id(world: &World) -> Id {
    one(world, &world.business, "SELECT Id FROM sfLma__License__c")[0]
        .as_id()
        .unwrap()
}

fn modify(world: &World, request: ModifyRequest) -> openlma_app::modify::Modified {
    let app = world.server.app.clone();
    let modified = app.modify_license(
        &world.business.actor,
        license_id(world),
        &request,
        false,
        false,
    );
    world.server.wait(modified).unwrap()
}

/// R-LIC-10, R-SYN-3, R-CHK-2
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn a_modified_license_is_in_sync_and_bites(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let admin = "admin@customer1.example";
    let to = |status| ModifyRequest {
        status: Some(status),
        ..ModifyRequest::default()
    };
    let active = modify(
        &world,
        ModifyRequest {
            expiration: Some(None),
            seats: Some(Seats::Site),
            ..to(Status::Active)
        },
    );
    assert_eq!(active.in_sync, Some(true));
    assert_eq!(active.modification.changes.len(), 3);
    world.server.settle();
    let row = one(
        &world,
        &world.business,
        "SELECT olma__Sync_State__c, sfLma__Used_Licenses__c, RecordType.Name FROM sfLma__License__c",
    );
    assert_eq!(text(&row[0]), "In sync");
    assert_eq!(row[1], Value::Null);
    assert_eq!(text(&row[2]), "Active");
    assert_eq!(reason(&world, &key, admin), "Licensed");
    let suspended = modify(&world, to(Status::Suspended));
    assert_eq!(suspended.in_sync, Some(true));
    assert_eq!(reason(&world, &key, admin), "Suspended");
    let trial = to(Status::Trial);
    let back = world.server.app.modify_license(
        &world.business.actor,
        license_id(&world),
        &trial,
        false,
        false,
    );
    let refused = world.server.wait(back).unwrap_err();
    assert_eq!(refused.code, Code::FieldCustomValidationException);
}

/// R-INS-5, R-INS-7
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn upgrade_uninstall_and_reinstall(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let higher = world.upload("2.0");
    let app = world.server.app.clone();
    let request = |version| InstallRequest {
        version,
        access: Choice::All,
        confirm: true,
    };
    let upgraded = world
        .server
        .wait(app.install(&customer.actor, &request(higher), None))
        .unwrap();
    assert!(upgraded.key.is_none());
    world.server.settle();
    let row = one(
        &world,
        &world.business,
        "SELECT sfLma__Version_Number__c, sfLma__Install_Date__c, sfLma__Package__r.sfLma__Latest_Version__c FROM sfLma__License__c",
    );
    assert_eq!(text(&row[0]), "2.0");
    assert_eq!(row[1].as_date().unwrap().to_string(), "2026-03-02");
    assert_eq!(text(&row[2]), "2.0");
    let lower = world
        .server
        .wait(app.install(&customer.actor, &request(world.version), None));
    assert_eq!(lower.unwrap_err().code, Code::DowngradeNotAllowed);

    world
        .server
        .wait(app.uninstall(&customer.actor, upgraded.install.id))
        .unwrap();
    world.server.settle();
    let row = one(
        &world,
        &world.business,
        "SELECT sfLma__Status__c, sfLma__Used_Licenses__c FROM sfLma__License__c",
    );
    assert_eq!(text(&row[0]), "Uninstalled");
    assert_eq!(row[1], Value::Null);
    assert_eq!(
        reason(&world, &key, "admin@customer1.example"),
        "Uninstalled"
    );

    world.server.clock.set("2026-03-20T09:00:00Z");
    let again = world
        .server
        .wait(app.install(&customer.actor, &request(higher), None))
        .unwrap();
    let new_key = again.key.unwrap();
    assert_ne!(new_key, key);
    world.server.settle();
    let row = one(
        &world,
        &world.business,
        "SELECT Name, sfLma__Status__c, sfLma__Expiration__c, sfLma__Install_Date__c FROM sfLma__License__c",
    );
    assert_eq!(text(&row[0]), "L-00001");
    assert_eq!(text(&row[1]), "Trial");
    assert_eq!(row[2].as_date().unwrap().to_string(), "2026-04-01");
    assert_eq!(row[3].as_date().unwrap().to_string(), "2026-03-02");
    assert_eq!(
        reason(&world, &new_key, "admin@customer1.example"),
        "Licensed"
    );
    world.server.clock.set("2026-04-01T21:59:59Z");
    assert_eq!(
        reason(&world, &new_key, "admin@customer1.example"),
        "Licensed"
    );
    world.server.clock.set("2026-04-01T22:00:00Z");
    assert_eq!(
        reason(&world, &new_key, "admin@customer1.example"),
        "Expired"
    );
}

/// R-LEAD-2, R-SYN-2
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn an_inactive_lead_manager_holds_the_install_until_retry(#[case] backend: Backend) {
    let world = World::start(backend);
    let app = world.server.app.clone();
    let manager = {
        let user = openlma_app::users::NewUser {
            profile: Some("License Administrator".into()),
            ..openlma_testkit::world::user("manager@business.example")
        };
        world
            .server
            .wait(app.create_user(&world.business.actor, &user))
            .unwrap()
    };
    let actor = &world.business.actor;
    let package = one(&world, &world.business, "SELECT Id FROM sfLma__Package__c")[0]
        .as_id()
        .unwrap();
    let object = actor.org.catalog.known("sfLma__Package__c");
    let json = serde_json::json!({"sfLma__Lead_Manager__c": manager.to_string()});
    let json = json.as_object().unwrap().clone();
    world
        .server
        .wait(app.update_json(actor, object, package, &json))
        .unwrap();
    world
        .server
        .wait(app.set_user_active(actor, manager, false))
        .unwrap();

    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    assert_eq!(reason(&world, &key, "admin@customer1.example"), "Licensed");
    let waiting = world.server.wait(app.waiting(actor, None, 10)).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        waiting[0].reason.as_deref(),
        Some("the lead manager is not an active user")
    );
    assert!(waiting[0].fix.is_some());
    let counts = |soql| {
        world
            .server
            .wait(app.query(actor, soql, false))
            .unwrap()
            .1
            .total
    };
    assert_eq!(counts("SELECT COUNT() FROM Lead"), 0);
    assert_eq!(counts("SELECT COUNT() FROM sfLma__License__c"), 0);

    let still = world
        .server
        .wait(app.retry(actor, waiting[0].message.id))
        .unwrap();
    assert!(still.is_some());
    // The worker would try it as soon as the manager is active again.
    world.server.settle();
    world.server.stop_worker();
    world
        .server
        .wait(app.set_user_active(actor, manager, true))
        .unwrap();
    let held = world
        .server
        .wait(app.retry(actor, waiting[0].message.id))
        .unwrap();
    assert!(held.is_none(), "{held:?}");
    assert_eq!(counts("SELECT COUNT() FROM Lead"), 1);
    assert_eq!(counts("SELECT COUNT() FROM sfLma__License__c"), 1);
    let owner = one(&world, &world.business, "SELECT OwnerId FROM Lead");
    assert_eq!(owner[0], Value::Id(manager));
}

/// One install, from the token to both copies, is at most 30 statements, with the settings of both
/// orgs known to the node.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn an_install_with_its_provisioning_is_at_most_30_statements(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    world.server.stop_worker();
    let app = world.server.app.clone();
    let statements = || app.store().counters().statements.load(Ordering::Relaxed);
    // The feed may have told late that an org changed: its settings are read before the counting.
    for token in [&customer.token, &world.business.token] {
        let known = app.authenticate(token, TokenKind::Access);
        assert!(world.server.wait(known).is_ok());
    }
    let request = InstallRequest {
        version: world.version,
        access: Choice::Administrators,
        confirm: true,
    };
    let before = statements();
    world.server.wait(async {
        let caller = app
            .authenticate(&customer.token, TokenKind::Access)
            .await
            .unwrap();
        let Caller::User(actor) = caller else {
            panic!("a user")
        };
        app.install(&actor, &request, None).await.unwrap();
        assert_eq!(app.deliver(customer.id).await.unwrap(), 1);
        assert_eq!(app.apply_received(world.business.id).await.unwrap(), 1);
    });
    let used = statements() - before;
    println!("{used} statements");
    let count = app.query(
        &world.business.actor,
        "SELECT COUNT() FROM sfLma__License__c",
        false,
    );
    assert_eq!(world.server.wait(count).unwrap().1.total, 1);
    assert!(used <= 30, "{used} statements");
}
