//! What an install gives: betas, unregistered packages, sandboxes, who gets a seat (R-INS-2, R-INS-6,
//! R-INS-8, R-PKG-8).

use openlma_core::org::Edition;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::installs::{INSTALLS, body};
use crate::support::{count, install, one, package, problem, reason, register, upload};

/// R-PKG-8: betas install in sandboxes and Developer orgs, are not upgraded, and nobody follows
/// them: no license, no lead, everybody licensed.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_8_betas(#[case] backend: Backend) {
    let world = World::start(backend);
    let package = world.package.to_string();
    let beta = upload(&world.packaging.http, &package, "2.0", true);
    let next = upload(&world.packaging.http, &package, "2.1", false);
    world.server.settle();
    let row = one(
        &world.business.http,
        "SELECT sfLma__Is_Beta__c, sfLma__Package__r.sfLma__Latest_Version__c \
         FROM sfLma__Package_Version__c WHERE sfLma__Version__c = '2.0'",
    );
    assert_eq!(row["sfLma__Is_Beta__c"], true);
    assert_eq!(row["sfLma__Package__r"]["sfLma__Latest_Version__c"], "2.1");
    let plain = world.customer(|_| {});
    assert_eq!(
        problem(&plain.http.post(INSTALLS, &body(beta)), 400),
        "INVALID_OPERATION"
    );
    assert_eq!(count(&plain.http, "PackageLicense"), 0);
    let developer = world.customer(|new| new.edition = Edition::Developer);
    let made = install(&developer.http, beta);
    let key = made["installation_key"].as_str().unwrap();
    assert_eq!(
        reason(&world, key, &developer.administrator.to_string()),
        "Unrestricted"
    );
    let upgrade = developer.http.post(INSTALLS, &body(next));
    assert_eq!(problem(&upgrade, 400), "INVALID_OPERATION");
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 0);
    assert_eq!(count(&world.business.http, "Lead"), 0);
    // Uninstalled, the released version begins as any first install does.
    let path = format!("{INSTALLS}/{}", made["id"].as_str().unwrap());
    assert_eq!(developer.http.delete(&path).status, 204);
    let made = install(&developer.http, next);
    let key = made["installation_key"].as_str().unwrap();
    assert_eq!(
        reason(&world, key, &developer.administrator.to_string()),
        "Licensed"
    );
    world.server.settle();
    let license = one(
        &world.business.http,
        "SELECT sfLma__Status__c FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Status__c"], "Trial");
}

/// R-INS-8: a package that is registered nowhere installs and is unrestricted; R-INS-6: a sandbox
/// gets an endless Site License; R-PKG-1: an unmanaged package has nothing to license.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_8_unregistered_and_sandboxes(#[case] backend: Backend) {
    let world = World::start(backend);
    let (_, _, version) = package(&world, "loose", false);
    let customer = world.customer(|_| {});
    let made = install(&customer.http, version);
    let key = made["installation_key"].as_str().unwrap();
    let user = world
        .user(&customer, "second@customer1.example")
        .to_string();
    assert_eq!(reason(&world, key, &user), "Unrestricted");
    let copy = one(
        &customer.http,
        "SELECT Status, AllowedLicenses, ExpirationDate FROM PackageLicense",
    );
    assert_eq!(
        (&copy["Status"], &copy["AllowedLicenses"]),
        (&json!("Free"), &json!(-1))
    );
    world.server.settle();
    assert_eq!(count(&world.business.http, "sfLma__License__c"), 0);

    let sandbox = world.customer(|new| new.sandbox = true);
    let made = install(&sandbox.http, world.version);
    world.server.settle();
    let license = one(
        &world.business.http,
        "SELECT sfLma__Status__c, sfLma__Licensed_Seats__c, sfLma__Expiration_Date__c, \
         sfLma__Is_Sandbox__c, sfLma__Org_Instance__c, sfLma__Lead__r.LeadSource FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Status__c"], "Active");
    assert_eq!(license["sfLma__Licensed_Seats__c"], "Site License");
    assert_eq!(license["sfLma__Expiration_Date__c"], "Does not expire");
    assert_eq!(license["sfLma__Is_Sandbox__c"], true);
    assert_eq!(
        license["sfLma__Lead__r"]["LeadSource"],
        "Package Installation"
    );
    let key = made["installation_key"].as_str().unwrap();
    assert_eq!(
        reason(&world, key, &sandbox.administrator.to_string()),
        "Licensed"
    );

    let plain = world
        .packaging
        .http
        .post("/api/v1/packages", &json!({"name": "Unmanaged"}))
        .expect(201);
    let version = upload(
        &world.packaging.http,
        plain["id"].as_str().unwrap(),
        "1.0",
        false,
    );
    let refused = customer.http.post(INSTALLS, &body(version));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}

/// R-INS-6: a package whose sandbox policy says so gives sandboxes the default values and makes no
/// leads of them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_6_sandbox_policy(#[case] backend: Backend) {
    let world = World::start(backend);
    let (org, package, version) = package(&world, "strict", false);
    let defaults = json!({
        "status": "Trial", "trial_days": 7, "seats": 3,
        "sandbox": {"unrestricted": false, "leads": false},
    });
    register(&world, &org, package, defaults).expect(200);
    world.server.settle();
    let sandbox = world.customer(|new| new.sandbox = true);
    let _ = install(&sandbox.http, version);
    world.server.settle();
    let license = one(
        &world.business.http,
        "SELECT sfLma__Status__c, sfLma__Licensed_Seats__c, sfLma__Lead__c, sfLma__Expiration__c \
         FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Status__c"], "Trial");
    assert_eq!(license["sfLma__Licensed_Seats__c"], "3");
    assert_eq!(license["sfLma__Expiration__c"], "2026-03-09");
    assert_eq!(license["sfLma__Lead__c"], Value::Null);
    assert_eq!(count(&world.business.http, "Lead"), 0);
}

/// R-INS-2: administrators get seats first, then by name, until none is left; the answer counts
/// and names who got none. With a Site License nobody is counted.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_2_access(#[case] backend: Backend) {
    let defaults = json!({"status": "Active", "seats": 3});
    let world = World::with(backend, serde_json::from_value(defaults).unwrap());
    let people = |customer: &Org, n: usize| {
        for name in ["anna", "bert", "carl", "dora"] {
            let _ = world.user(customer, &format!("{name}@customer{n}.example"));
        }
        let second = openlma_app::users::NewUser {
            profile: Some("System Administrator".into()),
            ..openlma_testkit::world::user(&format!("zoe@customer{n}.example"))
        };
        let app = &world.server.app;
        world
            .server
            .wait(app.create_user(&customer.actor, &second))
            .unwrap()
    };
    let seated = |org: &Org| {
        let rows = org.http.get("/api/v1/packages/orbit/seats").expect(200);
        let mut names: Vec<String> = rows["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| {
                s["username"]
                    .as_str()
                    .unwrap()
                    .split('@')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        names.sort();
        names
    };
    let all = world.customer(|_| {});
    people(&all, 1);
    let made = all.http.post(
        INSTALLS,
        &json!({"version_id": world.version.to_string(), "access": "all"}),
    );
    let made = made.expect(200);
    assert_eq!(seated(&all), ["admin", "anna", "zoe"]);
    assert_eq!(made["unseated"], 3);
    assert_eq!(
        made["unseated_first"],
        json!([
            "bert@customer1.example",
            "carl@customer1.example",
            "dora@customer1.example"
        ])
    );
    let few = world.customer(|_| {});
    people(&few, 2);
    let made = install(&few.http, world.version);
    assert_eq!(seated(&few), ["admin", "zoe"]);
    assert_eq!(
        (&made["unseated"], &made["access"]),
        (&json!(0), &json!("administrators"))
    );
    let some = world.customer(|_| {});
    people(&some, 3);
    let standard = one(
        &some.http,
        "SELECT Id FROM Profile WHERE Name = 'Standard User'",
    );
    let access = json!({"profiles": [standard["Id"]]});
    let wanted = json!({"version_id": world.version.to_string(), "access": access});
    let made = some.http.post(INSTALLS, &wanted).expect(200);
    assert_eq!(seated(&some), ["anna", "bert", "carl"]);
    assert_eq!((&made["unseated"], &made["access"]), (&json!(1), &access));
    // No more profiles than an org can have.
    let many: Vec<String> = (0..40_000).map(|n| format!("00e0000000{n:05}")).collect();
    let wanted = json!({"version_id": world.version.to_string(), "access": {"profiles": many}});
    let refused = world.customer(|_| {}).http.post(INSTALLS, &wanted);
    assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION");
}
