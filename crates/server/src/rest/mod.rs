//! The Salesforce-compatible doors under `/services`: OAuth, REST. One file per resource.

mod errors;

use axum::Router;
pub(crate) use errors::Errors;

use crate::state::State;

/// The routes.
pub(crate) fn routes() -> Router<State> {
    Router::new()
}
