//! `GET …/sobjects` and `GET …/sobjects/T/describe`: the objects that the caller may read.

use axum::Json;
use axum::extract::State as Shared;
use openlma_core::access::FieldAccess;
use serde_json::{Value, json};

use super::Errors;
use super::address::Version;
use super::describe::{Describer, ObjectBody};
use super::extract::Path;
use crate::auth::RestUser;
use crate::state::State;

/// The objects, without their fields.
pub(super) async fn list(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path(version): Path<Version>,
) -> Result<Json<Value>, Errors> {
    let describer = Describer::of(&actor, &version, &state.settings.public_url);
    let readable = actor
        .org
        .catalog
        .objects()
        .iter()
        .filter(|object| actor.permissions.may_read_object(object));
    let sobjects: Vec<_> = readable.map(|object| describer.brief(object)).collect();
    Ok(Json(json!({
        "encoding": "UTF-8",
        "maxBatchSize": 200,
        "sobjects": sobjects,
    })))
}

/// One object with its fields.
pub(super) async fn describe(
    Shared(state): Shared<State>,
    RestUser(actor): RestUser,
    Path((version, object)): Path<(Version, String)>,
) -> Result<Json<ObjectBody>, Errors> {
    let object = state.app.object(&actor, &object)?;
    let describer = Describer::of(&actor, &version, &state.settings.public_url);
    Ok(Json(describer.object(object)))
}
