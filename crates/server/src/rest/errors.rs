//! Errors of the Salesforce-compatible doors: a JSON array of `{message, errorCode, fields}`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};
use serde_json::json;

use crate::api::log;

/// One or more errors as these doors show them; the first one gives the status.
#[derive(Debug)]
pub(crate) struct Errors(pub(crate) Vec<Error>);

impl From<Error> for Errors {
    fn from(error: Error) -> Errors {
        Errors(vec![error])
    }
}

impl From<Vec<Error>> for Errors {
    fn from(errors: Vec<Error>) -> Errors {
        Errors(errors)
    }
}

impl IntoResponse for Errors {
    fn into_response(self) -> Response {
        let Errors(mut errors) = self;
        if errors.is_empty() {
            errors.push(Error::internal("an answer without errors"));
        }
        errors.iter().for_each(log);
        let code = errors[0].code;
        let status =
            StatusCode::from_u16(code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body: Vec<_> = errors
            .into_iter()
            .map(|e| json!({"message": e.told(), "errorCode": e.code.as_str(), "fields": e.fields}))
            .collect();
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        match code {
            Code::Unavailable | Code::RequestLimitExceeded => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Code::InvalidSessionId => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
