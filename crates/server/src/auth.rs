//! Who asks: extractors that stand in a handler's signature, so that no handler can touch
//! records without an actor.
//!
//! The token alone selects the org (R-ORG-4).

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use openlma_app::Actor;
use openlma_app::actor::{Caller, Operator};
use openlma_app::sign_in::TokenKind;
use openlma_core::{Code, Error};

use crate::state::State;

/// A user of an org, by access token.
pub(crate) struct User(pub(crate) Actor);

/// An operator of the server, by access token (R-ORG-7).
pub(crate) struct ByOperator(pub(crate) Operator);

/// The bearer text itself: an access token or a key. Checked by who takes it.
pub(crate) struct Bearer(pub(crate) String);

/// The bearer text of the Authorization header.
pub(crate) fn bearer(parts: &Parts) -> Result<&str, Error> {
    parts
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            let known =
                scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
            known.then_some(token.trim())
        })
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Error::new(Code::InvalidSessionId, "Session expired or invalid"))
}

/// The caller, looked up once a request.
pub(crate) async fn caller(parts: &mut Parts, state: &State) -> Result<Caller, Error> {
    if let Some(known) = parts.extensions.get::<Caller>() {
        return Ok(known.clone());
    }
    let token = bearer(parts)?.to_owned();
    let caller = state.app.authenticate(&token, TokenKind::Access).await?;
    parts.extensions.insert(caller.clone());
    Ok(caller)
}

macro_rules! extractor {
    ($name:ident, $rejection:ty, $pick:expr) => {
        impl FromRequestParts<State> for $name {
            type Rejection = $rejection;

            async fn from_request_parts(
                parts: &mut Parts,
                state: &State,
            ) -> Result<Self, Self::Rejection> {
                let pick: fn(Caller) -> Result<$name, Error> = $pick;
                Ok(pick(caller(parts, state).await?)?)
            }
        }
    };
}

extractor!(User, crate::api::Problem, |caller| match caller {
    Caller::User(actor) => Ok(User(actor)),
    Caller::Operator(_) => Err(Error::new(
        Code::InsufficientAccess,
        "operators read no records: sign in as a user of the org",
    )),
});
extractor!(ByOperator, crate::api::Problem, |caller| match caller {
    Caller::Operator(operator) => Ok(ByOperator(operator)),
    Caller::User(_) => Err(Error::new(
        Code::InsufficientAccess,
        "this needs an operator of the server"
    )),
});

impl FromRequestParts<State> for Bearer {
    type Rejection = crate::api::Problem;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Self::Rejection> {
        Ok(bearer(parts).map(|token| Bearer(token.to_owned()))?)
    }
}

/// A user of an org at the Salesforce-compatible doors, whose errors have another shape.
pub(crate) struct RestUser(pub(crate) Actor);

extractor!(RestUser, crate::rest::Errors, |caller| match caller {
    Caller::User(actor) => Ok(RestUser(actor)),
    Caller::Operator(_) => Err(Error::new(
        Code::InvalidSessionId,
        "operators have no records; Session invalid"
    )),
});
