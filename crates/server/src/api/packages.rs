//! Packages and their versions (R-PKG-1), and who gets their leads (R-LEAD-2).

use axum::http::StatusCode;
use openlma_app::Actor;
use openlma_app::data::{Package, Registration, Version};
use openlma_app::publish::{NewVersion, number_of};
use openlma_core::catalog::names;
use openlma_core::id::prefix;
use openlma_core::license::DefaultValues;
use openlma_core::package::VersionNumber;
use openlma_core::{Code, Error, Id, Result};
use openlma_wire as wire;

use super::Problem;
use super::convert::{id, instant};
use super::describe::{IdempotencyKey, Posts, Reads, Writes};
use super::publish::defaults_out;
use super::reading::{By, Filter, List};
use crate::auth::User;
use crate::extract::{Json, Path};
use crate::state::State;

/// Makes a package in the caller's org, which becomes a packaging org.
#[utoipa::path(
    post, path = "/packages", tag = "publishing", params(IdempotencyKey),
    request_body = wire::NewPackage,
    responses((status = 201, description = "Made", body = wire::Package), Posts)
)]
pub(super) async fn create_package(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Json(new): Json<wire::NewPackage>,
) -> Result<(StatusCode, Json<wire::Package>), Problem> {
    let made = state
        .app
        .create_package(&actor, &new.name, new.namespace.as_deref())
        .await?;
    let (package, versions) = state.app.package(&actor, made).await?;
    Ok((StatusCode::CREATED, Json(shown(&package, Some(&versions))?)))
}

/// The packages of the caller's org and of the packaging orgs that it is connected with.
#[utoipa::path(
    get, path = "/packages", tag = "publishing",
    responses((status = 200, description = "All of them", body = wire::Page<wire::Package>), Reads)
)]
pub(super) async fn list_packages(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
) -> Result<Json<wire::Page<wire::Package>>, Problem> {
    let packages = state.app.packages(&actor).await?;
    let items = packages.iter().map(|p| shown(p, None));
    Ok(Json(wire::Page {
        items: items.collect::<Result<_>>()?,
        next: None,
    }))
}

/// One package with its versions.
#[utoipa::path(
    get, path = "/packages/{id}", tag = "publishing",
    params(("id" = String, Path, description = "The package (033)")),
    responses((status = 200, description = "The package", body = wire::Package), Reads)
)]
pub(super) async fn get_package(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
) -> Result<Json<wire::Package>, Problem> {
    let package = id(&package, "id")?;
    let (package, versions) = state.app.package(&actor, package).await?;
    Ok(Json(shown(&package, Some(&versions))?))
}

/// Uploads a version. The business org of a registered package hears of it.
#[utoipa::path(
    post, path = "/packages/{id}/versions", tag = "publishing",
    params(("id" = String, Path, description = "The package (033)"), IdempotencyKey),
    request_body = wire::NewVersion,
    responses((status = 201, description = "Uploaded", body = wire::Version), Posts)
)]
pub(super) async fn upload_version(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Json(new): Json<wire::NewVersion>,
) -> Result<(StatusCode, Json<wire::Version>), Problem> {
    let package = id(&package, "id")?;
    let new = NewVersion {
        number: VersionNumber::parse(&new.version)?,
        name: new.name,
        beta: new.beta,
        notes: new.notes,
        artifact_url: new.artifact_url,
        artifact_sha256: new.artifact_sha256,
    };
    let made = state.app.upload_version(&actor, package, &new).await?;
    let (_, versions) = state.app.package(&actor, package).await?;
    let version = versions.iter().find(|v| v.id == made);
    let version = version.ok_or_else(|| Error::internal("a version vanished"))?;
    Ok((StatusCode::CREATED, Json(version_shown(version))))
}

/// Deprecates a version: it takes no new installs and no upgrades from now on, and whoever has it
/// keeps it. Asked of the packaging org; once more changes nothing.
#[utoipa::path(
    post, path = "/versions/{id}/deprecate", tag = "publishing",
    params(("id" = String, Path, description = "The version (04t)"), IdempotencyKey),
    responses((status = 200, description = "Deprecated", body = wire::Version), Posts)
)]
pub(super) async fn deprecate_version(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(version): Path<String>,
) -> Result<Json<wire::Version>, Problem> {
    let version = state.app.deprecate(&actor, id(&version, "id")?).await?;
    Ok(Json(version_shown(&version)))
}

/// Sets who owns the leads of a package from now on. Asked of the business org.
#[utoipa::path(
    put, path = "/packages/{id}/lead-manager", tag = "publishing",
    params(("id" = String, Path, description = "The package (033) or its Package record")),
    request_body = wire::LeadManager,
    responses((status = 200, description = "Set", body = wire::LeadManagerSet), Writes)
)]
pub(super) async fn set_lead_manager(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
    Json(wanted): Json<wire::LeadManager>,
) -> Result<Json<wire::LeadManagerSet>, Problem> {
    let record = package_record(&state, &actor, id(&package, "id")?).await?;
    let user = wanted.user.as_deref().map(|u| id(u, "user")).transpose()?;
    let user = user.map(|u| u.to_string());
    let object = state.app.object(&actor, names::PACKAGE)?;
    let change = [("sfLma__Lead_Manager__c".to_owned(), user.clone().into())];
    state
        .app
        .update_json(&actor, object, record, &change.into_iter().collect())
        .await?;
    Ok(Json(wire::LeadManagerSet {
        package_record_id: record.to_string(),
        user,
    }))
}

/// The Package record of a package id; any other id is taken for the record's own.
async fn package_record(state: &State, actor: &Actor, package: Id) -> Result<Id> {
    if package.prefix() != prefix::METADATA_PACKAGE {
        return Ok(package);
    }
    let mut filter = Filter::default();
    filter.is_id("sfLma__Package_ID__c", package);
    let list = List {
        object: names::PACKAGE,
        columns: &["Id"],
        filter,
        by: By::Oldest,
    };
    let found = list.first(&state.app, actor).await?;
    found
        .and_then(|row| row.id("Id"))
        .ok_or_else(|| Error::new(Code::NotFound, "this org has no record of such a package"))
}

/// A package as it is shown; its versions only when it is asked for by itself.
pub(super) fn shown(package: &Package, versions: Option<&[Version]>) -> Result<wire::Package> {
    let registration = package.registration.as_ref().map(registration_shown);
    Ok(wire::Package {
        id: package.id.to_string(),
        name: package.name.clone(),
        namespace: package.namespace.clone(),
        managed: package.managed,
        packaging_org_id: package.packaging_org.to_string(),
        developer: package.developer.clone(),
        registration: registration.transpose()?,
        versions: versions.map(|all| all.iter().map(version_shown).collect()),
    })
}

fn registration_shown(registration: &Registration) -> Result<wire::Registration> {
    let defaults: DefaultValues = serde_json::from_str(&registration.defaults)
        .map_err(|e| Error::internal(format!("stored default values: {e}")))?;
    Ok(wire::Registration {
        org_id: registration.org.to_string(),
        state: registration.state.clone(),
        reason: registration.reason.clone(),
        hold_installs: registration.hold_installs,
        defaults: defaults_out(&defaults),
    })
}

fn version_shown(version: &Version) -> wire::Version {
    wire::Version {
        id: version.id.to_string(),
        package_id: version.package.to_string(),
        version: number_of(version).to_string(),
        name: version.name.clone(),
        beta: !version.released,
        deprecated: version.deprecated,
        uploaded_at: version.uploaded_at.map(instant),
    }
}
