//! What is not there: an unknown address, a verb that an address does not serve.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};

use super::Errors;

/// The answer of an unknown address.
pub(super) async fn not_found() -> Errors {
    no_resource().into()
}

/// The error of an address that leads nowhere, and of what the caller may not know of.
pub(super) fn no_resource() -> Error {
    Error::new(Code::NotFound, "The requested resource does not exist")
}

/// Puts words to the framework's empty 405, which knows the verbs that are served.
pub(super) async fn explain(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let bare = response.status() == StatusCode::METHOD_NOT_ALLOWED
        && !response.headers().contains_key(header::CONTENT_TYPE);
    if !bare {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW);
    let allowed = allowed.and_then(|value| value.to_str().ok());
    wrong_verb(&method, allowed.unwrap_or_default())
}

/// A verb that is not served, with those that are (`GET,HEAD`; may be empty).
pub(super) fn wrong_verb(method: &Method, allowed: &str) -> Response {
    let list = if allowed.is_empty() { "none" } else { allowed };
    let error = Error::new(
        Code::MethodNotAllowed,
        format!("HTTP Method '{method}' not allowed. Allowed are {list}"),
    );
    let mut response = Errors::from(error).into_response();
    if let Ok(value) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, value);
    }
    response
}
