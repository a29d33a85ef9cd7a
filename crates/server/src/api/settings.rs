//! What an org's administrators set for the whole org.

use openlma_core::{Result, refresh};
use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::Writes;
use super::orgs::shown;
use crate::auth::User;
use crate::extract::Json;
use crate::state::State;

/// Changes settings of the caller's org; what is absent stays.
#[utoipa::path(
    patch, path = "/orgs/current", tag = "orgs", request_body = wire::OrgSettings,
    responses((status = 200, description = "The org", body = wire::Org), Writes)
)]
pub(super) async fn change_settings(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(settings): Json<wire::OrgSettings>,
) -> Result<Json<wire::Org>, Problem> {
    let days = settings.refresh_interval_days;
    let days = days.map(|days| days.unwrap_or(refresh::USUAL_INTERVAL.into()));
    // Before anything is written: one that is refused leaves the other as it was.
    days.map(refresh::interval).transpose()?;
    if let Some(user) = settings.fallback_lead_owner {
        let user = user.map(|user| id(&user, "fallback_lead_owner"));
        let user = user.transpose()?;
        state.app.set_fallback_lead_owner(&actor, user).await?;
    }
    if let Some(days) = days {
        state.app.set_refresh_interval(&actor, days).await?;
    }
    let org = state.app.org(actor.org_id()).await?;
    Ok(Json(shown(&org, state.app.now())))
}
