//! Seats: the subscriber's administrator assigns and revokes them (R-SEAT-1, R-SEAT-2).

use openlma_core::access::Permission;
use openlma_core::catalog::{Catalog, names};
use openlma_core::fold::fold;
use openlma_core::id::prefix;
use openlma_core::license::Seats;
use openlma_core::license::seats::may_assign;
use openlma_core::quote::beginning;
use openlma_core::{Code, Error, Id, Record, Result};
use openlma_store::licensing::{self, Seat};
use openlma_store::records::{self, Lock};
use openlma_store::{Tx, users};

use crate::actor::Actor;
use crate::install::{OrgFacts, write_and_tell};
use crate::{App, not_found};

/// How an assignment ended.
#[derive(Clone, Debug, Default)]
pub struct Assigned {
    /// Seats made: seat and user.
    pub seats: Vec<(Id, Id)>,
    /// Users who got none, with the reason; only when partial was asked for.
    pub refused: Vec<(String, Error)>,
}

impl App {
    /// Assigns seats to users, named by id, user name, external id or email.
    ///
    /// Without `partial` nothing is assigned when one cannot be.
    ///
    /// # Errors
    /// `LICENSE_LIMIT_EXCEEDED`; `DUPLICATE_VALUE` for who has one; `FIELD_INTEGRITY_EXCEPTION`
    /// for an inactive user and for a site license; `PACKAGE_NOT_INSTALLED`.
    pub async fn assign_seats(
        &self,
        actor: &Actor,
        copy: &CopyName,
        users: &[String],
        partial: bool,
    ) -> Result<Assigned> {
        actor.require(Permission::ManagePackageLicenses)?;
        let (org, by, now, ids) = (actor.org.id, actor.user, self.now(), self.ids());
        let (copy, users) = (copy.clone(), users.to_vec());
        self.store()
            .write(move |tx| {
                let before = copy.load(tx, org, Lock::Rows)?;
                let id = before
                    .id()
                    .ok_or_else(|| Error::internal("a copy without id"))?;
                let seats =
                    Seats::from_stored(before.get("AllowedLicenses").as_int().unwrap_or(-1))?;
                let mut used = before.get("UsedLicenses").as_int().unwrap_or(0);
                let mut ids = ids.clone();
                let mut assigned = Assigned::default();
                for name in &users {
                    let user = seatable(tx, org, id, name).and_then(|user| {
                        if assigned.seats.iter().any(|(_, u)| *u == user) {
                            return Err(has_a_seat(name));
                        }
                        may_assign(seats, u32::try_from(used).unwrap_or(u32::MAX), 1)?;
                        Ok(user)
                    });
                    match user {
                        Ok(user) => {
                            used += 1;
                            assigned.seats.push((ids.next(prefix::SEAT), user));
                        }
                        Err(e) if partial && e.code != Code::Internal => {
                            assigned.refused.push((name.clone(), e));
                        }
                        Err(e) => return Err(e),
                    }
                }
                if assigned.seats.is_empty() {
                    return Ok(assigned);
                }
                licensing::insert_seats(tx, org, id, &assigned.seats, by, now)?;
                let mut after = before.clone();
                after.set("UsedLicenses", used);
                let org = OrgFacts::load(tx, org, Lock::No)?;
                write_and_tell(tx, &mut ids, &org, &before, after, now)?;
                Ok(assigned)
            })
            .await
    }

    /// Takes users' seats; those who have none are left out. Answers how many were taken.
    ///
    /// # Errors
    /// `NOT_FOUND` for an unknown user; `PACKAGE_NOT_INSTALLED`.
    pub async fn revoke_seats(
        &self,
        actor: &Actor,
        copy: &CopyName,
        users: &[String],
    ) -> Result<u64> {
        actor.require(Permission::ManagePackageLicenses)?;
        let (org, now, ids) = (actor.org.id, self.now(), self.ids());
        let (copy, users) = (copy.clone(), users.to_vec());
        self.store()
            .write(move |tx| {
                let before = copy.load(tx, org, Lock::Rows)?;
                let id = before
                    .id()
                    .ok_or_else(|| Error::internal("a copy without id"))?;
                let mut revoked = 0;
                for name in &users {
                    let user = resolve(tx, org, name)?.ok_or_else(|| no_user(name))?;
                    revoked += u64::from(licensing::revoke(tx, org, id, user)?);
                }
                if revoked > 0 {
                    let mut after = before.clone();
                    after.set("UsedLicenses", licensing::count_seats(tx, org, id)?);
                    let org = OrgFacts::load(tx, org, Lock::No)?;
                    write_and_tell(tx, &mut ids.clone(), &org, &before, after, now)?;
                }
                Ok(revoked)
            })
            .await
    }

    /// Takes one seat by its id (delete of UserPackageLicense).
    ///
    /// # Errors
    /// `NOT_FOUND`.
    pub async fn revoke_seat(&self, actor: &Actor, seat: Id) -> Result<()> {
        let org = actor.org.id;
        let found = self
            .store()
            .look(move |tx| licensing::seat(tx, org, seat))
            .await?;
        let (copy, user) = found.ok_or_else(|| not_found("seat"))?;
        self.revoke_seats(actor, &CopyName::Id(copy), &[user.to_string()])
            .await
            .map(drop)
    }

    /// The seats of a package, by id after `after`, and how many there are of how many.
    ///
    /// # Errors
    /// `PACKAGE_NOT_INSTALLED`.
    pub async fn seats(
        &self,
        actor: &Actor,
        copy: &CopyName,
        after: Option<Id>,
        limit: i64,
    ) -> Result<(Record, Vec<Seat>)> {
        let object = Catalog::standard().known(names::USER_PACKAGE_LICENSE);
        if !actor.permissions.object(object).read {
            actor.require(Permission::ManagePackageLicenses)?;
        }
        let (org, copy) = (actor.org.id, copy.clone());
        self.store()
            .read(move |tx| {
                let record = copy.load(tx, org, Lock::No)?;
                let id = record
                    .id()
                    .ok_or_else(|| Error::internal("a copy without id"))?;
                Ok((record, licensing::seats(tx, org, id, after, limit)?))
            })
            .await
    }
}

/// How a caller names the org's copy of a package's license.
#[derive(Clone, Debug)]
pub enum CopyName {
    /// By namespace.
    Namespace(String),
    /// By package (033).
    Package(Id),
    /// By its own id (050).
    Id(Id),
}

impl CopyName {
    /// The id of the copy, if the org has one.
    pub(crate) fn find(&self, tx: &mut Tx<'_>, org: Id) -> Result<Option<Id>> {
        match self {
            CopyName::Namespace(name) => licensing::by_namespace(tx, org, &fold(name)),
            CopyName::Package(package) => licensing::by_package(tx, org, *package),
            CopyName::Id(id) => Ok(Some(*id)),
        }
    }

    /// The installed copy.
    pub(crate) fn load(&self, tx: &mut Tx<'_>, org: Id, lock: Lock) -> Result<Record> {
        let id = self.find(tx, org)?.ok_or_else(|| self.not_installed())?;
        let object = Catalog::standard().known(names::PACKAGE_LICENSE);
        let record = records::load_one(tx, org, object, id, lock)?;
        record
            .filter(|r| r.get("uninstalled_at").is_null())
            .ok_or_else(|| self.not_installed())
    }

    /// R-CHK-1: never installed, or an unknown namespace.
    pub(crate) fn not_installed(&self) -> Error {
        self.not_installed_in("in this org")
    }

    /// The same of another org than the caller's.
    pub(crate) fn not_installed_in(&self, place: &str) -> Error {
        let name = match self {
            CopyName::Namespace(name) => format!("with namespace {}", beginning(name)),
            CopyName::Package(id) | CopyName::Id(id) => format!("with id {id}"),
        };
        Error::new(
            Code::PackageNotInstalled,
            format!("no package {name} is installed {place}"),
        )
    }
}

/// The user that a text means (R-CHK-5): id, else user name, external id, email.
pub(crate) fn resolve(tx: &mut Tx<'_>, org: Id, text: &str) -> Result<Option<Id>> {
    if let Ok(id) = Id::parse(text)
        && id.prefix() == prefix::USER
    {
        return Ok(users::credential(tx, org, id)?.map(|_| id));
    }
    let found = users::resolve(tx, org, &fold(text.trim()), text.trim())?;
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(Error::new(
            Code::AmbiguousUser,
            format!(
                "{} means more than one user of this org; give the user's id or user name",
                beginning(text)
            ),
        )
        .field("UserId")),
    }
}

/// A user who may get a seat: known, active, without one.
fn seatable(tx: &mut Tx<'_>, org: Id, copy: Id, name: &str) -> Result<Id> {
    let user = resolve(tx, org, name)?.ok_or_else(|| no_user(name))?;
    if !users::credential(tx, org, user)?.is_some_and(|c| c.active) {
        return Err(Error::new(
            Code::FieldIntegrityException,
            format!(
                "{} is not an active user; only active users get seats",
                beginning(name)
            ),
        )
        .field("UserId"));
    }
    if licensing::seat_of(tx, org, copy, user)?.is_some() {
        return Err(has_a_seat(name));
    }
    Ok(user)
}

fn has_a_seat(name: &str) -> Error {
    Error::new(
        Code::DuplicateValue,
        format!("{} has a seat of this package already", beginning(name)),
    )
    .field("UserId")
}

fn no_user(name: &str) -> Error {
    let why = format!("this org has no user {}", beginning(name));
    Error::new(Code::NotFound, why).field("UserId")
}
