//! Tests of the objects' own rules.

mod crm;
mod license;
mod vocabularies;

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::*;
use crate::catalog::Catalog;
use crate::id::Id;

pub(super) const PERSON: By = By::Person { modify_all: false };
pub(super) const ADMIN: By = By::Person { modify_all: true };

pub(super) fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

pub(super) fn id(prefix: &str, n: u32) -> Id {
    Id::parse(&format!("{prefix}{n:012}")).unwrap()
}

pub(super) fn record(object: &str) -> Record {
    let object: &Arc<_> = Catalog::standard().known(object);
    Record::with_defaults(object)
}

/// Saves `new` over `old` and answers what came of it.
pub(super) fn save_as(by: By, old: Option<&Record>, mut new: Record) -> Result<Record, Vec<Error>> {
    let ctx = SaveContext {
        now: now(),
        zone: &TimeZone::UTC,
        by,
        refresh_interval: crate::refresh::USUAL_INTERVAL,
    };
    before_save(&ctx, old, &mut new).map(|()| new)
}

/// The one error of a save that is refused.
pub(super) fn refusal(by: By, old: Option<&Record>, new: Record) -> Error {
    let mut errors = save_as(by, old, new).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}
