//! The profiles that every org begins with (R-SEC-1, R-SEC-2), as the guide recommends them.

use std::collections::{BTreeMap, BTreeSet};

use super::Permission;
use super::grants::{EVERY_OBJECT, FieldLevel, Grants, ObjectAccess, ObjectGrant};
use crate::catalog::names::{
    ACCOUNT, CONTACT, LEAD, LICENSE, OPPORTUNITY, PACKAGE, PACKAGE_VERSION, TASK,
};

/// Names of the profiles.
pub mod names {
    /// May do everything.
    pub const SYSTEM_ADMINISTRATOR: &str = "System Administrator";
    /// Works with leads and customers; sees no licenses.
    pub const STANDARD_USER: &str = "Standard User";
    /// Modifies licenses and assigns lead managers.
    pub const LICENSE_ADMINISTRATOR: &str = "License Administrator";
    /// Views.
    pub const READ_ONLY: &str = "Read Only";
}

/// A profile as an org begins with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultProfile {
    /// Name, unique in the org.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// What it gives.
    pub grants: Grants,
}

/// Objects of the customer-relations side.
const CRM: [&str; 5] = [LEAD, ACCOUNT, CONTACT, OPPORTUNITY, TASK];

/// Set-up objects that everybody may read and nobody writes through the generic save.
const SETUP: [&str; 12] = [
    "Group",
    "LeadStatus",
    "MetadataPackage",
    "MetadataPackageVersion",
    "Organization",
    "PackageLicense",
    "PackageSubscriber",
    "PermissionSet",
    "Profile",
    "RecordType",
    "User",
    "UserPackageLicense",
];

const LICENSE_HISTORY: &str = "sfLma__License__History";

/// The objects of the License Management App.
pub(super) const LMA: [&str; 4] = [LICENSE, LICENSE_HISTORY, PACKAGE, PACKAGE_VERSION];

/// Read, create, edit and delete.
const WORK: ObjectAccess = ObjectAccess {
    create: true,
    edit: true,
    delete: true,
    ..ObjectAccess::READ
};

/// Read and edit.
const EDIT: ObjectAccess = ObjectAccess {
    edit: true,
    ..ObjectAccess::READ
};

/// The four profiles.
#[must_use]
pub fn default_profiles() -> Vec<DefaultProfile> {
    vec![
        DefaultProfile {
            name: names::SYSTEM_ADMINISTRATOR,
            description: "May do everything, and write what the License Management App writes.",
            grants: everything(),
        },
        DefaultProfile {
            name: names::STANDARD_USER,
            description: "Works with leads, accounts and contacts; sees no licenses.",
            grants: grants(
                &[Permission::ApiEnabled, Permission::ConvertLeads],
                CRM.map(|name| (name, WORK, FieldLevel::Edit)).to_vec(),
            ),
        },
        DefaultProfile {
            name: names::LICENSE_ADMINISTRATOR,
            description: "Modifies licenses, assigns lead managers, refreshes.",
            grants: license_administrator(),
        },
        DefaultProfile {
            name: names::READ_ONLY,
            description: "Views leads, customers, licenses, packages and package versions.",
            grants: grants(
                &[Permission::ApiEnabled],
                CRM.into_iter()
                    .chain(LMA)
                    .map(|name| (name, ObjectAccess::READ, FieldLevel::Read))
                    .collect(),
            ),
        },
    ]
}

/// License editors: read and edit licenses; packages for the lead manager only (R-SEC-2).
fn license_administrator() -> Grants {
    let mut objects = CRM.map(|name| (name, WORK, FieldLevel::Edit)).to_vec();
    objects.extend([
        (LICENSE, EDIT, FieldLevel::Edit),
        (LICENSE_HISTORY, ObjectAccess::READ, FieldLevel::Read),
        (PACKAGE, EDIT, FieldLevel::Read),
        (PACKAGE_VERSION, ObjectAccess::READ, FieldLevel::Read),
    ]);
    let mut grants = grants(
        &[
            Permission::ApiEnabled,
            Permission::ConvertLeads,
            Permission::ViewSetup,
        ],
        objects,
    );
    if let Some(package) = grants.objects.get_mut(PACKAGE) {
        package
            .fields
            .except
            .insert("sfLma__Lead_Manager__c".into(), FieldLevel::Edit);
    }
    grants
}

/// Of grants, those on the objects of the License Management App.
pub(super) fn grants_on_lma(grants: &Grants) -> Grants {
    let objects = grants.objects.iter();
    Grants {
        objects: objects
            .filter(|(name, _)| LMA.contains(&name.as_str()))
            .map(|(name, grant)| (name.clone(), grant.clone()))
            .collect(),
        ..Grants::default()
    }
}

/// All permissions, all objects, all fields, later ones included.
pub(super) fn everything() -> Grants {
    let all = ObjectGrant::new(ObjectAccess::ALL, FieldLevel::Edit);
    Grants {
        permissions: Permission::ALL.iter().copied().collect(),
        objects: BTreeMap::from([(EVERY_OBJECT.into(), all)]),
    }
}

/// Grants on these objects, and reading the set-up objects.
fn grants(
    permissions: &[Permission],
    objects: Vec<(&'static str, ObjectAccess, FieldLevel)>,
) -> Grants {
    let setup = SETUP.map(|name| (name, ObjectAccess::READ, FieldLevel::Read));
    Grants {
        permissions: permissions.iter().copied().collect::<BTreeSet<_>>(),
        objects: objects
            .into_iter()
            .chain(setup)
            .map(|(name, access, fields)| (name.into(), ObjectGrant::new(access, fields)))
            .collect(),
    }
}
