//! The objects' own rules, run by the save path on every record of every door.
//!
//! A rule sees the record before and after, works out what is calculated and refuses what is not
//! allowed. Required fields, types, lengths, picklists and look-ups are the save path's and the
//! catalogue's; permissions are [`crate::access`]'s. Nothing here may look anything up.

mod account;
pub mod by_hand;
mod contact;
mod derived;
mod lead;
pub mod license;
mod opportunity;
mod package;
mod task;

use jiff::tz::TimeZone;

pub use derived::derived;

use crate::catalog::names;
use crate::error::{Code, Error};
use crate::license::state::Cause;
use crate::record::Record;
use crate::time::Timestamp;
use crate::value::Value;

/// Who saves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A person, by any door, or automation that a person wrote.
    Person {
        /// Has the person Modify All Data?
        modify_all: bool,
    },
    /// A System Administrator who grants a license a new trial, the only way back to Trial
    /// (R-LIC-2).
    NewTrial,
    /// The LMA itself: messages, provisioning, conversion. It skips the locks that keep people
    /// from what the platform writes.
    Lma,
}

/// What the rules of one save may know beside the records.
#[derive(Clone, Copy, Debug)]
pub struct SaveContext<'a> {
    /// The instant of the save.
    pub now: Timestamp,
    /// The org's time zone.
    pub zone: &'a TimeZone,
    /// Who saves.
    pub by: By,
    /// Days between two refreshes of a package in this org (R-REF-2).
    pub refresh_interval: u32,
}

impl SaveContext<'_> {
    fn person(&self) -> bool {
        self.by != By::Lma
    }

    /// What a change of a license's status is brought about by, when a person saves.
    fn cause(&self) -> Cause {
        match self.by {
            By::NewTrial => Cause::NewTrial,
            By::Person { .. } | By::Lma => Cause::Person,
        }
    }

    /// A person whom the locks of R-PKG-5 and R-PKG-6 bind.
    fn locked_out(&self) -> bool {
        self.by == By::Person { modify_all: false }
    }
}

/// Runs the own rules of `new`'s object: fills what is calculated, refuses what is not allowed.
///
/// `old` is the stored record, `None` when one is created. Objects without rules pass unchanged.
///
/// # Errors
/// One error per broken rule, each naming its field; `new` must then not be saved.
pub fn before_save(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
) -> Result<(), Vec<Error>> {
    let mut errors = Vec::new();
    match new.object().name {
        names::LICENSE => license::before_save(ctx, old, new, &mut errors),
        names::LEAD => lead::before_save(ctx, old, new, &mut errors),
        names::ACCOUNT => account::before_save(new, &mut errors),
        names::CONTACT => contact::before_save(new),
        names::OPPORTUNITY => opportunity::before_save(ctx, old, new, &mut errors),
        names::TASK => task::before_save(ctx, old, new),
        names::PACKAGE => package::before_save(ctx, old, new, &mut errors),
        names::PACKAGE_VERSION => owner_stays(ctx, old, new, &mut errors),
        _ => {}
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// R-PKG-5: the owner of licenses, packages and versions is the LMA; only who has Modify All Data
/// may name another.
fn owner_stays(ctx: &SaveContext<'_>, old: Option<&Record>, new: &Record, errors: &mut Vec<Error>) {
    if ctx.locked_out() && old.is_some_and(|old| old.get("OwnerId") != new.get("OwnerId")) {
        errors.push(
            Error::new(
                Code::InvalidFieldForInsertUpdate,
                "Owner ID: the License Management App owns this record; \
                 only a user with Modify All Data can change that",
            )
            .field("OwnerId"),
        );
    }
}

/// The display name of a person: first name, space, last name.
fn person_name(record: &Record) -> Value {
    let part = |field| {
        record
            .get(field)
            .as_text()
            .map(str::trim)
            .filter(|t| !t.is_empty())
    };
    let parts: Vec<&str> = ["FirstName", "LastName"]
        .into_iter()
        .filter_map(part)
        .collect();
    Value::text(parts.join(" "))
}

/// Does the field differ from what is stored, or is the record new?
fn changed(old: Option<&Record>, new: &Record, field: &str) -> bool {
    old.is_none_or(|old| old.get(field) != new.get(field))
}

#[cfg(test)]
mod tests;
