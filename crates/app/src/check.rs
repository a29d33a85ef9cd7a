//! "Is this user licensed?" (R-CHK-1, R-CHK-2): two small facts, read and never written.

use openlma_core::license::check::{Answer, CheckFacts, LicenseFact, UserFact, check};
use openlma_core::license::{Seats, Status};
use openlma_core::org::{OrgStatus, trial_ends_at};
use openlma_core::time::{self, Timestamp};
use openlma_core::{Code, Error, Id, Result};
use openlma_store::Tx;
use openlma_store::licensing::{self, Entitlement};

use crate::App;
use crate::actor::Actor;
use crate::install::FREE;
use crate::keys::{hash, installation_key_parts, same};
use crate::seats::{CopyName, resolve};

/// The decision with what it was made from.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The decision.
    pub answer: Answer,
    /// What the subscriber's org holds.
    pub entitlement: Entitlement,
    /// When it was decided.
    pub as_of: Timestamp,
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
        decide(found, self.now())
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
        let (org, copy) = installation_key_parts(key).ok_or_else(wrong)?;
        let (found, ambiguous) = match User::parse(user) {
            User::Id(user) => {
                let read = move |tx: &mut Tx<'_>| licensing::entitlement(tx, org, copy, Some(user));
                (self.store().get(read).await?, None)
            }
            named => {
                let read = move |tx: &mut Tx<'_>| {
                    let (user, ambiguous) = match named.id(tx, org) {
                        Ok(user) => (user, None),
                        Err(e) if e.code == Code::AmbiguousUser => (None, Some(e)),
                        Err(e) => return Err(e),
                    };
                    Ok((licensing::entitlement(tx, org, copy, user)?, ambiguous))
                };
                self.store().read(read).await?
            }
        };
        let found = found.ok_or_else(wrong)?;
        if !found
            .key_hash
            .as_deref()
            .is_some_and(|kept| same(kept, &hash(key)))
        {
            return Err(wrong());
        }
        // Only who holds the key learns about users.
        if let Some(ambiguous) = ambiguous {
            return Err(ambiguous);
        }
        match named {
            Some(name) if !is_named(name, &found) => Err(name.not_installed()),
            _ => decide(found, self.now()),
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

fn is_named(name: &CopyName, found: &Entitlement) -> bool {
    match name {
        CopyName::Namespace(namespace) => namespace.eq_ignore_ascii_case(&found.namespace),
        CopyName::Package(package) => found.package == Some(*package),
        CopyName::Id(id) => found.package_license == *id,
    }
}

fn decide(entitlement: Entitlement, as_of: Timestamp) -> Result<Checked> {
    let facts = facts(&entitlement)?;
    Ok(Checked {
        answer: check(&facts, as_of),
        entitlement,
        as_of,
    })
}

fn facts(e: &Entitlement) -> Result<CheckFacts> {
    let license = if e.terms_status == FREE {
        LicenseFact::Unrestricted
    } else {
        LicenseFact::Terms {
            status: Status::parse(&e.terms_status)?,
            seats: Seats::from_stored(e.seats)?,
            access_ends_at: e.access_ends_at,
            grace_days: 0,
        }
    };
    let org_trial_ends_at = match e.org_trial_end {
        Some(end) => {
            let zone = time::zone(&e.zone)?;
            trial_ends_at(Some(time::day_in(end, &zone)), &zone)
        }
        None => None,
    };
    Ok(CheckFacts {
        org_status: OrgStatus::parse(&e.org_status)?,
        org_trial_ends_at,
        installed: e.installed,
        user: match e.user {
            None => UserFact::Unknown,
            Some((_, false)) => UserFact::Inactive,
            Some((_, true)) => UserFact::Active { has_seat: e.seated },
        },
        license,
    })
}
