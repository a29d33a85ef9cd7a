//! Keys for products (R-CHK-5). Their secrets are never kept at rest: a repeat of the request that
//! made one gets it worked out again, as long as it holds.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use openlma_app::App;
use openlma_app::actor::Caller;
use openlma_app::data::PublisherKey;
use openlma_app::keys::MintedKey;
use openlma_core::{Code, Error, Result};
use openlma_wire as wire;

use super::Problem;
use super::convert::{id, instant};
use super::describe::{IdempotencyKey, Posts, Reads};
use super::once::{Once, shown_once};
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// The publisher keys of the caller's org, the oldest first; an org has 100 at most. Needs Manage
/// Listings.
#[utoipa::path(
    get, path = "/keys", tag = "keys",
    responses((status = 200, description = "All of them, without their secrets", body = wire::Page<wire::Key>), Reads)
)]
pub(super) async fn list_keys(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
) -> Result<Json<wire::Page<wire::Key>>, Problem> {
    let keys = state.app.publisher_keys(&actor).await?;
    Ok(Json(wire::Page {
        items: keys.into_iter().map(listed).collect(),
        next: None,
    }))
}

/// Makes a publisher key of the caller's org. It checks every org where a package is installed that is
/// registered with that org. Needs Manage Listings.
#[utoipa::path(
    post, path = "/keys", tag = "keys", params(IdempotencyKey), request_body = wire::NewKey,
    responses((status = 201, description = "Made", body = wire::KeyMade), Posts)
)]
pub(super) async fn create_key(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    once: Option<Extension<Once>>,
    Json(new): Json<wire::NewKey>,
) -> Result<Response, Problem> {
    let once = once.map(|Extension(once)| once);
    let minted = match once.as_ref().and_then(|once| once.made) {
        Some(made) => state.app.replay_key(&actor, made).await?,
        None => {
            let scope = once.as_ref().map(|once| &once.scope);
            let app = &state.app;
            app.create_publisher_key(&actor, &new.name, scope).await?
        }
    };
    Ok((StatusCode::CREATED, answer(minted)?).into_response())
}

/// Gives a key another secret; the one of before ends at once. Of a publisher key by its id (needs
/// Manage Listings), of an installation key by the id of the org's copy (needs Download Packages).
#[utoipa::path(
    post, path = "/keys/{id}/rotate", tag = "keys",
    params(
        ("id" = String, Path, description = "The publisher key, or the copy (050) of an install"),
        IdempotencyKey
    ),
    responses((status = 200, description = "The new secret", body = wire::KeyMade), Posts)
)]
pub(super) async fn rotate_key(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    once: Option<Extension<Once>>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let once = once.map(|Extension(once)| once);
    let minted = match once.as_ref().and_then(|once| once.made) {
        Some(made) => state.app.replay_key(&actor, made).await?,
        None => {
            let scope = once.as_ref().map(|once| &once.scope);
            let key = id(&key, "id")?;
            state.app.rotate_key(&actor, key, scope).await?
        }
    };
    Ok(answer(minted)?)
}

/// Deletes a publisher key; it opens nothing from then on. Needs Manage Listings.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "keys",
    params(("id" = String, Path, description = "The publisher key")),
    responses((status = 204, description = "Deleted"), Reads)
)]
pub(super) async fn delete_key(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(key): Path<String>,
) -> Result<StatusCode, Problem> {
    let key = id(&key, "id")?;
    state.app.delete_publisher_key(&actor, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A kept answer as its repeat shows it: with the key that the first one showed, if it still holds.
pub(super) async fn replay(app: &App, caller: &Caller, kept: String) -> Result<String> {
    let broken = |e: serde_json::Error| Error::internal(format!("a kept answer: {e}"));
    let Caller::User(actor) = caller else {
        return Ok(kept);
    };
    let mut made: wire::KeyMade = serde_json::from_str(&kept).map_err(broken)?;
    match app.replay_key(actor, id(&made.id, "id")?).await {
        Ok(today) if today.generation == made.generation => made.key = Some(today.key),
        Ok(_) => {}
        Err(gone) if gone.code == Code::NotFound => {}
        Err(error) => return Err(error),
    }
    serde_json::to_string(&made).map_err(broken)
}

fn answer(minted: MintedKey) -> Result<Response> {
    let kept = wire::KeyMade {
        id: minted.id.to_string(),
        generation: minted.generation,
        key: None,
    };
    let shown = wire::KeyMade {
        key: Some(minted.key),
        ..kept.clone()
    };
    shown_once(&shown, &kept)
}

fn listed(key: PublisherKey) -> wire::Key {
    wire::Key {
        id: key.id.to_string(),
        name: key.name,
        generation: key.generation,
        created_by: key.created_by.to_string(),
        created_at: instant(key.created_at),
        rotated_at: key.rotated_at.map(instant),
    }
}
