//! Errors of `/api/v1`: problem details (RFC 9457) with `code`, `detail`, `fields`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};
use serde::Serialize;
use utoipa::ToSchema;

/// An error as `/api/v1` shows it.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Problem(error)
    }
}

/// The body of a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// HTTP status.
    status: u16,
    /// The status in words.
    title: String,
    /// What went wrong, for machines.
    code: &'static str,
    /// What was wrong and what is allowed, for people.
    detail: String,
    /// The fields concerned.
    fields: Vec<String>,
}

/// Writes the inner half of an error to the log; the outer half goes to the caller.
pub(crate) fn log(error: &Error) {
    match (error.code, &error.internal) {
        (Code::Internal, internal) => {
            tracing::error!(
                internal = internal.as_deref().unwrap_or_default(),
                "a defect"
            );
        }
        (Code::Unavailable, Some(internal)) => tracing::warn!(%internal, "unavailable"),
        _ => {}
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Problem(error) = self;
        log(&error);
        let status = StatusCode::from_u16(error.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = ProblemBody {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            code: error.code.as_str(),
            detail: error.message,
            fields: error.fields,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if matches!(
            error.code,
            Code::Unavailable | Code::RequestInProgress | Code::RequestLimitExceeded
        ) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if error.code == Code::InvalidSessionId {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
