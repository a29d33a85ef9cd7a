//! Units of work: what is kept, what is lost, who is answered what.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::channel;

use openlma_core::{Code, Error, Result};
use openlma_store::{Options, Priority, Store, Tx, Val, directory};
use rstest::rstest;

use crate::support::{Engine, id, org};

fn put(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    directory::take_domain(tx, name, org())
}

const COUNT: &str = "SELECT COUNT(*) FROM domains";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_failing_unit_loses_only_itself(#[case] engine: Engine) {
    let db = engine.open();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let outcomes = runtime.block_on(async {
        let mut units = Vec::new();
        for n in 0..100 {
            let store = db.store.clone();
            units.push(tokio::spawn(async move {
                let priority = if n % 2 == 0 {
                    Priority::Normal
                } else {
                    Priority::Background
                };
                let work = move |tx: &mut Tx<'_>| {
                    put(tx, &format!("domain-{n}"))?;
                    if n % 10 == 3 {
                        return Err(Error::new(Code::InvalidOperation, "no"));
                    }
                    Ok(n)
                };
                store.write_at(priority, work).await
            }));
        }
        let mut outcomes = Vec::new();
        for unit in units {
            outcomes.push(unit.await.unwrap());
        }
        outcomes
    });
    for (n, outcome) in outcomes.into_iter().enumerate() {
        let code = if n % 10 == 3 {
            Err(Code::InvalidOperation)
        } else {
            Ok(n)
        };
        assert_eq!(outcome.map_err(|e| e.code), code);
    }
    assert_eq!(db.number(COUNT), 90);
    assert_eq!(db.store.counters().units.load(Ordering::Relaxed), 90);
}

/// Holds the only writer until all units are queued, so that they share few commits.
#[test]
fn units_share_commits_on_sqlite() {
    let db = Engine::Sqlite.place().with(|o| o.rehearse = false).open();
    let (go, wait) = channel::<()>();
    let (started, has_started) = channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    std::thread::scope(|s| {
        let holder = s.spawn(|| {
            db.write(move |tx| {
                started.send(()).unwrap();
                wait.lock().unwrap().recv().unwrap();
                put(tx, "holder")
            });
        });
        has_started.recv().unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut units: Vec<_> = (0..300)
                .map(|n| Box::pin(db.store.write(move |tx| put(tx, &format!("domain-{n}")))))
                .collect();
            // The first poll puts a unit into the queue.
            for unit in &mut units {
                let pending = std::future::poll_fn(|cx| {
                    std::task::Poll::Ready(unit.as_mut().poll(cx).is_pending())
                });
                assert!(pending.await);
            }
            go.send(()).unwrap();
            for unit in units {
                unit.await.unwrap();
            }
        });
        holder.join().unwrap();
    });
    assert_eq!(db.number(COUNT), 301);
    let counters = db.store.counters();
    assert_eq!(counters.units.load(Ordering::Relaxed), 301);
    assert!(counters.commits.load(Ordering::Relaxed) < 301);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_panic_is_an_error_and_the_store_lives_on(#[case] engine: Engine) {
    let db = engine.open();
    for _ in 0..5 {
        let outcome: Result<()> = db.store.write_blocking(|tx| {
            put(tx, "kept-by-nobody")?;
            panic!("a defect");
        });
        let error = outcome.unwrap_err();
        assert_eq!(error.code, Code::Internal);
        assert!(!error.message.contains("a defect"));
        assert!(error.internal.unwrap().contains("a defect"));
        let outcome: Result<()> = db.store.read_blocking(|_| panic!("another"));
        assert_eq!(outcome.unwrap_err().code, Code::Internal);
    }
    db.write(|tx| put(tx, "kept"));
    assert_eq!(db.number(COUNT), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_rehearsal_finds_what_cannot_be_repeated(#[case] engine: Engine) {
    let db = engine.open();
    let counter = Arc::new(AtomicI64::new(0));
    let outcome = db.store.write_blocking(move |tx| {
        put(tx, "same")?;
        let n = counter.fetch_add(1, Ordering::Relaxed);
        put(tx, &format!("domain-{n}"))
    });
    let error = outcome.unwrap_err();
    assert!(error.internal.unwrap().contains("run again"));
    assert_eq!(db.number(COUNT), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_full_queue_answers_unavailable(#[case] engine: Engine) {
    let place = engine.place().with(|o| {
        o.queue = 1;
        o.connections = 2;
        o.rehearse = false;
    });
    let db = place.open();
    let (go, wait) = channel::<()>();
    let wait = Arc::new(std::sync::Mutex::new(wait));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut full = None;
        let mut waiting = Vec::new();
        // Each connection holds one unit, the queue one more; then it is full.
        for _ in 0..10_000 {
            let wait = Arc::clone(&wait);
            let mut unit = Box::pin(db.store.write(move |_| {
                let _ = wait.lock().unwrap().recv();
                Ok(())
            }));
            let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(unit.as_mut().poll(cx)));
            match polled.await {
                std::task::Poll::Ready(outcome) => {
                    full = outcome.err();
                    break;
                }
                std::task::Poll::Pending => waiting.push(unit),
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(full.map(|e| e.code), Some(Code::Unavailable));
        assert!((1..=3).contains(&waiting.len()), "{}", waiting.len());
        drop(go);
        for unit in waiting {
            unit.await.unwrap();
        }
    });
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_failed_statement_ends_its_unit(#[case] engine: Engine) {
    let db = engine.open();
    db.write(|tx| put(tx, "taken"));
    // Whatever the unit makes of it.
    let outcome = db.store.write_blocking(|tx| {
        put(tx, "new")?;
        assert!(put(tx, "taken").is_err());
        Ok(())
    });
    assert_eq!(outcome.unwrap_err().code, Code::Internal);
    let outcome = db.store.write_blocking(|tx| {
        let _ = put(tx, "taken");
        put(tx, "another")
    });
    assert_eq!(outcome.unwrap_err().code, Code::Internal);
    assert_eq!(db.number(COUNT), 1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_broken_unique_constraint_says_which(#[case] engine: Engine) {
    let db = engine.open();
    db.write(|tx| put(tx, "taken"));
    let error = db.store.write_blocking(|tx| put(tx, "taken")).unwrap_err();
    assert_eq!(error.code, Code::DuplicateValue);
    assert_eq!(error.internal.as_deref(), Some("domains_pkey"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_read_sees_one_moment(#[case] engine: Engine) {
    let db = engine.place().with(|o| o.connections = 4).open();
    db.write(|tx| put(tx, "before"));
    let writer: Store = db.store.clone();
    let seen = db.read(move |tx| {
        let first = tx.query_one(COUNT, &[])?.unwrap().number(0);
        let store = writer.clone();
        let written = std::thread::spawn(move || store.write_blocking(|tx| put(tx, "after")));
        written.join().unwrap()?;
        let second = tx.query_one(COUNT, &[])?.unwrap().number(0);
        Ok((first, second))
    });
    assert_eq!(seen, (1, 1));
    assert_eq!(db.number(COUNT), 2);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_reading_unit_cannot_write(#[case] engine: Engine) {
    let db = engine.open();
    let outcome = db.store.read_blocking(|tx| put(tx, "x"));
    assert!(outcome.is_err());
    assert_eq!(db.number(COUNT), 0);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_single_look_runs_without_a_runtime_of_its_own(#[case] engine: Engine) {
    let db = engine.open();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let one = runtime.block_on(
        db.store
            .look(|tx| tx.query_one("SELECT CAST(?1 AS BIGINT)", &[Val::Int(-1)])),
    );
    assert_eq!(one.unwrap().unwrap().number(0), -1);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn the_listener_hears_of_what_is_committed(#[case] engine: Engine) {
    let db = engine.open();
    let heard = Arc::new(AtomicU64::new(0));
    let sum = Arc::clone(&heard);
    db.store.listen(Arc::new(move |signals| {
        sum.fetch_add(signals.len() as u64, Ordering::Relaxed);
    }));
    db.write(|tx| {
        tx.signal(openlma_store::Signal::Org(org()));
        tx.signal(openlma_store::Signal::Org(org()));
        tx.signal(openlma_store::Signal::Entitlement(org(), id("050", 1)));
        Ok(())
    });
    let failed: Result<()> = db.store.write_blocking(|tx| {
        tx.signal(openlma_store::Signal::Org(org()));
        Err(Error::new(Code::InvalidOperation, "no"))
    });
    assert!(failed.is_err());
    assert_eq!(heard.load(Ordering::Relaxed), 2);
    assert_eq!(db.number("SELECT COUNT(*) FROM feed"), 2);
}

#[test]
fn one_process_at_a_time_on_sqlite() {
    let place = Engine::Sqlite.place();
    let first = Store::open(&place.options).unwrap();
    let second = Store::open(&place.options).err().unwrap();
    assert_eq!(second.code, Code::Unavailable);
    assert!(second.message.contains("another process"));
    drop(first);
    assert!(Store::open(&place.options).is_ok());
}

/// What a copy of the database file has when its server was stopped in good order.
#[test]
fn a_closed_database_is_complete_in_its_file_on_sqlite() {
    let place = Engine::Sqlite.place();
    let database = place.options.database.clone();
    let store = Store::open(&place.options).unwrap();
    store.write_blocking(|tx| put(tx, "kept")).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(store.get(|_| Ok(()))).unwrap();
    assert!(std::fs::exists(format!("{database}-wal")).unwrap());
    drop(store);
    for end in ["-wal", "-shm"] {
        assert!(!std::fs::exists(format!("{database}{end}")).unwrap());
    }
    let copy = format!("{database}.copy");
    std::fs::copy(&database, &copy).unwrap();
    let store = Store::open(&Options::new(copy)).unwrap();
    let count = store.read_blocking(|tx| Ok(tx.query_one(COUNT, &[])?.unwrap().number(0)));
    assert_eq!(count.unwrap(), 1);
}

#[test]
fn a_file_that_is_not_ours_is_left_alone_on_sqlite() {
    let folder = tempfile::TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("text"), "root:x:0:0").unwrap();
    std::fs::create_dir(at("folder")).unwrap();
    let other = rusqlite::Connection::open(at("other#1?.db")).unwrap();
    other.execute_batch("CREATE TABLE things (name)").unwrap();
    drop(other);
    for (name, why) in [
        ("text", "no SQLite database"),
        ("folder", "a folder"),
        ("other#1?.db", "another program"),
    ] {
        let refused = Store::open(&Options::new(at(name))).err().unwrap();
        assert_eq!(refused.code, Code::Unavailable);
        assert!(refused.message.contains(why), "{}", refused.message);
    }
    let left = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(left.count(), 3);
    // An empty file is as good as none.
    std::fs::write(at("empty"), "").unwrap();
    assert!(Store::open(&Options::new(at("empty"))).is_ok());
}

/// The files beside the database take its mode; the schema has just been written to `-wal`.
#[cfg(unix)]
#[test]
fn only_the_servers_user_reads_the_files_on_sqlite() {
    use std::os::unix::fs::PermissionsExt;

    let db = Engine::Sqlite.open();
    for end in ["", "-wal", "-shm", ".lock"] {
        let file = std::fs::metadata(format!("{}{end}", db.options.database)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{end}");
    }
}

#[test]
fn a_full_disk_is_told_and_gone_through_on_sqlite() {
    let db = Engine::Sqlite.place().with(|o| o.rehearse = false).open();
    let pages = |n: &'static str| db.write(move |tx| tx.query(n, &[]).map(drop));
    pages("PRAGMA max_page_count = 1");
    let outcome = db.store.write_blocking(|tx| {
        put(tx, "kept-by-nobody")?;
        put(tx, &"long".repeat(100_000))
    });
    assert_eq!(outcome.unwrap_err().code, Code::Unavailable);
    pages("PRAGMA max_page_count = 100000");
    db.write(|tx| put(tx, &"long".repeat(100_000)));
    assert_eq!(db.number(COUNT), 1);
}
