//! UserPackageLicense: one seat of a package, held by one user (R-SEAT-1).

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};

pub(super) fn define() -> ObjectDef {
    object(
        "UserPackageLicense",
        "User Package License",
        "user_package_licenses",
    )
    .plural("User Package License")
    .prefix("051")
    .ops("CUD")
    .fields([
        field(
            "PackageLicenseId",
            "Package License ID",
            T::reference(&["PackageLicense"], "PackageLicense"),
            "C !",
        )
        .on_delete(OnDelete::Cascade),
        field(
            "UserId",
            "Assigned User ID",
            T::reference(&["User"], "User"),
            "C !",
        )
        .on_delete(OnDelete::Cascade)
        .indexed(),
        field("IsRevoked", "Is Revoked", T::Boolean, "UD"),
    ])
    .audit()
    .unique(&["PackageLicenseId", "UserId"])
    .build()
}
