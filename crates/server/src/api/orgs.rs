//! Orgs: made and changed by operators, seen by their own users (R-ORG-2, R-ORG-3, R-ORG-7).

use axum::http::StatusCode;
use openlma_app::OrgContext;
use openlma_app::org_settings::OrgChange;
use openlma_app::orgs::NewOrg;
use openlma_core::Result;
use openlma_core::id::prefix;
use openlma_core::org::{Edition, OrgStatus};
use openlma_core::time::Timestamp;
use openlma_wire as wire;

use super::Problem;
use super::convert::{day, id};
use super::describe::{IdempotencyKey, Posts, Reads, Writes};
use super::installs::access_in;
use super::reading::Paging;
use super::users::new_user;
use crate::auth::{ByOperator, User};
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Makes an org with its first administrator. Operators only.
#[utoipa::path(
    post, path = "/orgs", tag = "orgs", params(IdempotencyKey), request_body = wire::NewOrg,
    responses((status = 201, description = "Made", body = wire::OrgMade), Posts)
)]
pub(super) async fn create_org(
    axum::extract::State(state): axum::extract::State<State>,
    ByOperator(operator): ByOperator,
    Json(new): Json<wire::NewOrg>,
) -> Result<(StatusCode, Json<wire::OrgMade>), Problem> {
    let made = state.app.create_org(&operator, &new_org(new)?).await?;
    let made = wire::OrgMade {
        id: made.id.to_string(),
        administrator_id: made.administrator.to_string(),
        warning: made.warning.map(str::to_owned),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// All orgs of the server, by id. Operators only.
#[utoipa::path(
    get, path = "/orgs", tag = "orgs", params(Paging),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::Org>), Reads)
)]
pub(super) async fn list_orgs(
    axum::extract::State(state): axum::extract::State<State>,
    ByOperator(operator): ByOperator,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::Page<wire::Org>>, Problem> {
    let after = paging.after(Some(prefix::ORG))?;
    let limit = i64::from(paging.limit()?) + 1;
    let mut orgs = state.app.orgs(&operator, after, limit).await?;
    let next = paging.cut(&mut orgs, |org| org.id.to_string())?;
    let now = state.app.now();
    Ok(Json(wire::Page {
        items: orgs.iter().map(|org| shown(org, now)).collect(),
        next,
    }))
}

/// Sets an org's status and the end of its trial. Operators only; the publishers of its packages hear of it.
#[utoipa::path(
    patch, path = "/orgs/{id}", tag = "orgs",
    params(("id" = String, Path, description = "The org")),
    request_body = wire::OrgChange,
    responses((status = 200, description = "Changed", body = wire::Org), Writes)
)]
pub(super) async fn change_org(
    axum::extract::State(state): axum::extract::State<State>,
    ByOperator(operator): ByOperator,
    Path(org): Path<String>,
    Json(change): Json<wire::OrgChange>,
) -> Result<Json<wire::Org>, Problem> {
    let org = id(&org, "id")?;
    let status = change.status.as_deref().map(OrgStatus::parse).transpose()?;
    let last_day = |day_or_none: &Option<String>| {
        let text = day_or_none.as_deref();
        text.map(|text| day(text, "trial_end")).transpose()
    };
    let trial_end = change.trial_end.as_ref().map(last_day).transpose()?;
    let change = OrgChange { status, trial_end };
    state.app.change_org(&operator, org, change).await?;
    let context = state.app.org(org).await?;
    Ok(Json(shown(&context, state.app.now())))
}

/// The caller's org.
#[utoipa::path(
    get, path = "/orgs/current", tag = "orgs",
    responses((status = 200, description = "The org", body = wire::Org), Reads)
)]
pub(super) async fn current_org(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
) -> Json<wire::Org> {
    Json(shown(&actor.org, state.app.now()))
}

/// Installs the License Management App in the caller's org, for whom its installer chooses.
#[utoipa::path(
    post, path = "/lma", tag = "orgs", params(IdempotencyKey), request_body = wire::InstallLma,
    responses((status = 200, description = "Installed", body = wire::LmaInstalled), Posts)
)]
pub(super) async fn install_lma(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(wanted): Json<wire::InstallLma>,
) -> Result<Json<wire::LmaInstalled>, Problem> {
    let access = wanted.access.as_ref().map(access_in).transpose()?;
    let warning = state.app.install_lma(&actor, access).await?;
    Ok(Json(wire::LmaInstalled {
        warning: warning.map(str::to_owned),
    }))
}

fn new_org(new: wire::NewOrg) -> Result<NewOrg> {
    let trial_end = new.trial_end.as_deref().map(|d| day(d, "trial_end"));
    let trial_end = trial_end.transpose()?;
    let status = match (&new.status, trial_end) {
        (Some(status), _) => OrgStatus::parse(status)?,
        (None, Some(_)) => OrgStatus::Trial,
        (None, None) => OrgStatus::Active,
    };
    Ok(NewOrg {
        edition: Edition::parse(&new.edition)?,
        status,
        trial_end,
        name: new.name,
        domain: new.domain,
        sandbox: new.sandbox,
        instance: new.instance,
        country: new.country,
        language: new.language,
        time_zone: new.time_zone.unwrap_or_else(|| "UTC".to_owned()),
        business: new.business,
        packaging: new.packaging,
        administrator: new_user(new.administrator),
    })
}

/// An org as it is shown.
pub(super) fn shown(org: &OrgContext, now: Timestamp) -> wire::Org {
    let roles = [
        ("business", org.is_business),
        ("packaging", org.is_packaging),
    ];
    wire::Org {
        id: org.id.to_string(),
        name: org.name.clone(),
        domain: org.domain.clone(),
        edition: org.edition.as_str().to_owned(),
        status: org.status_at(now).as_str().to_owned(),
        trial_end: org.trial_end.map(|day| day.to_string()),
        sandbox: org.sandbox,
        instance: org.instance.clone(),
        country: org.country.clone(),
        language: org.language.clone(),
        time_zone: org.zone_name.clone(),
        roles: roles
            .into_iter()
            .filter(|(_, has)| *has)
            .map(|(role, _)| role.to_owned())
            .collect(),
        namespace: org.namespace.clone(),
        refresh_interval_days: org.refresh_interval,
        fallback_lead_owner: org.fallback_lead_owner.map(|user| user.to_string()),
    }
}
