//! What the messages between orgs say (§4): plain data, JSON on the way.

use openlma_core::license::Terms;
use openlma_core::time::Date;
use openlma_core::{Error, Id, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Names of the kinds.
pub mod kind {
    /// An install or a reinstall.
    pub const INSTALLED: &str = "installed";
    /// A higher version.
    pub const UPGRADED: &str = "upgraded";
    /// The package was removed.
    pub const UNINSTALLED: &str = "uninstalled";
    /// Snapshot of the subscriber's side.
    pub const FACTS: &str = "facts";
    /// Snapshot of the publisher's side.
    pub const TERMS: &str = "terms";
    /// A package was registered with the receiving org.
    pub const REGISTERED: &str = "registered";
    /// The registration of a package with the receiving org ended.
    pub const ENDED: &str = "ended";
    /// Snapshot of what became of a subscriber's install requests.
    pub const FUNNEL: &str = "funnel";
    /// A version of a registered package was uploaded.
    pub const VERSION: &str = "version";
}

/// Facts of the subscriber's org and copy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The version installed.
    pub version_id: Id,
    /// Its number.
    pub version_number: String,
    /// Seats taken.
    pub used: i64,
    /// Name of the org.
    pub org_name: String,
    /// Edition (R-ORG-2).
    pub edition: String,
    /// Status (R-ORG-2).
    pub status: String,
    /// Last day of the org's trial.
    pub trial_end: Option<String>,
    /// Instance.
    pub instance: String,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// Time zone.
    pub zone: String,
    /// The user as which the LMA acts there.
    pub proxy_user: String,
    /// Counts up with every change on the subscriber's side.
    pub revision: i64,
    /// Revision of the terms that the copy has.
    pub terms_revision: i64,
}

/// Who installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstallerBody {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Email.
    pub email: Option<String>,
    /// Company, or the org's name.
    pub company: String,
    /// Country.
    pub country: Option<String>,
    /// State or province.
    pub state: Option<String>,
}

/// An install, with everything the business org's records are made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Installed {
    /// The package.
    pub package_id: Id,
    /// The day of the first install, in the subscriber org's zone.
    pub install_date: String,
    /// The terms that the copy began or came back with.
    pub terms: Terms,
    /// Facts.
    pub facts: Facts,
    /// Who installed.
    pub installer: InstallerBody,
    /// Make a lead? Sandbox installs may not (R-INS-6).
    pub leads: bool,
}

/// A package on its way to the org it is registered with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// The package.
    pub package_id: Id,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Name of the packaging org.
    pub developer_name: String,
    /// The packaging org.
    pub developer_org: Id,
    /// Versions uploaded so far, in order of upload.
    pub versions: Vec<VersionBody>,
    /// While it is being applied: the last license that is Editable again.
    #[serde(default)]
    pub after: Option<Id>,
}

/// A package that left the org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// The package.
    pub package_id: Id,
    /// While it is being applied: the last license that is Read-Only now.
    #[serde(default)]
    pub after: Option<Id>,
}

/// What became of a subscriber's install requests for a package (R-INS-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// The package.
    pub package_id: Id,
    /// All requests.
    pub requested: i64,
    /// Those confirmed.
    pub confirmed: i64,
    /// Those that installed it.
    pub succeeded: i64,
    /// Those cancelled.
    pub cancelled: i64,
    /// Those that failed.
    pub failed: i64,
}

/// An uploaded version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VersionBody {
    /// The package.
    pub package_id: Id,
    /// The version.
    pub version_id: Id,
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: String,
    /// Beta, not Released.
    pub beta: bool,
    /// The day of its upload, in the packaging org's zone.
    pub release_date: String,
}

/// JSON of a body.
///
/// # Errors
/// Internal; bodies are plain data.
pub fn encode(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(|e| Error::internal(format!("a message body: {e}")))
}

/// A body from its JSON.
///
/// # Errors
/// Internal, when it is not the JSON that [`encode`] wrote.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::internal(format!("a message body: {e}")))
}

/// A day as it travels.
///
/// # Errors
/// Internal.
pub fn day(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| Error::internal(format!("a day in a message: {text}")))
}
