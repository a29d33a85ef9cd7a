//! Users and OAuth clients of the caller's org (R-USR-3, R-SEAT-2).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use openlma_app::users::NewUser;
use openlma_wire as wire;
use openlma_wire::words::Grant;

use super::Problem;
use super::convert::{id, invalid};
use super::describe::{IdempotencyKey, Posts, Writes};
use super::once::shown_once;
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Makes a user.
#[utoipa::path(
    post, path = "/users", tag = "users", params(IdempotencyKey), request_body = wire::NewUser,
    responses((status = 201, description = "Made", body = wire::Made), Posts)
)]
pub(super) async fn create_user(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewUser>,
) -> Result<(StatusCode, Json<wire::Made>), Problem> {
    let user = state.app.create_user(&actor, &new_user(new)).await?;
    let made = wire::Made {
        id: user.to_string(),
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Switches a user on or off, or gives the user another profile. A user who is switched off keeps the
/// seat and is not licensed.
#[utoipa::path(
    patch, path = "/users/{id}", tag = "users",
    params(("id" = String, Path, description = "The user")),
    request_body = wire::UserChange,
    responses((status = 204, description = "Changed"), Writes)
)]
pub(super) async fn change_user(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(user): Path<String>,
    Json(change): Json<wire::UserChange>,
) -> Result<StatusCode, Problem> {
    let user = id(&user, "id")?;
    if let Some(profile) = &change.profile {
        state.app.set_user_profile(&actor, user, profile).await?;
    }
    if let Some(active) = change.active {
        state.app.set_user_active(&actor, user, active).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Makes an OAuth client. Its secret is shown once.
#[utoipa::path(
    post, path = "/clients", tag = "users", params(IdempotencyKey), request_body = wire::NewClient,
    responses((status = 201, description = "Made", body = wire::ClientMade), Posts)
)]
pub(super) async fn create_client(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewClient>,
) -> Result<Response, Problem> {
    check_client(&new)?;
    let run_as = new.run_as.as_deref().map(|u| id(u, "run_as")).transpose()?;
    let grants: Vec<&str> = new.grants.iter().map(String::as_str).collect();
    let made = state
        .app
        .create_client(&actor, &new.name, &grants, run_as)
        .await?;
    let shown = wire::ClientMade {
        client_id: made.client_id,
        client_secret: Some(made.client_secret),
    };
    let kept = wire::ClientMade {
        client_secret: None,
        ..shown.clone()
    };
    Ok((StatusCode::CREATED, shown_once(&shown, &kept)?).into_response())
}

fn check_client(new: &wire::NewClient) -> openlma_core::Result<()> {
    let unknown = |g: &&String| !Grant::ALL.contains(&g.as_str());
    if new.grants.is_empty() || new.grants.iter().any(|g| unknown(&g)) {
        let allowed = Grant::ALL.join(", ");
        return Err(invalid("grants", format!("grants: give some of {allowed}")));
    }
    let acts = new.grants.iter().any(|g| g == "client_credentials");
    if acts && new.run_as.is_none() {
        return Err(invalid(
            "run_as",
            "run_as: client_credentials need the user as whom the client acts",
        ));
    }
    Ok(())
}

/// A user as the use cases take it.
pub(super) fn new_user(new: wire::NewUser) -> NewUser {
    NewUser {
        username: new.username,
        first_name: new.first_name,
        last_name: new.last_name,
        email: new.email,
        password: new.password,
        profile: new.profile,
        external_id: new.external_id,
        company: new.company,
        country: new.country,
        state: new.state,
    }
}
