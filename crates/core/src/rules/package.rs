//! The rules of a Package (R-PKG-5, R-REF-2).

use super::{SaveContext, owner_stays};
use crate::error::Error;
use crate::record::Record;
use crate::refresh;

pub(super) fn before_save(
    ctx: &SaveContext<'_>,
    old: Option<&Record>,
    new: &mut Record,
    errors: &mut Vec<Error>,
) {
    let last = new.get("sfLma__Last_License_Refresh__c").as_date();
    let next = last.map(|day| refresh::next(day, ctx.refresh_interval));
    new.set("sfLma__Next_Available_Refresh__c", next);
    owner_stays(ctx, old, new, errors);
}
