//! What an org's administrators set for the whole org (R-ORG-2, R-LEAD-2).

use openlma_app::org_settings::OrgSettings;
use openlma_core::Result;
use openlma_wire as wire;

use super::Problem;
use super::convert::id;
use super::describe::Writes;
use super::orgs::shown;
use crate::auth::User;
use crate::extract::Json;
use crate::state::State;

/// Changes settings of the caller's org; what is absent stays. Its administrators only.
#[utoipa::path(
    patch, path = "/orgs/current", tag = "orgs", request_body = wire::OrgSettings,
    responses((status = 200, description = "The org", body = wire::Org), Writes)
)]
pub(super) async fn change_settings(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(settings): Json<wire::OrgSettings>,
) -> Result<Json<wire::Org>, Problem> {
    let owner = |user: Option<String>| {
        let user = user.as_deref();
        user.map(|user| id(user, "fallback_lead_owner")).transpose()
    };
    let settings = OrgSettings {
        name: settings.name,
        country: settings.country,
        language: settings.language,
        time_zone: settings.time_zone,
        refresh_interval: settings.refresh_interval_days,
        fallback_lead_owner: settings.fallback_lead_owner.map(owner).transpose()?,
    };
    state.app.change_settings(&actor, &settings).await?;
    let org = state.app.org(actor.org_id()).await?;
    Ok(Json(shown(&org, state.app.now())))
}
