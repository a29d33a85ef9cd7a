//! Users beyond their records: the server-wide names, their grants, who is chosen for seats.

use std::collections::BTreeSet;

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::feed::Signal;
use crate::rows::List;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

/// Selects active users of an org.
macro_rules! active {
    ($columns:literal, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM users u JOIN profiles p ON p.org_id = u.org_id AND p.id = u.profile_id \
              WHERE u.org_id = ?1 AND u.is_active AND u.user_type = 'Standard'",
            $more
        )
    };
}

/// The same, with what they are in order by: administrators first.
macro_rules! in_order {
    ($more:literal) => {
        active!(
            "u.id, u.username, CASE WHEN p.name = 'System Administrator' THEN 0 ELSE 1 END, u.name__f",
            $more
        )
    };
}

statements! {
    TAKE_NAME = "INSERT INTO usernames (name, org_id, user_id) VALUES (?1, ?2, ?3)";
    BY_NAME = "SELECT org_id, user_id FROM usernames WHERE name = ?1";
    RENAME = "UPDATE usernames SET name = ?2 WHERE name = ?1";
    CREDENTIAL = "SELECT u.is_active, u.locked_until, u.failed_logins, c.password_hash \
                  FROM users u LEFT JOIN credentials c ON c.org_id = u.org_id AND c.user_id = u.id \
                  WHERE u.org_id = ?1 AND u.id = ?2";
    SET_PASSWORD = "INSERT INTO credentials (org_id, user_id, password_hash, changed_at) \
                    VALUES (?1, ?2, ?3, ?4) ON CONFLICT (org_id, user_id) \
                    DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at";
    /// A lock that has ended is followed by the first failure of a new count.
    LOGIN_FAILED = "UPDATE users SET failed_logins = CASE WHEN locked_until IS NULL \
                    THEN failed_logins + 1 ELSE 1 END, locked_until = CASE WHEN (CASE WHEN \
                    locked_until IS NULL THEN failed_logins + 1 ELSE 1 END) >= ?3 THEN CAST(?4 AS BIGINT) END \
                    WHERE org_id = ?1 AND id = ?2 AND (locked_until IS NULL OR locked_until <= ?5)";
    LOGIN_DONE = "UPDATE users SET failed_logins = 0, locked_until = NULL, last_login_date = ?3 \
                  WHERE org_id = ?1 AND id = ?2 AND (locked_until IS NULL OR locked_until <= ?3)";
    GRANTS = "SELECT s.grants FROM users u JOIN permission_sets s ON s.org_id = u.org_id AND ( \
              s.profile_id = u.profile_id OR s.id IN (SELECT a.permission_set_id \
              FROM permission_set_assignments a WHERE a.org_id = u.org_id AND a.user_id = u.id)) \
              WHERE u.org_id = ?1 AND u.id = ?2";
    ASSIGN_SET = "INSERT INTO permission_set_assignments (org_id, user_id, permission_set_id) \
                  VALUES (?1, ?2, ?3) ON CONFLICT (org_id, user_id, permission_set_id) DO NOTHING";
    REVOKE_SET = "DELETE FROM permission_set_assignments \
                  WHERE org_id = ?1 AND user_id = ?2 AND permission_set_id = ?3";
    WITH_GRANTS = "SELECT u.id, u.username FROM users u WHERE u.org_id = ?1 \
                   AND u.user_type = 'Standard' AND (u.profile_id = ?2 OR u.id IN (SELECT a.user_id \
                   FROM permission_set_assignments a WHERE a.org_id = ?1 \
                   AND a.permission_set_id = ?2)) ORDER BY u.username__f";
    RESOLVE_NAME = "SELECT id FROM users WHERE org_id = ?1 AND username__f = ?2";
    RESOLVE_EXTERNAL = "SELECT id FROM users WHERE org_id = ?1 AND external_id = ?2";
    RESOLVE_EMAIL = "SELECT id FROM users WHERE org_id = ?1 AND email__f = ?2 ORDER BY id LIMIT 2";
    ALL_ACTIVE = in_order!(" ORDER BY 3, 4, 1 LIMIT ?2");
    ADMINISTRATORS = in_order!(" AND p.name = 'System Administrator' ORDER BY 3, 4, 1 LIMIT ?2");
    OF_PROFILES: List = List {
        head: in_order!(" AND u.profile_id"),
        tail: " ORDER BY 3, 4, 1 LIMIT ?2",
        fixed: 2,
    };
    COUNT_ALL = active!("COUNT(*)", "");
    COUNT_ADMINISTRATORS = active!("COUNT(*)", " AND p.name = 'System Administrator'");
    COUNT_OF_PROFILES: List = List {
        head: active!("COUNT(*)", " AND u.profile_id"),
        tail: "",
        fixed: 1,
    };
}

/// Reserves a user name, given folded, over the whole server (R-USR-1).
///
/// # Errors
/// `DUPLICATE_VALUE`, when it is taken.
pub fn take_name(tx: &mut Tx<'_>, name: &str, org: Id, user: Id) -> Result<()> {
    tx.execute(TAKE_NAME, &[name.into(), org.into(), user.into()])
        .map(drop)
}

/// The org and the user of a name, given folded.
///
/// # Errors
/// Of the database.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<(Id, Id)>> {
    Ok(tx
        .query_one(BY_NAME, &[name.into()])?
        .and_then(|r| Some((r.id(0)?, r.id(1)?))))
}

/// Gives a user another name.
///
/// # Errors
/// `DUPLICATE_VALUE`, when it is taken.
pub fn rename(tx: &mut Tx<'_>, from: &str, to: &str) -> Result<()> {
    tx.execute(RENAME, &[from.into(), to.into()]).map(drop)
}

/// What sign-in has to know of a user.
#[derive(Clone, Debug)]
pub struct Credential {
    /// May the user sign in at all?
    pub active: bool,
    /// Locked out until then.
    pub locked_until: Option<Timestamp>,
    /// PHC string.
    pub password_hash: Option<String>,
}

/// Reads what sign-in has to know.
///
/// # Errors
/// Of the database.
pub fn credential(tx: &mut Tx<'_>, org: Id, user: Id) -> Result<Option<Credential>> {
    Ok(tx
        .query_one(CREDENTIAL, &[org.into(), user.into()])?
        .map(|mut row| Credential {
            active: row.bool(0),
            locked_until: row.instant(1),
            password_hash: row.text(3),
        }))
}

/// Sets a password hash.
///
/// # Errors
/// Of the database.
pub fn set_password(tx: &mut Tx<'_>, org: Id, user: Id, hash: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        SET_PASSWORD,
        &[org.into(), user.into(), hash.into(), now.into()],
    )
    .map(drop)
}

/// Counts a failed sign-in; the `limit`th locks the user out until `until`. While a lock holds
/// nothing is counted, and when it has ended the count begins anew (R-USR-1).
///
/// # Errors
/// Of the database.
pub fn login_failed(
    tx: &mut Tx<'_>,
    org: Id,
    user: Id,
    limit: i64,
    until: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let limit = Val::Int(limit);
    let params = [org.into(), user.into(), limit, until.into(), now.into()];
    tx.execute(LOGIN_FAILED, &params).map(drop)
}

/// Notes a sign-in; answers `false`, and changes nothing, when the user is locked out by now.
///
/// # Errors
/// Of the database.
pub fn login_done(tx: &mut Tx<'_>, org: Id, user: Id, now: Timestamp) -> Result<bool> {
    Ok(tx.execute(LOGIN_DONE, &[org.into(), user.into(), now.into()])? > 0)
}

/// The grants of a user's profile and permission sets, as stored.
///
/// # Errors
/// Of the database.
pub fn grants(tx: &mut Tx<'_>, org: Id, user: Id) -> Result<Vec<String>> {
    let rows = tx.query(GRANTS, &[org.into(), user.into()])?;
    Ok(rows.into_iter().filter_map(|mut r| r.text(0)).collect())
}

/// Assigns a permission set.
///
/// # Errors
/// Of the database.
pub fn assign_permission_set(tx: &mut Tx<'_>, org: Id, user: Id, set: Id) -> Result<()> {
    tx.signal(Signal::Org(org));
    tx.execute(ASSIGN_SET, &[org.into(), user.into(), set.into()])
        .map(drop)
}

/// Takes a permission set away from a user.
///
/// # Errors
/// Of the database.
pub fn revoke_permission_set(tx: &mut Tx<'_>, org: Id, user: Id, set: Id) -> Result<()> {
    tx.signal(Signal::Org(org));
    tx.execute(REVOKE_SET, &[org.into(), user.into(), set.into()])
        .map(drop)
}

/// Who has a profile or a permission set, by user name: id and user name.
///
/// # Errors
/// Of the database.
pub fn with_grants(tx: &mut Tx<'_>, org: Id, grants: Id) -> Result<Vec<(Id, String)>> {
    tx.query(WITH_GRANTS, &[org.into(), grants.into()])?
        .into_iter()
        .map(|mut r| Ok((r.key(0)?, r.string(1))))
        .collect()
}

/// Users that a text may mean: by user name, else by external id, else by email (R-CHK-5).
///
/// # Errors
/// Of the database.
pub fn resolve(tx: &mut Tx<'_>, org: Id, folded: &str, exact: &str) -> Result<Vec<Id>> {
    for (sql, text) in [
        (RESOLVE_NAME, folded),
        (RESOLVE_EXTERNAL, exact),
        (RESOLVE_EMAIL, folded),
    ] {
        let rows = tx.query(sql, &[org.into(), text.into()])?;
        if !rows.is_empty() {
            return rows.iter().map(|r| r.key(0)).collect();
        }
    }
    Ok(Vec::new())
}

/// The user of the org who has this external id.
///
/// # Errors
/// Of the database.
pub fn resolve_external(tx: &mut Tx<'_>, org: Id, external: &str) -> Result<Option<Id>> {
    Ok(tx
        .query_one(RESOLVE_EXTERNAL, &[org.into(), external.into()])?
        .and_then(|r| r.id(0)))
}

/// Whom an installer chose.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// System administrators.
    Administrators,
    /// Every active user.
    All,
    /// The active users of these profiles.
    Profiles(Vec<Id>),
}

/// The active users of a choice, administrators first, then by name (R-INS-2): id and name.
///
/// # Errors
/// Of the database.
pub fn chosen(tx: &mut Tx<'_>, org: Id, choice: &Choice, limit: i64) -> Result<Vec<(Id, String)>> {
    let params = [org.into(), Val::Int(limit)];
    let rows = match choice {
        Choice::All => tx.query(ALL_ACTIVE, &params)?,
        Choice::Administrators => tx.query(ADMINISTRATORS, &params)?,
        Choice::Profiles(ids) => OF_PROFILES.query(tx, &params, &each(ids))?,
    };
    let mut users = rows
        .into_iter()
        .map(|mut r| Ok(((r.number(2), r.string(3), r.key(0)?), r.string(1))))
        .collect::<Result<Vec<_>>>()?;
    // Those of many profiles come in several parts.
    users.sort_unstable();
    users.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(users
        .into_iter()
        .map(|((_, _, id), name)| (id, name))
        .collect())
}

/// How many active users a choice has.
///
/// # Errors
/// Of the database.
pub fn count_chosen(tx: &mut Tx<'_>, org: Id, choice: &Choice) -> Result<i64> {
    let params = [org.into()];
    let rows = match choice {
        Choice::All => tx.query(COUNT_ALL, &params)?,
        Choice::Administrators => tx.query(COUNT_ADMINISTRATORS, &params)?,
        Choice::Profiles(ids) => COUNT_OF_PROFILES.query(tx, &params, &each(ids))?,
    };
    Ok(rows.iter().map(|r| r.number(0)).sum())
}

/// Each profile once.
fn each(profiles: &[Id]) -> Vec<Val> {
    let once: BTreeSet<Id> = profiles.iter().copied().collect();
    once.into_iter().map(Val::from).collect()
}
