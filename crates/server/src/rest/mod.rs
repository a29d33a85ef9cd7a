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
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
pub(crate) use errors::Errors;
pub(crate) use oauth::refusal as oauth_refusal;

use crate::state::State;

const GET: &str = "GET,HEAD";
const POST: &str = "POST";

/// An address, what serves it, and the verbs that are served.
type Resource = (&'static str, MethodRouter<State>, &'static str);

/// The routes below `/services`.
pub(crate) fn routes() -> Router<State> {
    let record = get(record::read)
        .patch(record::update)
        .delete(record::delete);
    let resources: [Resource; 11] = [
        ("/oauth2/token", post(token::grant), POST),
        ("/oauth2/revoke", post(revoke::revoke), POST),
        ("/oauth2/userinfo", get(identity::userinfo), GET),
        ("/data", get(versions::list), GET),
        ("/data/{version}", get(versions::resources), GET),
        ("/data/{version}/query", get(query::query), GET),
        ("/data/{version}/queryAll", get(query::query_all), GET),
        ("/data/{version}/sobjects", get(sobjects::list), GET),
        (
            "/data/{version}/sobjects/{object}",
            post(record::create),
            POST,
        ),
        (
            "/data/{version}/sobjects/{object}/describe",
            get(sobjects::describe),
            GET,
        ),
        (
            "/data/{version}/sobjects/{object}/{id}",
            record,
            "GET,HEAD,PATCH,DELETE",
        ),
    ];
    let router = Router::new().fallback(missing::not_found);
    resources.into_iter().fold(router, serve)
}

/// The routes outside `/services`: the identity address that token answers name.
pub(crate) fn identity_routes() -> Router<State> {
    serve(
        Router::new(),
        ("/id/{org}/{user}", get(identity::identity), GET),
    )
}

/// Serves a path with and without a slash at the end, and refuses other verbs in words.
fn serve(router: Router<State>, (path, verbs, allowed): Resource) -> Router<State> {
    let refuse = move |method: Method| async move { missing::wrong_verb(&method, allowed) };
    let verbs = verbs.fallback(refuse);
    router
        .route(path, verbs.clone())
        .route(&format!("{path}/"), verbs)
}
