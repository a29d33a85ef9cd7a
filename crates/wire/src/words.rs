//! The closed vocabularies, for the description of the API. The shapes carry them as texts, so
//! that a reader lives on when a word is added.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident: $($word:literal)+;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl $name {
            /// The words, as they stand in JSON.
            pub const ALL: &'static [&'static str] = &[$($word),+];
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some($name::ALL.iter().copied()))
                    .into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// Editions (R-ORG-2).
    Edition: "Enterprise" "Performance" "Unlimited" "Developer" "Professional" "Group" "Personal";
    /// Statuses of an org (R-ORG-2).
    OrgStatus: "Active" "Trial" "Free" "Locked" "Disabled" "Deleted";
    /// Statuses of a license (R-LIC-2).
    LicenseStatus: "Trial" "Active" "Suspended" "Uninstalled";
    /// Statuses of a license with its expiry taken into account (R-LIC-5).
    EffectiveStatus: "Trial" "Active" "Expired" "Suspended" "Uninstalled";
    /// Statuses that default values may give (R-PKG-4).
    DefaultStatus: "Trial" "Active";
    /// Why a user is licensed or not (R-CHK-2).
    Reason: "OrgLocked" "Uninstalled" "UserUnknown" "UserInactive" "Unrestricted" "Suspended"
        "InGrace" "Expired" "NoSeat" "Licensed";
    /// Stages of an install (R-INS-1).
    Stage: "Requested" "Confirmed" "Running" "Succeeded" "Cancelled" "Failed";
    /// States of a background job.
    JobState: "Queued" "Running" "Done" "Failed";
    /// States of a registration (R-PKG-3).
    RegistrationState: "Requested" "Running" "Done" "Failed" "Ended";
    /// Types of custom fields (R-AUT-7).
    FieldType: "text" "number" "date" "datetime" "checkbox" "picklist" "email" "url";
    /// What a modification may ask for in `confirm` (R-LIC-3).
    Confirmation: "ends_access_now";
    /// What a deletion may ask for in `confirm` (R-PKG-6).
    DeleteConfirmation: "deletes_license";
    /// Named permissions (behaviour §11).
    Permission: "ApiEnabled" "ViewAllData" "ModifyAllData" "ManageUsers" "CustomizeApplication"
        "ViewSetup" "ConvertLeads" "DownloadPackages" "CreateAndUploadPackages" "ManageListings"
        "ManagePackageLicenses" "LogInToSubscriberOrg";
    /// How far a field is open (R-SEC-1).
    FieldLevel: "none" "read" "edit";
    /// How a modification stands with the subscriber's copy (R-SYN-3).
    SyncAnswer: "InSync" "Pending";
    /// How terms that were sent once more fared (R-SYN-3).
    ResentAnswer: "InSync" "Pending" "Failed";
    /// Roles of an org (§1).
    Role: "business" "packaging";
    /// Grants of an OAuth client.
    Grant: "client_credentials" "password";
}
