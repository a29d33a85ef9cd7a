//! `POST /services/oauth2/token`: the grants `password` and `client_credentials`.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use openlma_app::sign_in::{Issued, signature};
use serde_json::{Value, json};

use super::extract::{Form, Params};
use super::oauth::{ClientSecret, Refusal, client, unkept};
use crate::state::State;

/// Issues a token.
///
/// # Errors
/// `invalid_request`, `invalid_grant`, `invalid_client_id`, `invalid_client`,
/// `unsupported_grant_type`.
pub(super) async fn grant(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    Form(form): Form,
) -> Result<Response, Refusal> {
    let client = client(&headers, &form)?;
    let issued = match form.filled("grant_type") {
        Some("password") => by_password(&state, &form, client.as_ref()).await?,
        Some("client_credentials") => by_client(&state, client.as_ref()).await?,
        Some(_) => {
            return Err(Refusal::new(
                "unsupported_grant_type",
                "grant type not supported: password and client_credentials are",
            ));
        }
        None => return Err(Refusal::new("invalid_request", "grant_type is missing")),
    };
    // The sign-in of our own command line names no client and has no secret.
    let secret = client.map(|c| c.secret).unwrap_or_default();
    let body = answer(&state.settings.public_url, &issued, &secret);
    Ok((unkept(), Json(body)).into_response())
}

async fn by_password(
    state: &State,
    form: &Params,
    client: Option<&ClientSecret>,
) -> Result<Issued, Refusal> {
    let (Some(username), Some(password)) = (form.filled("username"), form.filled("password"))
    else {
        return Err(Refusal::new(
            "invalid_request",
            "username and password must be given",
        ));
    };
    let client = client.map(|c| (c.id.as_str(), c.secret.as_str()));
    let issued = state.app.password_grant(username, password, client).await;
    issued.map_err(|e| Refusal::of(e, "invalid_client_id"))
}

async fn by_client(state: &State, client: Option<&ClientSecret>) -> Result<Issued, Refusal> {
    let Some(client) = client else {
        return Err(Refusal::new(
            "invalid_client",
            "client credentials must be given, in the form or by HTTP Basic",
        ));
    };
    let issued = state.app.client_credentials(&client.id, &client.secret);
    issued.await.map_err(|e| Refusal::of(e, "invalid_client"))
}

/// The answer, with addresses built from the public one (R-ORG-4).
fn answer(public_url: &str, issued: &Issued, secret: &str) -> Value {
    let id = format!("{public_url}/id/{}/{}", issued.org, issued.user);
    let issued_at = issued.issued_at.as_millisecond().to_string();
    json!({
        "access_token": issued.token,
        "instance_url": public_url,
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
        "signature": signature(secret, &id, &issued_at),
    })
}

#[cfg(test)]
mod tests {
    use openlma_app::sign_in::{Issued, signature};
    use openlma_core::Id;
    use openlma_core::time::from_micros;

    use super::answer;

    /// R-ORG-4: addresses come from the public one; the signature is over id and issue time.
    #[test]
    fn r_org_4_the_answer_names_the_public_address() {
        let issued = Issued {
            token: "00D000000000001!x".into(),
            org: Id::parse("00D000000000001").unwrap(),
            user: Id::parse("005000000000002").unwrap(),
            issued_at: from_micros(1_790_000_000_123_456),
            expires_at: from_micros(1_790_000_001_000_000),
        };
        let body = answer("https://lma.example.com", &issued, "s");
        let id = format!("https://lma.example.com/id/{}/{}", issued.org, issued.user);
        assert_eq!(body["id"], id);
        assert_eq!(id.rsplit('/').next().unwrap().len(), 18);
        assert_eq!(body["instance_url"], "https://lma.example.com");
        assert_eq!(body["issued_at"], "1790000000123");
        assert_eq!(body["signature"], signature("s", &id, "1790000000123"));
        assert_eq!(body["token_type"], "Bearer");
    }
}
