//! The pages under `/` and `/o/<domain>/…`, rendered on the server, complete without script.
//!
//! One list page and one record page serve every object of the catalogue; what differs between
//! objects is declared in `layout`. No rule is decided here, and nothing is read past the query
//! language, where object and field security hold.

mod answer;
mod assets;
mod cookies;
mod format;
mod frame;
mod guard;
mod home;
mod keyset;
mod layout;
mod list;
mod problem;
mod reading;
mod record;
mod record_layout;
mod seat_bar;
mod shown;
mod sign_in;
mod table;
mod visitor;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::state::State;
pub(crate) use problem::refusal;

/// The routes, and the page for addresses that nobody serves.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/", get(sign_in::form))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/assets/{name}", get(assets::serve))
        .route("/o/{domain}", get(home::home))
        .route("/o/{domain}/", get(home::home))
        .route("/o/{domain}/sign-out", post(sign_in::sign_out))
        .route("/o/{domain}/{object}", get(list::list))
        .route("/o/{domain}/{object}/{id}", get(record::record))
        .route(
            "/o/{domain}/{object}/{id}/{*rest}",
            get(problem::nothing_there),
        )
        .fallback(problem::nothing_here)
        .layer(from_fn(answer::headers))
}
