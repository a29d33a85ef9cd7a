//! How a request arrives: small bodies are read before anything is decided.
//!
//! An answer given before the body has arrived (401, 404, 405) makes the connection useless for
//! a client that keeps it: what still arrives cannot be told from the next request, so the
//! connection ends, at times just as the next request is sent.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Bodies announced as larger, or not announced, are read by whoever wants them, bytes.
const SMALL: usize = 64 * 1024;

/// Reads a small body to its end, then passes the request on.
pub(crate) async fn whole(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if !announced.is_some_and(|length| (1..=SMALL).contains(&length)) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, SMALL).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        // The client went away in the middle: nobody reads this.
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
