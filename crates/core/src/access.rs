//! Who may do what: object permissions, field-level security, named permissions (R-SEC-1).
//!
//! [`Grants`] is what one profile or permission set gives, as stored; [`Permissions`] is what a
//! caller has of all of them together. Nothing here may ask who the caller is.

mod change;
mod grants;
mod lma;
mod permissions;
mod profiles;
mod rights;

pub use change::{GrantsChange, ObjectChange};
pub use grants::{FieldGrants, FieldLevel, Grants, ObjectAccess, ObjectGrant};
pub use lma::with_lma;
pub use permissions::Permissions;
pub use profiles::{DefaultProfile, default_profiles, names};
pub use rights::Right;

use crate::catalog::{FieldDef, ObjectDef};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// The named permissions, which belong to no object (behaviour §11).
    pub enum Permission = "Permission" {
        /// Use the API at all.
        ApiEnabled = "ApiEnabled",
        /// Read every record of every object.
        ViewAllData = "ViewAllData",
        /// Change every record of every object, and what the platform writes (R-PKG-6).
        ModifyAllData = "ModifyAllData",
        /// Make, change and deactivate users.
        ManageUsers = "ManageUsers",
        /// Configure the LMA, fields, rules and layouts.
        CustomizeApplication = "CustomizeApplication",
        /// See set-up pages.
        ViewSetup = "ViewSetup",
        /// Convert leads (R-LEAD-4).
        ConvertLeads = "ConvertLeads",
        /// Install packages and the LMA (R-INS-1).
        DownloadPackages = "DownloadPackages",
        /// Create packages and upload versions, in a packaging org.
        CreateAndUploadPackages = "CreateAndUploadPackages",
        /// Connect orgs, register packages (R-PKG-2), make and end publisher keys (R-CHK-5).
        ManageListings = "ManageListings",
        /// Assign and revoke seats (R-SEAT-1).
        ManagePackageLicenses = "ManagePackageLicenses",
        /// Use the support console (R-SUP-2).
        LogInToSubscriberOrg = "LogInToSubscriberOrg",
    }
}

/// What the query language and every reader ask before they show a field.
pub trait FieldAccess {
    /// May the caller read records of the object at all?
    fn may_read_object(&self, object: &ObjectDef) -> bool;
    /// May the caller read this field? A calculated field is hidden with its source.
    fn may_read_field(&self, object: &ObjectDef, field: &FieldDef) -> bool;
}

/// Reads everything: the system itself.
#[derive(Clone, Copy, Debug)]
pub struct SystemAccess;

impl FieldAccess for SystemAccess {
    fn may_read_object(&self, _: &ObjectDef) -> bool {
        true
    }
    fn may_read_field(&self, _: &ObjectDef, field: &FieldDef) -> bool {
        !field.hidden
    }
}

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod tests;
