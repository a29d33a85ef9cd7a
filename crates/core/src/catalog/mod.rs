//! The catalogue: every object and field, declared once.
//!
//! The table, the API, the SOQL name, the page, the export column and the permission all follow
//! from a declaration here (`docs/adding-a-field.md`). One file per object; this file holds only
//! the look-up. Nothing here may know SQL, JSON or HTTP.

mod account;
mod contact;
mod custom;
mod email;
mod field;
mod field_type;
mod group;
pub mod input;
mod lead;
mod lead_status;
mod license;
mod license_history;
mod metadata_package;
mod metadata_package_version;
mod object;
mod opportunity;
mod organization;
mod package;
mod package_license;
mod package_subscriber;
mod package_version;
mod parts;
mod permission_set;
pub mod picklist;
mod profile;
mod record_type;
mod task;
mod user;
mod user_package_license;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

pub use custom::{CustomField, CustomType};
pub use email::is_email;
pub use field::{Derived, FieldDef, FieldType, OnDelete, Source};
pub use lead_status::{LEAD_STATUSES, LeadStatusSeed};
pub use object::{ObjectDef, Ops, Storage};
pub use record_type::{license_record_type, license_record_types};

/// API names of the objects that rules name directly.
pub mod names {
    /// License.
    pub const LICENSE: &str = "sfLma__License__c";
    /// Package.
    pub const PACKAGE: &str = "sfLma__Package__c";
    /// Package Version.
    pub const PACKAGE_VERSION: &str = "sfLma__Package_Version__c";
    /// Lead.
    pub const LEAD: &str = "Lead";
    /// Account.
    pub const ACCOUNT: &str = "Account";
    /// Contact.
    pub const CONTACT: &str = "Contact";
    /// Opportunity.
    pub const OPPORTUNITY: &str = "Opportunity";
    /// Task.
    pub const TASK: &str = "Task";
    /// User.
    pub const USER: &str = "User";
    /// PackageLicense.
    pub const PACKAGE_LICENSE: &str = "PackageLicense";
    /// UserPackageLicense.
    pub const USER_PACKAGE_LICENSE: &str = "UserPackageLicense";
}

static STANDARD: LazyLock<Catalog> = LazyLock::new(|| {
    Catalog::build(vec![
        license::define(),
        license_history::define(),
        package::define(),
        package_version::define(),
        lead::define(),
        lead_status::define(),
        account::define(),
        contact::define(),
        opportunity::define(),
        task::define(),
        organization::define(),
        user::define(),
        profile::define(),
        permission_set::define(),
        group::define(),
        record_type::define(),
        package_license::define(),
        user_package_license::define(),
        metadata_package::define(),
        metadata_package_version::define(),
        package_subscriber::define(),
    ])
});

/// The objects of one org: the standard ones, some with the org's custom fields beside.
#[derive(Clone, Debug)]
pub struct Catalog {
    objects: Vec<Arc<ObjectDef>>,
    by_name: Arc<HashMap<String, usize>>,
}

impl Catalog {
    /// The standard objects, without anybody's custom fields.
    #[must_use]
    pub fn standard() -> &'static Catalog {
        &STANDARD
    }

    fn build(objects: Vec<ObjectDef>) -> Catalog {
        let by_name = objects
            .iter()
            .enumerate()
            .map(|(i, o)| (o.name.to_ascii_lowercase(), i))
            .collect();
        Catalog {
            objects: objects.into_iter().map(Arc::new).collect(),
            by_name: Arc::new(by_name),
        }
    }

    /// The catalogue of an org that has these custom fields.
    #[must_use]
    pub fn with_custom(&self, fields: &[CustomField]) -> Catalog {
        let mut catalog = self.clone();
        for slot in &mut catalog.objects {
            let own: Vec<_> = fields
                .iter()
                .filter(|f| f.object.eq_ignore_ascii_case(slot.name))
                .cloned()
                .collect();
            if !own.is_empty() {
                *slot = Arc::new(slot.with_custom(own));
            }
        }
        catalog
    }

    /// All objects, in declaration order.
    #[must_use]
    pub fn objects(&self) -> &[Arc<ObjectDef>] {
        &self.objects
    }

    /// Looks an object up by API name, ignoring case.
    #[must_use]
    pub fn object(&self, name: &str) -> Option<&Arc<ObjectDef>> {
        self.by_name
            .get(&name.to_ascii_lowercase())
            .map(|i| &self.objects[*i])
    }

    /// An object that the code itself names.
    ///
    /// # Panics
    /// When the catalogue lacks it, which a test of the catalogue would show.
    #[must_use]
    pub fn known(&self, name: &str) -> &Arc<ObjectDef> {
        match self.object(name) {
            Some(object) => object,
            None => panic!("the catalogue has no object {name}"),
        }
    }

    /// The object whose ids begin with `prefix`.
    #[must_use]
    pub fn by_prefix(&self, prefix: &str) -> Option<&Arc<ObjectDef>> {
        self.objects.iter().find(|o| o.prefix == Some(prefix))
    }

    /// The relationships that point at `parent`: the child object and its look-up field.
    pub fn children_of<'a>(
        &'a self,
        parent: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<ObjectDef>, &'a FieldDef)> + 'a {
        self.objects.iter().flat_map(move |object| {
            object
                .fields()
                .iter()
                .filter(move |f| !f.hidden && f.references().contains(&parent))
                .map(move |f| (object, f))
        })
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod pages_tests;
#[cfg(test)]
#[path = "catalog_tests.rs"]
mod tests;
