//! The commit feed: what is committed is heard of once by every reader.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use openlma_core::Result;
use openlma_store::feed::{self, Position};
use openlma_store::{Signal, Tx};
use rstest::rstest;

use crate::support::{Db, Engine, connect, id, org};

/// Reads what is new.
fn poll(db: &Db, position: &mut Position) -> Vec<Signal> {
    let before = position.clone();
    let (signals, after) = db.read(move |tx| {
        let mut position = before.clone();
        let signals = feed::poll(tx, &mut position)?;
        Ok((signals, position))
    });
    *position = after;
    signals
}

fn signal(n: u64) -> Signal {
    Signal::Entitlement(org(), id("050", n))
}

fn emit(numbers: std::ops::Range<u64>) -> impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static {
    move |tx| {
        numbers.clone().for_each(|n| tx.signal(signal(n)));
        Ok(())
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn every_kind_of_signal_comes_through_once(#[case] engine: Engine) {
    let db = engine.open();
    let mut early = db.read(feed::end);
    let all = [
        Signal::Outbox(org()),
        Signal::Inbox(id("00D", 2)),
        Signal::Org(org()),
        signal(1),
    ];
    let sent = all.clone();
    db.write(move |tx| {
        sent.iter().cloned().for_each(|s| tx.signal(s));
        Ok(())
    });
    assert_eq!(poll(&db, &mut early), all);
    assert_eq!(poll(&db, &mut early), []);
    let mut late = db.read(feed::end);
    assert_eq!(poll(&db, &mut late), []);
    db.write(emit(2..3));
    assert_eq!(poll(&db, &mut late), [signal(2)]);
    assert_eq!(poll(&db, &mut early), [signal(2)]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn signals_of_concurrent_writers_are_seen_once_each(#[case] engine: Engine) {
    let db = engine.open();
    let mut position = Position::default();
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let mut count = |signals: Vec<Signal>| {
        for s in signals {
            let Signal::Entitlement(_, subject) = s else {
                panic!("{s:?}")
            };
            *seen
                .entry(subject.as_str()[3..].parse().unwrap())
                .or_default() += 1;
        }
    };
    let working = AtomicBool::new(true);
    std::thread::scope(|s| {
        let writers: Vec<_> = (0..4)
            .map(|w| {
                let db = &db;
                s.spawn(move || {
                    for n in 0..50 {
                        let begin = w * 1000 + n * 2;
                        db.write(emit(begin..begin + 2));
                    }
                })
            })
            .collect();
        let watch = s.spawn(|| {
            writers.into_iter().for_each(|w| w.join().unwrap());
            working.store(false, Ordering::SeqCst);
        });
        while working.load(Ordering::SeqCst) {
            count(poll(&db, &mut position));
        }
        watch.join().unwrap();
    });
    count(poll(&db, &mut position));
    assert_eq!(seen.len(), 400);
    assert!(seen.values().all(|n| *n == 1), "{seen:?}");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_reader_that_lags_reads_page_by_page(#[case] engine: Engine) {
    let db = engine.place().with(|o| o.rehearse = false).open();
    let mut position = Position::default();
    // More than two pages, most of them of one transaction.
    db.write(emit(0..2100));
    db.write(emit(2100..2105));
    let signals = poll(&db, &mut position);
    assert_eq!(signals, (0..2105).map(signal).collect::<Vec<_>>());
    assert_eq!(poll(&db, &mut position), []);
}

#[rstest]
#[case::sqlite(
    Engine::Sqlite,
    "UPDATE sqlite_sequence SET seq = 300000 WHERE name = 'feed'"
)]
#[case::postgres(
    Engine::Postgres,
    "ALTER TABLE feed ALTER COLUMN seq RESTART WITH 300001"
)]
fn pruning_keeps_the_newest(#[case] engine: Engine, #[case] jump: &'static str) {
    let db = engine.open();
    let mut position = Position::default();
    db.write(emit(0..10));
    assert_eq!(db.write(feed::prune), 0);
    assert_eq!(poll(&db, &mut position).len(), 10);
    // As if many more had come and gone.
    db.write(move |tx| tx.execute(jump, &[]));
    db.write(emit(10..11));
    assert_eq!(db.write(feed::prune), 10);
    assert_eq!(poll(&db, &mut position), [signal(10)]);
}

/// A transaction that took its sequence number first and commits last.
#[test]
fn a_late_commit_with_a_low_number_is_not_lost_on_postgres() {
    let db = Engine::Postgres.open();
    let mut position = db.read(feed::end);
    let mut slow = connect(&db.options.database);
    let mut open = slow.transaction().unwrap();
    let insert = "INSERT INTO feed (xid, topic, org_id, subject) VALUES \
                  (CAST(CAST(pg_current_xact_id() AS text) AS bigint), 'org', $1, NULL)";
    open.execute(insert, &[&id("00D", 7).as_str()]).unwrap();
    // More than a page, so that the reader stands on its watermark over several pages.
    for n in 0..30 {
        db.write(emit(n * 50..n * 50 + 50));
    }
    assert_eq!(poll(&db, &mut position).len(), 1500);
    db.write(emit(2000..2001));
    assert_eq!(poll(&db, &mut position), [signal(2000)]);
    open.commit().unwrap();
    assert_eq!(poll(&db, &mut position), [Signal::Org(id("00D", 7))]);
    assert_eq!(poll(&db, &mut position), []);
    // A reader that began while it was open hears of it too.
    let mut open = slow.transaction().unwrap();
    open.execute(insert, &[&id("00D", 8).as_str()]).unwrap();
    let mut late = db.read(feed::end);
    db.write(emit(3000..3001));
    open.commit().unwrap();
    let signals = poll(&db, &mut late);
    assert_eq!(signals, [Signal::Org(id("00D", 8)), signal(3000)]);
}
