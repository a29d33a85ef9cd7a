//! The pages under `/` and `/o/<domain>/…`, rendered on the server.

use axum::Router;

use crate::state::State;

/// The routes.
pub(crate) fn routes() -> Router<State> {
    Router::new()
}
