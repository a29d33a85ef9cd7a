//! The rules of licenses by every door: a record update, our own verb, a batch (R-LIC).

use openlma_core::org::OrgStatus;
use openlma_core::{Code, Value as Stored};
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, code, count, create, id, license_id, modify, object, one, patch_license, problem,
    reason, refusal, sobject,
};

const STATUS: &str = "sfLma__Status__c";
const STATUSES: [&str; 4] = ["Trial", "Active", "Suspended", "Uninstalled"];

/// A door through which a status can be changed.
#[derive(Clone, Copy, Debug)]
enum Door {
    Record,
    Verb,
    Batch,
}

impl Door {
    const ALL: [Door; 3] = [Door::Record, Door::Verb, Door::Batch];

    /// Changes the status; the code and the fields of a refusal.
    fn change(self, world: &World, license: &str, to: &str) -> Result<(), (String, Vec<String>)> {
        let me = &world.business.http;
        match self {
            Door::Record => match patch_license(me, license, &json!({STATUS: to})) {
                answer if answer.status == 204 => Ok(()),
                answer => Err(refusal(&answer)),
            },
            Door::Verb => match modify(me, license, &json!({"status": to})) {
                answer if answer.status == 200 => Ok(()),
                answer => {
                    let code = problem(&answer, 400);
                    Err((code, crate::support::texts(&answer.json()["fields"])))
                }
            },
            Door::Batch => {
                let licenses = object(&world.business, LICENSE);
                let row = vec![(licenses.index_of(STATUS).unwrap(), Stored::text(to))];
                let rows = vec![(id(license), row)];
                let app = &world.server.app;
                let saved = app.update_records(&world.business.actor, &licenses, rows, false);
                let saved = world.server.wait(saved).unwrap().remove(0);
                let told = |errors: Vec<openlma_core::Error>| {
                    (errors[0].code.as_str().to_owned(), errors[0].fields.clone())
                };
                saved.map(drop).map_err(told)
            }
        }
    }
}

/// R-LIC-2: the whole table by every door; a refusal changes nothing and names what is allowed.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_2_transitions(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let installed = license_id(&world);
    let copy = one(&customer.http, "SELECT Id FROM PackageLicense");
    assert!(copy["Id"].is_string());
    let app = &world.server.app;
    let install = crate::support::install(&customer.http, world.version);
    let install = id(install["id"].as_str().unwrap());
    world
        .server
        .wait(app.uninstall(&customer.actor, install))
        .unwrap();
    world.server.settle();
    for door in Door::ALL {
        for from in STATUSES {
            for to in STATUSES {
                let license = if from == "Uninstalled" {
                    installed.clone()
                } else {
                    let body = json!({STATUS: from, "sfLma__Expiration__c": "2026-04-01"});
                    create(me, LICENSE, &body)
                };
                let done = door.change(&world, &license, to);
                let row = me.get(&sobject(LICENSE, &license)).expect(200);
                let told = format!("{door:?}: {from} to {to}: {done:?}");
                let allowed = to != "Uninstalled"
                    && from != "Uninstalled"
                    && (to != "Trial" || from == "Trial");
                // Writing what is there already through a record changes nothing.
                if allowed || (from == to && matches!(door, Door::Record | Door::Batch)) {
                    assert_eq!(done, Ok(()), "{told}");
                    assert_eq!(row[STATUS], to, "{told}");
                } else {
                    let (code, fields) = done.unwrap_err();
                    assert_eq!(code, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "{told}");
                    // Our own verb names the member, the others the field.
                    let name = match door {
                        Door::Verb => "status",
                        _ => STATUS,
                    };
                    assert_eq!(fields, [name], "{told}");
                    assert_eq!(row[STATUS], from, "{told}");
                }
                let shown = one(
                    me,
                    &format!("SELECT RecordType.Name FROM {LICENSE} WHERE Id = '{license}'"),
                );
                assert_eq!(shown["RecordType"]["Name"], row[STATUS], "{told}");
            }
        }
    }
    // A license is not begun as Uninstalled either, and its record type is not written.
    let begun = me.post(&sobject(LICENSE, ""), &json!({STATUS: "Uninstalled"}));
    assert_eq!(refusal(&begun).1, [STATUS]);
    for field in ["sfLma__Seats__c", "sfLma__Expiration__c"] {
        let value = if field.contains("Seats") {
            json!(3)
        } else {
            json!("2027-01-01")
        };
        let refused = patch_license(me, &installed, &json!({field: value}));
        assert_eq!(refusal(&refused).0, "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    }
    let kept = patch_license(me, &installed, &json!({"RecordTypeId": null}));
    assert_eq!(refusal(&kept).1, ["RecordTypeId"]);
}

/// R-LIC-3, R-LIC-4: a trial ends at the latest 90 days after the install; 1970-01-01 means never;
/// a day that the calendar does not have is refused.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_3_last_days(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let field = "sfLma__Expiration__c";
    let last_day = || me.get(&sobject(LICENSE, &license)).expect(200)[field].clone();
    for day in [
        json!("2026-06-01"),
        json!(null),
        json!("1970-01-01"),
        json!("2100-01-01"),
    ] {
        let refused = patch_license(me, &license, &json!({field: day}));
        assert_eq!(
            refusal(&refused),
            ("FIELD_INTEGRITY_EXCEPTION".into(), vec![field.into()])
        );
        assert!(refused.text.contains("trial"), "{refused:?}");
        let refused = modify(me, &license, &json!({"expires_on": day}));
        assert_eq!(problem(&refused, 400), "FIELD_INTEGRITY_EXCEPTION");
        assert_eq!(last_day(), "2026-04-01");
    }
    assert_eq!(
        patch_license(me, &license, &json!({field: "2026-05-31"})).status,
        204
    );
    assert_eq!(last_day(), "2026-05-31");
    let active = json!({STATUS: "Active", field: "1970-01-01"});
    assert_eq!(patch_license(me, &license, &active).status, 204);
    assert_eq!(last_day(), Value::Null);
    modify(me, &license, &json!({"expires_on": "2027-12-31"})).expect(200);
    assert_eq!(last_day(), "2027-12-31");
    modify(me, &license, &json!({"expires_on": "1970-01-01"})).expect(200);
    assert_eq!(last_day(), Value::Null);
    for day in [
        "2026-02-30",
        "31.12.2026",
        "2026-12-31T00:00:00Z",
        "9999-12-31",
        "-009999-01-01",
        "0001-01-01",
        "",
    ] {
        let refused = modify(me, &license, &json!({"expires_on": day}));
        assert!(refused.status == 400, "{day}: {refused:?}");
        let refused = patch_license(me, &license, &json!({field: day}));
        assert!(
            day.is_empty() || refused.status == 400,
            "{day}: {refused:?}"
        );
    }
    assert_eq!(last_day(), Value::Null);
}

/// R-LIC-6, R-LIC-7, R-LIC-8: the range of seats; fewer than are used is allowed, nobody loses
/// access, nobody gets one more; a Site License keeps the rows asleep.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_6_seats(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let users: Vec<_> = (0..3)
        .map(|n| {
            world
                .user(&customer, &format!("u{n}@customer1.example"))
                .to_string()
        })
        .collect();
    let key = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let field = "sfLma__Seats__c";
    for seats in [
        json!(0),
        json!(-2),
        json!(99_000_001),
        json!(1.5),
        json!("many"),
    ] {
        let refused = patch_license(me, &license, &json!({field: seats}));
        assert_eq!(refused.status, 400, "{seats}: {refused:?}");
        let refused = modify(me, &license, &json!({"seats": seats}));
        assert_eq!(refused.status, 400, "{seats}: {refused:?}");
        assert!(refused.text.contains("99000000"), "{refused:?}");
    }
    assert_eq!(
        patch_license(me, &license, &json!({field: 99_000_000})).status,
        204
    );
    assert_eq!(patch_license(me, &license, &json!({field: 3})).status, 204);
    world.server.settle();
    let seats = "/api/v1/packages/orbit/seats";
    let assign = |users: &[String]| customer.http.post(seats, &json!({"users": users}));
    assign(&users[..2]).expect(200);
    world.server.settle();
    let fewer = modify(me, &license, &json!({"seats": 1})).expect(200);
    assert_eq!(
        (&fewer["over_by"], &fewer["sync"]),
        (&json!(2), &json!("InSync"))
    );
    world.server.settle();
    let row = me.get(&format!("/api/v1/licenses/{license}")).expect(200);
    assert_eq!((&row["used"], &row["available"]), (&json!(3), &json!(-2)));
    for user in &users[..2] {
        assert_eq!(reason(&world, &key, user), "Licensed");
    }
    assert_eq!(problem(&assign(&users[2..]), 400), "LICENSE_LIMIT_EXCEEDED");
    modify(me, &license, &json!({"seats": "site"})).expect(200);
    world.server.settle();
    let row = me.get(&format!("/api/v1/licenses/{license}")).expect(200);
    assert_eq!(
        (&row["used"], &row["seats"]),
        (&Value::Null, &json!("site"))
    );
    assert_eq!(reason(&world, &key, &users[2]), "Licensed");
    assert_eq!(
        problem(&assign(&users[2..]), 400),
        "FIELD_INTEGRITY_EXCEPTION"
    );
    modify(me, &license, &json!({"seats": 4})).expect(200);
    world.server.settle();
    let row = me.get(&format!("/api/v1/licenses/{license}")).expect(200);
    assert_eq!((&row["used"], &row["available"]), (&json!(3), &json!(1)));
    assert_eq!(reason(&world, &key, &users[2]), "NoSeat");
    assert_eq!(reason(&world, &key, &users[0]), "Licensed");
}

/// R-LIC-10, R-LIC-3: a dry run writes nothing; a last day in the past is confirmed at our own door
/// and applied by a record update, which cannot ask.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_dry_run_and_confirmation(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let admin = "admin@customer1.example";
    let state = || {
        let row = me.get(&sobject(LICENSE, &license)).expect(200);
        (row, count(me, "sfLma__License__History"))
    };
    let before = state();
    let past = json!({"status": "Active", "seats": 1, "expires_on": "2026-03-01"});
    let mut dry = past.clone();
    dry["dry_run"] = json!(true);
    let told = modify(me, &license, &dry).expect(200);
    let changes = told["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    assert_eq!(
        changes[1],
        json!({"field": "sfLma__Seats__c", "from": "2", "to": "1"})
    );
    assert_eq!(told["access_ends_now"], true);
    assert_eq!(told["terms_revision"], 1);
    assert_eq!(told["sync"], Value::Null);
    assert_eq!(state(), before);
    let asked = modify(me, &license, &past);
    assert_eq!(problem(&asked, 409), "CONFIRMATION_REQUIRED");
    assert_eq!(state(), before);
    assert_eq!(reason(&world, &key, admin), "Licensed");
    let mut confirmed = past.clone();
    confirmed["confirm"] = json!(["ends_access_now"]);
    let done = modify(me, &license, &confirmed).expect(200);
    assert_eq!(
        (&done["terms_revision"], &done["sync"]),
        (&json!(1), &json!("InSync"))
    );
    assert_eq!(reason(&world, &key, admin), "Expired");
    // Nothing to change is no change.
    let again = modify(me, &license, &confirmed).expect(200);
    assert_eq!(
        (&again["changes"], &again["terms_revision"]),
        (&json!([]), &json!(1))
    );
    let later = json!({"sfLma__Expiration__c": "2026-12-31"});
    assert_eq!(patch_license(me, &license, &later).status, 204);
    world.server.settle();
    assert_eq!(reason(&world, &key, admin), "Licensed");
    let over = json!({"sfLma__Expiration__c": "2026-02-01"});
    assert_eq!(patch_license(me, &license, &over).status, 204);
    world.server.settle();
    assert_eq!(reason(&world, &key, admin), "Expired");
    assert_eq!(
        modify(me, &license, &json!({"confirm": ["yes"]})).status,
        400
    );
    assert_eq!(modify(me, "a0L000000000001", &json!({})).status, 404);
}

/// R-SYN-3, R-SYN-4: terms that were changed several times before they went out go once, with the
/// last; the license says Pending until the copy has them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_syn_3_terms_collapse(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    world.server.stop_worker();
    for seats in [3, 4, 5] {
        let changed = patch_license(me, &license, &json!({"sfLma__Seats__c": seats}));
        assert_eq!(changed.status, 204);
    }
    let row = || me.get(&format!("/api/v1/licenses/{license}")).expect(200);
    assert_eq!(row()["sync"], "Pending");
    let copy = || one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense");
    assert_eq!(copy()["AllowedLicenses"], 2);
    let app = &world.server.app;
    let sent = world.server.wait(app.deliver(world.business.id)).unwrap();
    assert_eq!(sent, 1);
    assert_eq!(
        world.server.wait(app.apply_received(customer.id)).unwrap(),
        1
    );
    assert_eq!(copy()["AllowedLicenses"], 5);
    assert_eq!(row()["sync"], "Pending");
    world.server.wait(app.deliver(customer.id)).unwrap();
    world
        .server
        .wait(app.apply_received(world.business.id))
        .unwrap();
    assert_eq!(row()["sync"], "In sync");
}

/// R-LIC-11: a customer's org that is shut can be told nothing: every door says why.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_11_shut_orgs(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let app = &world.server.app;
    let set = |status| {
        world
            .server
            .wait(app.set_org_status(&world.operator, customer.id, status))
            .unwrap();
        world.server.settle();
    };
    for status in [OrgStatus::Locked, OrgStatus::Disabled, OrgStatus::Deleted] {
        set(status);
        let refused = patch_license(me, &license, &json!({"sfLma__Seats__c": 9}));
        assert_eq!(code(&refused, 400), Code::ProxyUserDeactivated.as_str());
        let refused = modify(me, &license, &json!({"seats": 9}));
        assert_eq!(problem(&refused, 400), Code::ProxyUserDeactivated.as_str());
        assert!(refused.text.contains("proxy user has deactivated"));
        assert_eq!(reason(&world, &key, "admin@customer1.example"), "OrgLocked");
        let row = me.get(&format!("/api/v1/licenses/{license}")).expect(200);
        assert_eq!(row["org_status"], status.stored_text());
        // What is not a term may still be noted.
        let noted = patch_license(me, &license, &json!({"sfLma__Account__c": null}));
        assert_eq!(noted.status, 204);
    }
    set(OrgStatus::Active);
    modify(me, &license, &json!({"seats": 9})).expect(200);
    assert_eq!(reason(&world, &key, "admin@customer1.example"), "Licensed");
}
