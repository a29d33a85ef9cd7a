//! Orgs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Access;
use crate::given::given;
use crate::users::NewUser;
use crate::words;

/// An org to be made by an operator (R-ORG-2, R-ORG-7).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrg {
    /// Its name.
    #[schema(max_length = 80)]
    pub name: String,
    /// Its name in addresses, unique over the server.
    #[schema(example = "acme")]
    pub domain: String,
    /// Edition.
    #[schema(value_type = words::Edition)]
    pub edition: String,
    /// Status; `Active` when not given, `Trial` when only `trial_end` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::OrgStatus>)]
    pub status: Option<String>,
    /// Last day of the trial; given exactly when the status is `Trial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub trial_end: Option<String>,
    /// Is it a sandbox?
    #[serde(default)]
    pub sandbox: bool,
    /// Instance, at most 6 characters; `NA1`, for sandboxes `CS1`, when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Language; `en_US` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// IANA time zone; `UTC` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
    /// Install the License Management App in it: a publisher's business org (R-ORG-3).
    #[serde(default)]
    pub business: bool,
    /// Packages will be made there.
    #[serde(default)]
    pub packaging: bool,
    /// Its first administrator.
    pub administrator: NewUser,
}

/// An org was made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrgMade {
    /// The org.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its first administrator.
    #[schema(min_length = 18, max_length = 18)]
    pub administrator_id: String,
    /// Said where the License Management App goes into an org that expires.
    pub warning: Option<String>,
}

/// What an operator changes of an org; what is absent stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgChange {
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<words::OrgStatus>)]
    pub status: Option<String>,
    /// The last day of the trial, in the org's zone: an org with status `Trial` has one, one that is
    /// shut keeps it, others have none. From the day after it the org counts as `Locked`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>, format = Date)]
    pub trial_end: Option<Option<String>>,
}

/// An org.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Org {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub domain: String,
    /// Edition.
    #[schema(value_type = words::Edition)]
    pub edition: String,
    /// The status that counts now: a trial that is over is `Locked`.
    #[schema(value_type = words::OrgStatus)]
    pub status: String,
    /// Last day of its trial.
    #[schema(format = Date)]
    pub trial_end: Option<String>,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// Instance.
    pub instance: String,
    /// Country.
    pub country: Option<String>,
    /// Language.
    pub language: String,
    /// IANA time zone.
    pub time_zone: String,
    /// `business` where the License Management App is installed, `packaging` where packages are
    /// made; every org can subscribe.
    #[schema(value_type = Vec<words::Role>)]
    pub roles: Vec<String>,
    /// Namespace of its managed package.
    pub namespace: Option<String>,
    /// Calendar days between two refreshes of a package.
    pub refresh_interval_days: u32,
    /// The user who owns the leads of installs while a package's lead manager cannot (R-LEAD-2).
    pub fallback_lead_owner: Option<String>,
}

/// Settings of an org; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrgSettings {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 80)]
    pub name: Option<String>,
    /// Its country; null takes it away.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>)]
    pub country: Option<Option<String>>,
    /// Its language, such as `en_US`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its IANA time zone. Licenses end with their last day in it, so the end of access moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Berlin")]
    pub time_zone: Option<String>,
    /// The user who owns the leads of installs while a package's lead manager is inactive or may
    /// not read licenses; null names nobody, and such installs wait. Counts for new leads only.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<String>)]
    pub fallback_lead_owner: Option<Option<String>>,
    /// Calendar days between two refreshes of a package; null for the usual 7.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 30)]
    pub refresh_interval_days: Option<Option<i64>>,
}

/// Who may access the License Management App (R-ORG-3).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstallLma {
    /// Whose profiles see its packages, versions and licenses; the administrators when not given.
    /// Profiles and permission sets widen it later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
}

/// The License Management App was installed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LmaInstalled {
    /// Said where such orgs expire (R-ORG-3).
    pub warning: Option<String>,
}
