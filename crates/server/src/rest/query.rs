//! `GET …/query?q=` and `…/queryAll?q=`: SOQL.

use axum::Json;
use axum::extract::State as Shared;
use openlma_app::Actor;
use openlma_core::{Code, Error};
use serde_json::{Value, json};

use super::Errors;
use super::address::Version;
use super::extract::{Params, Path};
use super::rows::Shape;
use crate::auth::RestUser;
use crate::state::State;

/// Runs a query over the records that are not deleted.
pub(super) async fn query(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path(version): Path<Version>,
    params: Params,
) -> Result<Json<Value>, Errors> {
    run(&state, &actor, &version, &params, false).await
}

/// Runs a query that sees the recycle bin too.
pub(super) async fn query_all(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path(version): Path<Version>,
    params: Params,
) -> Result<Json<Value>, Errors> {
    run(&state, &actor, &version, &params, true).await
}

async fn run(
    state: &State,
    actor: &Actor,
    version: &Version,
    params: &Params,
    include_deleted: bool,
) -> Result<Json<Value>, Errors> {
    for unserved in ["columns", "explain"] {
        if params.get(unserved).is_some() {
            let message = format!("the parameter '{unserved}' is not served; send q alone");
            return Err(Error::new(Code::MalformedQuery, message).into());
        }
    }
    let Some(text) = params.get("q") else {
        return Err(Error::new(Code::MalformedQuery, "the parameter 'q' is missing").into());
    };
    let (plan, answer) = state.app.query(actor, text, include_deleted).await?;
    let shape = Shape::of(&plan);
    let records: Vec<Value> = answer
        .rows
        .iter()
        .map(|row| shape.row(&actor.org.catalog, version, row))
        .collect();
    Ok(Json(json!({
        "totalSize": answer.total,
        "done": true,
        "records": records,
    })))
}
