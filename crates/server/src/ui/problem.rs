//! Errors as pages: what happened and what to do, never how it looks inside.

use askama::Template;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};

use super::answer;
use super::assets::{self, Addresses};
use super::frame::{Environment, Frame};
use super::visitor::Visitor;
use crate::state::State;

/// What the reader is told.
struct Told {
    title: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "problem_bare.html")]
struct Bare {
    assets: &'static Addresses,
    told: Told,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Framed {
    frame: Frame,
    told: Told,
}

/// An error before anybody is known.
pub(super) fn bare(error: &Error) -> Response {
    crate::api::log(error);
    let page = Bare {
        assets: assets::addresses(),
        told: told(error),
    };
    answer::page(status(error), &page)
}

/// An error outside the routes of the pages, with the headers of a page.
pub(crate) fn refusal(error: Error) -> Response {
    answer::with_headers(bare(&error))
}

/// An error on a page of the org.
pub(super) async fn framed(state: &State, visitor: &Visitor, error: &Error) -> Response {
    crate::api::log(error);
    let page = Framed {
        frame: Frame::new(state, visitor, None).await,
        told: told(error),
    };
    answer::page(status(error), &page)
}

/// Is this an address for programs, which have no use for a page?
pub(super) fn of_programs(path: &str) -> bool {
    ["/api/", "/services/", "/assets/"]
        .iter()
        .any(|door| path.starts_with(door))
}

/// The page for a request that was refused before any page saw it: an address, a form or a verb
/// that is not taken.
pub(super) fn unread(refused: &Response) -> Response {
    let (code, text) = match refused.status().as_u16() {
        405 => (Code::MethodNotAllowed, "this address does not take that"),
        413 => (
            Code::RequestTooLarge,
            "what was sent is larger than is taken",
        ),
        _ => (
            Code::InvalidOperation,
            "the address or the form cannot be read; load the page again",
        ),
    };
    let mut page = bare(&Error::new(code, text));
    if let Some(allow) = refused.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    page
}

/// An address without a page. Programs that missed a door get no page.
pub(super) async fn nothing_here(uri: Uri) -> Response {
    if of_programs(uri.path()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    bare(&Error::new(
        Code::NotFound,
        "there is no page at this address",
    ))
}

/// An address of an org without a page.
pub(super) async fn nothing_there(
    axum::extract::State(state): axum::extract::State<State>,
    visitor: Visitor,
) -> Response {
    let error = Error::new(Code::NotFound, "there is no page at this address");
    framed(&state, &visitor, &error).await
}

/// The HTTP status of an error on a page.
pub(super) fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The error's message as a sentence.
pub(super) fn sentence(error: &Error) -> String {
    let told = error.told();
    let mut chars = told.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    let mut text = first.unwrap_or_default() + chars.as_str();
    if !text.ends_with(['.', '?']) {
        text.push('.');
    }
    text
}

fn told(error: &Error) -> Told {
    let title = match status(error).as_u16() {
        404 => "Not found",
        403 => "No access",
        429 | 503 => "The server is busy",
        500.. => "Something went wrong",
        _ => "This cannot be shown",
    };
    Told {
        title,
        text: sentence(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-ERR-1: what happened inside stays inside.
    #[test]
    fn r_err_1_pages_do_not_show_internals() {
        let told = told(&Error::internal("table licenses is missing"));
        assert!(!told.text.contains("licenses"));
        assert_eq!(told.title, "Something went wrong");
    }

    #[test]
    fn messages_become_sentences() {
        let error = Error::new(Code::NotFound, "there is no such License");
        assert_eq!(sentence(&error), "There is no such License.");
    }
}
