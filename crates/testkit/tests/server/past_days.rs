//! Last days in the past, which whoever can be asked confirms (R-LIC-3).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{LICENSE, license_id, modify, problem, sobject, texts};

/// R-LIC-3: every last day that is set in the past is asked about, whether the license gives access
/// or not; a change of something else is not.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_3_every_past_day_is_asked_about(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    let confirm = json!(["ends_access_now"]);
    let state = || me.get(&sobject(LICENSE, &license)).expect(200);
    let asked = |day: &str| {
        world.server.settle();
        let before = state();
        let refused = modify(me, &license, &json!({"expires_on": day}));
        assert_eq!(problem(&refused, 409), "CONFIRMATION_REQUIRED");
        assert_eq!(texts(&refused.json()["fields"]), ["expires_on"]);
        assert_eq!(state(), before);
    };
    let set = |day: &str| {
        let meant = json!({"expires_on": day, "confirm": confirm});
        let done = modify(me, &license, &meant).expect(200);
        assert_eq!(done["changes"].as_array().unwrap().len(), 1);
        done
    };
    modify(
        me,
        &license,
        &json!({"status": "Active", "expires_on": null}),
    )
    .expect(200);
    asked("2026-02-20");
    assert_eq!(set("2026-02-20")["access_ends_now"], true);
    // Expired already.
    asked("2026-02-10");
    assert_eq!(set("2026-02-10")["access_ends_now"], false);
    // Suspended.
    modify(me, &license, &json!({"status": "Suspended", "seats": 7})).expect(200);
    asked("2026-02-05");
    // What does not touch the last day, or sends the same one, does not ask.
    modify(
        me,
        &license,
        &json!({"seats": 8, "expires_on": "2026-02-10"}),
    )
    .expect(200);
    modify(me, &license, &json!({"expires_on": "2026-12-31"})).expect(200);
    asked("2026-02-10");
}
