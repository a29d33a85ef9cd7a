//! Path, parameters, form and body of a request; what cannot be read answers in this surface's
//! own shape, never as the framework's plain text.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use openlma_core::catalog::input::without_nul;
use openlma_core::{Code, Error};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::Errors;
use super::oauth::Refusal;
use crate::extract::{BodyLimit, too_large};
use crate::wrong_shape::of_syntax;

/// Parameters of the path, already decoded. A path that does not fit is no address.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Errors;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Errors> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Path(value)| Path(value))
            .map_err(|_| super::missing::no_resource().into())
    }
}

/// Pairs of a query string or a form, in order; the first of a name counts.
#[derive(Debug, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must not be empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Errors;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Errors> {
        let read =
            axum::extract::Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        read.map(|axum::extract::Query(pairs)| Params(pairs))
            .map_err(|_| {
                let why = "the parameters are not UTF-8; escape them as %xx of UTF-8";
                Error::new(Code::MalformedQuery, why).into()
            })
    }
}

/// A form body of the OAuth addresses; no member has U+0000.
pub(super) struct Form(pub(super) Params);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let read = axum::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::Form(pairs) = read.map_err(|e| {
            let why = match e.status().as_u16() {
                413 => "the form is larger than is taken",
                _ => "send a form with Content-Type: application/x-www-form-urlencoded",
            };
            Refusal::new("invalid_request", why)
        })?;
        for (name, value) in &pairs {
            without_nul(name, value).map_err(|e| Refusal::new("invalid_request", e.message))?;
        }
        Ok(Form(Params(pairs)))
    }
}

/// A body that is one JSON object, whatever its content type says.
pub(super) struct Body(pub(super) Map<String, Json>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Errors;

    async fn from_request(request: Request, state: &S) -> Result<Self, Errors> {
        let limit = BodyLimit::of(&request);
        let bytes =
            Bytes::from_request(request, state)
                .await
                .map_err(|e| match e.status().as_u16() {
                    413 => too_large(limit),
                    _ => Error::new(
                        Code::JsonParserError,
                        "the body could not be read to its end",
                    ),
                })?;
        Ok(object(&bytes).map(Body)?)
    }
}

/// Reads a JSON object; what is wrong is said with its place.
fn object(bytes: &[u8]) -> Result<Map<String, Json>, Error> {
    let json: Json = serde_json::from_slice(bytes).map_err(|e| {
        let text = e.to_string();
        let said = text.split(" at line ").next().unwrap_or_default();
        unreadable(of_syntax(said), e.line(), e.column())
    })?;
    match json {
        Json::Object(object) => Ok(object),
        _ => {
            let before = bytes.iter().take_while(|c| c.is_ascii_whitespace());
            let (line, column) = before.fold((1, 1), |(line, column), c| match c {
                b'\n' => (line + 1, 1),
                _ => (line, column + 1),
            });
            Err(unreadable("give a JSON object", line, column))
        }
    }
}

fn unreadable(what: &str, line: usize, column: usize) -> Error {
    let (line, column) = (line.max(1), column.max(1));
    Error::new(
        Code::JsonParserError,
        format!("{what} at [line:{line}, column:{column}]"),
    )
}

#[cfg(test)]
mod tests {
    use openlma_core::Code;

    use super::{Params, object};

    /// R-ERR-1: bad JSON is refused with its place, in the original's form.
    #[test]
    fn r_err_1_bad_json_names_its_place() {
        for (body, place) in [
            ("{\"a\": 1,}", "at [line:1, column:9]"),
            ("{\n \"a\" 1}", "at [line:2, column:6]"),
            ("", "at [line:1, column:1]"),
            ("  [1]", "at [line:1, column:3]"),
            ("\n\"text\"", "at [line:2, column:1]"),
            ("{} {}", "at [line:1, column:4]"),
        ] {
            let error = object(body.as_bytes()).unwrap_err();
            assert_eq!(error.code, Code::JsonParserError);
            assert!(error.message.ends_with(place), "{body}: {}", error.message);
            assert!(!error.message.contains(" line 1"), "{}", error.message);
        }
        assert!(object(b"\xff").is_err());
        assert_eq!(
            object(b" {\"b\":1,\"a\":2}")
                .unwrap()
                .keys()
                .next()
                .unwrap(),
            "b"
        );
    }

    #[test]
    fn the_first_of_a_name_counts() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let params = Params(vec![pair("q", "1"), pair("q", "2"), pair("e", "")]);
        assert_eq!(params.get("q"), Some("1"));
        assert_eq!(params.get("e"), Some(""));
        assert_eq!(params.filled("e"), None);
        assert_eq!(params.get("Q"), None);
    }
}
