//! Who may access the License Management App (R-ORG-3): its objects, as far as profiles grant them.

use super::grants::EVERY_OBJECT;
use super::profiles::{LMA, default_profiles, grants_on_lma, names};
use super::{FieldLevel, Grants, ObjectAccess, ObjectGrant};

/// The grants of a profile where the LMA is: with access, what the guide recommends for the profile
/// and what it has already; without, nothing on the LMA's objects. System Administrators have everything in
/// any case; View All Data shows the records all the same.
#[must_use]
pub fn with_lma(grants: &Grants, profile: &str, access: bool) -> Grants {
    if profile == names::SYSTEM_ADMINISTRATOR {
        return grants.clone();
    }
    if access {
        return grants.union(&recommended(profile));
    }
    let mut without = grants.clone();
    for name in LMA {
        if grants.objects.contains_key(EVERY_OBJECT) {
            without.objects.insert(name.into(), ObjectGrant::default());
        } else {
            without.objects.remove(name);
        }
    }
    without
}

/// R-SEC-2: what the guide recommends on the LMA's objects; profiles of one's own view.
fn recommended(profile: &str) -> Grants {
    let profiles = default_profiles();
    let known = profiles.iter().find(|known| known.name == profile);
    known
        .map(|known| grants_on_lma(&known.grants))
        .filter(|grants| !grants.objects.is_empty())
        .unwrap_or_else(viewer)
}

fn viewer() -> Grants {
    let read = ObjectGrant::new(ObjectAccess::READ, FieldLevel::Read);
    Grants {
        objects: LMA.map(|name| (name.to_owned(), read.clone())).into(),
        ..Grants::default()
    }
}
