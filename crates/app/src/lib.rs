//! The use cases of openlma: load, authorise, decide by the rules of `core`, save.
//!
//! Nothing here knows HTTP, a command line or SQL. Every use case takes an [`Actor`], which
//! carries its org, so that no record can be touched without one.

pub mod actor;
pub mod bodies;
pub mod by_hand;
pub mod carry;
pub mod check;
pub mod convert;
pub mod deliver;
pub mod details;
mod ended;
mod environment;
pub mod fields;
mod funnel;
pub mod grants;
mod held;
pub mod idempotency;
pub mod install;
pub mod jobs;
pub mod keys;
mod lead_owner;
pub mod lma;
pub mod modify;
pub mod new_trial;
mod org_context;
pub mod org_settings;
pub mod orgs;
mod passwords;
mod provision;
pub mod publish;
pub mod records;
pub mod refresh;
mod register;
pub mod resend;
pub mod save;
pub mod seats;
mod seed;
pub mod sign_in;
mod terms;
pub mod users;
mod visible;

use std::sync::Arc;
use std::time::Duration;

use openlma_core::id::{IdRun, IdSource};
use openlma_core::time::{Timestamp, from_micros, to_micros};
use openlma_core::{Error, Result};
use openlma_store::feed::{self, Position};
use openlma_store::{Dialect, Signal, Store, Tx, directory};

/// The plain data of `store` that use cases hand out, so that doors need no other crate.
pub mod data {
    pub use openlma_store::directory::{Package, Registration, Version};
    pub use openlma_store::idempotency::{Earlier, Scope};
    pub use openlma_store::install_counts::Counts;
    pub use openlma_store::installs::{Install, Listed};
    pub use openlma_store::jobs::Job;
    pub use openlma_store::licensing::{Entitlement, Seat};
    pub use openlma_store::messages::Waiting;
    pub use openlma_store::publisher_keys::PublisherKey;
    pub use openlma_store::query::{Answer, MAX_ROWS};
    pub use openlma_store::users::Choice;
    pub use openlma_store::{Counters, Dialect, Signal, feed::Position};
}

pub use actor::Actor;
pub use environment::{Clock, Random};
pub use keys::Secret;
pub use org_context::OrgContext;

/// Everything a use case needs; clones share it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    ids: Arc<IdSource>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    secret: Secret,
    contexts: org_context::Contexts,
    passwords: passwords::Passwords,
    checks: check::Checks,
}

impl App {
    /// An app on an opened store. Takes the next node number for its ids. What checks have read is
    /// kept in about `check_cache` bytes; with 0 every check reads the database.
    ///
    /// # Errors
    /// Of the database.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        secret: Secret,
        check_cache: u64,
    ) -> Result<App> {
        let node = store.write_blocking(directory::next_node)?;
        Ok(App {
            inner: Arc::new(Inner {
                store,
                ids: Arc::new(IdSource::new(node)),
                clock,
                random,
                secret,
                contexts: org_context::Contexts::default(),
                passwords: passwords::Passwords::default(),
                checks: check::Checks::new(check_cache),
            }),
        })
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The time, to the microsecond as it is stored: what is shown now is what is read later.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        from_micros(to_micros(self.inner.clock.now()))
    }

    /// Hears of commits, of this node and of others, so that caches stay right.
    pub fn heard(&self, signals: &[Signal]) {
        for signal in signals {
            if let Signal::Org(org) = signal {
                self.inner.contexts.forget(*org);
            }
            self.inner.checks.heard(signal);
        }
    }

    /// Forgets every cached setting: the commit feed could not be followed.
    pub fn heard_nothing(&self) {
        self.inner.contexts.forget_all();
        self.inner.checks.heard_nothing();
    }

    /// What was committed on any node since `from`, and where the feed stands now; the first
    /// call only finds the end.
    ///
    /// # Errors
    /// Of the database.
    pub async fn follow_feed(&self, from: Option<Position>) -> Result<(Position, Vec<Signal>)> {
        let first = from.is_none();
        let read = move |tx: &mut Tx<'_>| match &from {
            None => Ok((feed::end(tx)?, Vec::new())),
            Some(from) => {
                let mut position = from.clone();
                let signals = feed::poll(tx, &mut position)?;
                Ok((position, signals))
            }
        };
        let ticks = self.inner.clock.ticks();
        let (position, signals) = self.store().read(read).await?;
        if first {
            // What was read before the end was known may have changed unheard.
            self.heard_nothing();
        }
        self.heard(&signals);
        self.inner.checks.heard_all_until(ticks);
        Ok((position, signals))
    }

    /// Sets what hears of this node's commits, on the database's threads.
    pub fn listen(&self, listener: impl Fn(&[Signal]) + Send + Sync + 'static) {
        // The store keeps the listener: were it to keep the app, neither would ever end.
        let app = Arc::downgrade(&self.inner);
        self.store().listen(Arc::new(move |signals: &[Signal]| {
            if let Some(inner) = app.upgrade() {
                App { inner }.heard(signals);
            }
            listener(signals);
        }));
        if self.store().dialect() == Dialect::Sqlite {
            // There is no other node.
            self.inner.checks.heard_all_until(Duration::MAX);
        }
    }

    fn ids(&self) -> IdRun {
        IdRun::new(&self.inner.ids, self.now())
    }

    fn id(&self, prefix: &str) -> openlma_core::Id {
        self.inner.ids.next(prefix, self.now())
    }
}

/// A sentence for something that is not there, or that the caller may not know of.
fn not_found(what: &str) -> Error {
    Error::new(
        openlma_core::Code::NotFound,
        format!("there is no such {what}"),
    )
}

/// An error about a value that was taken meanwhile, in words of its own.
fn unless_duplicate(error: Error, otherwise: impl FnOnce() -> Error) -> Error {
    if error.code == openlma_core::Code::DuplicateValue {
        otherwise()
    } else {
        error
    }
}
