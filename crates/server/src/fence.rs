//! The fence around every handler: one that takes too long or panics is answered for, in the
//! shape of the door that was asked (R-ERR-2). No other error is made here.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openlma_core::Error;

use crate::{api, rest, ui};

/// The longest that a request may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Runs what follows within the time limit, and catches its panic.
pub(crate) async fn fence(request: Request, next: Next) -> Response {
    let refuse = shape(request.uri().path());
    let running = catching(next.run(request));
    match tokio::time::timeout(TIME_LIMIT, running).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => refuse(panicked(panic.as_ref())),
        Err(_) => refuse(too_long()),
    }
}

/// How the door that serves a path tells an error.
fn shape(path: &str) -> fn(Error) -> Response {
    let below = |door: &str| path.starts_with(door);
    if below("/services/oauth2/") {
        rest::oauth_refusal
    } else if below("/services/") || below("/id/") {
        |error| rest::Errors::from(error).into_response()
    } else if path == "/" || path == "/sign-in" || below("/o/") {
        ui::refusal
    } else {
        |error| api::Problem(error).into_response()
    }
}

/// The future's outcome, or what it panicked with.
async fn catching<T>(future: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(polled) => polled.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        },
    )
    .await
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or_default();
    Error::internal(format!("a handler panicked: {text}"))
}

fn too_long() -> Error {
    Error {
        message: "the server did not finish this request within 60 seconds; see whether it took \
                  effect before you try again"
            .into(),
        ..Error::unavailable("a request reached the time limit")
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::header;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    async fn broken() {
        panic!("the inside")
    }

    async fn never() {
        std::future::pending().await
    }

    async fn ask(path: &str, routes: Router) -> (u16, String, String) {
        let routes = routes.layer(from_fn(fence));
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = routes.oneshot(request).await.unwrap();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
        let (status, kind) = (response.status().as_u16(), kind.to_owned());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    /// R-ERR-2: each door tells a defect and the end of the time in its own shape.
    #[tokio::test(start_paused = true)]
    async fn r_err_2_every_door_has_its_shape() {
        let doors = [
            ("/api/v1/orgs", "application/problem+json", "\"detail\":"),
            ("/services/data/v62.0", "application/json", "[{"),
            ("/id/a/b", "application/json", "[{"),
            (
                "/services/oauth2/token",
                "application/json",
                "\"error_description\":",
            ),
            ("/o/example", "text/html; charset=utf-8", "<!"),
        ];
        for (path, kind, part) in doors {
            for (routes, wanted) in [
                (Router::new().route(path, get(broken)), 500),
                (Router::new().route(path, get(never)), 503),
            ] {
                let (status, found, body) = ask(path, routes).await;
                assert_eq!((status, found.as_str()), (wanted, kind), "{path}");
                assert!(body.to_lowercase().contains(part), "{path}: {body}");
                assert!(!body.contains("the inside"), "{path}: {body}");
            }
        }
    }
}
