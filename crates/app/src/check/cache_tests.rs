//! Fills, commits and the word of commits in any order, against a model that knows what has been
//! committed and heard.

use std::collections::HashMap;
use std::time::Duration;

use openlma_core::Id;
use openlma_core::license::check::UserFact;
use openlma_store::licensing::Entitlement;
use proptest::prelude::*;

use super::super::held::{Held, Products};
use super::{COPY, Cache, FEW, HEARS, Ticket, USER};

const COPIES: u32 = 4;
const USERS: u32 = 5;
const READERS: usize = 3;
const NOW: Duration = Duration::from_secs(7);

fn id(prefix: &str, n: u32) -> Id {
    Id::parse(&format!("{prefix}{n:012}")).unwrap()
}

fn org_of(copy: u32) -> u32 {
    copy % 2
}

/// A copy whose numbers tell which commits it has seen.
fn held(of_copy: u32, of_org: u32) -> Held {
    let found = Entitlement {
        org_status: "Active".into(),
        org_trial_end: None,
        zone: "UTC".into(),
        package_license: id("050", 1),
        terms_status: "Active".into(),
        installed: true,
        access_ends_at: None,
        expires_on: None,
        seats: i64::from(of_org) + 1,
        used: i64::from(of_copy),
        package: None,
        version: "1.0".into(),
        namespace: "orbit".into(),
        registered: true,
        key_hash: None,
        changed_at: None,
        user: None,
        seated: false,
    };
    Held::of(found, &Products::default()).unwrap()
}

/// What a user is after so many commits: looks like chance, so that an old answer shows.
fn fact(user: u32, of_copy: u32, of_org: u32) -> UserFact {
    match (user * 7 + of_copy * 13 + of_org * 31).wrapping_mul(2_654_435_761) >> 30 {
        0 => UserFact::Unknown,
        1 => UserFact::Inactive,
        n => UserFact::Active { has_seat: n == 2 },
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A reader is about to fill, reads, keeps.
    Ticket(usize, u32, u32),
    Read(usize),
    Keep(usize),
    /// A commit touches a copy, or an org.
    Copy(u32),
    Org(u32),
    /// One of the commits is heard, in whatever order.
    Hear(usize),
    HearAll,
    Ask(u32, u32),
}

fn step() -> impl Strategy<Value = Step> {
    let (reader, copy, user) = (0..READERS, 0..COPIES, 0..USERS);
    prop_oneof![
        3 => (reader.clone(), copy.clone(), user.clone()).prop_map(|(r, c, u)| Step::Ticket(r, c, u)),
        3 => reader.clone().prop_map(Step::Read),
        3 => reader.prop_map(Step::Keep),
        2 => copy.clone().prop_map(Step::Copy),
        1 => (0..2_u32).prop_map(Step::Org),
        3 => (0..8_usize).prop_map(Step::Hear),
        1 => Just(Step::HearAll),
        4 => (copy, user).prop_map(|(c, u)| Step::Ask(c, u)),
    ]
}

/// A reader on its way.
#[derive(Clone, Copy)]
struct Reader {
    ticket: Ticket,
    copy: u32,
    user: u32,
    read: Option<(u32, u32)>,
}

/// Commits of a copy or an org: how many there were, and how many of them everybody has heard of.
#[derive(Clone, Copy, Default)]
struct Known {
    committed: u32,
    heard: u32,
}

#[derive(Default)]
struct Model {
    copies: HashMap<u32, Known>,
    orgs: HashMap<u32, Known>,
    /// Heard in any order: a copy's or an org's.
    unheard: Vec<Result<u32, u32>>,
    readers: [Option<Reader>; READERS],
}

impl Model {
    fn copy(&mut self, copy: u32) -> &mut Known {
        self.copies.entry(copy).or_default()
    }

    fn org(&mut self, org: u32) -> &mut Known {
        self.orgs.entry(org).or_default()
    }

    /// One word, whichever it is, is about all commits of that copy or org until now.
    fn hear(&mut self, cache: &Cache, n: usize) {
        match self.unheard.swap_remove(n) {
            Ok(copy) => {
                cache.forget(id("050", copy));
                let known = self.copy(copy);
                known.heard = known.committed;
            }
            Err(org) => {
                cache.forget_org(id("00D", org));
                let known = self.org(org);
                known.heard = known.committed;
            }
        }
    }

    fn step(&mut self, cache: &Cache, step: Step) {
        match step {
            Step::Ticket(reader, copy, user) => {
                self.readers[reader] = Some(Reader {
                    ticket: cache.ticket(id("00D", org_of(copy)), id("050", copy)),
                    copy,
                    user,
                    read: None,
                });
            }
            Step::Read(reader) => {
                let Some(mut at) = self.readers[reader] else {
                    return;
                };
                at.read = Some((
                    self.copy(at.copy).committed,
                    self.org(org_of(at.copy)).committed,
                ));
                self.readers[reader] = Some(at);
            }
            Step::Keep(reader) => {
                if let Some(at) = self.readers[reader]
                    && let Some((of_copy, of_org)) = at.read
                {
                    let fact = fact(at.user, of_copy, of_org);
                    let user = id("005", at.user);
                    cache.keep(at.ticket, Some(held(of_copy, of_org)), user, fact);
                    self.readers[reader] = None;
                }
            }
            Step::Copy(copy) => {
                self.copy(copy).committed += 1;
                self.unheard.push(Ok(copy));
            }
            Step::Org(org) => {
                self.org(org).committed += 1;
                self.unheard.push(Err(org));
            }
            Step::Hear(n) if !self.unheard.is_empty() => self.hear(cache, n % self.unheard.len()),
            Step::Hear(_) => {}
            Step::HearAll => {
                while !self.unheard.is_empty() {
                    self.hear(cache, 0);
                }
            }
            Step::Ask(copy, user) => self.ask(cache, copy, user),
        }
    }

    /// What is answered is no older than what was heard.
    fn ask(&mut self, cache: &Cache, copy: u32, user: u32) {
        let org = org_of(copy);
        let (of_copy, of_org) = (*self.copy(copy), *self.org(org));
        let user_id = id("005", user);
        let Some((kept, kept_fact)) = cache.get(id("00D", org), id("050", copy), user_id, NOW)
        else {
            return;
        };
        let kept = kept.expect("there is such a copy");
        let copies = of_copy.heard..=of_copy.committed;
        let orgs = of_org.heard..=of_org.committed;
        assert!(
            copies
                .clone()
                .any(|c| orgs.clone().any(|o| kept == held(c, o))),
            "{kept:?} is older than {copies:?} {orgs:?}"
        );
        assert!(
            copies
                .clone()
                .any(|c| orgs.clone().any(|o| kept_fact == fact(user, c, o))),
            "{kept_fact:?} of user {user} is older than {copies:?} {orgs:?}"
        );
    }
}

fn hearing(bytes: u64) -> Cache {
    let cache = Cache::new(bytes);
    cache.heard_all_until(NOW);
    cache
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// R-CHK-4: whatever the order, nothing is answered that is older than what was heard; and with
    /// nothing unheard, what is kept is what is true.
    #[test]
    fn r_chk_4_never_older_than_heard(steps in prop::collection::vec(step(), 1..120)) {
        let cache = hearing(1 << 20);
        let mut model = Model::default();
        for step in steps {
            model.step(&cache, step);
        }
        model.step(&cache, Step::HearAll);
        for copy in 0..COPIES {
            for user in 0..USERS {
                model.ask(&cache, copy, user);
            }
        }
    }
}

/// A fill with nothing in its way is kept, also of a user that the org does not have and of a copy
/// that is not there; another org's is never given out.
#[test]
fn r_chk_4_what_is_kept() {
    let cache = hearing(1 << 20);
    let (org, copy, user) = (id("00D", 1), id("050", 1), id("005", 1));
    let get = |org, user| cache.get(org, copy, user, NOW);
    assert_eq!(get(org, user), None);
    let seated = UserFact::Active { has_seat: true };
    cache.keep(cache.ticket(org, copy), Some(held(3, 0)), user, seated);
    assert_eq!(get(org, user), Some((Some(held(3, 0)), seated)));
    assert_eq!(get(id("00D", 2), user), None);
    let stranger = id("005", 9);
    assert_eq!(get(org, stranger), None);
    cache.keep(
        cache.ticket(org, copy),
        Some(held(3, 0)),
        stranger,
        UserFact::Unknown,
    );
    let unknown = Some((Some(held(3, 0)), UserFact::Unknown));
    assert_eq!(get(org, stranger), unknown);
    cache.forget_all();
    assert_eq!((get(org, user), get(org, stranger)), (None, None));
    cache.keep(cache.ticket(org, copy), None, user, UserFact::Unknown);
    assert_eq!(get(org, stranger), Some((None, UserFact::Unknown)));
    cache.forget(copy);
    assert_eq!(get(org, user), None);
}

/// R-CHK-4: a node that has not heard the others for a second asks the database.
#[test]
fn r_chk_4_a_deaf_node_remembers_nothing() {
    let cache = hearing(1 << 20);
    let (org, copy, user) = (id("00D", 1), id("050", 1), id("005", 1));
    cache.keep(
        cache.ticket(org, copy),
        Some(held(1, 0)),
        user,
        UserFact::Inactive,
    );
    let at = |ticks| cache.get(org, copy, user, ticks).is_some();
    assert!(at(NOW) && at(NOW + HEARS));
    let later = NOW + HEARS + Duration::from_millis(1);
    assert!(!at(later));
    cache.heard_all_until(later);
    assert!(at(later));
}

/// However many copies and users are asked about, memory is bounded, and a copy with very many
/// users has them all.
#[test]
fn r_err_2_bounded() {
    let bytes = 8 << 20;
    let cache = hearing(bytes);
    let org = id("00D", 1);
    let keep = |copy, user| {
        let ticket = cache.ticket(org, id("050", copy));
        cache.keep(
            ticket,
            Some(held(1, 0)),
            id("005", user),
            UserFact::Inactive,
        );
    };
    let kept = |copy, user| {
        cache
            .get(org, id("050", copy), id("005", user), NOW)
            .is_some()
    };
    let large = 10_000;
    for user in (0..large).rev() {
        keep(1, user);
    }
    assert!((0..large).all(|user| kept(1, user)));
    assert!(cache.copies.weight() >= COPY + USER * (u64::from(large) - FEW as u64));
    for copy in 2..50_000 {
        keep(copy, 1);
    }
    assert!(cache.copies.weight() <= bytes, "{}", cache.copies.weight());
    assert!((2..50_000).any(|copy| kept(copy, 1)));
}
