//! Sign-in: passwords, client credentials, tokens (R-USR-1, R-SEC-5).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::SignedDuration;
use openlma_core::access::Permission;
use openlma_core::catalog::input::required_line;
use openlma_core::fold::fold;
use openlma_core::id::prefix;
use openlma_core::org::OrgStatus;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use openlma_store::auth::{self, Client, NewToken};
use openlma_store::users;
use sha2::Sha256;

use crate::actor::{Actor, Caller, Operator, server_org};
use crate::keys::{hash, same};
use crate::org_context::may_give;
use crate::{App, not_found};

/// Most characters of a client's name.
const CLIENT_NAME: u32 = 80;
/// How long a token lives.
const TOKEN_LIVES: SignedDuration = SignedDuration::from_hours(12);
/// Failed sign-ins before a user is locked out, and for how long (R-USR-1).
const FAILURES: i64 = 10;
const LOCK_OUT: SignedDuration = SignedDuration::from_mins(15);

/// A token just issued, with what clients are told beside it.
#[derive(Clone, Debug)]
pub struct Issued {
    /// `00D…!…`; shown once.
    pub token: String,
    /// Its org; the server's own for operators.
    pub org: Id,
    /// Its user.
    pub user: Id,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// For the API.
    Access,
    /// For pages.
    Session,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            TokenKind::Access => "access",
            TokenKind::Session => "session",
        }
    }
}

/// A client that was just made.
#[derive(Clone, Debug)]
pub struct ClientMade {
    /// Public id; carries its org.
    pub client_id: String,
    /// Secret; shown once.
    pub client_secret: String,
}

impl App {
    /// Signs a user in with a password. An unknown name takes as long as a wrong password.
    ///
    /// # Errors
    /// `INVALID_LOGIN`, whatever was wrong; `API_DISABLED_FOR_ORG`, when the org is shut.
    pub async fn sign_in(&self, username: &str, password: &str, kind: TokenKind) -> Result<Issued> {
        let name = fold(username.trim());
        // Read when its turn has come: while it waited, others may have locked the user out.
        let turn = self.inner.passwords.turn().await?;
        let found = self
            .store()
            .read(move |tx| {
                let Some((org, user)) = users::by_name(tx, &name)? else {
                    return Ok(None);
                };
                Ok(users::credential(tx, org, user)?.map(|c| (org, user, c)))
            })
            .await?;
        let now = self.now();
        let locked = found
            .as_ref()
            .is_some_and(|(_, _, c)| c.locked_until.is_some_and(|t| t > now));
        let hash = found.as_ref().and_then(|(_, _, c)| c.password_hash.clone());
        let fits = turn.fits(password, hash).await?;
        let Some((org, user, credential)) = found else {
            return Err(invalid_login());
        };
        if !fits || locked || !credential.active {
            if !fits && !locked {
                let until = now.checked_add(LOCK_OUT).unwrap_or(now);
                self.store()
                    .write(move |tx| users::login_failed(tx, org, user, FAILURES, until, now))
                    .await?;
            }
            return Err(invalid_login());
        }
        self.may_enter(org, user).await?;
        let entered = self
            .store()
            .write(move |tx| users::login_done(tx, org, user, now))
            .await?;
        if !entered {
            return Err(invalid_login());
        }
        self.issue(org, user, None, kind).await
    }

    /// Client credentials: the client acts as its run-as user.
    ///
    /// # Errors
    /// `INVALID_LOGIN`; it names `client_id` when the client is not known or its secret is wrong.
    pub async fn client_credentials(&self, client_id: &str, secret: &str) -> Result<Issued> {
        let (org, client) = self.client(client_id, secret).await?;
        let Some(user) = client
            .run_as
            .filter(|_| allows(&client, "client_credentials"))
        else {
            return Err(invalid_login());
        };
        self.may_enter(org, user).await?;
        self.issue(org, user, Some(client.id), TokenKind::Access)
            .await
    }

    /// The password grant of OAuth: the client, if one is named, must be right as well.
    ///
    /// # Errors
    /// `INVALID_LOGIN`; it names `client_id` when the client is the one that is wrong.
    pub async fn password_grant(
        &self,
        username: &str,
        password: &str,
        client: Option<(&str, &str)>,
    ) -> Result<Issued> {
        if let Some((id, secret)) = client {
            let (_, client) = self.client(id, secret).await?;
            if !allows(&client, "password") {
                return Err(invalid_login());
            }
        }
        self.sign_in(username, password, TokenKind::Access).await
    }

    async fn client(&self, client_id: &str, secret: &str) -> Result<(Id, Client)> {
        let Some((org, id)) = client_id_parts(client_id) else {
            return Err(invalid_client());
        };
        let client = self
            .store()
            .look(move |tx| auth::client(tx, org, id))
            .await?;
        match client {
            Some(client) if same(&client.secret_hash, &hash(secret)) => Ok((org, client)),
            _ => Err(invalid_client()),
        }
    }

    /// R-ORG-7: in a locked org only administrators sign in; in a disabled or deleted one nobody.
    async fn may_enter(&self, org: Id, user: Id) -> Result<()> {
        if org == server_org() {
            return Ok(());
        }
        let context = self.org(org).await?;
        match context.status_at(self.now()) {
            OrgStatus::Active | OrgStatus::Trial | OrgStatus::Free => Ok(()),
            OrgStatus::Locked
                if self
                    .permissions(&context, user)
                    .await?
                    .may(Permission::ManageUsers) =>
            {
                Ok(())
            }
            status => Err(Error::new(
                Code::ApiDisabled,
                format!("the org is {status}: sign-in is not possible; ask the operator"),
            )),
        }
    }

    async fn issue(
        &self,
        org: Id,
        user: Id,
        client: Option<Id>,
        kind: TokenKind,
    ) -> Result<Issued> {
        let mut bytes = [0_u8; 32];
        self.inner.random.fill(&mut bytes);
        // Clients accept word characters and dots only.
        let text: String = URL_SAFE_NO_PAD.encode(bytes).replace('-', ".");
        let token = format!("{}!{text}", org.as_str());
        let now = self.now();
        let expires_at = now.checked_add(TOKEN_LIVES).unwrap_or(now);
        let new = NewToken {
            hash: hash(&token),
            user,
            client,
            kind: kind.as_str(),
            expires_at,
        };
        self.store()
            .write(move |tx| auth::issue(tx, org, &new, now))
            .await?;
        Ok(Issued {
            token,
            org,
            user,
            issued_at: now,
            expires_at,
        })
    }

    /// Who a token stands for. The token alone selects the org (R-ORG-4).
    ///
    /// # Errors
    /// `INVALID_SESSION_ID`; `API_DISABLED_FOR_ORG`, when the org was shut since.
    pub async fn authenticate(&self, token: &str, kind: TokenKind) -> Result<Caller> {
        let ended = || Error::new(Code::InvalidSessionId, "Session expired or invalid");
        let org = token
            .get(..15)
            .and_then(Id::from_stored)
            .ok_or_else(ended)?;
        if token.as_bytes().get(15) != Some(&b'!') {
            return Err(ended());
        }
        let hashed = hash(token);
        let kept = self
            .store()
            .get(move |tx| auth::token(tx, org, &hashed))
            .await?;
        let kept = kept.ok_or_else(ended)?;
        if !kept.active || kept.expires_at <= self.now() || kept.kind != kind.as_str() {
            return Err(ended());
        }
        if org == server_org() {
            return Ok(Caller::Operator(Operator { user: kept.user }));
        }
        self.may_enter(org, kept.user).await?;
        let actor = self.actor(org, kept.user).await?;
        if kind == TokenKind::Access && !actor.permissions.may(Permission::ApiEnabled) {
            return Err(Error::new(
                Code::ApiDisabled,
                "the API is not enabled for this user: the profile lacks API Enabled",
            ));
        }
        Ok(Caller::User(actor))
    }

    /// A user of an org as an actor, for who has authenticated the user already.
    ///
    /// # Errors
    /// `NOT_FOUND`, when there is no such org.
    pub async fn actor(&self, org: Id, user: Id) -> Result<Actor> {
        let org = self.org(org).await?;
        let permissions = self.permissions(&org, user).await?;
        Ok(Actor {
            org,
            user,
            permissions,
        })
    }

    /// Ends a token.
    ///
    /// # Errors
    /// Of the database.
    pub async fn revoke(&self, token: &str) -> Result<()> {
        let Some(org) = token.get(..15).and_then(Id::from_stored) else {
            return Ok(());
        };
        let hashed = hash(token);
        self.store()
            .write(move |tx| auth::revoke(tx, org, &hashed))
            .await
    }

    /// Makes an OAuth client in the actor's org; client credentials act as `run_as`.
    ///
    /// # Errors
    /// Those of a text of one line that must be given for the name, of at most 80 characters;
    /// `NOT_FOUND` for a user that the org does not have; `INSUFFICIENT_ACCESS_OR_READONLY` for one
    /// who may do what the actor may not (R-SEC-1).
    pub async fn create_client(
        &self,
        actor: &Actor,
        name: &str,
        grants: &[&str],
        run_as: Option<Id>,
    ) -> Result<ClientMade> {
        actor.require(Permission::CustomizeApplication)?;
        let mut bytes = [0_u8; 32];
        self.inner.random.fill(&mut bytes);
        let client_secret = URL_SAFE_NO_PAD.encode(bytes);
        let (org, now, actor) = (actor.org.id, self.now(), actor.clone());
        let client = Client {
            id: self.id(prefix::CLIENT),
            name: required_line("name", name, CLIENT_NAME)?,
            secret_hash: hash(&client_secret),
            grants: grants.join(" "),
            run_as,
        };
        let client_id = format!("olma_oc_{}{}", org.as_str(), client.id.as_str());
        self.store()
            .write(move |tx| {
                if let Some(user) = client.run_as.filter(|user| *user != actor.user) {
                    users::credential(tx, org, user)?.ok_or_else(|| not_found("user"))?;
                    may_give(&actor, &users::grants(tx, org, user)?)?;
                }
                auth::add_client(tx, org, &client, now)
            })
            .await?;
        Ok(ClientMade {
            client_id,
            client_secret,
        })
    }
}

/// The `signature` of a token answer: base64 of HMAC-SHA256 over id and issue time.
#[must_use]
pub fn signature(client_secret: &str, id: &str, issued_at: &str) -> String {
    let mut mac = match <Hmac<Sha256> as KeyInit>::new_from_slice(client_secret.as_bytes()) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    };
    mac.update(id.as_bytes());
    mac.update(issued_at.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

fn client_id_parts(client_id: &str) -> Option<(Id, Id)> {
    let rest = client_id.strip_prefix("olma_oc_")?;
    Some((
        Id::from_stored(rest.get(..15)?)?,
        Id::from_stored(rest.get(15..)?)?,
    ))
}

fn allows(client: &Client, grant: &str) -> bool {
    client.grants.split(' ').any(|g| g == grant)
}

fn invalid_login() -> Error {
    Error::new(
        Code::InvalidLogin,
        "Invalid username, password, security token; or user locked out.",
    )
}

/// A client that is not known, or whose secret is wrong.
fn invalid_client() -> Error {
    invalid_login().field("client_id")
}
