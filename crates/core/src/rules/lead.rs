//! The rules of a Lead (R-LEAD-4, R-LEAD-5).

use super::{SaveContext, changed, person_name};
use crate::error::{Code, Error};
use crate::lead::is_converted_status;
use crate::record::Record;

pub(super) fn before_save(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    errors: &mut Vec<Error>,
) {
    let name = person_name(new);
    new.set("Name", name);
    if !ctx.person() {
        return;
    }
    if old.is_some_and(|old| old.get("IsConverted").is_true()) {
        errors.push(Error::new(
            Code::CannotUpdateConvertedLead,
            "cannot reference converted lead: a converted lead is read-only",
        ));
        return;
    }
    if new.get("IsConverted").is_true() {
        errors.push(
            Error::new(
                Code::FieldIntegrityException,
                "Converted: a lead is not made converted; create it, then convert it",
            )
            .field("IsConverted"),
        );
    }
    let converted = new.get("Status").as_text().is_some_and(is_converted_status);
    if converted && changed(old, new, "Status") {
        errors.push(
            Error::new(
                Code::FieldIntegrityException,
                "Status: a converted status is set by conversion only; convert the lead instead",
            )
            .field("Status"),
        );
    }
}
