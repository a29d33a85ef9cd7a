//! Signing in and out. The user name finds the org; the session belongs to that org alone.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use openlma_app::sign_in::TokenKind;
use openlma_core::{Code, Error, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::assets::{self, Addresses};
use super::cookies::Cookie;
use super::visitor::{self, Visitor};
use super::{answer, guard, problem};
use crate::state::State;

/// Longest address to come back to, characters.
const LONGEST_ADDRESS: usize = 2000;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    assets: &'static Addresses,
    form_token: String,
    user_name: String,
    next: String,
    note: Option<&'static str>,
    error: Option<Refusal>,
}

/// Why nobody was signed in.
struct Refusal {
    summary: String,
    /// Is it about user name and password?
    credentials: bool,
}

/// What the sign-in page may be asked for.
#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
    note: Option<String>,
}

/// The form as sent.
#[derive(Deserialize)]
pub(super) struct Sent {
    #[serde(default)]
    user_name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    form_token: String,
    #[serde(default)]
    next: String,
}

/// A form of a session that carries nothing but its token.
#[derive(Deserialize)]
pub(super) struct TokenOnly {
    #[serde(default)]
    form_token: String,
}

/// The address of the sign-in page, from where the user comes back to `next`.
pub(super) fn address(next: Option<&str>, ended: bool) -> String {
    let mut address = format!("/?note={}", if ended { "ended" } else { "needed" });
    if let Some(next) = next.filter(|next| next.len() <= LONGEST_ADDRESS) {
        address.push_str("&next=");
        address.extend(utf8_percent_encode(next, NON_ALPHANUMERIC));
    }
    address
}

/// `GET /`
pub(super) async fn form(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let note = match asked.note.as_deref() {
        Some("ended") => Some("Your session has ended. Sign in to go on where you were."),
        Some("needed") => Some("Sign in to see this page."),
        Some("out") => Some("You are signed out."),
        _ => None,
    };
    let page = |form_token| SignIn {
        assets: assets::addresses(),
        form_token,
        user_name: String::new(),
        next: asked.next.unwrap_or_default(),
        note,
        error: None,
    };
    bound(&state, &headers, StatusCode::OK, page)
}

/// `POST /sign-in`
pub(super) async fn sign_in(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Response {
    match try_sign_in(&state, &headers, &sent).await {
        Ok(response) => response,
        Err(error) => {
            let credentials = error.code == Code::InvalidLogin;
            let summary = if credentials {
                "No match for this user name and password. \
                 Ten failed tries lock a user for 15 minutes."
                    .to_owned()
            } else {
                problem::sentence(&error)
            };
            let page = |form_token| SignIn {
                assets: assets::addresses(),
                form_token,
                user_name: sent.user_name,
                next: sent.next,
                note: None,
                error: Some(Refusal {
                    summary,
                    credentials,
                }),
            };
            bound(&state, &headers, problem::status(&error), page)
        }
    }
}

async fn try_sign_in(state: &State, headers: &HeaderMap, sent: &Sent) -> Result<Response> {
    let cookie = Cookie::before_sign_in(state).read(headers);
    guard::check(headers, &cookie.unwrap_or_default(), &sent.form_token)?;
    let app = &state.app;
    let issued = app
        .sign_in(&sent.user_name, &sent.password, TokenKind::Session)
        .await?;
    if issued.org == openlma_app::actor::server_org() {
        app.revoke(&issued.token).await?;
        return Err(Error::new(
            Code::InvalidOperation,
            "operators of the server use the command line and the API; \
             sign in here as a user of an org",
        ));
    }
    let domain = app.org(issued.org).await?.domain.clone();
    let home = format!("{}/", visitor::base(&domain));
    let next = Some(sent.next.as_str()).filter(|next| within(&home, next));
    let mut response = answer::see_other(next.unwrap_or(&home));
    Cookie::session(state, &domain).set(response.headers_mut(), &issued.token);
    Ok(response)
}

/// Nobody is sent elsewhere than to a page of the org that was signed in to.
fn within(home: &str, next: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let path = next.split('?').next().unwrap_or_default();
    // Browsers take `%2e` in a path for a dot.
    let upwards = path
        .to_ascii_lowercase()
        .replace("%2e", ".")
        .contains("/..");
    next.starts_with(home) && next.chars().all(plain) && !upwards
}

/// `POST /o/<domain>/sign-out`
pub(super) async fn sign_out(
    Shared(state): Shared<State>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(sent): Form<TokenOnly>,
) -> Response {
    let done = match guard::check(&headers, &visitor.session, &sent.form_token) {
        Ok(()) => state.app.revoke(&visitor.session).await,
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        return problem::framed(&state, &visitor, &error).await;
    }
    let mut response = answer::see_other("/?note=out");
    Cookie::session(&state, &visitor.actor.org.domain).clear(response.headers_mut());
    response
}

/// The sign-in page with a form that belongs to this browser.
fn bound(
    state: &State,
    headers: &HeaderMap,
    status: StatusCode,
    page: impl FnOnce(String) -> SignIn,
) -> Response {
    let cookie = Cookie::before_sign_in(state);
    let known = cookie.read(headers).filter(|value| value.len() == 43);
    let value = known.clone().unwrap_or_else(|| state.app.random_text());
    let mut response = answer::page(status, &page(guard::form_token(&value)));
    if known.is_none() {
        cookie.set(response.headers_mut(), &value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_org_4_nobody_is_sent_to_another_place() {
        let home = "/o/example/";
        assert!(within(home, "/o/example/"));
        assert!(within(home, "/o/example/Lead?sort=Name&after=abc"));
        for elsewhere in [
            "",
            "/",
            "/o/other/",
            "/o/example",
            "//evil.test/o/example/",
            "https://evil.test/o/example/",
            "/o/example/../other/",
            "/o/example/.%2E/other/",
            "/o/example/\\evil.test",
            "/o/example/\r\nSet-Cookie: a=b",
        ] {
            assert!(!within(home, elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn the_way_back_is_kept_in_the_address() {
        let address = address(Some("/o/example/Lead?a=b&c"), true);
        assert_eq!(
            address,
            "/?note=ended&next=%2Fo%2Fexample%2FLead%3Fa%3Db%26c"
        );
    }
}
