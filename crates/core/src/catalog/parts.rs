//! Fields that several objects share: a person's name, addresses, the owner, our own columns.

use super::field::{FieldDef, FieldType as T, OnDelete, field};
use super::picklist as p;

/// `LastName`, `FirstName` and the `Name` that the rules put together from them.
pub(super) fn person_name() -> [FieldDef; 3] {
    [
        field("LastName", "Last Name", T::String(80), "CU !").part_of("Name"),
        field("FirstName", "First Name", T::String(40), "CUn").part_of("Name"),
        field("Name", "Full Name", T::String(121), "N")
            .calculated(&["FirstName", "LastName"])
            .indexed(),
    ]
}

/// `Salutation`, a part of the name that `Name` leaves out.
pub(super) fn salutation() -> FieldDef {
    field(
        "Salutation",
        "Salutation",
        T::Picklist(p::SALUTATION, 40),
        "CUn",
    )
    .part_of("Name")
}

/// The parts of an address and the compound that shows them together. `prefix` stands before
/// each part (`Billing`, or nothing), `flags` are those of the parts.
pub(super) fn address(
    prefix: &'static str,
    compound: &'static str,
    flags: &'static str,
) -> Vec<FieldDef> {
    let label = |text: &str| {
        if prefix.is_empty() {
            text.to_owned()
        } else {
            format!("{prefix} {text}")
        }
    };
    let part = |name: &str, text: &str, ty: T, more: &str| {
        field(
            format!("{prefix}{name}"),
            label(text),
            ty,
            &format!("{flags}{more}"),
        )
        .part_of(compound)
    };
    vec![
        part("Street", "Street", T::TextArea(255), ""),
        part("City", "City", T::String(40), ""),
        part("State", "State/Province", T::String(80), ""),
        part("PostalCode", "Zip/Postal Code", T::String(20), ""),
        part("Country", "Country", T::String(80), ""),
        part("Latitude", "Latitude", T::Double(18, 15), ""),
        part("Longitude", "Longitude", T::Double(18, 15), ""),
        part(
            "GeocodeAccuracy",
            "Geocode Accuracy",
            T::Picklist(p::GEOCODE_ACCURACY, 40),
            "R",
        ),
        field(compound, label("Address"), T::Address(prefix), "n"),
    ]
}

/// `OwnerId`, a user or, where `to` says so, a queue.
pub(super) fn owner(to: &'static [&'static str]) -> FieldDef {
    field("OwnerId", "Owner ID", T::reference(to, "Owner"), "CUD").on_delete(OnDelete::Keep)
}

/// `MasterRecordId`: the record into which this one was merged.
pub(super) fn master_record(to: &'static [&'static str]) -> FieldDef {
    field(
        "MasterRecordId",
        "Master Record ID",
        T::reference(to, "MasterRecord"),
        "n",
    )
}

/// A column of ours that no door shows. `name` is the column's name; it may be null unless it
/// has a default.
pub(super) fn hidden(name: &'static str, ty: T) -> FieldDef {
    field(name, name, ty, "n").hidden()
}

/// A hidden column with an id in it, which outlives what it points at.
pub(super) fn hidden_id(name: &'static str, to: &'static [&'static str]) -> FieldDef {
    hidden(name, T::lookup(to)).on_delete(OnDelete::Keep)
}

/// A hidden counter that begins at zero.
pub(super) fn hidden_count(name: &'static str) -> FieldDef {
    hidden(name, T::Int(18)).default(0)
}
