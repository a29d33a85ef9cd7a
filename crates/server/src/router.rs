//! All routes under one roof, with what stands before every one of them.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn;
use axum::routing::any;
use axum::{Extension, Router};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::arrival::REQUEST_ID;
use crate::extract::BodyLimit;
use crate::state::{Settings, State};
use crate::{api, arrival, fence, operations, rest, ui};

/// The whole server as one service.
pub fn router(state: State) -> Router {
    let settings = Arc::clone(&state.settings);
    let routes = Router::new()
        .merge(operations::routes())
        .nest("/services", rest::routes())
        .merge(rest::identity_routes())
        .nest("/api/v1", api::router(&state))
        .route("/api/v1/", any(api::no_such_address))
        .merge(ui::routes())
        .with_state(state);
    with_middleware(routes, &settings)
}

/// Puts before routes what stands before every route of the server.
pub fn with_middleware(routes: Router, settings: &Settings) -> Router {
    routes
        .layer(from_fn(arrival::whole))
        // Told to whoever reads the body, so that each door refuses in its own shape (R-ERR-2).
        .layer(DefaultBodyLimit::max(settings.body_limit))
        .layer(Extension(BodyLimit(settings.body_limit)))
        .layer(from_fn(fence::fence))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(from_fn(arrival::named))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}
