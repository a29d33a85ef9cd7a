//! Packages, versions, connections, registrations (§2).

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::seats::Seats;
use crate::words;

/// A package to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPackage {
    /// Its name.
    pub name: String,
    /// Its namespace, 1-15 characters, unique over the server; without one it is unmanaged and
    /// cannot be licensed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "acme")]
    pub namespace: Option<String>,
}

/// A package.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Package {
    /// Its id (033).
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Only managed packages are licensed.
    pub managed: bool,
    /// The packaging org.
    #[schema(min_length = 18, max_length = 18)]
    pub packaging_org_id: String,
    /// Name of the packaging org.
    pub developer: String,
    /// Where it is registered, or was last; null when it never was.
    pub registration: Option<Registration>,
    /// Its versions in order of upload; null in lists.
    pub versions: Option<Vec<Version>>,
}

/// Where a package is registered (R-PKG-3).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// The business org.
    #[schema(min_length = 18, max_length = 18)]
    pub org_id: String,
    /// How far it is.
    #[schema(value_type = words::RegistrationState)]
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// New installs are refused until the package is registered again (R-INS-8).
    pub hold_installs: bool,
    /// What new licenses begin with.
    pub defaults: Defaults,
}

/// A version to be uploaded (R-PKG-1).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// `major.minor` or `major.minor.patch`, unique in the package.
    #[schema(example = "1.2")]
    pub version: String,
    /// Name; the number when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Beta, not Released.
    #[serde(default)]
    pub beta: bool,
    /// Notes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Address of the artifact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_url: Option<String>,
    /// SHA-256 of the artifact, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_sha256: Option<String>,
}

/// An uploaded version.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Version {
    /// Its id (04t).
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Its package (033).
    #[schema(min_length = 18, max_length = 18)]
    pub package_id: String,
    /// Its number.
    #[schema(example = "1.2")]
    pub version: String,
    /// Its name.
    pub name: String,
    /// Beta, not Released.
    pub beta: bool,
    /// Takes no new installs.
    pub deprecated: bool,
    /// When it was uploaded.
    #[schema(format = DateTime)]
    pub uploaded_at: Option<String>,
}

/// A packaging org to be connected (R-PKG-2 a).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    /// Access token of an administrator of the packaging org.
    #[schema(write_only)]
    pub org_token: String,
}

/// A packaging org was connected.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    /// The packaging org.
    #[schema(min_length = 18, max_length = 18)]
    pub org_id: String,
    /// Its name.
    pub org_name: String,
    /// Its namespace.
    pub namespace: Option<String>,
}

/// A package to be registered (R-PKG-2 b).
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRegistration {
    /// The package (033).
    pub package_id: String,
    /// Access token of an administrator of the org that has the License Management App.
    #[schema(write_only)]
    pub org_token: String,
    /// What new licenses begin with; Active, never expiring, Site License when not given.
    #[serde(default)]
    pub defaults: Defaults,
}

/// What new licenses of a package begin with (R-PKG-4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Defaults {
    /// `Trial` or `Active`.
    #[schema(value_type = words::DefaultStatus)]
    pub status: String,
    /// Days of the trial, 1-90; given exactly with `Trial`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 90)]
    pub trial_days: Option<i64>,
    /// With `Active`: 1-36,500 days; null never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36500)]
    pub active_days: Option<i64>,
    /// Seats.
    #[serde(default)]
    pub seats: Seats,
    /// What happens in sandboxes (R-INS-6).
    #[serde(default)]
    pub sandbox: SandboxPolicy,
}

impl Default for Defaults {
    fn default() -> Defaults {
        Defaults {
            status: "Active".into(),
            trial_days: None,
            active_days: None,
            seats: Seats::Site,
            sandbox: SandboxPolicy::default(),
        }
    }
}

/// What a package does in sandboxes (R-INS-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxPolicy {
    /// Sandboxes get an Active, never-expiring Site License whatever the defaults.
    pub unrestricted: bool,
    /// Sandbox installs make leads.
    pub leads: bool,
}

impl Default for SandboxPolicy {
    fn default() -> SandboxPolicy {
        SandboxPolicy {
            unrestricted: true,
            leads: true,
        }
    }
}

/// How an association ends (R-MOV-1).
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Dissociation {
    /// Refuse new installs until the package is registered again; else they are unrestricted.
    #[serde(default)]
    pub hold_installs: bool,
}

/// What became of the install requests for a package (R-INS-3). A request counts in every stage that
/// it passed; upgrades do not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Funnel {
    /// The package (033).
    #[schema(min_length = 18, max_length = 18)]
    pub package_id: String,
    /// Requests, confirmed or not.
    #[schema(minimum = 0)]
    pub requested: i64,
    /// Those that were confirmed.
    #[schema(minimum = 0)]
    pub confirmed: i64,
    /// Those that installed the package.
    #[schema(minimum = 0)]
    pub succeeded: i64,
    /// Those that were cancelled.
    #[schema(minimum = 0)]
    pub cancelled: i64,
    /// Those that failed.
    #[schema(minimum = 0)]
    pub failed: i64,
}

/// Who owns the leads of a package from now on (R-LEAD-1, R-LEAD-2).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadManager {
    /// An active user who may read licenses, or null for the License Manager itself.
    #[serde(deserialize_with = "present")]
    #[schema(required = true)]
    pub user: Option<String>,
}

/// The lead manager was set.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LeadManagerSet {
    /// The Package record of the business org.
    #[schema(min_length = 18, max_length = 18)]
    pub package_record_id: String,
    /// The lead manager.
    pub user: Option<String>,
}

/// A member that must be there, if only as null.
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(d)
}
