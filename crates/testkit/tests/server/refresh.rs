//! Refresh Licenses: what it finds, what it makes of it, who may ask for it and how often (R-REF).

mod asking;
mod comparing;
mod jobs;
mod making;

use jiff::SignedDuration;
use openlma_testkit::world::sign_in;
use openlma_testkit::{Client, World};
use serde_json::{Value, json};

/// The address of a package's refresh.
fn path(package: impl std::fmt::Display) -> String {
    format!("/api/v1/packages/{package}/refresh")
}

/// Asks for a refresh of the world's package and waits for its end.
fn refresh(world: &World) -> Value {
    refresh_of(world, world.package)
}

/// Asks for a refresh of a package and waits for its end.
fn refresh_of(world: &World, package: impl std::fmt::Display) -> Value {
    refresh_by(world, &world.business.http, package)
}

/// Asks for a refresh in an org and waits for its end.
fn refresh_by(world: &World, http: &Client, package: impl std::fmt::Display) -> Value {
    let begun = http.post(&path(package), &json!({})).expect(202);
    let done = ended(world, http, &begun);
    assert_eq!(done["state"], "Done", "{done}");
    world.server.settle();
    done
}

/// The job when it has ended.
fn ended(world: &World, http: &Client, job: &Value) -> Value {
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
    world.server.until("the job ends", || {
        let job = http.get(&path).expect(200);
        (!job["finished_at"].is_null()).then_some(job)
    })
}

/// What a job counted, without zeros.
fn counts(job: &Value) -> Value {
    let mut counts = job["counts"].as_object().unwrap().clone();
    counts.retain(|_, n| *n != 0);
    Value::Object(counts)
}

/// Lets refreshes follow each other at once.
fn without_pause(world: &World) {
    let days = json!({"refresh_interval_days": 0});
    let me = &world.business.http;
    me.patch("/api/v1/orgs/current", &days).expect(200);
}

/// Lets a while pass: the publisher signs in again.
fn later(world: &mut World, by: SignedDuration) {
    world.server.clock.advance(by);
    world.business = sign_in(&world.server, "admin@business.example");
}

/// Loses every message that is on its way.
fn lose(world: &World) {
    let app = &world.server.app;
    let lost = app.store().write(|tx| {
        tx.execute("DELETE FROM outbox", &[])?;
        tx.execute("DELETE FROM inbox WHERE done_at IS NULL", &[])
    });
    world.server.wait(lost).unwrap();
}
