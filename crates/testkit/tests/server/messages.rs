//! What passes between orgs: order, waiting, trying again (R-SYN), and what installs make of it in
//! the publisher's org (R-PKG-3, R-LEAD-3).

use jiff::SignedDuration;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    count, create, id, install, one, package, problem, register, sobject, upload,
};

/// Hands over and applies by hand, with the worker stopped.
fn pump(world: &World, from: &[&Org]) {
    let app = &world.server.app;
    for org in from {
        world.server.wait(app.deliver(org.id)).unwrap();
    }
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    world.server.wait(app.deliver(world.business.id)).unwrap();
    for org in from {
        world.server.wait(app.apply_received(org.id)).unwrap();
        world.server.wait(app.deliver(org.id)).unwrap();
    }
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
}

/// Makes a lead manager and switches it off, so that installs of the package are held.
pub(crate) fn hold(world: &World) -> String {
    let name = "manager@business.example";
    let manager = world.with_profile(&world.business, name, "License Administrator");
    let me = &world.business.http;
    let path = format!("/api/v1/packages/{}/lead-manager", world.package);
    me.json(
        "PUT",
        &path,
        &json!({"user": manager.administrator.to_string()}),
    )
    .expect(200);
    let path = format!("/api/v1/users/{}", manager.administrator);
    assert_eq!(me.patch(&path, &json!({"active": false})).status, 204);
    path
}

/// R-SYN-2: a message that cannot be applied is tried again after 1, 2, 4 … seconds, at most an hour
/// apart; later messages of its license wait behind it and others pass; once the cause is gone all of
/// them go through, in order.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_2_waiting(#[case] backend: Backend) {
    let world = World::start(backend);
    let (other, other_package, other_version) = package(&world, "second", false);
    register(&world, &other, other_package, json!({"status": "Active"})).expect(200);
    let higher = world.upload("2.0");
    let manager = hold(&world);
    let (held, free) = (world.customer(|_| {}), world.customer(|_| {}));
    world.server.stop_worker();
    let me = &world.business.http;
    let _ = install(&held.http, world.version);
    let _ = install(&held.http, higher);
    let _ = install(&held.http, other_version);
    let _ = install(&free.http, other_version);
    pump(&world, &[&held, &free]);
    let licenses = "SELECT sfLma__Package__r.Name, sfLma__Version_Number__c FROM sfLma__License__c";
    let names: Vec<Value> = me
        .rows(licenses)
        .iter()
        .map(|l| l["sfLma__Package__r"]["Name"].clone())
        .collect();
    assert_eq!(names, ["second", "second"]);
    let waiting = || {
        me.get("/api/v1/messages").expect(200)["items"]
            .as_array()
            .unwrap()
            .clone()
    };
    let items = waiting();
    assert_eq!(items.len(), 2);
    assert_eq!(
        (&items[0]["kind"], &items[1]["kind"]),
        (&json!("installed"), &json!("upgraded"))
    );
    assert_eq!(
        (&items[0]["attempts"], &items[1]["attempts"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(items[0]["reason"], "the lead manager is not an active user");
    assert_eq!(items[0]["queue_id"], items[1]["queue_id"]);
    let app = &world.server.app;
    let apply = || {
        world
            .server
            .wait(app.apply_received(world.business.id))
            .unwrap()
    };
    let mut pause = 1;
    for attempts in 1..=15 {
        let head = &waiting()[0];
        assert_eq!(head["attempts"], attempts);
        let due: jiff::Timestamp = head["due_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(
            due,
            app.now() + SignedDuration::from_secs(pause),
            "attempt {attempts}"
        );
        world
            .server
            .clock
            .advance(SignedDuration::from_secs(pause) - SignedDuration::from_millis(1));
        assert_eq!(apply(), 0, "attempt {attempts}");
        world.server.clock.advance(SignedDuration::from_millis(1));
        assert_eq!(apply(), 1, "attempt {attempts}");
        pause = (pause * 2).min(3600);
    }
    assert_eq!(count(me, "sfLma__License__c"), 2);
    // By hand, in vain and with success; what waits behind goes along.
    let retry = format!(
        "/api/v1/messages/{}/retry",
        items[0]["id"].as_str().unwrap()
    );
    let still = me.post(&retry, &json!({})).expect(200);
    assert_eq!(
        (&still["done"], &still["message"]["attempts"]),
        (&json!(false), &json!(17))
    );
    assert_eq!(me.patch(&manager, &json!({"active": true})).status, 204);
    assert_eq!(me.post(&retry, &json!({})).expect(200)["done"], true);
    assert_eq!(problem(&me.post(&retry, &json!({})), 404), "NOT_FOUND");
    assert!(waiting().is_empty());
    let license = one(
        me,
        "SELECT sfLma__Version_Number__c, sfLma__Lead__r.Owner.Username FROM sfLma__License__c \
         WHERE sfLma__Package__r.olma__Namespace__c = 'orbit'",
    );
    assert_eq!(license["sfLma__Version_Number__c"], "2.0");
}

/// R-SYN-1, R-INS-7: what happened while nothing was carried arrives in order: installed, upgraded,
/// uninstalled, installed again; one license, one lead, the same number.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_1_order(#[case] backend: Backend) {
    let world = World::start(backend);
    let higher = world.upload("2.0");
    let customer = world.customer(|_| {});
    world.server.stop_worker();
    let _ = install(&customer.http, world.version);
    let upgraded = install(&customer.http, higher);
    let path = format!("/api/v1/installs/{}", upgraded["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    world.server.clock.advance(SignedDuration::from_hours(5));
    let _ = install(&customer.http, higher);
    pump(&world, &[&customer]);
    let me = &world.business.http;
    let license = one(
        me,
        "SELECT Name, sfLma__Status__c, sfLma__Version_Number__c, sfLma__Expiration__c, \
         olma__Uninstalled_At__c, sfLma__Used_Licenses__c FROM sfLma__License__c",
    );
    assert_eq!(license["Name"], "L-00001");
    assert_eq!(license["sfLma__Status__c"], "Trial");
    assert_eq!(license["sfLma__Version_Number__c"], "2.0");
    assert_eq!(license["sfLma__Expiration__c"], "2026-04-01");
    assert_eq!(license["olma__Uninstalled_At__c"], Value::Null);
    assert_eq!(license["sfLma__Used_Licenses__c"].as_f64(), Some(1.0));
    assert_eq!(count(me, "Lead"), 1);
    assert_eq!(me.get("/api/v1/messages").expect(200)["items"], json!([]));
    // Applied once more, nothing changes.
    pump(&world, &[&customer]);
    assert_eq!(count(me, "sfLma__License__c"), 1);
}

/// R-LEAD-3: the contact with the installer's email, ignoring case and of several the last modified,
/// stands for a lead; else the open lead from an install is reused; a reinstall makes none.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_3_who_it_is(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let account = create(me, "Account", &json!({"Name": "Known"}));
    let known = |last_name: &str| {
        create(
            me,
            "Contact",
            &json!({"LastName": last_name, "AccountId": account, "Email": "KNOWN@people.example"}),
        )
    };
    let (older, newer, deleted) = (known("Older"), known("Newer"), known("Deleted"));
    world.server.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(me.delete(&sobject("Contact", &deleted)).status, 204);
    assert_eq!(
        me.patch(&sobject("Contact", &older), &json!({"Title": "Boss"}))
            .status,
        204
    );
    let by = |email: &str| world.customer(|new| new.administrator.email = Some(email.to_owned()));
    let license_of = |org: &Org| {
        one(
            me,
            &format!(
                "SELECT sfLma__Lead__c, sfLma__Contact__c, sfLma__Account__c FROM sfLma__License__c \
                 WHERE sfLma__Subscriber_Org_ID__c = '{}'",
                org.id.as_str()
            ),
        )
    };
    let first = by("known@people.example");
    let _ = world.install(&first);
    let license = license_of(&first);
    assert_eq!(license["sfLma__Contact__c"], older);
    assert_eq!(license["sfLma__Account__c"], account);
    assert_eq!(license["sfLma__Lead__c"], Value::Null);
    assert_ne!(older, newer);
    assert_eq!(count(me, "Lead"), 0);
    // A lead of another source is none that is reused.
    let _ = create(
        me,
        "Lead",
        &json!({"LastName": "E", "Company": "E", "Email": "new@people.example", "LeadSource": "Web"}),
    );
    let (second, third) = (by("new@people.example"), by("NEW@people.example"));
    let _ = world.install(&second);
    let _ = world.install(&third);
    assert_eq!(count(me, "Lead"), 2);
    assert_eq!(
        license_of(&second)["sfLma__Lead__c"],
        license_of(&third)["sfLma__Lead__c"]
    );
    let found = install(&second.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(second.http.delete(&path).status, 204);
    let _ = install(&second.http, world.version);
    let _ = install(&second.http, world.upload("3.0"));
    world.server.settle();
    assert_eq!(count(me, "Lead"), 2);
    // A lead that was deleted is none: the next install makes a new one.
    let lead = license_of(&third)["sfLma__Lead__c"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(me.delete(&sobject("Lead", &lead)).status, 204);
    let fourth = by("new@people.example");
    let _ = install(&fourth.http, upload_latest(&world));
    world.server.settle();
    assert_ne!(license_of(&fourth)["sfLma__Lead__c"], lead);
}

fn upload_latest(world: &World) -> openlma_core::Id {
    world.upload("4.0")
}

/// R-PKG-3, R-PKG-5: released and beta versions uploaded before the registration and after it have
/// their records; the latest is the last uploaded released one, whatever its number.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_3_versions(#[case] backend: Backend) {
    let world = World::start(backend);
    let (org, package, _) = package(&world, "second", false);
    let text = package.to_string();
    let later = |hours| {
        world
            .server
            .clock
            .advance(SignedDuration::from_hours(hours))
    };
    later(1);
    let _ = upload(&org.http, &text, "2.0", false);
    later(1);
    let _ = upload(&org.http, &text, "3.0", true);
    let registered = register(&world, &org, package, json!({"status": "Active"})).expect(200);
    assert_eq!(
        registered["registration"]["org_id"],
        world.business.id.to_string()
    );
    world.server.settle();
    let me = &world.business.http;
    let versions = || {
        let rows = me.rows(
            "SELECT sfLma__Version__c, sfLma__Is_Beta__c FROM sfLma__Package_Version__c \
             WHERE sfLma__Package__r.Name = 'second' ORDER BY sfLma__Version__c",
        );
        rows.iter()
            .map(|r| {
                format!(
                    "{} {}",
                    r["sfLma__Version__c"].as_str().unwrap(),
                    r["sfLma__Is_Beta__c"]
                )
            })
            .collect::<Vec<_>>()
    };
    let latest = || {
        let row = one(
            me,
            "SELECT sfLma__Latest_Version__c, Owner.Name, olma__Registration_State__c \
             FROM sfLma__Package__c WHERE Name = 'second'",
        );
        assert_eq!(row["Owner"]["Name"], "License Manager");
        assert_eq!(row["olma__Registration_State__c"], "Done");
        row["sfLma__Latest_Version__c"].as_str().unwrap().to_owned()
    };
    assert_eq!(versions(), ["1.0 false", "2.0 false", "3.0 true"]);
    assert_eq!(latest(), "2.0");
    later(1);
    let _ = upload(&org.http, &text, "1.5", false);
    world.server.settle();
    assert_eq!(
        versions(),
        ["1.0 false", "1.5 false", "2.0 false", "3.0 true"]
    );
    assert_eq!(latest(), "1.5");
    let path = format!("/api/v1/packages/{text}/versions");
    let taken = org.http.post(&path, &json!({"version": "1.5.0"}));
    assert_eq!(problem(&taken, 400), "DUPLICATE_VALUE");
    // Registered again with the same org, only the default values of later installs change.
    let customer = world.customer(|_| {});
    let installed = install(&customer.http, id(&me_version(&org, &text)));
    assert_eq!(installed["stage"], "Succeeded");
    register(
        &world,
        &org,
        package,
        json!({"status": "Trial", "trial_days": 5, "seats": 1}),
    )
    .expect(200);
    world.server.settle();
    let license = |org: &Org| {
        one(
            me,
            &format!(
                "SELECT sfLma__Status__c, sfLma__Licensed_Seats__c FROM sfLma__License__c \
                 WHERE sfLma__Subscriber_Org_ID__c = '{}'",
                org.id.as_str()
            ),
        )
    };
    assert_eq!(license(&customer)["sfLma__Status__c"], "Active");
    let next = world.customer(|_| {});
    let _ = install(&next.http, id(&me_version(&org, &text)));
    world.server.settle();
    assert_eq!(license(&next)["sfLma__Licensed_Seats__c"], "1");
    // With another org it cannot be registered.
    let rival = world.customer(|new| new.business = true);
    let _ = rival
        .http
        .post("/api/v1/connections", &json!({"org_token": org.token}))
        .expect(200);
    let refused = rival.http.post(
        "/api/v1/registrations",
        &json!({"package_id": text, "org_token": rival.token, "defaults": {"status": "Active"}}),
    );
    assert_eq!(problem(&refused, 400), "DUPLICATE_VALUE");
}

/// The id of the version uploaded last.
fn me_version(org: &Org, package: &str) -> String {
    let whole = org
        .http
        .get(&format!("/api/v1/packages/{package}"))
        .expect(200);
    let versions = whole["versions"].as_array().unwrap();
    let released = versions.iter().filter(|v| v["beta"] == false);
    let last = released.max_by_key(|v| v["uploaded_at"].as_str().unwrap().to_owned());
    last.unwrap()["id"].as_str().unwrap().to_owned()
}
