//! What is not there: an unknown address, a verb that an address does not serve.

use axum::http::{HeaderValue, Method, header};
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
