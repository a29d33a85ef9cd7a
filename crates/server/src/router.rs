//! All routes under one roof, with what stands before every one of them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

use crate::state::{Settings, State};
use crate::{api, arrival, operations, rest, ui};

/// The longest that a request may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// Names a request in the log and in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

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
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            TIME_LIMIT,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
}

fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default();
    let error = openlma_core::Error::internal(format!("a handler panicked: {text}"));
    api::Problem(error).into_response()
}
