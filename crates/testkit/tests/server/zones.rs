//! Where the last day of a license ends: in the subscriber's time zone, on both copies, also after the
//! zone has changed (R-LIC-3, R-LIC-5).

use openlma_core::org::OrgStatus;
use openlma_testkit::world::sign_in;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{install, license_id, modify, one, reason};

const ADMIN: &str = "admin@customer1.example";

fn set_zone(customer: &Org, zone: &str) {
    let changed = customer
        .http
        .patch("/api/v1/orgs/current", &json!({"time_zone": zone}))
        .expect(200);
    assert_eq!(changed["time_zone"], zone);
}

/// Where access ends by the subscriber's copy and by the license.
fn ends(customer: &Org, business: &Org, license: &str) -> (Value, Value) {
    let copy = one(&customer.http, "SELECT ExpirationDate FROM PackageLicense");
    let path = format!("/api/v1/licenses/{license}");
    let license = business.http.get(&path).expect(200);
    (
        copy["ExpirationDate"].clone(),
        license["access_ends_at"].clone(),
    )
}

fn both(instant: &str) -> (Value, Value) {
    let seconds = instant.trim_end_matches('Z');
    (json!(format!("{seconds}.000+0000")), json!(instant))
}

/// Zone, last day, first instant without access; in order of time. In Havana and in Cairo the clock
/// jumps over midnight in spring; in Havana midnight comes twice in autumn, and the first one ends
/// the day.
const NIGHTS: [(&str, &str, &str); 6] = [
    ("America/Havana", "2026-03-07", "2026-03-08T05:00:00Z"),
    ("Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00Z"),
    ("Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00Z"),
    ("America/Havana", "2026-10-31", "2026-11-01T04:00:00Z"),
    ("Pacific/Kiritimati", "2026-12-31", "2026-12-31T10:00:00Z"),
    ("Etc/GMT+12", "2027-02-28", "2027-03-01T12:00:00Z"),
];

/// R-LIC-3, R-LIC-5: both copies move with the zone, and the check flips at that very second.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_5_nights(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    for (zone, day, instant) in NIGHTS {
        let business = sign_in(&world.server, "admin@business.example");
        let customer = sign_in(&world.server, ADMIN);
        set_zone(&customer, "UTC");
        let change = json!({"status": "Active", "expires_on": day});
        modify(&business.http, &license, &change).expect(200);
        world.server.settle();
        let told = format!("{zone} {day}");
        let in_utc = ends(&customer, &business, &license);
        assert_ne!(in_utc, both(instant), "{told}");
        set_zone(&customer, zone);
        // The subscriber's side at once, the license with the facts.
        assert_eq!(ends(&customer, &business, &license).0, both(instant).0);
        world.server.settle();
        assert_eq!(
            ends(&customer, &business, &license),
            both(instant),
            "{told}"
        );
        set_zone(&customer, "UTC");
        world.server.settle();
        assert_eq!(ends(&customer, &business, &license), in_utc, "{told}");
        set_zone(&customer, zone);
        world.server.settle();

        let last = instant.parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_secs(1);
        world.server.clock.set(&last.to_string());
        let business = sign_in(&world.server, "admin@business.example");
        let effective = || {
            let path = format!("/api/v1/licenses/{license}");
            business.http.get(&path).expect(200)["effective_status"].clone()
        };
        assert_eq!(reason(&world, &key, ADMIN), "Licensed", "{told}");
        assert_eq!(effective(), "Active", "{told}");
        world.server.clock.set(instant);
        assert_eq!(reason(&world, &key, ADMIN), "Expired", "{told}");
        assert_eq!(effective(), "Expired", "{told}");
    }
}

/// R-LIC-3, R-LIC-5: two orgs that are 26 hours apart install at the same moment. Each has its own
/// date of installation, and the same last day ends for each by its own clock.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_5_two_orgs_at_once(#[case] backend: Backend) {
    let world = World::start(backend);
    world.server.clock.set("2026-03-02T10:30:00Z");
    let in_zone = |zone: &str| {
        let customer = world.customer(|new| new.time_zone = zone.into());
        let key = world.install(&customer);
        let soql = format!(
            "SELECT Id, sfLma__Install_Date__c, sfLma__Expiration__c FROM sfLma__License__c \
             WHERE sfLma__Subscriber_Org_ID__c = '{}'",
            customer.id.as_str()
        );
        let business = sign_in(&world.server, "admin@business.example");
        (key, one(&business.http, &soql))
    };
    let (early, first) = in_zone("Pacific/Kiritimati");
    let (late, second) = in_zone("Etc/GMT+12");
    // A trial of 30 days, each from its own day on.
    for (license, installed, last) in [
        (&first, "2026-03-03", "2026-04-02"),
        (&second, "2026-03-01", "2026-03-31"),
    ] {
        assert_eq!(license["sfLma__Install_Date__c"], installed);
        assert_eq!(license["sfLma__Expiration__c"], last);
        let id = license["Id"].as_str().unwrap();
        let business = sign_in(&world.server, "admin@business.example");
        let change = json!({"status": "Active", "expires_on": "2026-06-30"});
        modify(&business.http, id, &change).expect(200);
    }
    world.server.settle();
    for (instant, of_early, of_late) in [
        ("2026-06-30T09:59:59Z", "Licensed", "Licensed"),
        ("2026-06-30T10:00:00Z", "Expired", "Licensed"),
        ("2026-07-01T11:59:59Z", "Expired", "Licensed"),
        ("2026-07-01T12:00:00Z", "Expired", "Expired"),
    ] {
        world.server.clock.set(instant);
        let reasons = (
            reason(&world, &early, ADMIN),
            reason(&world, &late, "admin@customer2.example"),
        );
        assert_eq!(reasons, (of_early.into(), of_late.into()), "{instant}");
        let business = sign_in(&world.server, "admin@business.example");
        let soql = "SELECT olma__Effective_Status__c FROM sfLma__License__c WHERE \
                    olma__Effective_Status__c = 'Expired'";
        let expired = [of_early, of_late]
            .iter()
            .filter(|r| **r == "Expired")
            .count();
        assert_eq!(business.http.rows(soql).len(), expired, "{instant}");
    }
}

/// R-LIC-3: a copy that is uninstalled when the zone changes has the new end when it comes back; the
/// last day itself never changes.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_3_uninstalled_meanwhile(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|new| new.time_zone = "Pacific/Kiritimati".into());
    let _ = world.install(&customer);
    let license = license_id(&world);
    let found = install(&customer.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    world.server.settle();
    set_zone(&customer, "Etc/GMT+12");
    world.server.settle();
    let _ = install(&customer.http, world.version);
    world.server.settle();
    assert_eq!(
        ends(&customer, &world.business, &license),
        both("2026-04-02T12:00:00Z")
    );
    let path = format!("/api/v1/licenses/{license}");
    let row = world.business.http.get(&path).expect(200);
    assert_eq!(
        (&row["install_date"], &row["expires_on"]),
        (&json!("2026-03-02"), &json!("2026-04-01"))
    );
}

/// R-ORG-7: the last day of an org's trial stays that day in another zone, and ends there.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_a_trial_moves_with_the_zone(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|new| {
        new.time_zone = "Pacific/Kiritimati".into();
        new.status = OrgStatus::Trial;
        new.trial_end = Some("2026-03-02".parse().unwrap());
    });
    let key = world.install(&customer);
    set_zone(&customer, "Etc/GMT+12");
    world.server.settle();
    let org = customer.http.get("/api/v1/orgs/current").expect(200);
    assert_eq!(org["trial_end"], "2026-03-02");
    let license = one(
        &world.business.http,
        "SELECT Id, sfLma__Org_Trial_Expiration__c FROM sfLma__License__c",
    );
    assert_eq!(license["sfLma__Org_Trial_Expiration__c"], "2026-03-02");
    world.server.clock.set("2026-03-03T11:59:59Z");
    assert_eq!(reason(&world, &key, ADMIN), "Licensed");
    world.server.clock.set("2026-03-03T12:00:00Z");
    assert_eq!(reason(&world, &key, ADMIN), "OrgLocked");
    let business = sign_in(&world.server, "admin@business.example");
    let id = license["Id"].as_str().unwrap();
    let refused = modify(&business.http, id, &json!({"seats": 9}));
    assert_eq!(refused.json()["code"], "PROXY_USER_HAS_DEACTIVATED");
}
