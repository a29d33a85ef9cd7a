//! Installs in the caller's org (§3).
//!
//! The installation key is never kept at rest: an answer that shows one is kept with
//! [`MINTED`] in its place, and a repeat of the request gets the key worked out again.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use openlma_app::actor::Caller;
use openlma_app::data::{Choice, Install, Listed};
use openlma_app::install::{InstallAnswer, InstallRequest};
use openlma_app::publish::number;
use openlma_app::{App, data};
use openlma_core::id::prefix;
use openlma_core::{Error, Result};
use openlma_wire as wire;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::{id, instant, invalid};
use super::describe::{IdempotencyKey, Posts, Reads};
use super::once::{Once, shown_once};
use super::reading::Paging;
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Stands for the installation key in a kept answer.
const MINTED: &str = "";

/// Most profiles that an installer chooses.
const PROFILES: usize = 200;

/// Installs a package version, or asks for it when `confirm` is false. The version that is there
/// already answers with its install; a higher one upgrades.
#[utoipa::path(
    post, path = "/installs", tag = "installs", params(IdempotencyKey),
    request_body = wire::NewInstall,
    responses((status = 200, description = "How it stands", body = wire::Install), Posts)
)]
pub(super) async fn install(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    once: Option<Extension<Once>>,
    Json(new): Json<wire::NewInstall>,
) -> Result<Response, Problem> {
    let once = once.map(|Extension(once)| once);
    if let Some(made) = once.as_ref().and_then(|once| once.made) {
        return Ok(answer(state.app.replay_install(&actor, made).await?)?);
    }
    let request = InstallRequest {
        version: id(&new.version_id, "version_id")?,
        access: access_in(&new.access)?,
        confirm: new.confirm,
    };
    let scope: Option<&data::Scope> = once.as_ref().map(|once| &once.scope);
    Ok(answer(state.app.install(&actor, &request, scope).await?)?)
}

/// Which installs.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Of the package with this namespace.
    namespace: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Most rows of the page; 100 when not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Installs of the caller's org, newest first.
#[utoipa::path(
    get, path = "/installs", tag = "installs", params(Wanted),
    responses(
        (status = 200, description = "A page of them", body = wire::Page<wire::ListedInstall>),
        Reads
    )
)]
pub(super) async fn list_installs(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(wanted): Query<Wanted>,
) -> Result<Json<wire::Page<wire::ListedInstall>>, Problem> {
    let paging = Paging {
        cursor: wanted.cursor,
        limit: wanted.limit,
    };
    let before = paging.after(Some(prefix::INSTALL))?;
    let limit = i64::from(paging.limit()?) + 1;
    let namespace = wanted.namespace.as_deref();
    let found = state.app.installs(&actor, before, namespace, limit);
    let mut rows = found.await?;
    let next = paging.cut(&mut rows, |row| row.install.id.to_string())?;
    Ok(Json(wire::Page {
        items: rows.into_iter().map(listed).collect(),
        next,
    }))
}

/// An install and how it stands.
#[utoipa::path(
    get, path = "/installs/{id}", tag = "installs",
    params(("id" = String, Path, description = "The install")),
    responses((status = 200, description = "How it stands", body = wire::Install), Reads)
)]
pub(super) async fn get_install(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(install): Path<String>,
) -> Result<Json<wire::Install>, Problem> {
    let install = state.app.get_install(&actor, id(&install, "id")?).await?;
    Ok(Json(shown(&install, None)?))
}

/// Confirms an install that waits for it: runs it.
#[utoipa::path(
    post, path = "/installs/{id}/confirm", tag = "installs",
    params(("id" = String, Path, description = "The install"), IdempotencyKey),
    responses((status = 200, description = "How it stands", body = wire::Install), Posts)
)]
pub(super) async fn confirm(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(install): Path<String>,
) -> Result<Response, Problem> {
    let install = id(&install, "id")?;
    Ok(answer(state.app.confirm_install(&actor, install).await?)?)
}

/// Cancels an install that waits to be confirmed.
#[utoipa::path(
    post, path = "/installs/{id}/cancel", tag = "installs",
    params(("id" = String, Path, description = "The install"), IdempotencyKey),
    responses((status = 200, description = "How it stands", body = wire::Install), Posts)
)]
pub(super) async fn cancel(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(install): Path<String>,
) -> Result<Response, Problem> {
    let install = id(&install, "id")?;
    Ok(answer(state.app.cancel_install(&actor, install).await?)?)
}

/// Upgrades the package of an install to a higher version.
#[utoipa::path(
    post, path = "/installs/{id}/upgrade", tag = "installs",
    params(("id" = String, Path, description = "The install"), IdempotencyKey),
    request_body = wire::Upgrade,
    responses((status = 200, description = "The upgrade's install", body = wire::Install), Posts)
)]
pub(super) async fn upgrade(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(install): Path<String>,
    Json(wanted): Json<wire::Upgrade>,
) -> Result<Response, Problem> {
    let install = id(&install, "id")?;
    let version = id(&wanted.version_id, "version_id")?;
    Ok(answer(state.app.upgrade(&actor, install, version).await?)?)
}

/// Uninstalls the package of an install. Its terms survive, its seats are released.
#[utoipa::path(
    delete, path = "/installs/{id}", tag = "installs",
    params(("id" = String, Path, description = "The install")),
    responses((status = 204, description = "Uninstalled"), Reads)
)]
pub(super) async fn uninstall(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(install): Path<String>,
) -> Result<StatusCode, Problem> {
    state.app.uninstall(&actor, id(&install, "id")?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A kept answer as its repeat shows it: with the key that the first one showed.
pub(super) async fn replay(app: &App, caller: &Caller, kept: String) -> Result<String> {
    let broken = |e: serde_json::Error| Error::internal(format!("a kept answer: {e}"));
    let mut install: wire::Install = serde_json::from_str(&kept).map_err(broken)?;
    let (Some(MINTED), Caller::User(actor)) = (install.installation_key.as_deref(), caller) else {
        return Ok(kept);
    };
    let again = app.replay_install(actor, id(&install.id, "id")?).await?;
    install.installation_key = again.key;
    serde_json::to_string(&install).map_err(broken)
}

fn answer(answer: InstallAnswer) -> Result<Response> {
    let shown = shown(&answer.install, answer.key)?;
    if shown.installation_key.is_none() {
        return Ok(Json(shown).into_response());
    }
    let kept = wire::Install {
        installation_key: Some(MINTED.to_owned()),
        ..shown.clone()
    };
    shown_once(&shown, &kept)
}

fn shown(install: &Install, key: Option<String>) -> Result<wire::Install> {
    let broken = |e: serde_json::Error| Error::internal(format!("a stored install: {e}"));
    let unseated_first = match &install.unseated_first {
        Some(json) => serde_json::from_str(json).map_err(broken)?,
        None => Vec::new(),
    };
    Ok(wire::Install {
        id: install.id.to_string(),
        package_id: install.package.to_string(),
        version_id: install.version.to_string(),
        package_license_id: install.package_license.map(|id| id.to_string()),
        stage: install.stage.clone(),
        reason: install.reason.clone(),
        access: serde_json::from_str(&install.access).map_err(broken)?,
        user_id: install.user.to_string(),
        unseated: install.unseated,
        unseated_first,
        requested_at: instant(install.requested_at),
        finished_at: install.finished_at.map(instant),
        installation_key: key,
    })
}

fn listed(row: Listed) -> wire::ListedInstall {
    let install = row.install;
    wire::ListedInstall {
        id: install.id.to_string(),
        namespace: row.namespace,
        package_id: install.package.to_string(),
        version_id: install.version.to_string(),
        version: number(row.number).to_string(),
        current: row.current,
        stage: install.stage,
        reason: install.reason,
        requested_at: instant(install.requested_at),
        finished_at: install.finished_at.map(instant),
    }
}

/// Whom an installer chose.
pub(super) fn access_in(access: &wire::Access) -> Result<Choice> {
    Ok(match access {
        wire::Access::Administrators => Choice::Administrators,
        wire::Access::All => Choice::All,
        wire::Access::Profiles(ids) if ids.len() > PROFILES => {
            let allowed = format!("access: give at most {PROFILES} profiles");
            return Err(invalid("access", allowed));
        }
        wire::Access::Profiles(ids) => {
            let ids = ids.iter().map(|profile| id(profile, "access"));
            Choice::Profiles(ids.collect::<Result<_>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use openlma_app::install::access_json;
    use openlma_wire as wire;

    use super::access_in;

    /// R-INS-2: the choice of users reads as it is kept.
    #[test]
    fn r_ins_2_access_there_and_back() {
        for json in [
            "\"administrators\"",
            "\"all\"",
            r#"{"profiles":["00e000000000001AAA"]}"#,
        ] {
            let access: wire::Access = serde_json::from_str(json).unwrap();
            let kept = access_json(&access_in(&access).unwrap());
            assert_eq!(serde_json::from_str::<wire::Access>(&kept).unwrap(), access);
        }
        let bad = wire::Access::Profiles(vec!["nobody".into()]);
        assert_eq!(access_in(&bad).unwrap_err().fields, ["access"]);
    }
}
