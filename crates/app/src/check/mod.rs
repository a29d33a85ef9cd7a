//! "Is this user licensed?" (R-CHK-1, R-CHK-2): two small facts, read and never written, and kept
//! until they change.

mod cache;
mod held;
mod publisher;

use std::sync::atomic::{AtomicU64, Ordering};

use openlma_core::license::check::{Answer, UserFact, check};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::licensing::{self, Entitlement};
use openlma_store::{Signal, Tx};

pub use self::held::{Held, Product};

use self::cache::Cache;
use self::held::{Products, user_fact};
use crate::App;
use crate::actor::Actor;
use crate::keys::{INSTALLATION_KEY, key_parts};
use crate::seats::{CopyName, resolve};

/// The decision with what it was made from.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The decision.
    pub answer: Answer,
    /// What the subscriber's org holds.
    pub held: Held,
    /// When it was decided.
    pub as_of: Timestamp,
}

/// What checks remember between two questions.
pub(crate) struct Checks {
    /// None when nothing is to be kept.
    cache: Option<Cache>,
    products: Products,
    from_memory: AtomicU64,
    read: AtomicU64,
}

impl Checks {
    /// Remembers about so many bytes; with 0 nothing.
    pub(crate) fn new(bytes: u64) -> Checks {
        Checks {
            cache: (bytes > 0).then(|| Cache::new(bytes)),
            products: Products::default(),
            from_memory: AtomicU64::new(0),
            read: AtomicU64::new(0),
        }
    }

    /// Hears of a commit.
    pub(crate) fn heard(&self, signal: &Signal) {
        let Some(cache) = &self.cache else { return };
        match signal {
            Signal::Org(org) => cache.forget_org(*org),
            Signal::Entitlement(_, copy) => cache.forget(*copy),
            Signal::Outbox(_) | Signal::Inbox(_) | Signal::Job(_) => {}
        }
    }

    /// The other nodes could not be heard.
    pub(crate) fn heard_nothing(&self) {
        self.cache.iter().for_each(Cache::forget_all);
    }

    /// All commits have been heard that were there at an instant.
    pub(crate) fn heard_all_until(&self, ticks: std::time::Duration) {
        self.cache.iter().for_each(|c| c.heard_all_until(ticks));
    }
}

impl App {
    /// Is the actor's user, or another one of the org, licensed?
    ///
    /// # Errors
    /// `PACKAGE_NOT_INSTALLED`; `AMBIGUOUS_USER`.
    pub async fn check(
        &self,
        actor: &Actor,
        copy: &CopyName,
        user: Option<&str>,
    ) -> Result<Checked> {
        let (org, copy) = (actor.org.id, copy.clone());
        let user = user.map_or(User::Id(actor.user), User::parse);
        let found = self
            .store()
            .read(move |tx| {
                let id = copy.find(tx, org)?.ok_or_else(|| copy.not_installed())?;
                let user = user.id(tx, org)?;
                let entitlement = licensing::entitlement(tx, org, id, user)?;
                entitlement.ok_or_else(|| copy.not_installed())
            })
            .await?;
        let user = user_fact(&found);
        let held = Held::of(found, &self.inner.checks.products)?;
        Ok(self.decide(held, user))
    }

    /// The same with an installation key, which names the org and the package (R-CHK-5).
    ///
    /// # Errors
    /// `INVALID_SESSION_ID` for a wrong key; `AMBIGUOUS_USER`; `PACKAGE_NOT_INSTALLED`, when
    /// another package is named than the key's.
    pub async fn check_with_key(
        &self,
        key: &str,
        named: Option<&CopyName>,
        user: &str,
    ) -> Result<Checked> {
        let wrong = || Error::new(Code::InvalidSessionId, "the installation key is not valid");
        let (org, copy) = key_parts(INSTALLATION_KEY, key).ok_or_else(wrong)?;
        let (held, user) = match User::parse(user) {
            User::Id(user) => {
                let (held, fact) = self.held(org, copy, user).await?;
                (held, Ok(fact))
            }
            named => self.held_by_name(org, copy, named).await?,
        };
        let held = held.ok_or_else(wrong)?;
        if held.key.as_ref().is_none_or(|kept| !kept.is_of(key)) {
            return Err(wrong());
        }
        // Only who holds the key learns about users.
        let user = user?;
        match named {
            Some(name) if !is_named(name, copy, &held) => Err(name.not_installed()),
            _ => Ok(self.decide(held, user)),
        }
    }

    /// How many checks with a key and a user's id were answered from memory, and how many from the
    /// database.
    #[must_use]
    pub fn checks_answered(&self) -> (u64, u64) {
        let checks = &self.inner.checks;
        let count = |n: &AtomicU64| n.load(Ordering::Relaxed);
        (count(&checks.from_memory), count(&checks.read))
    }

    /// What the org holds of a copy and a user: from memory, or read.
    async fn held(&self, org: Id, copy: Id, user: Id) -> Result<(Option<Held>, UserFact)> {
        let checks = &self.inner.checks;
        let kept = checks.cache.as_ref().map(|cache| {
            let ticks = self.inner.clock.ticks();
            let kept = cache.get(org, copy, user, ticks);
            kept.ok_or_else(|| (cache, cache.ticket(org, copy)))
        });
        let fill = match kept {
            Some(Ok(kept)) => {
                checks.from_memory.fetch_add(1, Ordering::Relaxed);
                return Ok(kept);
            }
            Some(Err(fill)) => Some(fill),
            None => None,
        };
        let read = move |tx: &mut Tx<'_>| licensing::entitlement(tx, org, copy, Some(user));
        let found = self.store().get(read).await?;
        checks.read.fetch_add(1, Ordering::Relaxed);
        let fact = found.as_ref().map_or(UserFact::Unknown, user_fact);
        let held = found.map(|f| Held::of(f, &checks.products)).transpose()?;
        if let Some((cache, ticket)) = fill {
            cache.keep(ticket, held.clone(), user, fact);
        }
        Ok((held, fact))
    }

    /// The same for a user who is named by something else than the id.
    async fn held_by_name(
        &self,
        org: Id,
        copy: Id,
        named: User,
    ) -> Result<(Option<Held>, Result<UserFact>)> {
        let read = move |tx: &mut Tx<'_>| {
            let (user, ambiguous) = match named.id(tx, org) {
                Ok(user) => (user, None),
                Err(e) if e.code == Code::AmbiguousUser => (None, Some(e)),
                Err(e) => return Err(e),
            };
            Ok((licensing::entitlement(tx, org, copy, user)?, ambiguous))
        };
        let (found, ambiguous): (Option<Entitlement>, _) = self.store().read(read).await?;
        let fact = found.as_ref().map_or(UserFact::Unknown, user_fact);
        let products = &self.inner.checks.products;
        let held = found.map(|f| Held::of(f, products)).transpose()?;
        Ok((held, ambiguous.map_or(Ok(fact), Err)))
    }

    fn decide(&self, held: Held, user: UserFact) -> Checked {
        let as_of = self.now();
        Checked {
            answer: check(&held.facts(user), as_of),
            held,
            as_of,
        }
    }
}

/// How a caller names the user.
enum User {
    Id(Id),
    Named(String),
}

impl User {
    fn parse(text: &str) -> User {
        match Id::parse(text) {
            Ok(id) if id.prefix() == openlma_core::id::prefix::USER => User::Id(id),
            _ => User::Named(text.to_owned()),
        }
    }

    fn id(&self, tx: &mut Tx<'_>, org: Id) -> Result<Option<Id>> {
        match self {
            User::Id(id) => Ok(Some(*id)),
            User::Named(text) => resolve(tx, org, text),
        }
    }
}

fn is_named(name: &CopyName, copy: Id, held: &Held) -> bool {
    match name {
        CopyName::Namespace(namespace) => namespace.eq_ignore_ascii_case(&held.product.namespace),
        CopyName::Package(package) => held.product.package == Some(*package),
        CopyName::Id(id) => copy == *id,
    }
}
