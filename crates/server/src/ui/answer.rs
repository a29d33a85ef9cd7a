//! From a template to an answer, with the headers that every page carries.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use openlma_core::Error;

use super::problem;

/// Nothing but our own stylesheet, images and forms: no script, no style in the markup.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// A page.
pub(super) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(e) => {
            crate::api::log(&Error::internal(format!("a page: {e}")));
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A redirect to a path of ours, to be fetched with GET.
pub(super) fn see_other(path: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(path) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Stands before all routes of the pages. `same-origin` and not `no-referrer`, under which
/// browsers would hide the Origin of our own forms.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let of_programs = problem::of_programs(request.uri().path());
    let mut response = next.run(request).await;
    if !of_programs && response.status().is_client_error() && !is_page(&response) {
        response = problem::unread(&response);
    }
    with_headers(response)
}

/// An answer with the headers that every page carries.
pub(super) fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_page(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
