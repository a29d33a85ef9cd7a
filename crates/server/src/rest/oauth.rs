//! What the OAuth addresses share: their error shape, and how a client names itself.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openlma_core::{Code, Error};
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::extract::Params;
use crate::api::log;

/// An error of the OAuth addresses: `{error, error_description}`.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl Refusal {
    /// A refusal with status 400.
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Refusal {
        Refusal {
            status: StatusCode::BAD_REQUEST,
            error,
            description: description.into(),
        }
    }

    /// What a use case refused; `wrong_client` is the word for a client that is not known.
    pub(super) fn of(error: Error, wrong_client: &'static str) -> Refusal {
        log(&error);
        match error.code {
            Code::InvalidLogin if error.fields.iter().any(|f| f == "client_id") => {
                Refusal::new(wrong_client, "client identifier or secret invalid")
            }
            Code::InvalidLogin => Refusal::new("invalid_grant", "authentication failure"),
            Code::Unavailable => Refusal {
                status: StatusCode::SERVICE_UNAVAILABLE,
                ..Refusal::new("temporarily_unavailable", error.message)
            },
            Code::Internal => Refusal {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                ..Refusal::new("server_error", error.message)
            },
            _ => Refusal::new("invalid_grant", error.message),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = (self.status, unkept(), Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// An error that has nothing to do with what was asked, as these addresses tell it.
pub(crate) fn refusal(error: Error) -> Response {
    Refusal::of(error, "invalid_client").into_response()
}

/// Nobody on the way keeps a token.
pub(super) fn unkept() -> [(header::HeaderName, &'static str); 2] {
    [
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ]
}

/// A client as it names itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClientSecret {
    /// Its public id.
    pub(super) id: String,
    /// Its secret; empty when it gave none.
    pub(super) secret: String,
}

/// The client of a request, by HTTP Basic or in the form; `None` when it names none.
///
/// # Errors
/// `invalid_client` for a Basic header that cannot be read.
pub(super) fn client(headers: &HeaderMap, form: &Params) -> Result<Option<ClientSecret>, Refusal> {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    if let Some((_, encoded)) = basic {
        return decode(encoded.trim()).map(Some).ok_or_else(|| {
            Refusal::new("invalid_client", "the Basic authorization cannot be read")
        });
    }
    Ok(form.filled("client_id").map(|id| ClientSecret {
        id: id.to_owned(),
        secret: form.get("client_secret").unwrap_or_default().to_owned(),
    }))
}

fn decode(encoded: &str) -> Option<ClientSecret> {
    let bytes = STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned());
    Some(ClientSecret {
        id: plain(id)?,
        secret: plain(secret)?,
    })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode, header};
    use openlma_core::{Code, Error};

    use super::{ClientSecret, Params, Refusal, client};

    fn basic(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, text.parse().unwrap());
        headers
    }

    #[test]
    fn a_client_names_itself_by_basic_authorization() {
        let named = client(&basic("basic aWQ6c2VjOnJldCUyNQ=="), &Params::default()).unwrap();
        let expected = ClientSecret {
            id: "id".into(),
            secret: "sec:ret%".into(),
        };
        assert_eq!(named, Some(expected));
        for wrong in ["Basic ***", "Basic aWQ="] {
            let refused = client(&basic(wrong), &Params::default()).unwrap_err();
            assert_eq!(refused.error, "invalid_client");
        }
        assert_eq!(
            client(&basic("Bearer x"), &Params::default()).unwrap(),
            None
        );
    }

    /// R-ERR-1: a wrong client and a wrong password are told apart; our own faults show nothing.
    #[test]
    fn r_err_1_refusals() {
        let login = || Error::new(Code::InvalidLogin, "secret text");
        let refusal = Refusal::of(login(), "invalid_client_id");
        assert_eq!(
            (refusal.status, refusal.error),
            (StatusCode::BAD_REQUEST, "invalid_grant")
        );
        assert!(!refusal.description.contains("secret"));
        let refusal = Refusal::of(login().field("client_id"), "invalid_client_id");
        assert_eq!(refusal.error, "invalid_client_id");
        let refusal = Refusal::of(Error::internal("table"), "invalid_client");
        assert_eq!(refusal.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!refusal.description.contains("table"));
        assert_eq!(
            Refusal::of(Error::unavailable("full"), "invalid_client").status,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}
