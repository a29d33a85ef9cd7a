//! Where an org's pages begin: the first list that the visitor may open.

use axum::extract::State as Shared;
use axum::response::Response;
use openlma_core::{Code, Error};

use super::visitor::Visitor;
use super::{answer, frame, problem};
use crate::state::State;

/// `GET /o/<domain>/`
pub(super) async fn home(Shared(state): Shared<State>, visitor: Visitor) -> Response {
    match frame::tabs(&visitor, None).first() {
        Some(tab) => answer::see_other(&format!("{}/{}", visitor.base(), tab.object)),
        None => {
            let error = Error::new(
                Code::InsufficientAccess,
                "you may read none of this org's lists; \
                 an administrator of the org can give you access",
            );
            problem::framed(&state, &visitor, &error).await
        }
    }
}
