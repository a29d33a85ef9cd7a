//! MetadataPackage: a package in the directory, owned by its packaging org (R-PKG-1).

use super::field::{FieldType as T, field};
use super::object::{ObjectDef, Storage, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("MetadataPackage", "Metadata Package", "metadata_packages")
        .prefix("033")
        .storage(Storage::Directory)
        .fields([
            field("Name", "Name", T::String(255), "IN"),
            field("NamespacePrefix", "Namespace Prefix", T::String(15), "n").indexed(),
            field(
                "PackageCategory",
                "Package Category",
                T::Picklist(p::PACKAGE_CATEGORY, 40),
                "nDR",
            )
            .default("Package"),
            parts::hidden("managed", T::Boolean),
        ])
        .audit()
        .build()
}
