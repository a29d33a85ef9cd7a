//! What the guide warns of (R-PKG-5, R-PKG-6): packages, package versions and licenses are the
//! License Management App's, and who has Modify All Data can touch them all the same. The one place
//! of the warnings' texts.

use crate::catalog::{FieldDef, ObjectDef, names};
use crate::org::OrgStatus;
use crate::record::Record;

/// What somebody does to a record by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Makes one.
    Creates,
    /// Changes a field.
    Changes,
    /// Deletes it.
    Deletes,
    /// Takes it back from the recycle bin.
    Restores,
}

const CREATES: &str = "packages, package versions and licenses should not be created by hand: the \
    License Management App makes them, and one made by hand has no subscriber";
const CHANGES: &str = "the License Management App writes this field and owns this record: it should \
    not be edited by hand, and cannot be repopulated";
const DELETES: &str = "packages, package versions and licenses should not be deleted by hand: they \
    cannot be repopulated; the license of a live install comes back with the next refresh only, with \
    a new number and its old terms";
const RESTORES: &str = "packages, package versions and licenses are not kept by hand: refresh the \
    licenses of the package, so that this record has what happened meanwhile";

/// The warning that goes with a save that somebody made by hand, if it deserves one. `fields` are
/// those that were changed.
#[must_use]
pub fn warning<'f>(
    object: &ObjectDef,
    hand: Hand,
    fields: impl IntoIterator<Item = &'f FieldDef>,
) -> Option<&'static str> {
    if ![names::LICENSE, names::PACKAGE, names::PACKAGE_VERSION].contains(&object.name) {
        return None;
    }
    match hand {
        Hand::Creates => Some(CREATES),
        Hand::Changes => fields.into_iter().any(|f| f.platform).then_some(CHANGES),
        Hand::Deletes => Some(DELETES),
        Hand::Restores => Some(RESTORES),
    }
}

/// Is this the license of a subscriber whose org is deleted? Then deleting it is the guide's own
/// advice (R-LIC-11).
#[must_use]
pub fn is_of_deleted_org(license: &Record) -> bool {
    let status = license.get(crate::license::field::ORG_STATUS).as_text();
    status == Some(OrgStatus::Deleted.stored_text())
}

#[cfg(test)]
mod tests {
    use super::{Hand, warning};
    use crate::catalog::{Catalog, names};

    fn warned(object: &str, hand: Hand, field: &str) -> bool {
        let object = Catalog::standard().known(object);
        warning(object, hand, object.field(field)).is_some()
    }

    /// R-PKG-5, R-PKG-6: what the LMA writes is warned of, what people write is not.
    #[test]
    fn r_pkg_6_what_is_warned_of() {
        for name in [names::LICENSE, names::PACKAGE, names::PACKAGE_VERSION] {
            for hand in [Hand::Creates, Hand::Deletes, Hand::Restores] {
                assert!(warned(name, hand, "Id"), "{name} {hand:?}");
            }
            assert!(warned(name, Hand::Changes, "OwnerId"), "{name}");
        }
        assert!(warned(names::PACKAGE, Hand::Changes, "Name"));
        for (name, field) in [
            (names::PACKAGE, "sfLma__Lead_Manager__c"),
            (names::LICENSE, "sfLma__Seats__c"),
            (names::LICENSE, "sfLma__Account__c"),
            (names::LEAD, "OwnerId"),
        ] {
            assert!(!warned(name, Hand::Changes, field), "{name}.{field}");
        }
        assert!(!warned(names::LEAD, Hand::Deletes, "Id"));
    }
}
