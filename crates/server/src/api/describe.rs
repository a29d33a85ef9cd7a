//! The description of `/api/v1` (OpenAPI 3.1), made from the routes themselves.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    self, ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ResponseBuilder, tag::TagBuilder,
};
use utoipa::{IntoParams, IntoResponses};
use utoipa_axum::router::OpenApiRouter;

use super::answer_headers;
use super::problem::CONTENT_TYPE;

/// Name of the security scheme.
const BEARER: &str = "bearer";

/// What each status of a problem means here.
const PROBLEMS: &[(u16, &str)] = &[
    (
        400,
        "What was sent breaks a rule; `code` and `fields` say which.",
    ),
    (401, "No token or key, or one that has ended."),
    (403, "The caller lacks a permission."),
    (
        404,
        "There is no such thing, or none that the caller may know of.",
    ),
    (
        409,
        "Two users fit, a danger is to be confirmed, or the first such request still runs.",
    ),
    (413, "The body is larger than is taken."),
    (422, "The Idempotency-Key was used with another body."),
    (500, "A defect; the server's log has the incident."),
    (503, "Too busy, or the database is out of reach; try again."),
];

/// The subjects, in reading order.
const TAGS: &[(&str, &str)] = &[
    ("orgs", "Orgs and their License Management App."),
    ("users", "Users and OAuth clients of an org."),
    (
        "publishing",
        "Packages, versions, connections, registrations.",
    ),
    ("installs", "Installs in the subscriber's org."),
    ("check", "Is this user licensed?"),
    ("keys", "Keys with which products ask that."),
    ("seats", "Seats in the subscriber's org."),
    ("licenses", "Licenses in the publisher's business org."),
    ("leads", "Leads in the publisher's business org."),
    ("jobs", "Background jobs and their progress."),
    ("messages", "What waits between orgs, and why."),
    ("records", "Records of any object."),
    ("fields", "Custom fields."),
    ("about", "This description."),
];

macro_rules! problems {
    ($($(#[$doc:meta])+ $name:ident: $($status:literal)+;)+) => {$(
        $(#[$doc])+
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<openapi::Response>> {
                [$($status),+].into_iter().map(reference).collect()
            }
        }
    )+};
}

problems! {
    /// What every reading operation may refuse with.
    Reads: 400 401 403 404 409 500 503;
    /// What operations that take a body may refuse with.
    Writes: 400 401 403 404 409 413 500 503;
    /// What operations that take an `Idempotency-Key` may refuse with.
    Posts: 400 401 403 404 409 413 422 500 503;
}

fn reference(status: u16) -> (String, RefOr<openapi::Response>) {
    let name = format!("Problem{status}");
    (status.to_string(), Ref::from_response_name(name).into())
}

/// The header of requests that may be sent twice (R-INS-9).
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the layer, described here")]
pub(super) struct IdempotencyKey {
    /// Sent again with the same key within 24 hours, the request does nothing new and gets the
    /// first answer. 1-255 visible ASCII characters.
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 255)]
    key: Option<String>,
}

/// The description of `/api/v1`.
#[must_use]
pub fn openapi() -> OpenApi {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    let mut components = ComponentsBuilder::new()
        .schema_from::<openlma_wire::Problem>()
        .security_scheme(
            BEARER,
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    for (status, meaning) in PROBLEMS {
        let described = ResponseBuilder::new()
            .description(*meaning)
            .content(CONTENT_TYPE, problem.clone());
        let described = answer_headers::of_problem(*status)
            .fold(described, |all, (name, header)| all.header(name, header));
        components = components.response(format!("Problem{status}"), described);
    }
    let base = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("openlma")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "The verbs of a self-hosted License Management App. The token selects the org.",
                ))
                .license(Some(openapi::License::new("Apache-2.0"))),
        )
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new(
            BEARER,
            Vec::<String>::new(),
        )]))
        .tags(Some(TAGS.iter().map(|(name, about)| {
            TagBuilder::new()
                .name(*name)
                .description(Some(*about))
                .build()
        })))
        .build();
    let mut described = OpenApiRouter::with_openapi(base)
        .nest("/api/v1", super::routes())
        .into_openapi();
    answer_headers::describe_successes(&mut described);
    described
}

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "about", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
pub(super) async fn document() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| serde_json::to_string(&openapi()).unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use openlma_core::license::Status;
    use openlma_core::license::check::Reason;
    use openlma_core::license::expiry::EffectiveStatus;
    use openlma_core::org::{Edition, OrgStatus};
    use openlma_wire::words;
    use serde_json::Value as Json;

    use super::openapi;

    fn document() -> Json {
        serde_json::to_value(openapi()).unwrap()
    }

    /// Every reference in `at` leads somewhere.
    fn references_hold(document: &Json, at: &Json) {
        match at {
            Json::Object(members) => {
                if let Some(name) = members.get("$ref").and_then(Json::as_str) {
                    let target = document.pointer(name.trim_start_matches('#'));
                    assert!(target.is_some(), "{name}");
                }
                members.values().for_each(|v| references_hold(document, v));
            }
            Json::Array(items) => items.iter().for_each(|v| references_hold(document, v)),
            _ => {}
        }
    }

    /// R-ERR-1, R-INS-9: every operation describes its problems, every POST its key.
    #[test]
    fn r_err_1_r_ins_9_operations_are_described() {
        let document = document();
        references_hold(&document, &document);
        let mut names = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            assert!(path.starts_with("/api/v1/"), "{path}");
            for (verb, operation) in item.as_object().unwrap() {
                let at = format!("{verb} {path}");
                assert!(names.insert(operation["operationId"].to_string()), "{at}");
                assert!(operation["summary"].is_string(), "{at}");
                if path.ends_with("/openapi.json") {
                    continue;
                }
                let responses = operation["responses"].as_object().unwrap();
                for status in ["400", "401", "403", "404", "500", "503"] {
                    assert!(responses.contains_key(status), "{at} {status}");
                }
                let parameters = operation["parameters"].as_array();
                let has_key = parameters
                    .is_some_and(|all| all.iter().any(|p| p["name"] == "Idempotency-Key"));
                assert_eq!(has_key, verb == "post", "{at}");
            }
        }
    }

    /// R-ORG-2, R-LIC-2, R-CHK-2: the words of the description are those of the rules.
    #[test]
    fn r_chk_2_words_are_those_of_the_rules() {
        fn same<T: Copy>(words: &[&str], all: &[T], text: fn(T) -> &'static str) {
            assert_eq!(words, all.iter().map(|w| text(*w)).collect::<Vec<_>>());
        }
        same(words::Reason::ALL, Reason::ALL, Reason::as_str);
        same(words::LicenseStatus::ALL, Status::ALL, Status::as_str);
        same(
            words::EffectiveStatus::ALL,
            EffectiveStatus::ALL,
            EffectiveStatus::as_str,
        );
        same(words::OrgStatus::ALL, OrgStatus::ALL, OrgStatus::as_str);
        same(words::Edition::ALL, Edition::ALL, Edition::as_str);
    }
}
