//! PackageLicense: the subscriber's own copy of its license (R-SYN-1), which the check reads.

use super::field::{Derived, FieldDef, FieldType as T, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("PackageLicense", "Package License", "package_licenses")
        .prefix("050")
        .fields([
            field(
                "Status",
                "Status",
                T::Picklist(p::PACKAGE_LICENSE_STATUS, 40),
                "R",
            )
            .derived(Derived::PackageLicenseStatus, &["ExpirationDate"]),
            field("IsProvisioned", "Is Provisioned", T::Boolean, "D").default(true),
            field("AllowedLicenses", "Allowed Licenses", T::Int(9), "").default(-1),
            field("UsedLicenses", "Used Licenses", T::Int(9), "").default(0),
            // The first instant without access, as `olma__Access_Ends_At__c` on License.
            field("ExpirationDate", "Expiration Date", T::DateTime, "n"),
            field("NamespacePrefix", "Namespace Prefix", T::String(15), "N"),
            field(
                "IsAvailableForIntegrations",
                "Enabled for Platform Integrations",
                T::Boolean,
                "D",
            ),
            field("CreatedDate", "Created Date", T::DateTime, "D"),
            field("LastModifiedDate", "Last Modified Date", T::DateTime, "D"),
            field("SystemModstamp", "System Modstamp", T::DateTime, "D"),
        ])
        .fields(copy())
        .unique(&["package_id"])
        .unique(&["NamespacePrefix"])
        .build()
}

/// Terms and facts with their revisions, the installation and its key.
fn copy() -> Vec<FieldDef> {
    vec![
        parts::hidden_id("package_id", &["MetadataPackage"]),
        parts::hidden_id("version_id", &["MetadataPackageVersion"]),
        parts::hidden("version_number", T::String(40)),
        parts::hidden("terms_status", T::String(20)),
        parts::hidden("expires_on", T::Date),
        // The terms of a license, as JSON, while a beta is installed in its place.
        parts::hidden("kept_terms", T::String(255)),
        parts::hidden("install_date", T::Date),
        parts::hidden_count("terms_revision"),
        parts::hidden_count("facts_revision"),
        parts::hidden_count("out_seq"),
        parts::hidden_id("publisher_org", &["Organization"]),
        parts::hidden("key_hash", T::String(128)),
        parts::hidden_count("key_generation"),
        parts::hidden("access", T::TextArea(1_000_000)),
        parts::hidden("uninstalled_at", T::DateTime),
    ]
}
