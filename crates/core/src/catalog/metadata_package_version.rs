//! MetadataPackageVersion: an uploaded version in the directory (R-PKG-1).

use super::field::{FieldType as T, OnDelete, field};
use super::object::{ObjectDef, Storage, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object(
        "MetadataPackageVersion",
        "Metadata Package Version",
        "metadata_package_versions",
    )
    .prefix("04t")
    .storage(Storage::Directory)
    .fields([
        field("Name", "Name", T::String(255), "IN"),
        field(
            "MetadataPackageId",
            "Metadata Package ID",
            T::reference(&["MetadataPackage"], "MetadataPackage"),
            "n",
        )
        .on_delete(OnDelete::Cascade)
        .indexed(),
        field(
            "ReleaseState",
            "Release State",
            T::Picklist(p::RELEASE_STATE, 40),
            "nR",
        ),
        field("MajorVersion", "Major Version", T::Int(9), "n"),
        field("MinorVersion", "Minor Version", T::Int(9), "n"),
        field("PatchVersion", "Patch Version", T::Int(9), "n"),
        field("BuildNumber", "Build Number", T::Int(9), "n"),
        field("IsDeprecated", "Is Deprecated", T::Boolean, "D"),
        parts::hidden("uploaded_at", T::DateTime),
        parts::hidden("notes", T::TextArea(32000)),
        parts::hidden("artifact_url", T::Url(2000)),
        parts::hidden("artifact_sha256", T::String(64)),
    ])
    .audit()
    .build()
}
