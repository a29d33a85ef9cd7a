//! Who looks at a page: the user of the session in the org of the address.
//!
//! A session counts only under its own org's path (R-ORG-4); any other is as good as none, and
//! leads to the sign-in page.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use openlma_app::Actor;
use openlma_app::actor::Caller;
use openlma_app::sign_in::TokenKind;
use openlma_core::{Code, Error};

use super::cookies::Cookie;
use super::{answer, guard, problem, sign_in};
use crate::state::State;

/// A user with a session in the org of the address.
pub(super) struct Visitor {
    /// The user.
    pub(super) actor: Actor,
    /// The session's token.
    pub(super) session: String,
}

impl Visitor {
    /// Where the org's pages begin: `/o/<domain>`.
    pub(super) fn base(&self) -> String {
        base(&self.actor.org.domain)
    }

    /// The token of this session's forms.
    pub(super) fn form_token(&self) -> String {
        guard::form_token(&self.session)
    }
}

/// Where an org's pages begin.
pub(super) fn base(domain: &str) -> String {
    format!("/o/{domain}")
}

/// Why a page is not shown.
pub(super) enum Turned {
    /// To the sign-in page; `ended` when there was a session.
    SignIn { next: Option<String>, ended: bool },
    /// Something else went wrong.
    Failed(Error),
}

impl IntoResponse for Turned {
    fn into_response(self) -> Response {
        match self {
            Turned::SignIn { next, ended } => {
                answer::see_other(&sign_in::address(next.as_deref(), ended))
            }
            Turned::Failed(error) => problem::bare(&error),
        }
    }
}

impl FromRequestParts<State> for Visitor {
    type Rejection = Turned;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Visitor, Turned> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let domain = path
            .ok()
            .and_then(|Path(mut names)| names.remove("domain"))
            .ok_or_else(|| {
                let what = "there is no page at this address";
                Turned::Failed(Error::new(Code::NotFound, what))
            })?;
        let turn = |ended| Turned::SignIn {
            next: (parts.method == Method::GET).then(|| address_of(parts)),
            ended,
        };
        let Some(session) = Cookie::session(state, &domain).read(&parts.headers) else {
            return Err(turn(false));
        };
        let caller = state.app.authenticate(&session, TokenKind::Session).await;
        match caller {
            Ok(Caller::User(actor)) if actor.org.domain == domain => Ok(Visitor { actor, session }),
            Ok(_) => Err(turn(false)),
            Err(error) if error.code == Code::InvalidSessionId => Err(turn(true)),
            Err(error) => Err(Turned::Failed(error)),
        }
    }
}

fn address_of(parts: &Parts) -> String {
    parts
        .uri
        .path_and_query()
        .map_or_else(|| parts.uri.path().to_owned(), ToString::to_string)
}
