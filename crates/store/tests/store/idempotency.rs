//! Repeated requests (R-INS-9).

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use openlma_core::Code;
use openlma_store::idempotency::{self, Scope};
use rstest::rstest;

use crate::support::{Engine, at, id, org};

fn scope() -> Scope {
    Scope {
        org: org(),
        actor: "a".into(),
        route: "POST /x".into(),
        key: "k".into(),
    }
}

/// R-INS-9: a request that is sent twice is done once.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_ins_9_repeated_requests(#[case] engine: Engine) {
    let db = engine.open();
    let scope = scope();
    let begin = |now: i64| {
        let scope = scope.clone();
        db.write(move |tx| idempotency::begin(tx, &scope, "hash", at(now)))
    };
    assert_eq!(begin(0), None);
    let earlier = begin(1).unwrap();
    assert_eq!((earlier.started_at, earlier.answer), (at(0), None));
    let take_over = |began: i64| {
        let scope = scope.clone();
        db.write(move |tx| idempotency::take_over(tx, &scope, at(began), at(9)))
    };
    assert_eq!((take_over(0), take_over(0)), (true, false));
    let forget = |began: i64| {
        let scope = scope.clone();
        db.write(move |tx| idempotency::forget(tx, &scope, at(began)))
    };
    // What was taken over is another's; what made something or has its answer is never forgotten.
    assert!(!forget(0));
    let s = scope.clone();
    db.write(move |tx| idempotency::made(tx, &s, id("0Hf", 1)));
    assert!(!forget(9));
    let s = scope.clone();
    db.write(move |tx| idempotency::finish(tx, &s, 201, "{}"));
    assert!(!forget(9));
    let earlier = begin(10).unwrap();
    assert_eq!(earlier.subject, Some(id("0Hf", 1)));
    assert_eq!(earlier.answer, Some((201, "{}".into())));
    assert_eq!(db.write(|tx| idempotency::prune(tx, at(10))), 1);
    assert_eq!(begin(11), None);
    let s = scope.clone();
    db.write(move |tx| idempotency::finish(tx, &s, 400, "{}"));
    assert!(!forget(11));
    assert_eq!(db.write(|tx| idempotency::prune(tx, at(12))), 1);
    assert_eq!(begin(12), None);
    assert!(forget(12));
    assert_eq!(begin(13), None);
}

/// R-INS-9: however often a key is forgotten meanwhile, one request at a time is its first, and
/// every other one hears of one that is under way.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn r_ins_9_one_first_at_a_time(#[case] engine: Engine) {
    let db = engine.open();
    let scope = scope();
    let running = AtomicU32::new(0);
    let firsts = AtomicU32::new(0);
    let ask = |now: i64| {
        let s = scope.clone();
        let begun = db
            .store
            .write_blocking(move |tx| idempotency::begin(tx, &s, "hash", at(now)));
        match begun {
            Ok(None) => {
                firsts.fetch_add(1, SeqCst);
                assert_eq!(running.fetch_add(1, SeqCst), 0);
                running.fetch_sub(1, SeqCst);
                let s = scope.clone();
                assert!(db.write(move |tx| idempotency::forget(tx, &s, at(now))));
            }
            Ok(Some(earlier)) => assert_eq!(earlier.body_hash, "hash"),
            Err(e) => assert_eq!(e.code, Code::Unavailable),
        }
    };
    std::thread::scope(|threads| {
        for caller in 0..4 {
            let ask = &ask;
            threads.spawn(move || (0..40).for_each(|n| ask(caller * 100 + n)));
        }
    });
    assert!(firsts.into_inner() > 0);
}
