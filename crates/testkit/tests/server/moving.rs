//! A package moves to another business org: the association ends, installs go on, another one
//! begins (R-MOV-1, R-PKG-3).

use openlma_core::Id;
use openlma_testkit::{Answer, Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, count, id, install, modify, one, package, problem, register, upload,
};

/// Asks for the end of a package's association.
pub(crate) fn dissociate(http: &Client, package: Id, hold: bool) -> Answer {
    let path = format!("/api/v1/packages/{package}/dissociate");
    http.post(&path, &json!({"hold_installs": hold}))
}

/// The package leaves its business org; answers its registration.
pub(crate) fn leave(world: &World, hold: bool) -> Value {
    let left = dissociate(&world.business.http, world.package, hold).expect(200);
    world.server.settle();
    left["registration"].clone()
}

/// Registers the package with an org.
pub(crate) fn register_with(world: &World, org: &Org, defaults: &Value) -> Answer {
    let http = &org.http;
    let token = json!({"org_token": world.packaging.token});
    http.post("/api/v1/connections", &token).expect(200);
    let registered = http.post(
        "/api/v1/registrations",
        &json!({
            "package_id": world.package.to_string(),
            "org_token": org.token,
            "defaults": defaults,
        }),
    );
    world.server.settle();
    registered
}

/// A second publisher's org.
pub(crate) fn publisher(world: &World) -> Org {
    world.customer(|new| new.business = true)
}

/// The license of a customer, as far as people look at it.
pub(crate) fn license_of(http: &Client, customer: &Org) -> Value {
    let soql = format!(
        "SELECT Name, sfLma__Status__c, sfLma__License_Type__c, sfLma__Expiration__c, \
         sfLma__Install_Date__c, sfLma__Seats__c, sfLma__Used_Licenses__c, \
         sfLma__Version_Number__c, sfLma__Lead__c, olma__Sync_State__c, olma__Sync_Error__c \
         FROM {LICENSE} WHERE sfLma__Subscriber_Org_ID__c = '{}'",
        customer.id.as_str()
    );
    one(http, &soql)
}

/// The messages that wait in an org.
pub(crate) fn waiting(http: &Client) -> Value {
    http.get("/api/v1/messages?state=waiting").expect(200)["items"].clone()
}

/// R-MOV-1, R-LIC-9: in the org that is left the package's record says so and its licenses become
/// Read-Only; they and all else stay as they are.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_the_old_org_keeps_its_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    // Another package of the same publisher, and another publisher's.
    let (maker, second, version) = package(&world, "second", false);
    register(&world, &maker, second, json!({"status": "Active"})).expect(200);
    let rival = publisher(&world);
    let (_, third, foreign) = {
        let (maker, third, version) = package(&world, "third", false);
        let token = json!({"org_token": maker.token});
        rival.http.post("/api/v1/connections", &token).expect(200);
        let wanted = json!({"package_id": third.to_string(), "org_token": rival.token});
        rival
            .http
            .post("/api/v1/registrations", &wanted)
            .expect(200);
        (maker, third, version)
    };
    world.server.settle();
    install(&customer.http, version);
    install(&customer.http, foreign);
    world.server.settle();
    let record = one(
        me,
        "SELECT Id FROM sfLma__Package__c WHERE olma__Namespace__c = 'orbit'",
    );
    let by_hand = json!({"sfLma__Package__c": record["Id"]});
    let by_hand = crate::support::create(me, LICENSE, &by_hand);
    let of = "sfLma__Package__r.olma__Namespace__c";
    let before = one(
        me,
        &format!(
            "SELECT FIELDS(ALL) FROM {LICENSE} WHERE {of} = 'orbit' AND sfLma__Package_License_ID__c != null LIMIT 1"
        ),
    );
    let history = count(me, "sfLma__License__History");

    let registration = leave(&world, false);
    assert_eq!(registration["state"], "Ended");
    assert_eq!(registration["hold_installs"], false);
    let states = me.rows(
        "SELECT olma__Namespace__c, olma__Registration_State__c FROM sfLma__Package__c \
         ORDER BY olma__Namespace__c",
    );
    let states: Vec<&str> = states
        .iter()
        .map(|s| s["olma__Registration_State__c"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["Ended", "Done"]);
    let types = |http: &Client, namespace: &str| {
        let soql = format!(
            "SELECT sfLma__License_Type__c FROM {LICENSE} WHERE {of} = '{namespace}' \
             AND sfLma__Package_License_ID__c != null"
        );
        one(http, &soql)["sfLma__License_Type__c"].clone()
    };
    assert_eq!(types(me, "orbit"), "Read-Only");
    assert_eq!(types(me, "second"), "Editable");
    assert_eq!(types(&rival.http, "third"), "Editable");
    let soql = format!("SELECT sfLma__License_Type__c FROM {LICENSE} WHERE Id = '{by_hand}'");
    assert_ne!(one(me, &soql)["sfLma__License_Type__c"], "Read-Only");
    // Nothing else of the license changed, and nobody edited it.
    let mut after = one(
        me,
        &format!(
            "SELECT FIELDS(ALL) FROM {LICENSE} WHERE {of} = 'orbit' AND sfLma__Package_License_ID__c != null LIMIT 1"
        ),
    );
    for written in [
        "sfLma__License_Type__c",
        "LastModifiedDate",
        "LastModifiedById",
        "SystemModstamp",
    ] {
        after[written] = before[written].clone();
    }
    assert_eq!(after, before);
    assert_eq!(count(me, "sfLma__License__History"), history);
    let id = before["Id"].as_str().unwrap();
    let refused = modify(me, id, &json!({"seats": 9}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    assert!(refused.text.contains("no longer registered"), "{refused:?}");
    assert_eq!(waiting(me), json!([]));
    assert_eq!(waiting(&rival.http), json!([]));
    let _ = third;
}

/// R-PKG-3, R-MOV-1: a package that left one org is registered with another, which gets all its
/// versions; uploads between the two reach nobody, and those afterwards the new org alone.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_registered_elsewhere_after_a_move(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let old = world.customer(|_| {});
    let _ = world.install(&old);
    let new = publisher(&world);
    let taken = register_with(&world, &new, &json!({"status": "Active"}));
    assert_eq!(problem(&taken, 400), "DUPLICATE_VALUE");
    leave(&world, false);
    let between = world.upload("2.0");
    let versions = |http: &Client| count(http, "sfLma__Package_Version__c");
    assert_eq!(versions(me), 1);

    let registered = register_with(&world, &new, &json!({"status": "Active", "seats": 7}));
    let registration = registered.expect(200)["registration"].clone();
    assert_eq!(registration["org_id"], new.id.to_string());
    let taken = register_with(&world, &world.business, &json!({"status": "Active"}));
    assert_eq!(problem(&taken, 400), "DUPLICATE_VALUE");
    let record = one(
        &new.http,
        "SELECT sfLma__Latest_Version__c, olma__Registration_State__c FROM sfLma__Package__c",
    );
    assert_eq!(record["sfLma__Latest_Version__c"], "2.0");
    assert_eq!(record["olma__Registration_State__c"], "Done");
    let _ = world.upload("3.0");
    assert_eq!((versions(me), versions(&new.http)), (1, 3));

    // New installs go to the new org, those that were there wait for its refresh.
    let customer = world.customer(|_| {});
    install(&customer.http, between);
    world.server.settle();
    let license = license_of(&new.http, &customer);
    assert_eq!(license["sfLma__Seats__c"], 7.0);
    assert_eq!(license["sfLma__License_Type__c"], "Editable");
    for http in [me, &new.http] {
        assert_eq!(count(http, LICENSE), 1);
        assert_eq!(count(http, "Lead"), 1);
        assert_eq!(waiting(http), json!([]));
    }
    let kept = license_of(me, &old);
    assert_eq!(kept["sfLma__License_Type__c"], "Read-Only");
    let path = format!("/api/v1/packages/{}", world.package);
    let shown = new.http.get(&path).expect(200);
    assert_eq!(shown["registration"]["state"], "Done");
}

/// R-MOV-1: unknown packages, packages of others, a missing permission, a package that is
/// registered nowhere, and the same again are refused; of many at once one ends it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_mov_1_refusals(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let nothing = id("033000000000001");
    assert_eq!(problem(&dissociate(me, nothing, false), 404), "NOT_FOUND");
    let other = publisher(&world);
    let foreign = dissociate(&other.http, world.package, false);
    assert_eq!(problem(&foreign, 404), "NOT_FOUND");
    let clerk = world.with_profile(&world.business, "clerk@business.example", "Standard User");
    for package in [world.package, nothing] {
        assert_eq!(
            problem(&dissociate(&clerk.http, package, false), 403),
            "INSUFFICIENT_ACCESS_OR_READONLY"
        );
    }
    let (maker, unregistered, _) = package(&world, "alone", false);
    let nowhere = dissociate(&maker.http, unregistered, false);
    assert_eq!(problem(&nowhere, 400), "INVALID_OPERATION");
    let path = |id: &str| format!("/api/v1/packages/{id}/dissociate");
    for (id, body, status, code) in [
        ("033", json!({}), 400, "MALFORMED_ID"),
        (world.business.id.as_str(), json!({}), 404, "NOT_FOUND"),
    ] {
        assert_eq!(problem(&me.post(&path(id), &body), status), code, "{id}");
    }
    let wrong = me.post(&path(world.package.as_str()), &json!({"hold": true}));
    assert_eq!(wrong.status, 400, "{wrong:?}");

    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..6)
            .map(|n| {
                let http = if n % 2 == 0 {
                    me
                } else {
                    &world.packaging.http
                };
                scope.spawn(|| dissociate(http, world.package, false))
            })
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let (ended, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|a| a.status == 200);
    assert_eq!(ended.len(), 1);
    for answer in refused {
        assert_eq!(problem(answer, 400), "INVALID_OPERATION");
    }
    let again = dissociate(me, world.package, true);
    assert_eq!(problem(&again, 400), "INVALID_OPERATION");
    assert!(again.text.contains("registered with no org"), "{again:?}");
    // Registered again, it may end again.
    register_with(&world, &world.business, &json!({"status": "Active"})).expect(200);
    assert_eq!(leave(&world, false)["state"], "Ended");
    let _ = upload(&world.packaging.http, world.package.as_str(), "9.0", false);
}
