//! Requests that may be sent twice (R-INS-9): a layer over every POST of `/api/v1`.
//!
//! The layer keeps the answer, never a secret in it: a handler that shows one says what is kept
//! instead, with [`shown_once`].

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openlma_app::actor::Caller;
use openlma_app::data::Scope;
use openlma_app::idempotency::Begun;
use openlma_core::time::Timestamp;
use openlma_core::{Code, Error, Id, Result};
use serde::Serialize;

use super::answer_headers::REPLAYED;
use super::{Problem, installs, keys, problem};
use crate::extract::{BodyLimit, too_large};
use crate::state::State;

/// The header with the caller's key.
const KEY: &str = "idempotency-key";

/// Given to the handler of a request with a key.
#[derive(Clone)]
pub(super) struct Once {
    /// Which request it is.
    pub(super) scope: Scope,
    /// What the first try had made before it was cut off.
    pub(super) made: Option<Id>,
}

/// The body to keep in place of the one that is shown.
#[derive(Clone)]
struct Kept(String);

/// An answer with a secret in it, of which only `kept` is stored.
pub(super) fn shown_once<T: Serialize>(shown: &T, kept: &T) -> Result<Response> {
    let kept = serde_json::to_string(kept).map_err(|e| Error::internal(e.to_string()))?;
    let mut response = axum::Json(shown).into_response();
    response.extensions_mut().insert(Kept(kept));
    Ok(response)
}

/// Runs a request with an `Idempotency-Key` once; its repeats get the same answer.
pub(super) async fn once(
    axum::extract::State(state): axum::extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    // A task of its own: a caller who hangs up does not cut the request off.
    match tokio::spawn(run(state, request, next)).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => Problem(error).into_response(),
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Problem(Error::unavailable("the server stops")).into_response(),
        },
    }
}

async fn run(state: State, request: Request, next: Next) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let caller = crate::auth::caller(&mut parts, &state).await?;
    let scope = scope(&parts, &caller)?;
    let body = to_bytes(body, state.settings.body_limit)
        .await
        .map_err(|_| too_large(Some(BodyLimit(state.settings.body_limit))))?;
    match state
        .app
        .begin_once(&scope, &String::from_utf8_lossy(&body))
        .await?
    {
        Begun::Again { status, answer, .. } => {
            replay(&state, &caller, &scope, status, answer).await
        }
        Begun::First { began, made } => {
            parts.extensions.insert(Once {
                scope: scope.clone(),
                made,
            });
            let request = Request::from_parts(parts, Body::from(body));
            keep(&state, &scope, began, next.run(request).await).await
        }
    }
}

fn scope(parts: &Parts, caller: &Caller) -> Result<Scope> {
    let key = parts
        .headers
        .get(KEY)
        .map_or(&b""[..], HeaderValue::as_bytes);
    Ok(Scope {
        org: caller.org_id(),
        actor: caller.user_id().to_string(),
        route: format!("POST {}", parts.uri.path()),
        key: valid_key(key)?,
    })
}

/// A key of 1-255 visible ASCII characters.
fn valid_key(key: &[u8]) -> Result<String> {
    match std::str::from_utf8(key) {
        Ok(text) if (1..=255).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic) => {
            Ok(text.to_owned())
        }
        _ => Err(Error::new(
            Code::FieldIntegrityException,
            "Idempotency-Key: give 1-255 visible ASCII characters, such as a UUID",
        )
        .field("Idempotency-Key")),
    }
}

/// Keeps the answer for repeats, or forgets a request that is worth another try.
async fn keep(
    state: &State,
    scope: &Scope,
    began: Timestamp,
    response: Response,
) -> Result<Response> {
    let status = response.status();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|e| Error::internal(format!("an answer broke off: {e}")))?;
    let done = if worth_another_try(status) {
        state.app.forget_once(scope, began).await
    } else {
        let text = match parts.extensions.get::<Kept>() {
            Some(Kept(text)) => text.clone(),
            None => String::from_utf8_lossy(&body).into_owned(),
        };
        state.app.end_once(scope, status.as_u16(), &text).await
    };
    if let Err(error) = done {
        // The work is done; a repeat waits until this request counts as cut off.
        tracing::warn!(?error, "an answer could not be kept for repeats");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Failures of the moment, which say nothing about the request.
fn worth_another_try(status: StatusCode) -> bool {
    status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::UNAUTHORIZED
}

async fn replay(
    state: &State,
    caller: &Caller,
    scope: &Scope,
    status: u16,
    answer: String,
) -> Result<Response> {
    let status = StatusCode::from_u16(status)
        .map_err(|e| Error::internal(format!("a kept answer's status: {e}")))?;
    let answer = match scope.route.strip_prefix("POST ") {
        Some(path) if status.is_success() && path.starts_with("/installs") => {
            installs::replay(&state.app, caller, answer).await?
        }
        Some(path) if status.is_success() && path.starts_with("/keys") => {
            keys::replay(&state.app, caller, answer).await?
        }
        _ => answer,
    };
    let content_type = if status.is_success() {
        "application/json"
    } else {
        problem::CONTENT_TYPE
    };
    let mut response = (status, answer).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::{valid_key, worth_another_try};

    /// R-INS-9: a key is visible ASCII of a bounded length.
    #[test]
    fn r_ins_9_keys() {
        let longest = [b'k'; 255];
        for key in [&b"a"[..], b"0b1c-42/x~", &longest] {
            assert!(valid_key(key).is_ok());
        }
        let too_long = [b'k'; 256];
        for key in [&b""[..], b"a b", "ü".as_bytes(), b"\x7f", &too_long] {
            let refused = valid_key(key).unwrap_err();
            assert!(refused.message.contains("1-255"), "{refused}");
        }
    }

    /// R-INS-9: an answer about the request is kept, a failure of the moment is not.
    #[test]
    fn r_ins_9_what_is_kept() {
        for kept in [200, 201, 400, 403, 404, 409, 422] {
            assert!(!worth_another_try(StatusCode::from_u16(kept).unwrap()));
        }
        for forgotten in [429, 500, 503, 504] {
            assert!(worth_another_try(StatusCode::from_u16(forgotten).unwrap()));
        }
    }
}
