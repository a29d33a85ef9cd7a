//! PackageSubscriber: which orgs have which package, as the packaging org sees it. A view, so
//! it has no system fields but its id.

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, Storage, object};
use super::picklist as p;

pub(super) fn define() -> ObjectDef {
    object(
        "PackageSubscriber",
        "Package Subscriber",
        "package_subscribers",
    )
    .prefix("0Ps")
    .storage(Storage::View)
    .fields([
        field(
            "MetadataPackageId",
            "Metadata Package ID",
            T::lookup(&["MetadataPackage"]),
            "n",
        ),
        field(
            "MetadataPackageVersionId",
            "Metadata Package Version ID",
            T::lookup(&["MetadataPackageVersion"]),
            "n",
        ),
        field(
            "InstalledStatus",
            "Installed Status",
            T::Picklist(p::INSTALLED_STATUS, 40),
            "nR",
        ),
        field("InstanceName", "Instance Name", T::String(40), "n"),
        // Eighteen characters.
        field("OrgKey", "Org Key", T::String(18), "n"),
        field("OrgName", "Org Name", T::String(255), "n"),
        field(
            "OrgStatus",
            "Org Status",
            T::Picklist(p::SUBSCRIBER_STATUS, 40),
            "nR",
        ),
        field(
            "OrgType",
            "Org Type",
            T::Picklist(p::SUBSCRIBER_TYPE, 40),
            "nR",
        ),
        field("ParentOrg", "Parent Org", T::String(18), "n"),
        field(
            "CustomUpgradeType",
            "Custom Upgrade Type",
            T::Picklist(p::UPGRADE_TYPE, 40),
            "nDR",
        ),
        field(
            "HasRestrictionEnabled",
            "Has Restriction Enabled",
            T::Boolean,
            "D",
        ),
        field(
            "IsCustomUpgradeAllowed",
            "Is Custom Upgrade Allowed",
            T::Boolean,
            "D",
        ),
    ])
    .build()
}
