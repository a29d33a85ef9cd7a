//! Details of a license, and its record's deletion (R-LIC-10, R-LIC-11).

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use openlma_app::Actor;
use openlma_app::details::Details;
use openlma_core::access::FieldAccess;
use openlma_core::catalog::Source;
use openlma_core::catalog::input::to_json;
use openlma_core::{Id, Record, Result};
use openlma_wire as wire;
use openlma_wire::words::DeleteConfirmation;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Problem;
use super::convert::{id, invalid};
use super::describe::{Reads, Writes};
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;
use crate::warning::warned;

/// Edits account, contact and custom fields of a license; terms are modified.
#[utoipa::path(
    patch, path = "/licenses/{id}", tag = "licenses",
    params(("id" = String, Path, description = "The license")),
    request_body = wire::LicenseDetails,
    responses((status = 200, description = "Its details", body = wire::LicenseEdited), Writes)
)]
pub(super) async fn edit_license(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
    Json(wanted): Json<wire::LicenseDetails>,
) -> Result<Json<wire::LicenseEdited>, Problem> {
    let license = id(&license, "id")?;
    let look_up = |wanted: &Option<Option<String>>, member: &str| {
        let given = |text: &Option<String>| text.as_deref().map(|t| id(t, member)).transpose();
        wanted.as_ref().map(given).transpose()
    };
    let details = Details {
        account: look_up(&wanted.account, "account")?,
        contact: look_up(&wanted.contact, "contact")?,
        fields: wanted.fields,
    };
    let record = state.app.edit_license(&actor, license, &details).await?;
    Ok(Json(edited(&actor, license, &record)))
}

fn edited(actor: &Actor, license: Id, record: &Record) -> wire::LicenseEdited {
    let object = record.object();
    let readable = |name: &str| {
        let field = object.field(name)?;
        actor
            .permissions
            .may_read_field(object, field)
            .then(|| record.get(name).as_id())
            .flatten()
            .map(|id| id.to_string())
    };
    let fields = object.fields().iter().enumerate();
    let custom = fields.filter(|(_, field)| {
        field.source == Source::Custom && actor.permissions.may_read_field(object, field)
    });
    wire::LicenseEdited {
        id: license.to_string(),
        account_id: readable("sfLma__Account__c"),
        contact_id: readable("sfLma__Contact__c"),
        fields: custom
            .map(|(i, field)| (field.name.to_string(), to_json(field, record.at(i))))
            .collect(),
    }
}

/// What a deletion is asked with.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// `deletes_license`; without it the deletion is refused with `CONFIRMATION_REQUIRED`.
    #[param(inline, value_type = Option<DeleteConfirmation>)]
    confirm: Option<String>,
}

/// Deletes the record of a license, to the recycle bin. Meant for the license of a deleted org; that of
/// a live install comes back with the next refresh, and the answer says so in `Warning`.
#[utoipa::path(
    delete, path = "/licenses/{id}", tag = "licenses",
    params(("id" = String, Path, description = "The license"), Deletion),
    responses(
        (
            status = 204, description = "Deleted",
            headers(("warning" = String, description = "What the guide warns of: 299 - \"…\"."))
        ),
        Reads
    )
)]
pub(super) async fn delete_license(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(license): Path<String>,
    Query(deletion): Query<Deletion>,
) -> Result<Response, Problem> {
    let license = id(&license, "id")?;
    let confirmed = confirmed(deletion.confirm.as_deref())?;
    let deleted = state.app.delete_license(&actor, license, confirmed).await?;
    Ok((StatusCode::NO_CONTENT, warned(deleted)).into_response())
}

fn confirmed(confirm: Option<&str>) -> Result<bool> {
    match confirm {
        None => Ok(false),
        Some(word) if DeleteConfirmation::ALL.contains(&word) => Ok(true),
        Some(word) => Err(invalid(
            "confirm",
            format!("confirm: {word} is nothing to confirm; allowed is deletes_license"),
        )),
    }
}
