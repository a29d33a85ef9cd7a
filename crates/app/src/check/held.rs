//! What checks have to know of a subscriber's copy: small, since a node keeps millions of them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use openlma_core::license::check::{CheckFacts, LicenseFact, UserFact};
use openlma_core::license::{Seats, Status};
use openlma_core::org::{OrgStatus, trial_ends_at};
use openlma_core::time::{self, Date, Timestamp, from_micros, to_micros};
use openlma_core::{Id, Result};
use openlma_store::licensing::Entitlement;

use crate::install::FREE;
use crate::keys::KeyHash;

/// The org's copy of a license, as its last commit left it. Nothing in it depends on the clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The package in its installed version.
    pub product: Arc<Product>,
    /// Is the package still installed?
    pub installed: bool,
    /// Last day of access.
    pub expires_on: Option<Date>,
    /// The seats.
    pub seats: Seats,
    /// Seats taken.
    pub used: u32,
    pub(super) key: Option<KeyHash>,
    status: Option<Status>,
    access_ends_at: At,
    org_status: OrgStatus,
    org_trial_ends_at: At,
}

/// An instant, or never, in eight bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At(i64);

impl At {
    const NEVER: At = At(i64::MAX);

    fn instant(self) -> Option<Timestamp> {
        (self != At::NEVER).then(|| from_micros(self.0))
    }
}

impl From<Option<Timestamp>> for At {
    fn from(at: Option<Timestamp>) -> At {
        at.map_or(At::NEVER, |at| At(to_micros(at)))
    }
}

/// A package in one version: many orgs have the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    /// The package.
    pub package: Option<Id>,
    /// Number of the version.
    pub version: String,
    /// Namespace of the package.
    pub namespace: String,
}

impl Held {
    /// From what the database holds.
    ///
    /// # Errors
    /// Internal, for words that are none of ours.
    pub(super) fn of(found: Entitlement, products: &Products) -> Result<Held> {
        let org_trial_ends_at = match found.org_trial_end {
            Some(end) => {
                let zone = time::zone(&found.zone)?;
                trial_ends_at(Some(time::day_in(end, &zone)), &zone)
            }
            None => None,
        };
        let status = match found.terms_status.as_str() {
            FREE => None,
            terms => Some(Status::parse(terms)?),
        };
        Ok(Held {
            product: products.shared(Product {
                package: found.package,
                version: found.version,
                namespace: found.namespace,
            }),
            installed: found.installed,
            expires_on: found.expires_on,
            seats: Seats::from_stored(found.seats)?,
            used: u32::try_from(found.used).unwrap_or(0),
            key: found.key_hash.as_deref().and_then(KeyHash::parse),
            status,
            access_ends_at: found.access_ends_at.into(),
            org_status: OrgStatus::parse(&found.org_status)?,
            org_trial_ends_at: org_trial_ends_at.into(),
        })
    }

    /// The status of its terms; a copy that nobody licenses has none, one of an uninstalled package
    /// no longer the one it had.
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        match self.installed {
            true => self.status,
            false => Some(Status::Uninstalled),
        }
    }

    pub(super) fn facts(&self, user: UserFact) -> CheckFacts {
        let license = match self.status {
            None => LicenseFact::Unrestricted,
            Some(status) => LicenseFact::Terms {
                status,
                seats: self.seats,
                access_ends_at: self.access_ends_at.instant(),
                grace_days: 0,
            },
        };
        CheckFacts {
            org_status: self.org_status,
            org_trial_ends_at: self.org_trial_ends_at.instant(),
            installed: self.installed,
            user,
            license,
        }
    }
}

/// Each product once in memory, however many orgs have it.
#[derive(Default)]
pub(super) struct Products(Mutex<HashSet<Arc<Product>>>);

/// Products remembered; beyond that they are forgotten, and live on with who has them.
const PRODUCTS: usize = 10_000;

impl Products {
    fn shared(&self, product: Product) -> Arc<Product> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&product) {
            return Arc::clone(known);
        }
        if known.len() >= PRODUCTS {
            known.clear();
        }
        let product = Arc::new(product);
        known.insert(Arc::clone(&product));
        product
    }
}

/// What the database says of a user, as checks need it.
pub(super) fn user_fact(found: &Entitlement) -> UserFact {
    match found.user {
        None => UserFact::Unknown,
        Some((_, false)) => UserFact::Inactive,
        Some((_, true)) => UserFact::Active {
            has_seat: found.seated,
        },
    }
}
