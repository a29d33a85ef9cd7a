//! `POST /services/oauth2/revoke`: ends a token.

use axum::extract::State as Shared;
use axum::http::StatusCode;

use super::extract::Form;
use super::oauth::Refusal;
use crate::state::State;

/// Ends the token of the form. A token that is not known has ended already.
///
/// # Errors
/// `invalid_request` without a token.
pub(super) async fn revoke(
    Shared(state): Shared<State>,
    Form(form): Form,
) -> Result<StatusCode, Refusal> {
    let Some(token) = form.filled("token") else {
        return Err(Refusal::new("invalid_request", "token is missing"));
    };
    let revoked = state.app.revoke(token).await;
    revoked.map_err(|e| Refusal::of(e, "invalid_client"))?;
    Ok(StatusCode::OK)
}
