//! Messages between orgs: order, leases, repeats, snapshots, holds.

use openlma_core::Id;
use openlma_store::Signal;
use openlma_store::messages::{self, Hold, Message, Outgoing};
use rstest::rstest;

use crate::support::{Db, Engine, at, id, org};

fn receiver() -> Id {
    id("00D", 2)
}

fn outgoing(n: u64, queue: u64, kind: &'static str, revision: i64) -> Outgoing {
    Outgoing {
        id: id("0Mg", n),
        to_org: receiver(),
        queue: id("050", queue),
        seq: i64::try_from(n).unwrap(),
        kind,
        revision,
        body: format!("{{\"n\":{n},\"revision\":{revision}}}"),
    }
}

fn send(db: &Db, message: Outgoing, now: i64) {
    db.write(move |tx| messages::send(tx, org(), &message, at(now)));
}

fn send_snapshot(db: &Db, message: Outgoing, now: i64) {
    db.write(move |tx| messages::send_snapshot(tx, org(), &message, at(now)));
}

fn claim(db: &Db, now: i64, lease: i64) -> Vec<Message> {
    let mut claimed = db.write(move |tx| messages::claim(tx, org(), at(now), at(lease)));
    claimed.sort_by_key(|m| m.id);
    claimed
}

fn acknowledge(db: &Db, messages: Vec<Message>) {
    db.write(move |tx| messages::acknowledge(tx, org(), &messages));
}

fn receive(db: &Db, messages: Vec<Message>, now: i64) {
    db.write(move |tx| messages::receive(tx, receiver(), org(), &messages, at(now)));
}

fn heads(db: &Db, now: i64) -> Vec<Id> {
    let heads = db.write(move |tx| messages::due_heads(tx, receiver(), at(now), 64));
    heads.iter().map(|m| m.id).collect()
}

fn done(db: &Db, ids: Vec<Id>) {
    db.write(move |tx| messages::done(tx, receiver(), &ids, at(50)));
}

fn hold(db: &Db, n: u64, due: i64) {
    let held = Hold {
        id: id("0Mg", n),
        code: "INVALID_OPERATION".into(),
        reason: "a reason".into(),
        fix: Some("a fix".into()),
        due_at: at(due),
    };
    db.write(move |tx| messages::hold(tx, receiver(), std::slice::from_ref(&held)));
}

fn due(db: &Db, now: i64) -> Vec<Signal> {
    db.read(move |tx| messages::due(tx, at(now)))
}

fn ids(messages: &[Message]) -> Vec<Id> {
    messages.iter().map(|m| m.id).collect()
}

fn keys(numbers: impl IntoIterator<Item = u64>) -> Vec<Id> {
    numbers.into_iter().map(|n| id("0Mg", n)).collect()
}

/// One queue for each license and direction, in order.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn only_heads_of_queues_are_sent_and_leases_are_kept(#[case] engine: Engine) {
    let db = engine.open();
    for (n, queue) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
        send(&db, outgoing(n, queue, "event", 0), 0);
    }
    assert_eq!(due(&db, 0), [Signal::Outbox(org())]);
    let first = claim(&db, 0, 60);
    assert_eq!(ids(&first), keys([1, 3]));
    assert_eq!(first[0].other_org, receiver());
    assert_eq!(first[0].attempts, 1);
    // What is on its way is nobody else's, nor is what comes after it.
    assert_eq!(claim(&db, 59, 119), []);
    assert_eq!(due(&db, 59), []);
    // The lease ends: again, one try more.
    assert_eq!(due(&db, 60), [Signal::Outbox(org())]);
    let again = claim(&db, 60, 120);
    assert_eq!((ids(&again), again[0].attempts), (keys([1, 3]), 2));
    acknowledge(&db, again);
    assert_eq!(ids(&claim(&db, 60, 120)), keys([2]));
    let unsent = |queue| db.read(move |tx| messages::unsent(tx, org(), id("050", queue)));
    assert_eq!((unsent(1), unsent(2)), (true, false));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_repeated_delivery_changes_nothing(#[case] engine: Engine) {
    let db = engine.open();
    for n in 1..=70 {
        send(&db, outgoing(n, n, "event", 0), 0);
    }
    let messages = claim(&db, 0, 60);
    assert_eq!(messages.len(), 64);
    receive(&db, messages.clone(), 1);
    hold(&db, 1, 100);
    receive(&db, messages.clone(), 2);
    assert_eq!(heads(&db, 99).len(), 63);
    done(&db, ids(&messages));
    receive(&db, messages.clone(), 3);
    assert_eq!(heads(&db, 1000), []);
    // Acknowledged once or twice, it is gone once.
    acknowledge(&db, messages.clone());
    acknowledge(&db, messages);
    assert_eq!(claim(&db, 60, 120).len(), 6);
    assert_eq!(db.write(|tx| messages::prune(tx, at(50))), 0);
    assert_eq!(db.write(|tx| messages::prune(tx, at(51))), 64);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_unsent_snapshot_is_replaced_in_its_place(#[case] engine: Engine) {
    let db = engine.open();
    send_snapshot(&db, outgoing(1, 1, "terms", 1), 0);
    send_snapshot(&db, outgoing(3, 1, "terms", 2), 5);
    let claimed = claim(&db, 10, 60);
    assert_eq!(ids(&claimed), keys([1]));
    assert_eq!(claimed[0].revision, 2);
    assert!(claimed[0].body.contains("\"revision\":2"));
    // Replaced while it is on its way: the receiver's answer is for the older one.
    send_snapshot(&db, outgoing(4, 1, "terms", 3), 11);
    // Nothing newer gets before an event.
    send(&db, outgoing(5, 1, "event", 0), 11);
    send_snapshot(&db, outgoing(6, 1, "terms", 4), 11);
    receive(&db, claimed.clone(), 12);
    assert_eq!(heads(&db, 12), keys([1]));
    done(&db, keys([1]));
    acknowledge(&db, claimed);
    let newer = claim(&db, 13, 60);
    assert_eq!((ids(&newer), newer[0].revision), (keys([1]), 3));
    receive(&db, newer.clone(), 14);
    assert_eq!(heads(&db, 14), keys([1]));
    acknowledge(&db, newer);
    let event = claim(&db, 15, 60);
    assert_eq!(ids(&event), keys([5]));
    acknowledge(&db, event);
    assert_eq!(ids(&claim(&db, 15, 60)), keys([6]));
    // Of another kind or queue: a message of its own.
    send_snapshot(&db, outgoing(7, 1, "facts", 9), 16);
    send_snapshot(&db, outgoing(8, 2, "event", 9), 16);
    assert_eq!(db.number("SELECT COUNT(*) FROM outbox"), 3);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_newer_snapshot_ends_a_hold(#[case] engine: Engine) {
    let db = engine.open();
    send_snapshot(&db, outgoing(1, 1, "terms", 1), 0);
    let old = claim(&db, 0, 60);
    receive(&db, old.clone(), 1);
    hold(&db, 1, 1000);
    send_snapshot(&db, outgoing(2, 1, "terms", 2), 2);
    acknowledge(&db, old);
    receive(&db, claim(&db, 3, 60), 3);
    let waiting = db.read(|tx| messages::waiting_one(tx, receiver(), id("0Mg", 1)));
    let waiting = waiting.unwrap();
    assert_eq!(
        (waiting.code, waiting.reason, waiting.fix),
        (None, None, None)
    );
    assert_eq!((waiting.message.attempts, waiting.due_at), (0, at(3)));
}

/// R-SYN-2: what cannot be applied waits with its reason, and holds up its queue only.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_held_message_keeps_its_queue_and_no_other(#[case] engine: Engine) {
    let db = engine.open();
    let message = |n, queue| Message {
        id: id("0Mg", n),
        other_org: receiver(),
        queue: id("050", queue),
        seq: i64::try_from(n).unwrap(),
        kind: "event".into(),
        revision: 0,
        body: "{}".into(),
        attempts: 1,
    };
    receive(&db, vec![message(1, 1), message(2, 1), message(3, 2)], 0);
    assert_eq!(due(&db, 0), [Signal::Inbox(receiver())]);
    assert_eq!(heads(&db, 0), keys([1, 3]));
    hold(&db, 1, 100);
    done(&db, keys([3]));
    assert_eq!(heads(&db, 99), []);
    // What waits behind a held message does not make its org due.
    assert_eq!(due(&db, 99), []);
    assert_eq!(heads(&db, 100), keys([1]));
    let retry = |n, now| db.write(move |tx| messages::retry(tx, receiver(), id("0Mg", n), at(now)));
    assert!(retry(1, 20));
    assert!(!retry(3, 20) && !retry(9, 20));
    assert_eq!(heads(&db, 20), keys([1]));
    let waiting = db.read(|tx| messages::waiting_one(tx, receiver(), id("0Mg", 1)));
    let waiting = waiting.unwrap();
    assert_eq!(waiting.code.as_deref(), Some("INVALID_OPERATION"));
    assert_eq!(waiting.reason.as_deref(), Some("a reason"));
    assert_eq!(waiting.fix.as_deref(), Some("a fix"));
    assert_eq!((waiting.message.attempts, waiting.received_at), (1, at(0)));
    done(&db, keys([1]));
    assert_eq!(heads(&db, 20), keys([2]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn the_waiting_list_pages(#[case] engine: Engine) {
    let db = engine.open();
    for n in 1..=5 {
        send(&db, outgoing(n, n, "event", 0), 0);
    }
    receive(&db, claim(&db, 0, 60), 0);
    let page = |after: Option<u64>| {
        let waiting =
            db.read(move |tx| messages::waiting(tx, receiver(), after.map(|n| id("0Mg", n)), 2));
        waiting.iter().map(|w| w.message.id).collect::<Vec<_>>()
    };
    assert_eq!(page(None), keys([1, 2]));
    assert_eq!(page(Some(2)), keys([3, 4]));
    assert_eq!(page(Some(4)), keys([5]));
    let elsewhere = db.read(|tx| messages::waiting(tx, org(), None, 10));
    assert_eq!(elsewhere, []);
}

/// Two nodes at once: each message is one's only.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn concurrent_claims_share_the_work(#[case] engine: Engine) {
    let db = engine.place().with(|o| o.rehearse = false).open();
    for n in 1..=60 {
        send(&db, outgoing(n, n, "event", 0), 0);
    }
    let mut all: Vec<Id> = Vec::new();
    std::thread::scope(|s| {
        let claims: Vec<_> = (0..3)
            .map(|_| s.spawn(|| ids(&claim(&db, 0, 60))))
            .collect();
        all.extend(claims.into_iter().flat_map(|c| c.join().unwrap()));
    });
    all.sort_unstable();
    assert_eq!(all, keys(1..=60));
}
