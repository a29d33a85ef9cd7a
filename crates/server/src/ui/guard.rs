//! What every POST must show (R-ORG-4): that it comes from a page of this server, and the token
//! of the form it was sent with.

use axum::http::{HeaderMap, HeaderName, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openlma_core::{Code, Error, Result};
use sha2::{Digest, Sha256};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The token of forms that belong to a session, or to a browser that is about to sign in: made
/// of the cookie, which no other site can read.
pub(super) fn form_token(cookie: &str) -> String {
    let mut token = Sha256::new();
    token.update(b"form token\0");
    token.update(cookie.as_bytes());
    URL_SAFE_NO_PAD.encode(token.finalize())
}

/// Insists on origin and token.
///
/// # Errors
/// `INSUFFICIENT_ACCESS_OR_READONLY`.
pub(super) fn check(headers: &HeaderMap, cookie: &str, sent: &str) -> Result<()> {
    // Digests are compared, so that the time it takes tells nothing about the token.
    let same = Sha256::digest(form_token(cookie)) == Sha256::digest(sent);
    if same && from_here(headers) {
        return Ok(());
    }
    Err(Error::new(
        Code::InsufficientAccess,
        "the form was not sent from a page of this server, or was open for too long; \
         load the page again and send it once more",
    ))
}

/// Browsers say where a request comes from; over plain http to other hosts only by Origin.
fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(FETCH_SITE) {
        return site == "same-origin";
    }
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
    match (origin, text(header::HOST)) {
        (Some((_, from)), Some(host)) => from.eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn r_org_4_posts_come_from_this_server() {
        let token = form_token("cookie");
        let passes = |pairs: &[_]| check(&headers(pairs), "cookie", &token).is_ok();
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        assert!(passes(&[
            ("origin", "http://a.test:80"),
            ("host", "a.test:80")
        ]));
        assert!(!passes(&[("origin", "http://b.test"), ("host", "a.test")]));
        assert!(!passes(&[("origin", "null"), ("host", "null")]));
        assert!(!passes(&[("host", "a.test")]));
        assert!(!passes(&[]));
        let lies = [
            ("sec-fetch-site", "same-site"),
            ("origin", "http://a.test"),
            ("host", "a.test"),
        ];
        assert!(!passes(&lies));
    }

    #[test]
    fn r_org_4_the_token_belongs_to_the_cookie() {
        let here = headers(&[("sec-fetch-site", "same-origin")]);
        assert!(check(&here, "cookie", &form_token("cookie")).is_ok());
        for wrong in ["", "cookie", &form_token("other")] {
            assert!(check(&here, "cookie", wrong).is_err());
        }
    }
}
