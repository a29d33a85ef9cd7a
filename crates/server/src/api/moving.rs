//! The end of a package's association (R-MOV-1), and the funnel of its installs (R-INS-3).

use openlma_core::Result;
use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::{IdempotencyKey, Posts, Reads};
use super::packages::shown;
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Ends the association of a package with its business org. Its licenses there become Read-Only;
/// installs keep their terms.
#[utoipa::path(
    post, path = "/packages/{id}/dissociate", tag = "publishing",
    params(("id" = String, Path, description = "The package (033)"), IdempotencyKey),
    request_body = wire::Dissociation,
    responses((status = 200, description = "Ended", body = wire::Package), Posts)
)]
pub(super) async fn dissociate(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Json(wanted): Json<wire::Dissociation>,
) -> Result<Json<wire::Package>, Problem> {
    let package = id(&package, "id")?;
    let package = state
        .app
        .dissociate(&actor, package, wanted.hold_installs)
        .await?;
    Ok(Json(shown(&package, None)?))
}

/// What became of the install requests for a package. Asked of its business org.
#[utoipa::path(
    get, path = "/packages/{id}/funnel", tag = "publishing",
    params(("id" = String, Path, description = "The package (033) or its Package record")),
    responses((status = 200, description = "Counts", body = wire::Funnel), Reads)
)]
pub(super) async fn funnel(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
) -> Result<Json<wire::Funnel>, Problem> {
    let (package, counts) = state.app.funnel(&actor, id(&package, "id")?).await?;
    Ok(Json(wire::Funnel {
        package_id: package.to_string(),
        requested: counts.requested,
        confirmed: counts.confirmed,
        succeeded: counts.succeeded,
        cancelled: counts.cancelled,
        failed: counts.failed,
    }))
}
