//! Records back from the recycle bin.

use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::{IdempotencyKey, Posts};
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Takes a deleted record back from the recycle bin, with what was deleted along with it.
#[utoipa::path(
    post, path = "/records/{id}/undelete", tag = "records",
    params(("id" = String, Path, description = "The deleted record, of any object"), IdempotencyKey),
    responses((status = 200, description = "It is back", body = wire::Restored), Posts)
)]
pub(super) async fn undelete_record(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(record): Path<String>,
) -> Result<Json<wire::Restored>, Problem> {
    let record = id(&record, "id")?;
    let back = state.app.undelete(&actor, record).await?;
    Ok(Json(wire::Restored {
        id: record.to_string(),
        warnings: back.warning.map(str::to_owned).into_iter().collect(),
    }))
}
