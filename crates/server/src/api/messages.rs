//! What waits in the caller's org, and why (R-SYN-2).

use openlma_app::data::Waiting;
use openlma_core::Result;
use openlma_core::id::prefix;
use openlma_wire as wire;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::{id, instant, invalid};
use super::describe::{IdempotencyKey, Posts, Reads};
use super::reading::Paging;
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `waiting`, the only state that is listed.
    state: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Most rows of the page; 100 when not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Messages that wait, oldest first.
#[utoipa::path(
    get, path = "/messages", tag = "messages", params(Wanted),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::Message>), Reads)
)]
pub(super) async fn list_messages(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(wanted): Query<Wanted>,
) -> Result<Json<wire::Page<wire::Message>>, Problem> {
    if wanted.state.as_deref().is_some_and(|s| s != "waiting") {
        return Err(invalid("state", "state: only waiting messages are listed").into());
    }
    let paging = Paging {
        cursor: wanted.cursor,
        limit: wanted.limit,
    };
    let after = paging.after(Some(prefix::MESSAGE))?;
    let limit = i64::from(paging.limit()?) + 1;
    let mut rows = state.app.waiting(&actor, after, limit).await?;
    let next = paging.cut(&mut rows, |row| row.message.id.to_string())?;
    Ok(Json(wire::Page {
        items: rows.into_iter().map(shown).collect(),
        next,
    }))
}

/// Tries a waiting message now, and what waits behind it.
#[utoipa::path(
    post, path = "/messages/{id}/retry", tag = "messages",
    params(("id" = String, Path, description = "The message"), IdempotencyKey),
    responses((status = 200, description = "How it ended", body = wire::Retried), Posts)
)]
pub(super) async fn retry_message(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(message): Path<String>,
) -> Result<Json<wire::Retried>, Problem> {
    let waits = state.app.retry(&actor, id(&message, "id")?).await?;
    Ok(Json(wire::Retried {
        done: waits.is_none(),
        message: waits.map(shown),
    }))
}

fn shown(waiting: Waiting) -> wire::Message {
    wire::Message {
        id: waiting.message.id.to_string(),
        kind: waiting.message.kind,
        from_org_id: waiting.message.other_org.to_string(),
        queue_id: waiting.message.queue.to_string(),
        received_at: instant(waiting.received_at),
        due_at: instant(waiting.due_at),
        attempts: waiting.message.attempts,
        code: waiting.code,
        reason: waiting.reason,
        fix: waiting.fix,
    }
}
