//! The rules of a Contact.

use super::person_name;
use crate::record::Record;

pub(super) fn before_save(new: &mut Record) {
    let name = person_name(new);
    new.set("Name", name);
    let bounced = !new.get("EmailBouncedDate").is_null();
    new.set("IsEmailBounced", bounced);
}
