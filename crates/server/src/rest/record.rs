//! `POST …/sobjects/T`, and `GET`, `PATCH`, `DELETE` of `…/sobjects/T/ID`.

use axum::Json;
use axum::extract::State as Shared;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openlma_core::{Code, Error};
use serde_json::{Value, json};

use super::address::{Version, record_id};
use super::extract::{Body, Params, Path};
use super::record_json::{View, record_json, wanted};
use super::{Errors, missing};
use crate::auth::RestUser;
use crate::state::State;
use crate::warning::warned;

/// One record, whole or with the fields of `?fields=`.
pub(super) async fn read(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((version, object, id)): Path<(Version, String, String)>,
    params: Params,
) -> Result<Json<Value>, Errors> {
    let object = state.app.object(&actor, &object)?;
    let id = record_id(object, &id)?;
    let access = actor.permissions.as_ref();
    let fields = wanted(object, access, params.filled("fields"))?;
    let found = state.app.record(&actor, object, id).await;
    let record = found.map_err(|e| at_address(vec![e]))?;
    let view = View {
        access,
        zone: &actor.org.zone,
        now: state.app.now(),
        version: &version,
    };
    Ok(Json(record_json(&record, &fields, &view)))
}

/// Creates a record; 201 with its id and its address.
pub(super) async fn create(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((version, object)): Path<(Version, String)>,
    Body(body): Body,
) -> Result<Response, Errors> {
    let object = state.app.object(&actor, &object)?;
    if !object.ops.createable {
        return Ok(missing::wrong_verb(&Method::POST, ""));
    }
    let made = state.app.create_json(&actor, object, &body).await?;
    let (id, address) = (made.done, version.record(object.name, made.done));
    let body = json!({"id": id, "success": true, "errors": []});
    Ok((
        StatusCode::CREATED,
        warned(made.warning),
        [(header::LOCATION, address)],
        Json(body),
    )
        .into_response())
}

/// Changes a record; 204.
pub(super) async fn update(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((_, object, id)): Path<(Version, String, String)>,
    Body(body): Body,
) -> Result<Response, Errors> {
    let object = state.app.object(&actor, &object)?;
    let id = record_id(object, &id)?;
    let saved = state.app.update_json(&actor, object, id, &body).await;
    let warning = saved.map_err(at_address)?.warning;
    Ok((StatusCode::NO_CONTENT, warned(warning)).into_response())
}

/// Deletes a record; 204.
pub(super) async fn delete(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((_, object, id)): Path<(Version, String, String)>,
) -> Result<Response, Errors> {
    let object = state.app.object(&actor, &object)?;
    let id = record_id(object, &id)?;
    let deleted = state.app.delete_one(&actor, object, id).await;
    let warning = deleted.map_err(at_address)?.warning;
    Ok((StatusCode::NO_CONTENT, warned(warning)).into_response())
}

/// A record that is not there is an address that leads nowhere.
fn at_address(mut errors: Vec<Error>) -> Errors {
    for error in errors.iter_mut().filter(|e| e.code == Code::NotFound) {
        *error = missing::no_resource();
    }
    errors.into()
}
