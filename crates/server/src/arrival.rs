//! How a request arrives: it is named for the log, and small bodies are read before anything is
//! decided.
//!
//! An answer given before the body has arrived (401, 404, 405) makes the connection useless for
//! a client that keeps it: what still arrives cannot be told from the next request, so the
//! connection ends, at times just as the next request is sent.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

/// Bodies announced as larger, or not announced, are read by whoever wants them, bytes.
const SMALL: usize = 64 * 1024;

/// Names a request in the log and in its answer.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Most characters of a request's name in the log; it may have come from outside.
const NAME: usize = 128;

/// Passes the request on, and has what is logged on its way say which request it was. The query
/// is left out: it names people.
pub(crate) async fn named(request: Request, next: Next) -> Response {
    let id = request
        .headers()
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // Never below the level of the lines that need it.
    let span = tracing::error_span!(
        "request",
        id = &id[..id.len().min(NAME)],
        method = %request.method(),
        path = request.uri().path(),
    );
    next.run(request).instrument(span).await
}

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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::body::Body;
    use axum::extract::Request;
    use axum::routing::get;
    use openlma_core::Error;
    use tower::ServiceExt;

    use super::REQUEST_ID;
    use crate::api::Problem;
    use crate::{Settings, with_middleware};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    async fn broken() -> Problem {
        Problem(Error::internal("the inside"))
    }

    /// R-ERR-1: what a caller saw is found in the log.
    #[tokio::test]
    async fn r_err_1_a_defect_is_logged_with_its_request() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .finish();
        let guard = tracing::subscriber::set_default(subscriber);
        let routes = Router::new().route("/api/v1/broken", get(broken));
        let service = with_middleware(routes, &Settings::new("http://127.0.0.1"));
        let request = Request::get("/api/v1/broken?user=ada@x.example")
            .header(REQUEST_ID, "r-17")
            .body(Body::empty())
            .unwrap();
        let answer = service.oneshot(request).await.unwrap();
        drop(guard);
        assert_eq!(answer.headers()[REQUEST_ID], "r-17");
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            log.contains("id=\"r-17\" method=GET path=\"/api/v1/broken\""),
            "{log}"
        );
        assert!(log.contains("the inside"), "{log}");
        assert!(!log.contains("ada"), "{log}");
    }
}
