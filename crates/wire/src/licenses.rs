//! Licenses in the business org (§5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::given::given;
use crate::seats::Seats;
use crate::words;

/// A license. Members that the caller may not read are null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct License {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// `L-00001` and upwards.
    pub name: Option<String>,
    /// Status.
    #[schema(value_type = Option<words::LicenseStatus>)]
    pub status: Option<String>,
    /// Status with expiry taken into account.
    #[schema(value_type = Option<words::EffectiveStatus>)]
    pub effective_status: Option<String>,
    /// Seats.
    pub seats: Option<Seats>,
    /// Seats taken; null when uninstalled or a site license.
    pub used: Option<i64>,
    /// Seats that are free, negative when more are taken than licensed.
    pub available: Option<i64>,
    /// The last day of access, in the subscriber org's zone; null does not expire.
    #[schema(format = Date)]
    pub expires_on: Option<String>,
    /// Days from today to that day.
    pub days_to_expiry: Option<i64>,
    /// First instant without access.
    #[schema(format = DateTime)]
    pub access_ends_at: Option<String>,
    /// Day of the first install.
    #[schema(format = Date)]
    pub install_date: Option<String>,
    /// When the package was uninstalled.
    #[schema(format = DateTime)]
    pub uninstalled_at: Option<String>,
    /// `Editable` or `Read-Only`.
    pub license_type: Option<String>,
    /// The package (033).
    pub package_id: Option<String>,
    /// The Package record of this org.
    pub package_record_id: Option<String>,
    /// Name of the package.
    pub package_name: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Number of the installed version.
    pub version: Option<String>,
    /// The subscriber's org.
    pub org_id: Option<String>,
    /// Its name.
    pub org_name: Option<String>,
    /// Its edition as text.
    pub org_type: Option<String>,
    /// Its status as text (`ACTIVE`, …).
    pub org_status: Option<String>,
    /// Its instance.
    pub org_instance: Option<String>,
    /// Is it a sandbox?
    pub sandbox: Option<bool>,
    /// The subscriber's copy (050); null for a license made by hand.
    pub package_license_id: Option<String>,
    /// The lead.
    pub lead_id: Option<String>,
    /// The account.
    pub account_id: Option<String>,
    /// The contact.
    pub contact_id: Option<String>,
    /// `In sync`, `Pending` or `Failed` (R-SYN-3).
    pub sync: Option<String>,
    /// Why it failed.
    pub sync_error: Option<String>,
    /// When the subscriber's information was current.
    #[schema(format = DateTime)]
    pub current_as_of: Option<String>,
    /// When the record was made.
    #[schema(format = DateTime)]
    pub created_at: Option<String>,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub modified_at: Option<String>,
}

/// One change in a license's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HistoryEntry {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// API name of the field, or `created`.
    pub field: String,
    /// Value before.
    pub from: Option<String>,
    /// Value after.
    pub to: Option<String>,
    /// Who changed it.
    pub user_id: Option<String>,
    /// That user's name.
    pub user_name: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

/// What to change of a license's terms; what is absent stays (R-LIC-10).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Modify {
    /// A new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::LicenseStatus>)]
    pub status: Option<String>,
    /// New seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<Seats>,
    /// A new last day of access; null never expires, absent leaves it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Option<String>>,
    /// Answer what would change, write nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Dangers that are meant: `ends_access_now` for a last day in the past (R-LIC-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<words::Confirmation>)]
    pub confirm: Vec<String>,
}

/// A new trial of a license, the only way back to Trial (R-LIC-2).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrial {
    /// Days of the trial from today in the subscriber org's zone.
    #[serde(deserialize_with = "crate::days::whole")]
    #[schema(minimum = 1, maximum = 90)]
    pub days: i64,
    /// Why; it stands in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub reason: Option<String>,
    /// Answer what would change, write nothing.
    #[serde(default)]
    pub dry_run: bool,
}

/// How terms that were sent once more fared (R-SYN-3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Resent {
    /// Whether the subscriber's copy has them.
    #[schema(value_type = words::ResentAnswer)]
    pub sync: String,
    /// Why they wait there; null unless `sync` is `Failed`.
    pub sync_error: Option<String>,
}

/// What a modification did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Modified {
    /// What differs; empty when nothing does.
    pub changes: Vec<Change>,
    /// By how many the seats taken exceed the licensed ones afterwards (R-LIC-7).
    pub over_by: u32,
    /// Users have access today and will not have it after the change.
    pub access_ends_now: bool,
    /// Revision of the terms that it makes or would make.
    pub terms_revision: i64,
    /// Mails that go out.
    pub mails: Vec<String>,
    /// Webhooks that are called.
    pub hooks: Vec<String>,
    /// Whether the subscriber's copy has the terms; null for a dry run and for a license without
    /// subscriber.
    #[schema(required = true, value_type = Option<words::SyncAnswer>)]
    pub sync: Option<String>,
}

/// What to change of a license's details; what is absent stays (R-LIC-10).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenseDetails {
    /// The account; null takes it away.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>)]
    pub account: Option<Option<String>>,
    /// The contact, one of the account; null takes it away.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>)]
    pub contact: Option<Option<String>>,
    /// Custom fields by API name; null empties one.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// The details of a license after they were edited. Members that the caller may not read are null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LicenseEdited {
    /// The license.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// The account.
    pub account_id: Option<String>,
    /// The contact.
    pub contact_id: Option<String>,
    /// All custom fields that the caller may read, by API name.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub fields: serde_json::Map<String, serde_json::Value>,
}

/// One field's change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// API name of the field.
    #[schema(example = "sfLma__Seats__c")]
    pub field: String,
    /// Text before: a status, `5` or `Site License`, a day or `Does not expire`.
    pub from: String,
    /// Text after.
    pub to: String,
}

#[cfg(test)]
mod tests {
    use super::Modify;

    /// R-LIC-10: absent, which leaves it, is not null, which never expires.
    #[test]
    fn r_lic_10_absent_is_not_null() {
        for (json, expires_on) in [
            ("{}", None),
            (r#"{"expires_on":null}"#, Some(None)),
            (
                r#"{"expires_on":"2026-12-31"}"#,
                Some(Some("2026-12-31".to_owned())),
            ),
        ] {
            let read: Modify = serde_json::from_str(json).unwrap();
            assert_eq!(read.expires_on, expires_on);
            let written: Modify =
                serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
            assert_eq!(written, read);
        }
    }
}
