//! What each status of a subscriber's org blocks, and what becomes of terms that are on their way
//! (R-ORG-7, R-LIC-11, R-SYN-4).

use openlma_app::sign_in::TokenKind;
use openlma_testkit::world::PASSWORD;
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{license_id, modify, one, package, patch_license, problem, reason};

const ADMIN: &str = "admin@customer1.example";
const WORKER: &str = "worker@customer1.example";
const SEATS: &str = "/api/v1/packages/orbit/seats";

/// A status, and what goes in it.
struct Row {
    change: Value,
    /// As the license shows it.
    shown: &'static str,
    /// Administrators sign in, and manage seats.
    administrators: bool,
    /// Everybody signs in, packages install, checks say yes, the publisher edits.
    open: bool,
}

fn table() -> [Row; 7] {
    let row = |change, shown, open, administrators| Row {
        change,
        shown,
        administrators,
        open,
    };
    let trial = |end: &str| json!({"status": "Trial", "trial_end": end});
    let status = |name: &str| json!({"status": name});
    [
        row(trial("2026-12-31"), "TRIAL", true, true),
        row(trial("2026-03-01"), "TRIAL", false, true),
        row(status("Locked"), "LOCKED", false, true),
        row(status("Free"), "FREE", true, true),
        row(status("Disabled"), "DISABLED", false, false),
        row(status("Deleted"), "DELETED", false, false),
        row(status("Active"), "ACTIVE", true, true),
    ]
}

/// R-ORG-7, R-CHK-2, R-LIC-11: who signs in, whether anything installs, what checks answer and whether
/// the publisher can edit, for each status.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_what_each_status_blocks(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let worker = world.user(&customer, WORKER).to_string();
    let key = world.install(&customer);
    let (_, _, other) = package(&world, "loose", false);
    let license = license_id(&world);
    let (me, app) = (&world.business.http, &world.server.app);
    let path = format!("/api/v1/orgs/{}", customer.id);
    for row in table() {
        let told = row.change.to_string();
        world.operator_http.patch(&path, &row.change).expect(200);
        world.server.settle();
        let enters = |name| {
            let issued = app.sign_in(name, PASSWORD, TokenKind::Access);
            world.server.wait(issued).is_ok()
        };
        assert_eq!(enters(ADMIN), row.administrators, "{told}");
        assert_eq!(enters(WORKER), row.open, "{told}");
        let wanted = json!({"version_id": other.to_string()});
        let made = customer.http.post("/api/v1/installs", &wanted);
        assert_eq!(made.status == 200, row.open, "{told}: {made:?}");
        if row.open {
            let path = format!("/api/v1/installs/{}", made.json()["id"].as_str().unwrap());
            assert_eq!(customer.http.delete(&path).status, 204);
        } else if row.administrators {
            assert_eq!(problem(&made, 400), "INVALID_OPERATION", "{told}");
        } else {
            assert_eq!(problem(&made, 403), "API_DISABLED_FOR_ORG", "{told}");
        }
        let users = json!({"users": [worker]});
        let seated = customer.http.post(SEATS, &users).status == 200;
        assert_eq!(seated, row.administrators, "{told}");
        if seated {
            customer.http.json("DELETE", SEATS, &users).expect(200);
        }
        world.server.settle();
        let check = if row.open { "Licensed" } else { "OrgLocked" };
        assert_eq!(reason(&world, &key, ADMIN), check, "{told}");
        let seen = me.get(&format!("/api/v1/licenses/{license}")).expect(200);
        assert_eq!(seen["org_status"], row.shown, "{told}");
        let edited = modify(me, &license, &json!({"seats": 3}));
        assert_eq!(edited.status == 200, row.open, "{told}: {edited:?}");
        if !row.open {
            assert_eq!(problem(&edited, 400), "PROXY_USER_HAS_DEACTIVATED");
        }
    }
}

/// R-SYN-4, R-SYN-2: terms that were on their way when the subscriber's org was shut arrive right
/// away, and count when the org is back. Nothing is lost and nothing waits.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_4_pending_terms_of_shut_orgs(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    world.server.stop_worker();
    let (me, app) = (&world.business.http, &world.server.app);
    let path = format!("/api/v1/orgs/{}", customer.id);
    let ways = [
        (world.business.id, customer.id),
        (customer.id, world.business.id),
    ];
    let pump = || {
        for (from, to) in ways.into_iter().cycle().take(4) {
            world.server.wait(app.deliver(from)).unwrap();
            world.server.wait(app.apply_received(to)).unwrap();
        }
    };
    let seen = || me.get(&format!("/api/v1/licenses/{license}")).expect(200);
    for (seats, status) in (5..).zip(["Locked", "Disabled", "Deleted"]) {
        let more = json!({"sfLma__Seats__c": seats});
        assert_eq!(patch_license(me, &license, &more).status, 204, "{status}");
        let shut = json!({"status": status});
        world.operator_http.patch(&path, &shut).expect(200);
        pump();
        let row = seen();
        assert_eq!(
            (&row["sync"], &row["seats"], &row["org_status"]),
            (
                &json!("In sync"),
                &json!(seats),
                &json!(status.to_uppercase())
            ),
        );
        assert_eq!(reason(&world, &key, ADMIN), "OrgLocked");
        let open = json!({"status": "Active"});
        world.operator_http.patch(&path, &open).expect(200);
        pump();
        let copy = one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
        assert_eq!(copy["AllowedLicenses"], seats);
        assert_eq!(reason(&world, &key, ADMIN), "Licensed");
        let row = seen();
        assert_eq!(
            (&row["license_type"], &row["used"]),
            (&json!("Editable"), &json!(1))
        );
        let waiting = app.waiting(&customer.actor, None, 9);
        assert!(world.server.wait(waiting).unwrap().is_empty());
    }
}
