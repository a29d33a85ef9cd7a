//! The rules of an Account.

use crate::error::{Code, Error};
use crate::record::Record;

pub(super) fn before_save(new: &Record, errors: &mut Vec<Error>) {
    let parent = new.get("ParentId").as_id();
    if parent.is_some() && parent == new.id() {
        errors.push(
            Error::new(
                Code::FieldIntegrityException,
                "Parent Account ID: an account cannot be its own parent",
            )
            .field("ParentId"),
        );
    }
}
