//! Refreshing licenses (R-REF-1), and how background jobs stand.

use axum::http::StatusCode;
use openlma_app::data::Job;
use openlma_app::refresh::Progress;
use openlma_core::Result;
use openlma_core::id::prefix;
use openlma_wire as wire;

use super::Problem;
use super::convert::{id, instant};
use super::describe::{IdempotencyKey, Posts, Reads};
use super::reading::Paging;
use crate::auth::User;
use crate::extract::{Json, Path, Query};
use crate::state::State;

/// Begins to bring the licenses of a package in line with its installs. Asked of the business org;
/// once in so many days.
#[utoipa::path(
    post, path = "/packages/{id}/refresh", tag = "licenses",
    params(("id" = String, Path, description = "The package (033) or its Package record"), IdempotencyKey),
    responses((status = 202, description = "Begun", body = wire::Job), Posts)
)]
pub(super) async fn refresh_package(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(package): Path<String>,
) -> Result<(StatusCode, Json<wire::Job>), Problem> {
    let package = id(&package, "id")?;
    let job = state.app.refresh_package(&actor, package).await?;
    Ok((StatusCode::ACCEPTED, Json(shown(job)?)))
}

/// One background job, with its progress.
#[utoipa::path(
    get, path = "/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, description = "The job")),
    responses((status = 200, description = "The job", body = wire::Job), Reads)
)]
pub(super) async fn get_job(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Path(job): Path<String>,
) -> Result<Json<wire::Job>, Problem> {
    let job = state.app.background_job(&actor, id(&job, "id")?).await?;
    Ok(Json(shown(job)?))
}

/// Background jobs of the caller's org, newest first.
#[utoipa::path(
    get, path = "/jobs", tag = "jobs", params(Paging),
    responses((status = 200, description = "A page of them", body = wire::Page<wire::Job>), Reads)
)]
pub(super) async fn list_jobs(
    axum::extract::State(state): axum::extract::State<State>,
    User(actor): User,
    Query(paging): Query<Paging>,
) -> Result<Json<wire::Page<wire::Job>>, Problem> {
    let before = paging.after(Some(prefix::JOB))?;
    let limit = i64::from(paging.limit()?) + 1;
    let mut rows = state.app.background_jobs(&actor, before, limit).await?;
    let next = paging.cut(&mut rows, |job| job.id.to_string())?;
    let items = rows.into_iter().map(shown).collect::<Result<_>>()?;
    Ok(Json(wire::Page { items, next }))
}

fn shown(job: Job) -> Result<wire::Job> {
    let progress = Progress::parse(&job.progress)?;
    let counts = progress.counts;
    let failures = progress.failures.into_iter();
    Ok(wire::Job {
        id: job.id.to_string(),
        kind: job.kind,
        subject_id: job.subject.to_string(),
        state: job.state,
        reason: job.reason,
        counts: wire::RefreshCounts {
            total: counts.total,
            seen: counts.seen,
            made: counts.made,
            corrected: counts.corrected,
            terms_sent: counts.terms_sent,
            vanished: counts.vanished,
            left: counts.left,
            failed: counts.failed,
        },
        failures: failures
            .map(|f| wire::RefreshFailure {
                org_id: f.org.to_string(),
                package_license_id: f.package_license.to_string(),
                code: f.code,
                reason: f.reason,
            })
            .collect(),
        requested_by: job.requested_by.to_string(),
        requested_at: instant(job.requested_at),
        finished_at: job.finished_at.map(instant),
    })
}
