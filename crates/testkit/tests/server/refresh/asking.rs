//! Who may ask for a refresh, how often, and for what (R-REF-2, §11).

use jiff::SignedDuration;
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::json;

use super::{later, path, refresh, refresh_of, without_pause};
use crate::support::{one, package, problem, texts};

const DATES: &str = "SELECT sfLma__Last_License_Refresh__c, sfLma__Next_Available_Refresh__c \
    FROM sfLma__Package__c";

/// R-REF-2: once in seven calendar days of the business org's zone; a second try says when it is
/// possible; both days stand on the package. The org may set 0 to 30 days.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_2_once_a_week(#[case] backend: Backend) {
    let mut world = World::start(backend);
    // 23:30 in London, and in Berlin the third of March has begun.
    later(&mut world, SignedDuration::from_mins(14 * 60 + 30));
    let _ = refresh(&world);
    dates(&world, "2026-03-03", "2026-03-10");
    let refused = world.business.http.post(&path(world.package), &json!({}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    let refused = refused.json();
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("on 2026-03-10"), "{refused}");
    let fields = texts(&refused["fields"]);
    assert_eq!(fields, ["id"]);
    // A second before midnight.
    later(&mut world, SignedDuration::from_secs(7 * 24 * 3600 - 1801));
    let refused = world.business.http.post(&path(world.package), &json!({}));
    assert_eq!(refused.status, 400);
    world.server.clock.advance(SignedDuration::from_secs(1));
    let _ = refresh(&world);
    dates(&world, "2026-03-10", "2026-03-17");
    let me = &world.business.http;
    let setting = "/api/v1/orgs/current";
    for wrong in [json!(-1), json!(31), json!(1.5), json!("7")] {
        let answer = me.patch(setting, &json!({"refresh_interval_days": wrong}));
        assert_eq!(answer.status, 400, "{wrong}: {answer:?}");
    }
    let days = json!({"refresh_interval_days": 30});
    let set = me.patch(setting, &days).expect(200);
    assert_eq!(set["refresh_interval_days"], 30);
    dates(&world, "2026-03-10", "2026-04-09");
    let usual = json!({"refresh_interval_days": null});
    let set = me.patch(setting, &usual).expect(200);
    assert_eq!(set["refresh_interval_days"], 7);
    // Two settings at once: both or neither.
    let user = world.business.administrator.to_string();
    let two = json!({"fallback_lead_owner": user, "refresh_interval_days": 31});
    assert_eq!(me.patch(setting, &two).status, 400);
    let org = me.get(setting).expect(200);
    assert_eq!(org["fallback_lead_owner"], json!(null));
    without_pause(&world);
    dates(&world, "2026-03-10", "2026-03-10");
    let _ = refresh(&world);
    let _ = refresh(&world);
}

/// The days on the package.
fn dates(world: &World, last: &str, next: &str) {
    let row = one(&world.business.http, DATES);
    assert_eq!(row["sfLma__Last_License_Refresh__c"], last);
    assert_eq!(row["sfLma__Next_Available_Refresh__c"], next);
}

/// R-REF-2: the setting is for who may customize the org.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ref_2_who_sets_the_interval(#[case] backend: Backend) {
    let world = World::start(backend);
    let user = world.with_profile(&world.business, "user@business.example", "Standard User");
    let days = json!({"refresh_interval_days": 1});
    let refused = user.http.patch("/api/v1/orgs/current", &days);
    assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    let other = world.customer(|new| new.business = true);
    let set = other.http.patch("/api/v1/orgs/current", &days).expect(200);
    assert_eq!(set["refresh_interval_days"], 1);
    let own = world.business.http.get("/api/v1/orgs/current").expect(200);
    assert_eq!(own["refresh_interval_days"], 7);
}

/// R-SEC-1: a refresh needs Edit on Package and Read on License, its progress Read on both; another
/// org knows of neither.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_who_may_refresh(#[case] backend: Backend) {
    let world = World::start(backend);
    let with = |name: &str, package: serde_json::Value, license: serde_json::Value| {
        let grants = json!({
            "permissions": ["ApiEnabled"],
            "objects": {"sfLma__Package__c": package, "sfLma__License__c": license},
        });
        world.granted(&world.business, name, &grants).http
    };
    let (none, read, edit) = (
        json!({}),
        json!({"read": true}),
        json!({"read": true, "edit": true}),
    );
    let nobody = with("nobody@business.example", none.clone(), read.clone());
    let reader = with("reader@business.example", read.clone(), read.clone());
    let blind = with("blind@business.example", edit.clone(), none);
    let editor = with("editor@business.example", edit, read);
    let ask = |http: &openlma_testkit::Client| http.post(&path(world.package), &json!({}));
    assert_eq!(problem(&ask(&nobody), 404), "NOT_FOUND");
    assert_eq!(
        problem(&ask(&reader), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    assert_eq!(
        problem(&ask(&blind), 403),
        "INSUFFICIENT_ACCESS_OR_READONLY"
    );
    let job = ask(&editor).expect(202);
    let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    let _ = reader.get(&job).expect(200);
    let list = reader.get("/api/v1/jobs").expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    for who in [&nobody, &blind] {
        assert_eq!(problem(&who.get(&job), 404), "NOT_FOUND");
        assert_eq!(who.get("/api/v1/jobs").status, 403);
    }
    let stranger = world.customer(|new| new.business = true);
    assert_eq!(problem(&ask(&stranger.http), 404), "NOT_FOUND");
    assert_eq!(problem(&stranger.http.get(&job), 404), "NOT_FOUND");
    assert_eq!(
        stranger.http.get("/api/v1/jobs").expect(200)["items"],
        json!([])
    );
    world.server.settle();
}

/// R-ERR-1: what is no package, or none of this org, is refused in words; nothing is begun.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_bad_ids(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let whole = world.package.to_string();
    let mut wrong_suffix = whole.clone();
    wrong_suffix.replace_range(15.., "999");
    for bad in [
        "nonsense",
        &whole[..14],
        &whole[..16],
        &whole[..17],
        &wrong_suffix,
    ] {
        assert_eq!(
            problem(&me.post(&path(bad), &json!({})), 400),
            "MALFORMED_ID",
            "{bad}"
        );
        let job = me.get(&format!("/api/v1/jobs/{bad}"));
        assert_eq!(problem(&job, 400), "MALFORMED_ID", "{bad}");
    }
    let user = world.business.administrator.to_string();
    let elsewhere = package(&world, "elsewhere", false).1.to_string();
    for absent in [
        "033000000000001AAA",
        "a0P000000000001AAA",
        &user,
        &elsewhere,
    ] {
        let answer = me.post(&path(absent), &json!({}));
        assert_eq!(answer.status, 404, "{absent}: {answer:?}");
        let job = me.get(&format!("/api/v1/jobs/{absent}"));
        assert_eq!(problem(&job, 404), "NOT_FOUND", "{absent}");
    }
    assert_eq!(me.get("/api/v1/jobs").expect(200)["items"], json!([]));
    // The same package, named by 15 characters and by its record.
    let _ = refresh_of(&world, &whole[..15]);
    without_pause(&world);
    let record = one(me, "SELECT Id FROM sfLma__Package__c");
    let _ = refresh_of(&world, record["Id"].as_str().unwrap());
}

/// R-INS-9: a repeat with the same key gets the same answer.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_ins_9_a_repeat(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let key = [("Idempotency-Key", "once")];
    let body = json!({}).to_string();
    let ask = || {
        me.send("POST", &path(world.package), &key, Some(body.clone()))
            .expect(202)
    };
    assert_eq!(ask(), ask());
    world.server.settle();
}
