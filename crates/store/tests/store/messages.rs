//! Messages between orgs: order, snapshots, holds.

use std::collections::BTreeMap;

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

/// Carries what is at the heads of the queues; answers how many went.
fn carry(db: &Db, receiver: Option<Id>, now: i64) -> usize {
    let carried = db.write(move |tx| messages::carry(tx, &[org()], receiver, at(now)));
    carried.messages
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
fn only_heads_of_queues_are_carried(#[case] engine: Engine) {
    let db = engine.open();
    for (n, queue) in [(1, 1), (2, 1), (3, 2), (4, 1)] {
        send(&db, outgoing(n, queue, "event", 0), 0);
    }
    assert_eq!(due(&db, 0), [Signal::Outbox(org())]);
    let first = db.write(|tx| messages::carry(tx, &[org()], None, at(1)));
    assert_eq!(first.messages, 2);
    assert_eq!(first.left, [org()]);
    let received = db.write(|tx| messages::due_heads(tx, receiver(), at(1), 64));
    assert_eq!(ids(&received), keys([1, 3]));
    assert_eq!((received[0].other_org, received[0].attempts), (org(), 0));
    let unsent = |queue| db.read(move |tx| messages::unsent(tx, org(), id("050", queue)));
    assert_eq!((unsent(1), unsent(2)), (true, false));
    assert_eq!((carry(&db, None, 2), carry(&db, None, 3)), (1, 1));
    let last = db.write(|tx| messages::carry(tx, &[org()], None, at(4)));
    assert_eq!((last.messages, last.left), (0, vec![]));
    assert_eq!(heads(&db, 4), keys([1, 3]));
    done(&db, keys([1, 3]));
    assert_eq!(heads(&db, 4), keys([2]));
    assert_eq!(db.write(|tx| messages::prune(tx, at(50))), 0);
    assert_eq!(db.write(|tx| messages::prune(tx, at(51))), 2);
}

/// Several senders go in one unit, one receiver can go alone.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn many_senders_or_one_way(#[case] engine: Engine) {
    let db = engine.open();
    let other = id("00D", 3);
    send(&db, outgoing(1, 1, "event", 0), 0);
    let elsewhere = Outgoing {
        to_org: other,
        ..outgoing(2, 2, "event", 0)
    };
    send(&db, elsewhere, 0);
    db.write(move |tx| messages::send(tx, other, &outgoing(3, 3, "event", 0), at(0)));
    let ways = |sender| db.read(move |tx| messages::ways(tx, sender));
    assert_eq!(ways(org()), [receiver(), other]);
    assert_eq!(ways(other), [receiver()]);
    assert_eq!(carry(&db, Some(other), 1), 1);
    let carried = db.write(move |tx| messages::carry(tx, &[org(), other], None, at(1)));
    assert_eq!((carried.messages, carried.left), (2, vec![]));
    assert_eq!(heads(&db, 1), keys([1, 3]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn an_unsent_snapshot_is_replaced_in_its_place(#[case] engine: Engine) {
    let db = engine.open();
    send_snapshot(&db, outgoing(1, 1, "terms", 1), 0);
    send_snapshot(&db, outgoing(3, 1, "terms", 2), 5);
    assert_eq!(carry(&db, None, 10), 1);
    let received = db.write(|tx| messages::due_heads(tx, receiver(), at(10), 64));
    assert_eq!((ids(&received), received[0].revision), (keys([1]), 2));
    assert!(received[0].body.contains("\"revision\":2"));
    done(&db, keys([1]));
    // What has gone is not replaced, and nothing newer gets before an event.
    send_snapshot(&db, outgoing(4, 1, "terms", 3), 11);
    send(&db, outgoing(5, 1, "event", 0), 11);
    send_snapshot(&db, outgoing(6, 1, "terms", 4), 11);
    for n in [4, 5, 6] {
        assert_eq!(carry(&db, None, 12), 1);
        assert_eq!(heads(&db, 12), keys([n]));
        done(&db, keys([n]));
    }
    // Of another kind or queue: a message of its own.
    send_snapshot(&db, outgoing(7, 1, "facts", 9), 16);
    send_snapshot(&db, outgoing(8, 1, "terms", 9), 16);
    send_snapshot(&db, outgoing(9, 2, "terms", 9), 16);
    assert_eq!(db.number("SELECT COUNT(*) FROM outbox"), 3);
}

/// R-SYN-2: what cannot be applied waits with its reason, and holds up its queue only.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_held_message_keeps_its_queue_and_no_other(#[case] engine: Engine) {
    let db = engine.open();
    for (n, queue) in [(1, 1), (2, 1), (3, 2)] {
        send(&db, outgoing(n, queue, "event", 0), 0);
    }
    assert_eq!((carry(&db, None, 0), carry(&db, None, 0)), (2, 1));
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

/// R-SYN-2: a newer snapshot takes the place of one that waits, unless an event waits between them.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_newer_snapshot_ends_a_wait(#[case] engine: Engine) {
    let db = engine.open();
    let arrives = |message| {
        send(&db, message, 0);
        assert_eq!(carry(&db, None, 0), 1);
    };
    arrives(outgoing(1, 1, "terms", 1));
    arrives(outgoing(2, 2, "terms", 1));
    hold(&db, 1, 1000);
    arrives(outgoing(3, 1, "terms", 2));
    assert_eq!(heads(&db, 0), keys([2, 3]));
    let waiting = |n| db.read(move |tx| messages::waiting_one(tx, receiver(), id("0Mg", n)));
    assert_eq!(waiting(1), None);
    hold(&db, 3, 1000);
    arrives(outgoing(4, 1, "event", 0));
    arrives(outgoing(5, 1, "terms", 3));
    arrives(outgoing(6, 1, "terms", 4));
    assert!(waiting(3).is_some() && waiting(4).is_some() && waiting(6).is_some());
    assert_eq!(waiting(5), None);
    assert_eq!(heads(&db, 1000), keys([2, 3]));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn the_waiting_list_pages(#[case] engine: Engine) {
    let db = engine.open();
    for n in 1..=5 {
        send(&db, outgoing(n, n, "event", 0), 0);
    }
    assert_eq!(carry(&db, None, 0), 5);
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

/// One pass takes 200 messages, of one sender 64; who is left is told, however many they are.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn a_pass_has_its_limits(#[case] engine: Engine) {
    let db = engine.open();
    let senders: Vec<Id> = (1..=300).map(|n| id("00D", 1000 + n)).collect();
    let of = senders.clone();
    db.write(move |tx| {
        for (n, sender) in (1..).zip(&of) {
            messages::send(tx, *sender, &outgoing(n, n, "event", 0), at(0))?;
        }
        let first: Vec<_> = (1001..=1070).map(|n| outgoing(n, n, "event", 0)).collect();
        messages::send_all(tx, of[0], &first, at(0))
    });
    let mut passes = Vec::new();
    let mut left = senders;
    while !left.is_empty() {
        let of = left.clone();
        let carried = db.write(move |tx| messages::carry(tx, &of, None, at(1)));
        passes.push((carried.messages, carried.left.len()));
        left = carried.left;
        left.sort_unstable();
    }
    // 64 and one of each of 136; the 7 that the first one has left and 163; nobody has more.
    assert_eq!(passes, [(200, 164), (170, 0)]);
    assert_eq!(db.number("SELECT COUNT(*) FROM inbox"), 370);
}

/// Messages of three senders, the later ones with the lower ids, so that only their places tell their
/// order.
fn send_backwards(db: &Db, senders: &[Id; 3]) {
    for place in 1..=20 {
        for (n, sender) in (0..).zip(*senders) {
            let key = 1000 * (n + 1) - place;
            let message = Outgoing {
                seq: i64::try_from(place).unwrap(),
                ..outgoing(key, 10 * n + place % 4, "event", 0)
            };
            db.write(move |tx| messages::send(tx, sender, &message, at(0)));
        }
    }
}

/// Several nodes at once: each message goes once, and those of each sender and queue arrive in their
/// order.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
fn concurrent_carriers_share_the_work(#[case] engine: Engine) {
    // Behind what arrives nothing may be under way yet that is before it.
    const OVERTAKEN: &str = "SELECT COUNT(*) FROM inbox i JOIN outbox o ON o.org_id = i.from_org \
                             AND o.queue = i.queue AND o.seq < i.seq";
    let db = engine.place().with(|o| o.rehearse = false).open();
    let senders = [org(), id("00D", 3), id("00D", 4)];
    send_backwards(&db, &senders);
    let carry_all = || {
        let mut sent = 0;
        while db.number("SELECT COUNT(*) FROM outbox") > 0 {
            let (carried, overtaken) = db.write(move |tx| {
                let carried = messages::carry(tx, &senders, None, at(0))?.messages;
                let overtaken = tx.query_one(OVERTAKEN, &[])?;
                Ok((carried, overtaken.map_or(0, |row| row.number(0))))
            });
            assert_eq!(overtaken, 0);
            sent += carried;
        }
        sent
    };
    let mut arrived: BTreeMap<(Id, Id), Vec<i64>> = BTreeMap::new();
    let sent: usize = std::thread::scope(|s| {
        let carriers: Vec<_> = (0..3).map(|_| s.spawn(carry_all)).collect();
        while arrived.values().map(Vec::len).sum::<usize>() < 60 {
            assert!(carriers.iter().any(|c| !c.is_finished()) || !heads(&db, 0).is_empty());
            let taken = db.write(|tx| {
                let heads = messages::due_heads(tx, receiver(), at(0), 64)?;
                messages::done(tx, receiver(), &ids(&heads), at(50))?;
                Ok(heads)
            });
            for m in taken {
                arrived
                    .entry((m.other_org, m.queue))
                    .or_default()
                    .push(m.seq);
            }
        }
        carriers.into_iter().map(|c| c.join().unwrap()).sum()
    });
    assert_eq!(sent, 60);
    assert_eq!(db.number("SELECT COUNT(*) FROM inbox"), 60);
    assert_eq!(arrived.len(), 12);
    for (way, places) in arrived {
        assert_eq!(places.len(), 5, "{way:?}");
        assert!(places.is_sorted(), "{way:?}: {places:?}");
    }
}
