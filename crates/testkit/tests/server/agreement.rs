//! Whatever happens on both sides at once, the two copies of a license end the same (R-SYN-4).

use openlma_testkit::{Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{LICENSE, install, license_id, modify, one, patch_license};

const SEATS: &str = "/api/v1/packages/orbit/seats";

/// The license of a customer and its copy, as far as both must know it.
fn agree(world: &World, customer: &Org, told: &str) {
    let license = one(
        &world.business.http,
        &format!(
            "SELECT Id, sfLma__Status__c, sfLma__Seats__c, sfLma__Expiration__c, olma__Sync_State__c, \
             sfLma__Used_Licenses__c, sfLma__Version_Number__c FROM {LICENSE} \
             WHERE sfLma__Subscriber_Org_ID__c = '{}'",
            customer.id.as_str()
        ),
    );
    let told = format!("{told}: {license}");
    assert_eq!(license["olma__Sync_State__c"], "In sync", "{told}");
    let copies = customer
        .http
        .rows("SELECT Status, AllowedLicenses, UsedLicenses FROM PackageLicense");
    if license["sfLma__Status__c"] == "Uninstalled" {
        assert!(copies.is_empty(), "{told}");
        return;
    }
    let copy = &copies[0];
    assert_eq!(copy["Status"], license["sfLma__Status__c"], "{told} {copy}");
    assert_eq!(
        copy["AllowedLicenses"].as_f64(),
        license["sfLma__Seats__c"].as_f64(),
        "{told} {copy}"
    );
    let rows = customer
        .http
        .rows("SELECT Id FROM UserPackageLicense")
        .len();
    assert_eq!(copy["UsedLicenses"], rows, "{told} {copy}");
    let used = license["sfLma__Used_Licenses__c"].as_f64();
    let site = license["sfLma__Seats__c"].as_f64() == Some(-1.0);
    #[expect(clippy::cast_precision_loss, reason = "a handful of seats")]
    let counted = (!site).then_some(rows as f64);
    assert_eq!(used, counted, "{told} {copy}");
    let check = customer
        .http
        .get("/api/v1/licensed?namespace=orbit")
        .expect(200);
    assert_eq!(
        check["expires_on"], license["sfLma__Expiration__c"],
        "{told} {check}"
    );
    assert_eq!(
        check["version"], license["sfLma__Version_Number__c"],
        "{told} {check}"
    );
}

fn uninstall(http: &Client, version: openlma_core::Id) {
    let found = install(http, version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(http.delete(&path).status, 204);
}

/// R-SYN-4, R-INS-7: terms that had not arrived when the customer uninstalled and installed again
/// hold on both sides: a pending change is never overwritten.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_a_pending_change_survives_a_reinstall(#[case] backend: Backend) {
    for (change, expected) in [
        (json!({"sfLma__Seats__c": 5}), "Trial"),
        (
            json!({"sfLma__Status__c": "Active", "sfLma__Expiration__c": null}),
            "Active",
        ),
        (json!({"sfLma__Status__c": "Suspended"}), "Suspended"),
    ] {
        let world = World::start(backend);
        let customer = world.customer(|_| {});
        let _ = world.install(&customer);
        let license = license_id(&world);
        world.server.stop_worker();
        let me = &world.business.http;
        assert_eq!(patch_license(me, &license, &change).status, 204);
        uninstall(&customer.http, world.version);
        let _ = install(&customer.http, world.version);
        let app = &world.server.app;
        for _ in 0..3 {
            world.server.wait(app.deliver(customer.id)).unwrap();
            world
                .server
                .wait(app.apply_received(world.business.id))
                .unwrap();
            world.server.wait(app.deliver(world.business.id)).unwrap();
            world.server.wait(app.apply_received(customer.id)).unwrap();
        }
        agree(&world, &customer, expected);
        let row = one(me, "SELECT sfLma__Status__c FROM sfLma__License__c");
        assert_eq!(row["sfLma__Status__c"], expected);
    }
}

/// R-SYN-4: facts that are newer than an uninstall do not get before it, though older ones that
/// were not sent yet wait in front of it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_facts_do_not_overtake(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let second = world
        .user(&customer, "second@customer1.example")
        .to_string();
    let _ = world.install(&customer);
    let license = license_id(&world);
    world.server.stop_worker();
    let me = &world.business.http;
    let more = json!({"sfLma__Seats__c": 5});
    assert_eq!(patch_license(me, &license, &more).status, 204);
    customer
        .http
        .post(SEATS, &json!({"users": [second]}))
        .expect(200);
    uninstall(&customer.http, world.version);
    let app = &world.server.app;
    for _ in 0..2 {
        world.server.wait(app.deliver(world.business.id)).unwrap();
        world.server.wait(app.apply_received(customer.id)).unwrap();
        world.server.wait(app.deliver(customer.id)).unwrap();
        let applied = app.apply_received(world.business.id);
        world.server.wait(applied).unwrap();
    }
    let row = one(me, "SELECT sfLma__Status__c FROM sfLma__License__c");
    assert_eq!(row["sfLma__Status__c"], "Uninstalled");
    agree(&world, &customer, "after the uninstall");
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// What a customer's administrator does.
fn customer_acts(http: &Client, users: &[String], versions: &[String], dice: &mut Dice) -> u16 {
    let user = &users[usize::try_from(dice.below(users.len() as u64)).unwrap()];
    let version = &versions[usize::try_from(dice.below(versions.len() as u64)).unwrap()];
    let users = json!({"users": [user]});
    match dice.below(6) {
        0 | 1 => http.post(SEATS, &users).status,
        2 => http.json("DELETE", SEATS, &users).status,
        3 => {
            http.post(
                "/api/v1/installs",
                &json!({"version_id": version, "access": "all"}),
            )
            .status
        }
        4 => {
            http.patch(
                &format!("/api/v1/users/{user}"),
                &json!({"active": dice.below(2) == 0}),
            )
            .status
        }
        _ => {
            let found = http.post("/api/v1/installs", &json!({"version_id": version}));
            match found.json()["id"].as_str() {
                Some(id) => http.delete(&format!("/api/v1/installs/{id}")).status,
                None => found.status,
            }
        }
    }
}

/// What the publisher does to a license.
fn publisher_acts(http: &Client, license: &str, dice: &mut Dice) -> u16 {
    let seats = json!(dice.below(5) + 1);
    let statuses = ["Active", "Suspended", "Trial"];
    let status = statuses[usize::try_from(dice.below(3)).unwrap()];
    match dice.below(5) {
        0 => patch_license(http, license, &json!({"sfLma__Seats__c": seats})).status,
        1 => modify(http, license, &json!({"seats": "site"})).status,
        2 => {
            modify(
                http,
                license,
                &json!({"seats": seats, "expires_on": "2026-05-01"}),
            )
            .status
        }
        3 => patch_license(http, license, &json!({"sfLma__Status__c": status})).status,
        _ => {
            modify(
                http,
                license,
                &json!({"status": status, "expires_on": "2026-04-30"}),
            )
            .status
        }
    }
}

/// R-SYN-4: customers and their publisher act at once, in no order; when all is delivered, both
/// copies say the same, nothing waits, and there is one license each.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_both_sides_at_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let versions: Vec<String> = [world.version, world.upload("1.1"), world.upload("1.2")]
        .map(|version| version.to_string())
        .into();
    let customers = [world.customer(|_| {}), world.customer(|_| {})];
    let mut sides = Vec::new();
    for (n, customer) in (1..).zip(&customers) {
        let users: Vec<String> = (0..4)
            .map(|u| {
                world
                    .user(customer, &format!("u{u}@customer{n}.example"))
                    .to_string()
            })
            .collect();
        let _ = world.install(customer);
        sides.push((customer.http.clone(), users));
    }
    let licenses = world.business.http.rows("SELECT Id FROM sfLma__License__c");
    let licenses: Vec<&str> = licenses.iter().map(|l| l["Id"].as_str().unwrap()).collect();
    let publisher = world.business.http.clone();
    std::thread::scope(|scope| {
        for (seed, (http, users)) in (1..).zip(&sides) {
            let versions = &versions;
            scope.spawn(move || {
                let mut dice = Dice(seed);
                for _ in 0..25 {
                    let status = customer_acts(http, users, versions, &mut dice);
                    assert!(status < 500, "{status}");
                }
            });
        }
        for (seed, license) in (10..).zip(&licenses) {
            let publisher = &publisher;
            scope.spawn(move || {
                let mut dice = Dice(seed);
                for _ in 0..20 {
                    let status = publisher_acts(publisher, license, &mut dice);
                    assert!(status < 500, "{status}");
                }
            });
        }
    });
    world.server.settle();
    let waiting = world.business.http.get("/api/v1/messages").expect(200);
    assert_eq!(waiting["items"], Value::Array(Vec::new()));
    for customer in &customers {
        agree(&world, customer, "at the end");
    }
}
