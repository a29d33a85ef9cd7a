//! The headers that answers of `/api/v1` have of their own, and their description.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Object, OpenApi, RefOr, Response, Type};

/// Stands in answers that repeat the first one to an `Idempotency-Key` (R-INS-9).
pub(super) const REPLAYED: &str = "idempotent-replayed";

/// Header, its type, what it says, and the statuses of problems that may have it.
const OF_PROBLEMS: [(&str, Type, &str, &[u16]); 3] = [
    (
        "retry-after",
        Type::Integer,
        "Seconds to wait before the request is sent again.",
        &[409, 503],
    ),
    (
        "www-authenticate",
        Type::String,
        "How to say who asks: by a bearer token or key.",
        &[401],
    ),
    (
        REPLAYED,
        Type::Boolean,
        REPEATS,
        &[400, 403, 404, 409, 413, 422],
    ),
];

const REPEATS: &str =
    "This repeats the first answer to the Idempotency-Key; nothing was done again.";

/// Headers of a problem with this status, by name.
pub(super) fn of_problem(status: u16) -> impl Iterator<Item = (&'static str, Header)> {
    OF_PROBLEMS
        .into_iter()
        .filter(move |(.., statuses)| statuses.contains(&status))
        .map(|(name, kind, about, _)| (name, header(kind, about)))
}

/// Describes the headers of successes: those of a POST may be repeated.
pub(super) fn describe_successes(api: &mut OpenApi) {
    let posts = api.paths.paths.values_mut();
    for post in posts.filter_map(|item| item.post.as_mut()) {
        for success in successes(post) {
            let repeats = header(Type::Boolean, REPEATS);
            success.headers.insert(REPLAYED.to_owned(), repeats.into());
        }
    }
}

fn successes(operation: &mut Operation) -> impl Iterator<Item = &mut Response> {
    let described = operation.responses.responses.iter_mut();
    described.filter_map(|(status, response)| match response {
        RefOr::T(response) if status.starts_with('2') => Some(response),
        _ => None,
    })
}

fn header(kind: Type, about: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(Object::with_type(kind)))
        .description(Some(about))
        .build()
}
