//! What is done to a license beside *Modify License*: a new trial (R-LIC-2), and its terms sent once
//! more (R-SYN-3).

use openlma_app::resend::Resent;
use openlma_core::Result;
use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::{IdempotencyKey, Posts};
use super::modify::shown;
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Grants a license a new trial, the only way back to Trial, or says what would change with
/// `dry_run`. Needs Customize Application.
#[utoipa::path(
    post, path = "/licenses/{id}/grant-trial", tag = "licenses",
    params(("id" = String, Path, description = "The license"), IdempotencyKey),
    request_body = wire::NewTrial,
    responses((status = 200, description = "What changed", body = wire::Modified), Posts)
)]
pub(super) async fn grant_trial(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
    Json(trial): Json<wire::NewTrial>,
) -> Result<Json<wire::Modified>, Problem> {
    let license = id(&license, "id")?;
    let reason = trial.reason.as_deref();
    let done = state
        .app
        .grant_trial(&actor, license, trial.days, reason, trial.dry_run)
        .await?;
    Ok(Json(shown(done)))
}

/// Sends the terms of a license once more. They take the place of those that wait in the
/// subscriber's org.
#[utoipa::path(
    post, path = "/licenses/{id}/retry", tag = "licenses",
    params(("id" = String, Path, description = "The license"), IdempotencyKey),
    responses((status = 200, description = "How they fared", body = wire::Resent), Posts)
)]
pub(super) async fn retry_license(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
) -> Result<Json<wire::Resent>, Problem> {
    let resent = state.app.resend_terms(&actor, id(&license, "id")?).await?;
    let (sync, sync_error) = match resent {
        Resent::InSync => ("InSync", None),
        Resent::Pending => ("Pending", None),
        Resent::Failed(why) => ("Failed", why),
    };
    Ok(Json(wire::Resent {
        sync: sync.to_owned(),
        sync_error,
    }))
}
