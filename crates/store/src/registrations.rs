//! Registrations in the directory: how one begins, moves on and ends (R-PKG-3, R-MOV-1). Who may do
//! that, and what follows from it, is not decided here.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;

statements! {
    REGISTER = "INSERT INTO registrations (package_id, org_id, defaults, state, hold_installs, \
                requested_at) VALUES (?1, ?2, ?3, 'Requested', FALSE, ?4)";
    /// The hold lasts until new installs have somewhere to go.
    REGISTER_ANEW = "UPDATE registrations SET org_id = ?2, defaults = ?3, state = 'Requested', \
                     reason = NULL, requested_at = ?4, done_at = NULL \
                     WHERE package_id = ?1 AND state = 'Ended'";
    REDEFINE = "UPDATE registrations SET defaults = ?3 WHERE package_id = ?1 AND org_id = ?2";
    RESTART = "UPDATE registrations SET state = 'Requested', reason = NULL, requested_at = ?2, \
               done_at = NULL WHERE package_id = ?1 AND state = 'Failed'";
    /// What an org is late with changes nothing once the package went elsewhere.
    STATE = "UPDATE registrations SET state = ?3, reason = ?4, done_at = ?5, \
             hold_installs = hold_installs AND ?3 <> 'Done' \
             WHERE package_id = ?1 AND org_id = ?2 AND state <> 'Ended'";
    END = "UPDATE registrations SET state = 'Ended', reason = NULL, hold_installs = ?2, \
           done_at = ?3 WHERE package_id = ?1 AND state <> 'Ended'";
    FOLLOWS = "SELECT 1 FROM registrations \
               WHERE package_id = ?1 AND org_id = ?2 AND state <> 'Ended'";
    REGISTERED_ORG = "SELECT org_id FROM registrations \
                      WHERE package_id = ?1 AND state <> 'Ended'";
}

/// Begins a registration (R-PKG-3).
///
/// # Errors
/// `DUPLICATE_VALUE`, when the package is registered already.
pub fn register(
    tx: &mut Tx<'_>,
    package: Id,
    org: Id,
    defaults: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        REGISTER,
        &[package.into(), org.into(), defaults.into(), now.into()],
    )
    .map(drop)
}

/// Replaces the default values of a registration (R-PKG-4). Its state is left to whoever moves it.
///
/// # Errors
/// Of the database.
pub fn redefine(tx: &mut Tx<'_>, package: Id, org: Id, defaults: &str) -> Result<()> {
    tx.execute(REDEFINE, &[package.into(), org.into(), defaults.into()])
        .map(drop)
}

/// Begins a failed registration anew; answers whether it was a failed one (R-PKG-3).
///
/// # Errors
/// Of the database.
pub fn restart(tx: &mut Tx<'_>, package: Id, now: Timestamp) -> Result<bool> {
    Ok(tx.execute(RESTART, &[package.into(), now.into()])? > 0)
}

/// Begins a registration in the place of one that ended; answers whether one had (R-MOV-1). New
/// installs stay held until it is done.
///
/// # Errors
/// Of the database.
pub fn register_anew(
    tx: &mut Tx<'_>,
    package: Id,
    org: Id,
    defaults: &str,
    now: Timestamp,
) -> Result<bool> {
    let touched = tx.execute(
        REGISTER_ANEW,
        &[package.into(), org.into(), defaults.into(), now.into()],
    )?;
    Ok(touched > 0)
}

/// Moves the registration with an org to another state, unless it ended.
///
/// # Errors
/// Of the database.
pub fn advance(
    tx: &mut Tx<'_>,
    package: Id,
    org: Id,
    state: &str,
    reason: Option<&str>,
    at: Timestamp,
) -> Result<()> {
    tx.execute(
        STATE,
        &[
            package.into(),
            org.into(),
            state.into(),
            reason.into(),
            at.into(),
        ],
    )
    .map(drop)
}

/// Ends a registration; answers whether there was one (R-MOV-1).
///
/// # Errors
/// Of the database.
pub fn end(tx: &mut Tx<'_>, package: Id, hold_installs: bool, now: Timestamp) -> Result<bool> {
    let touched = tx.execute(END, &[package.into(), hold_installs.into(), now.into()])?;
    Ok(touched > 0)
}

/// Is the package registered with this org?
///
/// # Errors
/// Of the database.
pub fn follows(tx: &mut Tx<'_>, package: Id, org: Id) -> Result<bool> {
    Ok(tx
        .query_one(FOLLOWS, &[package.into(), org.into()])?
        .is_some())
}

/// The org that the package is registered with.
///
/// # Errors
/// Of the database.
pub fn registered_org(tx: &mut Tx<'_>, package: Id) -> Result<Option<Id>> {
    Ok(tx
        .query_one(REGISTERED_ORG, &[package.into()])?
        .and_then(|r| r.id(0)))
}
