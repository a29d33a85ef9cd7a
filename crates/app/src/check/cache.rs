//! What checks have read, kept until a commit says that it may have changed.
//!
//! A fill says beforehand what it is about to read, and is refused if anything was heard of that
//! since: what was read before a commit never lands after its word. Users that an org does not have
//! and copies that are not there are kept as well. Must never hold what depends on the clock.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use openlma_core::Id;
use openlma_core::license::check::UserFact;
use quick_cache::Weighter;
use quick_cache::sync::Cache as Bounded;
use smallvec::SmallVec;

use super::held::Held;

/// How long a node may answer from memory without having heard of the commits of the others
/// (R-CHK-4).
const HEARS: Duration = Duration::from_secs(1);
/// Locks for fills and forgetting: copies share them.
const STRIPES: usize = 256;
/// Orgs whose changes are told apart; beyond that all are forgotten.
const ORGS: usize = 100_000;
/// Bytes of a copy with room for [`FEW`] users, with what surrounds it in memory.
const COPY: u64 = 250;
/// Bytes of a user.
const USER: u64 = 16;
/// Users of a copy that are kept without a block of memory of their own.
const FEW: usize = 3;
const ROOM: u32 = FEW as u32;

/// A bounded number of copies with their users.
pub(super) struct Cache {
    copies: Bounded<Id, Arc<Kept>, Weight>,
    /// Of the copies with that hash: counts what was heard of any of them.
    stripes: Vec<Mutex<u64>>,
    hasher: RandomState,
    orgs: RwLock<Orgs>,
    /// Milliseconds until which the other nodes have been heard.
    hears_until: AtomicU64,
}

/// Counts what was heard of orgs.
#[derive(Default)]
struct Orgs {
    latest: u64,
    /// Of every org that is not in `changed`.
    others: u64,
    changed: HashMap<Id, u64>,
}

impl Orgs {
    fn of(&self, org: Id) -> u64 {
        self.changed.get(&org).copied().unwrap_or(self.others)
    }
}

/// A copy, or that there is none, and its users.
struct Kept {
    held: Option<Held>,
    org: Id,
    of_org: u64,
    /// Sorted.
    users: RwLock<SmallVec<[(Id, UserFact); FEW]>>,
    /// Users for which it was weighed.
    room: u32,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Id, Arc<Kept>> for Weight {
    fn weight(&self, _: &Id, kept: &Arc<Kept>) -> u64 {
        COPY + USER * (u64::from(kept.room - ROOM))
    }
}

/// What had been heard of a copy before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket {
    org: Id,
    copy: Id,
    of_copy: u64,
    of_org: u64,
}

impl Cache {
    /// A cache of about so many bytes.
    pub(super) fn new(bytes: u64) -> Cache {
        let items = usize::try_from(bytes / COPY).unwrap_or(usize::MAX);
        Cache {
            copies: Bounded::with_weighter(items, bytes, Weight),
            stripes: (0..STRIPES).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            orgs: RwLock::default(),
            hears_until: AtomicU64::new(0),
        }
    }

    /// The commits of all nodes have been heard that were there at `ticks`.
    pub(super) fn heard_all_until(&self, ticks: Duration) {
        let until = millis(ticks.saturating_add(HEARS));
        self.hears_until.fetch_max(until, Ordering::Release);
    }

    /// What is kept of a copy and a user; a copy that is not there has no users.
    pub(super) fn get(
        &self,
        org: Id,
        copy: Id,
        user: Id,
        ticks: Duration,
    ) -> Option<(Option<Held>, UserFact)> {
        if self.hears_until.load(Ordering::Acquire) < millis(ticks) {
            return None;
        }
        let kept = self.copies.get(&copy)?;
        if kept.org != org || kept.of_org != self.orgs().of(org) {
            return None;
        }
        let Some(held) = &kept.held else {
            return Some((None, UserFact::Unknown));
        };
        let users = kept.users.read().unwrap_or_else(PoisonError::into_inner);
        let at = users.binary_search_by_key(&user, |(id, _)| *id).ok()?;
        Some((Some(held.clone()), users[at].1))
    }

    /// To be taken before a copy is read that is to be kept.
    pub(super) fn ticket(&self, org: Id, copy: Id) -> Ticket {
        let of_copy = *self.stripe(copy);
        Ticket {
            org,
            copy,
            of_copy,
            of_org: self.orgs().of(org),
        }
    }

    /// Keeps what was read, unless something was heard of it meanwhile.
    pub(super) fn keep(&self, ticket: Ticket, held: Option<Held>, user: Id, fact: UserFact) {
        let heard = self.stripe(ticket.copy);
        if *heard != ticket.of_copy {
            return;
        }
        let current = self.copies.peek(&ticket.copy);
        let current = current.filter(|k| k.org == ticket.org && k.of_org == ticket.of_org);
        let Some(current) = current else {
            let users = SmallVec::from_slice(&[(user, fact)]);
            return self.put(ticket, held, users, ROOM);
        };
        let mut users = current
            .users
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let Err(at) = users.binary_search_by_key(&user, |(id, _)| *id) else {
            return;
        };
        if users.len() < current.room as usize {
            return users.insert(at, (user, fact));
        }
        let mut more = std::mem::take(&mut *users);
        drop(users);
        more.insert(at, (user, fact));
        self.put(ticket, current.held.clone(), more, current.room * 2);
    }

    fn put(
        &self,
        ticket: Ticket,
        held: Option<Held>,
        users: SmallVec<[(Id, UserFact); FEW]>,
        room: u32,
    ) {
        let kept = Kept {
            held,
            org: ticket.org,
            of_org: ticket.of_org,
            users: RwLock::new(users),
            room,
        };
        self.copies.insert(ticket.copy, Arc::new(kept));
    }

    /// The copy or one of its seats has changed.
    pub(super) fn forget(&self, copy: Id) {
        let mut heard = self.stripe(copy);
        *heard += 1;
        self.copies.remove(&copy);
    }

    /// The org or one of its users has changed.
    pub(super) fn forget_org(&self, org: Id) {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        orgs.latest += 1;
        let latest = orgs.latest;
        if orgs.changed.len() >= ORGS {
            orgs.changed.clear();
            orgs.others = latest;
        }
        orgs.changed.insert(org, latest);
    }

    /// Something may have changed, and nobody knows what.
    pub(super) fn forget_all(&self) {
        let mut orgs = self.orgs.write().unwrap_or_else(PoisonError::into_inner);
        orgs.latest += 1;
        orgs.others = orgs.latest;
        orgs.changed.clear();
    }

    fn stripe(&self, copy: Id) -> MutexGuard<'_, u64> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash do")]
        let at = self.hasher.hash_one(copy) as usize % STRIPES;
        self.stripes[at]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn orgs(&self) -> std::sync::RwLockReadGuard<'_, Orgs> {
        self.orgs.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(ticks: Duration) -> u64 {
    u64::try_from(ticks.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
