//! "Is this user licensed?" (R-CHK).

use openlma_core::org::OrgStatus;
use openlma_testkit::world::sign_in;
use openlma_testkit::{Backend, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{check, install, license_id, modify, problem, reason};

fn user(org: &Org, name: &str, external: &str, email: &str) -> String {
    let body = json!({
        "username": name, "last_name": "Test", "external_id": external, "email": email,
    });
    let made = org.http.post("/api/v1/users", &body).expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// R-CHK-2: each reason, and which of two that hold comes first.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_2_reasons_in_order(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let seated = "admin@customer1.example";
    let unseated = user(
        &customer,
        "second@customer1.example",
        "X",
        "second@customer1.example",
    );
    let inactive = user(
        &customer,
        "idle@customer1.example",
        "Y",
        "idle@customer1.example",
    );
    let off = customer.http.patch(
        &format!("/api/v1/users/{inactive}"),
        &json!({"active": false}),
    );
    assert_eq!(off.status, 204);
    let key = world.install(&customer);
    let license = license_id(&world);
    let reasons = || {
        [seated, &unseated, &inactive, "nobody@customer1.example"]
            .map(|user| reason(&world, &key, user))
    };
    assert_eq!(
        reasons(),
        ["Licensed", "NoSeat", "UserInactive", "UserUnknown"]
    );
    let whole = check(&world, &key, seated);
    assert_eq!(whole["licensed"], true);
    assert_eq!(whole["status"], "Trial");
    assert_eq!(whole["expires_on"], "2026-04-01");
    assert_eq!((&whole["seats"], &whole["used"]), (&json!(2), &json!(1)));
    assert_eq!(whole["package"], world.package.to_string());
    assert_eq!(whole["version"], "1.0");
    assert_eq!(whole["valid_until"], "2026-03-02T09:01:00Z");
    let set = |body: Value| {
        let done = modify(&world.business.http, &license, &body).expect(200);
        assert_eq!(done["sync"], "InSync");
    };
    let past =
        json!({"status": "Active", "expires_on": "2026-03-01", "confirm": ["ends_access_now"]});
    set(past);
    assert_eq!(
        reasons(),
        ["Expired", "Expired", "UserInactive", "UserUnknown"]
    );
    // Suspended comes before expired.
    set(json!({"status": "Suspended"}));
    assert_eq!(
        reasons(),
        ["Suspended", "Suspended", "UserInactive", "UserUnknown"]
    );
    assert_eq!(check(&world, &key, seated)["licensed"], false);
    let found = install(&customer.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    assert_eq!(reasons(), ["Uninstalled"; 4]);
    let app = &world.server.app;
    for status in [OrgStatus::Locked, OrgStatus::Disabled, OrgStatus::Deleted] {
        world
            .server
            .wait(app.set_org_status(&world.operator, customer.id, status))
            .unwrap();
        assert_eq!(reasons(), ["OrgLocked"; 4]);
    }
}

/// R-CHK-2, R-LIC-5: access ends with the last day in the customer's zone, to the second, also
/// where the clock changes in that night; `valid_until` never goes beyond.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_5_the_last_day(#[case] backend: Backend) {
    let world = World::start(backend);
    // Zone, last day, the first instant without access.
    let cases = [
        ("Pacific/Kiritimati", "2026-05-01", "2026-05-01T10:00:00Z"),
        ("Pacific/Pago_Pago", "2026-05-01", "2026-05-02T11:00:00Z"),
        ("America/Santiago", "2026-09-05", "2026-09-06T04:00:00Z"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T23:00:00Z"),
        ("Asia/Kathmandu", "2026-12-31", "2026-12-31T18:15:00Z"),
    ];
    for (zone, day, end) in cases {
        let customer = world.customer(|new| new.time_zone = zone.to_owned());
        let key = world.install(&customer);
        let business = sign_in(&world.server, "admin@business.example").http;
        let found = business
            .get(&format!("/api/v1/licenses?org={}", customer.id))
            .expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let license = &found["items"][0];
        let license = license["id"].as_str().unwrap();
        modify(
            &business,
            license,
            &json!({"status": "Active", "expires_on": day}),
        )
        .expect(200);
        world.server.settle();
        let end: jiff::Timestamp = end.parse().unwrap();
        let at = |seconds: i64| {
            let now = end - jiff::SignedDuration::from_secs(seconds);
            world.server.clock.set(&now.to_string());
            check(&world, &key, &customer.administrator.to_string())
        };
        assert_eq!(
            at(61)["valid_until"],
            (end - jiff::SignedDuration::from_secs(1)).to_string()
        );
        assert_eq!(at(30)["valid_until"], end.to_string(), "{zone}");
        assert_eq!(at(1)["reason"], "Licensed", "{zone}");
        let over = at(0);
        assert_eq!(
            (&over["reason"], &over["effective_status"]),
            (&json!("Expired"), &json!("Expired")),
            "{zone}"
        );
        let business = sign_in(&world.server, "admin@business.example").http;
        let shown = business
            .get(&format!("/api/v1/licenses/{license}"))
            .expect(200);
        assert_eq!(shown["effective_status"], "Expired", "{zone}");
        assert_eq!(shown["access_ends_at"], end.to_string(), "{zone}");
        assert_eq!(shown["status"], "Active", "{zone}");
    }
}

/// R-CHK-5: a user is named by id, user name, external id, email; two that fit are told apart by
/// nobody. Only the right key learns anything.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_names_of_users(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let first = user(
        &customer,
        "first@customer1.example",
        "F-1",
        "shared@customer1.example",
    );
    let _ = user(
        &customer,
        "second@customer1.example",
        "F-2",
        "shared@customer1.example",
    );
    let key = world.install(&customer);
    let seats = json!({"users": [first]});
    customer
        .http
        .post("/api/v1/packages/orbit/seats", &seats)
        .expect(200);
    for name in [
        first.as_str(),
        &first[..15],
        "first@customer1.example",
        "FIRST@customer1.EXAMPLE",
        "F-1",
    ] {
        assert_eq!(reason(&world, &key, name), "Licensed", "{name}");
    }
    assert_eq!(reason(&world, &key, "f-1"), "UserUnknown");
    let ask = |bearer: &str, rest: &str| {
        world
            .server
            .bearer(bearer)
            .get(&format!("/api/v1/licensed?{rest}"))
    };
    let shared = "user=shared@customer1.example";
    assert_eq!(problem(&ask(&key, shared), 409), "AMBIGUOUS_USER");
    let cut = &key[..key.len() - 1];
    for wrong in [
        format!("{key}x"),
        format!("{cut}-"),
        cut.to_owned(),
        "olma_ik_".into(),
    ] {
        for user in [shared, "user=first@customer1.example", "user=nobody"] {
            assert_eq!(
                problem(&ask(&wrong, user), 401),
                "INVALID_SESSION_ID",
                "{user}"
            );
        }
    }
    // A key answers for its own package and needs a user.
    assert_eq!(
        problem(&ask(&key, "user=F-1&namespace=other"), 404),
        "PACKAGE_NOT_INSTALLED"
    );
    let _ = ask(&key, "user=F-1&namespace=ORBIT").expect(200);
    let by_id = format!("user=F-1&package_id={}", world.package);
    let _ = ask(&key, &by_id).expect(200);
    assert_eq!(ask(&key, "namespace=orbit").status, 400);
    // A user asks about itself or another of its org.
    let me = |rest: &str| customer.http.get(&format!("/api/v1/licensed?{rest}"));
    assert_eq!(me("namespace=orbit").expect(200)["reason"], "Licensed");
    assert_eq!(
        me("namespace=orbit&user=F-2").expect(200)["reason"],
        "NoSeat"
    );
    assert_eq!(
        me(&format!("package_id={}", world.package)).expect(200)["licensed"],
        true
    );
    assert_eq!(
        problem(&me("namespace=nothing"), 404),
        "PACKAGE_NOT_INSTALLED"
    );
    assert_eq!(
        problem(&me("package_id=033000000000001"), 404),
        "PACKAGE_NOT_INSTALLED"
    );
    assert_eq!(me("").status, 400);
    assert_eq!(me("namespace=orbit&package_id=033000000000001").status, 400);
    assert_eq!(me("namespace=orbit&nothing=1").status, 400);
    let other = world.customer(|_| {});
    let never = other.http.get("/api/v1/licensed?namespace=orbit");
    assert_eq!(problem(&never, 404), "PACKAGE_NOT_INSTALLED");
    // A key opens nothing else.
    for path in [
        "/api/v1/licenses",
        "/api/v1/orgs/current",
        "/api/v1/packages/orbit/seats",
    ] {
        assert_eq!(world.server.bearer(&key).get(path).status, 401, "{path}");
    }
}

/// R-CHK-5, R-INS-7: a reinstall mints a new key and ends the old one; an uninstall leaves the key
/// with one answer.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_chk_5_keys_rotate(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let other = world.customer(|_| {});
    let key = world.install(&customer);
    let other_key = world.install(&other);
    let user = customer.administrator.to_string();
    assert_eq!(reason(&world, &other_key, &user), "UserUnknown");
    let found = install(&customer.http, world.version);
    let path = format!("/api/v1/installs/{}", found["id"].as_str().unwrap());
    assert_eq!(customer.http.delete(&path).status, 204);
    assert_eq!(
        problem(&customer.http.delete(&path), 400),
        "INVALID_OPERATION"
    );
    assert_eq!(reason(&world, &key, &user), "Uninstalled");
    let again = install(&customer.http, world.version);
    let new_key = again["installation_key"].as_str().unwrap();
    assert_ne!(new_key, key);
    let old = world
        .server
        .bearer(&key)
        .get(&format!("/api/v1/licensed?user={user}"));
    assert_eq!(problem(&old, 401), "INVALID_SESSION_ID");
    assert_eq!(reason(&world, new_key, &user), "Licensed");
    assert_eq!(
        reason(&world, &other_key, &other.administrator.to_string()),
        "Licensed"
    );
}
