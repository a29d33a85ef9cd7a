//! Tokens and OAuth clients, hashed at rest (R-SEC-5). Both carry their org, so that a look-up
//! touches one org only.

use openlma_core::time::Timestamp;
use openlma_core::{Id, Result};

use crate::sql::statements;
use crate::tx::Tx;
use crate::value::Val;

statements! {
    ISSUE = "INSERT INTO tokens (org_id, hash, user_id, client_id, kind, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    TOKEN = "SELECT t.user_id, t.kind, t.expires_at, u.is_active FROM tokens t \
             LEFT JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id \
             WHERE t.org_id = ?1 AND t.hash = ?2";
    REVOKE = "DELETE FROM tokens WHERE org_id = ?1 AND hash = ?2";
    REVOKE_ALL = "DELETE FROM tokens WHERE org_id = ?1 AND user_id = ?2";
    PRUNE = "DELETE FROM tokens WHERE expires_at < ?1";
    ADD_CLIENT = "INSERT INTO oauth_clients (org_id, id, name, secret_hash, grants, run_as, created_at) \
                  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    CLIENT = "SELECT name, secret_hash, grants, run_as FROM oauth_clients WHERE org_id = ?1 AND id = ?2";
    CLIENTS = "SELECT id, name, grants, run_as FROM oauth_clients WHERE org_id = ?1 ORDER BY id";
}

/// A token as it is kept.
#[derive(Clone, Debug)]
pub struct Token {
    /// Whose it is.
    pub user: Id,
    /// `access` or `session`.
    pub kind: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Is the user active?
    pub active: bool,
}

/// A new token.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Hash of its text.
    pub hash: String,
    /// Whose it is.
    pub user: Id,
    /// The OAuth client it was issued to.
    pub client: Option<Id>,
    /// `access` or `session`.
    pub kind: &'static str,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keeps a new token.
///
/// # Errors
/// Of the database.
pub fn issue(tx: &mut Tx<'_>, org: Id, token: &NewToken, now: Timestamp) -> Result<()> {
    tx.execute(
        ISSUE,
        &[
            org.into(),
            token.hash.as_str().into(),
            token.user.into(),
            token.client.into(),
            token.kind.into(),
            now.into(),
            token.expires_at.into(),
        ],
    )
    .map(drop)
}

/// Looks a token up by its hash.
///
/// # Errors
/// Of the database.
pub fn token(tx: &mut Tx<'_>, org: Id, hash: &str) -> Result<Option<Token>> {
    let Some(mut row) = tx.query_one(TOKEN, &[org.into(), hash.into()])? else {
        return Ok(None);
    };
    Ok(Some(Token {
        user: row.key(0)?,
        kind: row.string(1),
        expires_at: row.instant(2).unwrap_or(Timestamp::UNIX_EPOCH),
        active: row.bool(3),
    }))
}

/// Ends a token.
///
/// # Errors
/// Of the database.
pub fn revoke(tx: &mut Tx<'_>, org: Id, hash: &str) -> Result<()> {
    tx.execute(REVOKE, &[org.into(), hash.into()]).map(drop)
}

/// Ends all tokens of a user.
///
/// # Errors
/// Of the database.
pub fn revoke_all(tx: &mut Tx<'_>, org: Id, user: Id) -> Result<()> {
    tx.execute(REVOKE_ALL, &[org.into(), user.into()]).map(drop)
}

/// Drops tokens that ended before `now`.
///
/// # Errors
/// Of the database.
pub fn prune(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute(PRUNE, &[now.into()])
}

/// An OAuth client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Hash of its secret.
    pub secret_hash: String,
    /// Space-separated grants it may use.
    pub grants: String,
    /// The user that client credentials act as.
    pub run_as: Option<Id>,
}

/// Keeps a new client.
///
/// # Errors
/// Of the database.
pub fn add_client(tx: &mut Tx<'_>, org: Id, client: &Client, now: Timestamp) -> Result<()> {
    tx.execute(
        ADD_CLIENT,
        &[
            org.into(),
            client.id.into(),
            client.name.as_str().into(),
            client.secret_hash.as_str().into(),
            client.grants.as_str().into(),
            client.run_as.into(),
            now.into(),
        ],
    )
    .map(drop)
}

/// Looks a client up.
///
/// # Errors
/// Of the database.
pub fn client(tx: &mut Tx<'_>, org: Id, id: Id) -> Result<Option<Client>> {
    Ok(tx
        .query_one(CLIENT, &[org.into(), id.into()])?
        .map(|mut row| Client {
            id,
            name: row.string(0),
            secret_hash: row.string(1),
            grants: row.string(2),
            run_as: row.id(3),
        }))
}

/// The org's clients: id, name, grants, run-as user; never their secrets.
///
/// # Errors
/// Of the database.
pub fn clients(tx: &mut Tx<'_>, org: Id) -> Result<Vec<Client>> {
    let rows = tx.query(CLIENTS, &[Val::from(org)])?;
    rows.into_iter()
        .map(|mut row| {
            Ok(Client {
                id: row.key(0)?,
                name: row.string(1),
                secret_hash: String::new(),
                grants: row.string(2),
                run_as: row.id(3),
            })
        })
        .collect()
}
