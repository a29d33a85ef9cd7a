//! What only PostgreSQL can do to a unit: lose its connection, its lock or its turn.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};

use openlma_core::{Code, Result};
use openlma_store::{Tx, Val, directory, records};

use crate::support::{Engine, connect, org};

#[test]
fn a_killed_backend_fails_its_unit_and_no_other_on_postgres() {
    let db = Engine::Postgres.place().with(|o| o.rehearse = false).open();
    let url = db.options.database.clone();
    let outcome = db.store.write_blocking(move |tx| {
        let pid = tx.query_one("SELECT CAST(pg_backend_pid() AS BIGINT)", &[])?;
        let pid = i32::try_from(pid.unwrap().number(0)).unwrap();
        let mut other = connect(&url);
        other
            .execute("SELECT pg_terminate_backend($1, 10000)", &[&pid])
            .unwrap();
        directory::take_domain(tx, "lost", org())
    });
    assert_eq!(outcome.unwrap_err().code, Code::Unavailable);
    for n in 0..10 {
        db.write(move |tx| directory::take_domain(tx, &format!("kept-{n}"), org()));
    }
    assert_eq!(db.number("SELECT COUNT(*) FROM domains"), 10);
}

#[test]
fn connections_that_died_while_idle_cost_nobody_a_unit_on_postgres() {
    let db = Engine::Postgres.open();
    let touch_all = |n: u64| {
        for m in 0..10 {
            db.write(move |tx| directory::take_domain(tx, &format!("{n}-{m}"), org()));
            db.number("SELECT 1");
        }
    };
    touch_all(0);
    let mut other = connect(&db.options.database);
    other
        .execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
        .unwrap();
    touch_all(1);
}

#[test]
fn a_deadlock_is_run_again_on_postgres() {
    let fast = "?options=-c%20deadlock_timeout%3D20ms";
    let place = Engine::Postgres.place().with(|o| {
        o.rehearse = false;
        o.database.push_str(fast);
    });
    let db = place.open();
    db.write(|tx| {
        records::take_numbers(tx, org(), "a", 0)?;
        records::take_numbers(tx, org(), "b", 0)
    });
    let (both, runs) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU64::new(0)));
    std::thread::scope(|s| {
        for counters in [["a", "b"], ["b", "a"]] {
            let (store, both, runs) = (db.store.clone(), Arc::clone(&both), Arc::clone(&runs));
            s.spawn(move || {
                let done = store.write_blocking(move |tx| {
                    records::take_numbers(tx, org(), counters[0], 1)?;
                    if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                        both.wait();
                    }
                    records::take_numbers(tx, org(), counters[1], 1)
                });
                assert!(done.is_ok(), "{done:?}");
            });
        }
    });
    assert!(runs.load(Ordering::SeqCst) > 2);
    assert_eq!(
        db.number("SELECT COUNT(*) FROM counters WHERE value = 2"),
        2
    );
}

/// A unit that PostgreSQL refuses with a serialization failure so many times.
fn refused(times: u64) -> (Result<u64>, u64) {
    let db = Engine::Postgres.place().with(|o| o.rehearse = false).open();
    let runs = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&runs);
    let outcome = db.store.write_blocking(move |tx: &mut Tx<'_>| {
        let run = counter.fetch_add(1, Ordering::SeqCst);
        tx.execute(
            "INSERT INTO meta (name, value) VALUES ('x', ?1)",
            &[Val::from("y")],
        )?;
        if run < times {
            tx.execute("DO 'BEGIN RAISE SQLSTATE ''40001''; END'", &[])?;
        }
        Ok(run)
    });
    (outcome, runs.load(Ordering::SeqCst))
}

#[test]
fn a_serialization_failure_is_run_again_on_postgres() {
    assert_eq!(refused(3), (Ok(3), 4));
}

#[test]
fn a_unit_that_never_gets_through_is_told_to_try_later_on_postgres() {
    let (outcome, runs) = refused(100);
    assert_eq!((outcome.unwrap_err().code, runs), (Code::Unavailable, 4));
}
