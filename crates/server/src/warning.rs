//! What was done and is warned of (R-PKG-6), where an answer has no member for it: the header
//! `Warning: 299 - "…"`, which clients that do not know it pass over.

use axum::http::{HeaderMap, HeaderValue, header};

/// The header, if there is something to warn of.
pub(crate) fn warned(warning: Option<&str>) -> HeaderMap {
    let value = warning.map(|text| HeaderValue::from_str(&format!("299 - \"{text}\"")));
    let value = value.and_then(std::result::Result::ok);
    value
        .map(|value| (header::WARNING, value))
        .into_iter()
        .collect()
}
