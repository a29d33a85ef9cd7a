//! Our own `Json`, `Query` and `Path` for `/api/v1`: what cannot be read answers as a problem,
//! with the reason, and never as the framework's plain text.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use openlma_core::catalog::input::without_nul;
use openlma_core::{Code, Error};
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::Problem;
use crate::wrong_shape;

/// A JSON body, in and out.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let limit = BodyLimit::of(&request);
        let read = axum::Json::<Object<T>>::from_request(request, state).await;
        Ok(read
            .map(|axum::Json(Object(value))| Json(value))
            .map_err(|e| unreadable(&e, limit))?)
    }
}

/// A value written as a JSON object: a list of its members in order is none.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members))
            }
        }

        d.deserialize_map(Members(PhantomData)).map(Object)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The largest body that is taken, in bytes: it stands with each request (R-ERR-2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyLimit(pub(crate) usize);

impl BodyLimit {
    /// The one of a request.
    pub(crate) fn of(request: &Request) -> Option<BodyLimit> {
        request.extensions().get().copied()
    }
}

/// The refusal of a body that is larger than is taken.
pub(crate) fn too_large(limit: Option<BodyLimit>) -> Error {
    let taken = limit.map_or_else(String::new, |BodyLimit(bytes)| format!(": {bytes} bytes"));
    let message = format!("the body is larger than is taken{taken}");
    Error::new(Code::RequestTooLarge, message)
}

fn unreadable(rejection: &JsonRejection, limit: Option<BodyLimit>) -> Error {
    match rejection.status().as_u16() {
        413 => too_large(limit),
        415 => Error::new(
            Code::JsonParserError,
            "send JSON, with Content-Type: application/json",
        ),
        _ => wrong_shape::told(Code::JsonParserError, &rejection.body_text()),
    }
}

/// Parameters of the query string; none has U+0000.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            // What is no UTF-8 is told below.
            let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
            for (name, value) in pairs.iter().flat_map(|pairs| &pairs.0) {
                without_nul(name, value)?;
            }
        }
        let read = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        let wrong =
            |e: QueryRejection| wrong_shape::told(Code::FieldIntegrityException, &e.body_text());
        Ok(read
            .map(|axum::extract::Query(value)| Query(value))
            .map_err(wrong)?)
    }
}

/// Parameters of the path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        let wrong = |_: PathRejection| {
            Error::new(
                Code::MalformedId,
                "the address holds something that is no text (UTF-8)",
            )
        };
        Ok(read
            .map(|axum::extract::Path(value)| Path(value))
            .map_err(wrong)?)
    }
}
