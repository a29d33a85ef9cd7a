//! Tests of ids (R-ORG-1).

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// 15 characters and their suffix, from the page of objects.
const VECTORS: [(&str, &str); 10] = [
    ("00N30000001JvRM", "EA0"),
    ("00N30000001JvRA", "EA0"),
    ("a0D30000001n7Pi", "EAI"),
    ("00300000003T2PG", "AA0"),
    ("a0k30000003xIvv", "AAE"),
    ("00QdN00000DjOhp", "UAF"),
    ("050UH00000NFYVZ", "YA5"),
    ("00D2X000000Txd2", "UAC"),
    ("00D000000000001", "EAA"),
    ("0019000000B98de", "AAB"),
];

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(EPOCH_MS + millis).unwrap()
}

#[test]
fn r_org_1_suffixes() {
    for (body, suffix) in VECTORS {
        let id = Id::parse(body).unwrap();
        assert_eq!(id.to_string(), format!("{body}{suffix}"));
        assert_eq!(id.as_str(), body);
        assert_eq!(id.prefix(), &body[..3]);
        assert_eq!(Id::from_stored(body), Some(id));
    }
}

#[test]
fn r_org_1_case_is_restored_from_the_suffix() {
    for (body, suffix) in VECTORS {
        let id = Id::parse(body).unwrap();
        let long = format!("{body}{suffix}");
        for text in [long.clone(), long.to_lowercase(), long.to_uppercase()] {
            assert_eq!(Id::parse(&text).unwrap(), id, "{text}");
        }
    }
}

#[test]
fn r_org_1_fifteen_characters_are_case_sensitive() {
    assert_ne!(
        Id::parse("00QdN00000DjOhp").unwrap(),
        Id::parse("00qdN00000DjOhp").unwrap()
    );
}

#[test]
fn r_org_1_what_is_no_id() {
    let texts = [
        "",
        "00D",
        "00D00000000000",
        "00D0000000000011",
        "00D000000000001EA",
        "00D000000000001EAAA",
        // Suffixes that ask for a capital digit, and one outside the alphabet.
        "00D000000000001AAA5",
        "00D000000000001BAA",
        "00D000000000001E9A",
        "00D00000000000-",
        "00D00000000000é",
        "00D 00000000001",
    ];
    for text in texts {
        assert_eq!(
            Id::parse(text).unwrap_err().code,
            Code::MalformedId,
            "{text}"
        );
    }
    assert_eq!(Id::from_stored("00D000000000001EAA"), None);
    assert_eq!(Id::from_stored("00D00000000000_"), None);
}

/// A suffix decides the case, so a well-formed wrong one names another id, here of no object.
#[test]
fn r_org_1_a_wrong_suffix_is_never_the_same_id() {
    let meant = Id::parse("00D000000000001").unwrap();
    let other = Id::parse("00D000000000001AAA").unwrap();
    assert_ne!(other, meant);
    assert_ne!(other.prefix(), prefix::ORG);
}

/// R-ORG-1: ids are written with 18 characters and read with either number.
#[test]
fn r_org_1_json() {
    let id = Id::parse("00D000000000001").unwrap();
    assert_eq!(
        serde_json::to_string(&id).unwrap(),
        "\"00D000000000001EAA\""
    );
    for text in ["\"00D000000000001\"", "\"00d000000000001eaa\""] {
        assert_eq!(serde_json::from_str::<Id>(text).unwrap(), id);
    }
    assert!(serde_json::from_str::<Id>("\"nothing\"").is_err());
}

#[test]
fn r_org_1_a_clock_that_stands_still_or_goes_back() {
    let source = IdSource::new(1);
    let mut last = source.next(prefix::LEAD, at(1000));
    for millis in [1000, 1000, 999, 0, -5000, 1000] {
        let next = source.next(prefix::LEAD, at(millis));
        assert!(next > last);
        last = next;
    }
}

#[test]
fn r_org_1_more_than_a_millisecond_holds() {
    let source = IdSource::new(1);
    let mut block = source.reserve(5000, at(1000));
    let ids: HashSet<Id> = (0..5000).map(|_| block.next(prefix::LEAD)).collect();
    assert_eq!(ids.len(), 5000);
    let after = source.next(prefix::LEAD, at(1000));
    assert!(ids.iter().all(|id| *id < after));
}

#[test]
fn r_org_1_nodes_never_collide() {
    let ids: HashSet<Id> = (0..1024)
        .map(|node| IdSource::new(node).next(prefix::LEAD, at(7)))
        .collect();
    assert_eq!(ids.len(), 1024);
}

#[test]
fn r_org_1_one_source_for_many_threads() {
    let source = IdSource::new(3);
    let ids: HashSet<Id> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..500)
                        .map(|_| source.next(prefix::LEAD, at(5)))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(ids.len(), 2000);
}

/// A unit that is run again hands out the same ids.
#[test]
fn a_clone_of_a_block_repeats() {
    let block = IdSource::new(2).reserve(3, at(10));
    let (mut first, mut second) = (block.clone(), block);
    for prefix in [prefix::LEAD, prefix::USER, prefix::SEAT] {
        let id = first.next(prefix);
        assert_eq!(id, second.next(prefix));
        assert_eq!(id.prefix(), prefix);
    }
}

#[test]
#[should_panic(expected = "more ids taken than were reserved")]
fn a_block_gives_no_more_than_it_has() {
    let mut block = IdSource::new(2).reserve(1, at(10));
    block.next(prefix::LEAD);
    block.next(prefix::LEAD);
}

proptest! {
    /// R-ORG-1: 18 characters in any case read back as the 15 they were made from.
    #[test]
    fn long_form_round_trip(body in "[0-9A-Za-z]{15}", flips in any::<u32>()) {
        let id = Id::parse(&body).unwrap();
        let mixed: String = id
            .to_string()
            .chars()
            .enumerate()
            .map(|(i, c)| {
                let up = flips & (1 << i) != 0;
                if up { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
            })
            .collect();
        prop_assert_eq!(Id::parse(&mixed).unwrap(), id);
    }

    /// R-ORG-1: no text makes the parser panic, and what it takes has the right length.
    #[test]
    fn parsing_never_panics(text in "\\PC{0,20}") {
        if Id::parse(&text).is_ok() {
            prop_assert!(matches!(text.len(), 15 | 18));
        }
    }

    /// R-ORG-1: generated ids are unique ignoring case and ordered by time, whatever the clock
    /// and the sizes of the blocks.
    #[test]
    fn generated_ids_are_unique_and_ordered(
        steps in prop::collection::vec((0i64..5, 1u32..50), 1..40),
        node: u16,
    ) {
        let source = IdSource::new(node);
        let mut seen = HashSet::new();
        let mut last: Option<Id> = None;
        let mut millis = 0;
        for (step, count) in steps {
            millis += step;
            let mut block = source.reserve(count, at(millis));
            for _ in 0..count {
                let id = block.next(prefix::LEAD);
                prop_assert!(last.is_none_or(|last| id > last));
                prop_assert!(seen.insert(id.as_str().to_ascii_lowercase()));
                prop_assert_eq!(Id::parse(&id.to_string()).unwrap(), id);
                last = Some(id);
            }
        }
    }

    /// R-ORG-1: of two sources, the one asked at least a millisecond later has the higher id.
    #[test]
    fn ordered_by_time_over_nodes(early in 0i64..1 << 40, gap in 1i64..1000, a: u16, b: u16) {
        let first = IdSource::new(a).next(prefix::LEAD, at(early));
        let second = IdSource::new(b).next(prefix::LEAD, at(early + gap));
        prop_assert!(first < second);
    }
}

/// Ids of a run that has begun come before those of one that began later, whichever asks first.
#[test]
fn a_run_that_has_begun_comes_first() {
    let source = Arc::new(IdSource::new(1));
    let now = Timestamp::from_second(1_770_000_000).unwrap();
    let mut first = IdRun::new(&source, now).begun();
    let mut second = IdRun::new(&source, now).begun();
    let later = second.next(prefix::LEAD);
    assert!(first.next(prefix::LEAD) < later);
    assert_eq!(
        first.clone().begun().next(prefix::LEAD),
        first.next(prefix::LEAD)
    );
}
