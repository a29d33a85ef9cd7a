//! Holds every request and answer under `/api/v1` against the OpenAPI document: a status, a
//! parameter, a header, a member or a value that is not described stops the test.

mod parameters;
mod schema;

use std::sync::OnceLock;

use serde_json::Value as Json;

use self::schema::{conforms, resolve};
use crate::http::Answer;

/// Where the described addresses begin.
const BASE: &str = "/api/v1";

/// The OpenAPI document of the server.
#[must_use]
pub fn document() -> &'static Json {
    static DOCUMENT: OnceLock<Json> = OnceLock::new();
    DOCUMENT
        .get_or_init(|| serde_json::to_value(openlma_server::openapi()).expect("the description"))
}

/// Every described operation: verb in upper case, address with `{names}`.
#[must_use]
pub fn operations() -> Vec<(String, String)> {
    let paths = document()["paths"].as_object().expect("paths");
    let verbs = |(path, item): (&String, &Json)| {
        let verbs = item.as_object().expect("a path's operations").keys();
        let verbs =
            verbs.filter(|v| ["get", "post", "put", "patch", "delete"].contains(&v.as_str()));
        verbs
            .map(|verb| (verb.to_uppercase(), path.clone()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(verbs).collect()
}

/// What was sent.
pub(crate) struct Request<'a> {
    pub(crate) verb: &'a str,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// Checks one exchange. A request that was refused may be anything.
///
/// # Panics
/// When the document does not describe it.
pub(crate) fn check(request: &Request<'_>, answer: &Answer) {
    let Request { verb, target, .. } = *request;
    let path = target.split('?').next().unwrap_or_default();
    if path != BASE && !path.starts_with("/api/v1/") {
        return;
    }
    let told = || format!("{verb} {target} answered {} {}", answer.status, answer.text);
    let Some((template, operation)) = operation(verb, path) else {
        assert!(matches!(answer.status, 401 | 404 | 405 | 413), "{}", told());
        return problem(answer);
    };
    let status = answer.status.to_string();
    let described = resolve(&operation["responses"][&status]);
    assert!(!described.is_null(), "an undocumented status: {}", told());
    parameters::answered(described, answer).unwrap_or_else(|e| panic!("{e}: {}", told()));
    if answer.status >= 400 {
        return problem(answer);
    }
    parameters::sent(operation, template, request).unwrap_or_else(|e| panic!("{e}: {}", told()));
    if let Some(schema) = operation["requestBody"].get("content") {
        let sent: Json = serde_json::from_slice(request.body).expect("JSON was sent");
        let schema = &schema["application/json"]["schema"];
        conforms(schema, &sent).unwrap_or_else(|e| panic!("request, {e}: {verb} {target} {sent}"));
    }
    let Some(content) = described.get("content") else {
        assert_eq!(answer.text, "", "{}", told());
        return;
    };
    let schema = &content[&answer.content_type]["schema"];
    conforms(schema, &answer.json()).unwrap_or_else(|e| panic!("answer, {e}: {}", told()));
}

fn problem(answer: &Answer) {
    assert_eq!(
        answer.content_type, "application/problem+json",
        "{answer:?}"
    );
    let schema = &document()["components"]["schemas"]["Problem"];
    let body = answer.json();
    conforms(schema, &body).unwrap_or_else(|e| panic!("problem, {e}: {answer:?}"));
    assert_eq!(body["status"], answer.status, "{answer:?}");
    assert!(
        body["detail"].as_str().is_some_and(|d| !d.is_empty()),
        "{answer:?}"
    );
}

/// The operation of an address with its template, of several that fit the one with fewest names.
fn operation(verb: &str, path: &str) -> Option<(&'static String, &'static Json)> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        wanted.clone().count() == given.clone().count()
            && wanted
                .zip(given)
                .all(|(w, g)| w == g || (w.starts_with('{') && !g.is_empty()))
    };
    document()["paths"]
        .as_object()?
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .and_then(|(template, item)| Some((template, item.get(verb.to_lowercase())?)))
}
