//! The Salesforce-compatible doors under `/services`: OAuth, REST. One file per resource.
//!
//! Every path is served with and without a slash at the end and for any `vXX.X`. Nothing here
//! may answer with the framework's plain text, nor decide a rule.

mod address;
mod describe;
mod errors;
mod extract;
mod identity;
mod missing;
mod oauth;
mod query;
mod record;
mod record_json;
mod revoke;
mod rows;
mod sobjects;
mod token;
mod versions;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};
pub(crate) use errors::Errors;

use crate::state::State;

/// The routes below `/services`.
pub(crate) fn routes() -> Router<State> {
    let router = Router::new().fallback(missing::not_found);
    let resources = [
        ("/oauth2/token", post(token::grant)),
        ("/oauth2/revoke", post(revoke::revoke)),
        ("/oauth2/userinfo", get(identity::userinfo)),
        ("/data", get(versions::list)),
        ("/data/{version}", get(versions::resources)),
        ("/data/{version}/query", get(query::query)),
        ("/data/{version}/queryAll", get(query::query_all)),
        ("/data/{version}/sobjects", get(sobjects::list)),
        (
            "/data/{version}/sobjects/{object}/describe",
            get(sobjects::describe),
        ),
        ("/data/{version}/sobjects/{object}", post(record::create)),
        (
            "/data/{version}/sobjects/{object}/{id}",
            get(record::read)
                .patch(record::update)
                .delete(record::delete),
        ),
    ];
    resources
        .into_iter()
        .fold(router, serve)
        .layer(from_fn(missing::explain))
}

/// The routes outside `/services`: the identity address that token answers name.
pub(crate) fn identity_routes() -> Router<State> {
    serve(Router::new(), ("/id/{org}/{user}", get(identity::identity)))
        .layer(from_fn(missing::explain))
}

/// Serves a path with and without a slash at the end.
fn serve(router: Router<State>, (path, verbs): (&str, MethodRouter<State>)) -> Router<State> {
    router
        .route(path, verbs.clone())
        .route(&format!("{path}/"), verbs)
}
