//! Our own verbs under `/api/v1`, described by OpenAPI. One file per subject.

mod problem;

pub(crate) use problem::{Problem, log};
use utoipa_axum::router::OpenApiRouter;

use crate::state::State;

/// The routes with their description.
pub(crate) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
}
