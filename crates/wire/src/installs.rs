//! Installs (§3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Access;
use crate::words;

/// A package version to be installed in the caller's org.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInstall {
    /// The version (04t).
    pub version_id: String,
    /// Who gets access; the administrators when not given (R-INS-2).
    #[serde(default)]
    pub access: Access,
    /// Run it now; false asks for it and leaves it to be confirmed (R-INS-1).
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub confirm: bool,
}

fn yes() -> bool {
    true
}

/// A higher version for an install.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    /// The version (04t), of the same package.
    pub version_id: String,
}

/// An install and how it stands.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Install {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// The package (033).
    #[schema(min_length = 18, max_length = 18)]
    pub package_id: String,
    /// The version (04t).
    #[schema(min_length = 18, max_length = 18)]
    pub version_id: String,
    /// The org's copy of the license (050), once it succeeded.
    pub package_license_id: Option<String>,
    /// How far it is.
    #[schema(value_type = words::Stage)]
    pub stage: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// Who was chosen for access.
    pub access: Access,
    /// Who asked for it.
    #[schema(min_length = 18, max_length = 18)]
    pub user_id: String,
    /// How many of the chosen users got no seat.
    #[schema(minimum = 0)]
    pub unseated: i64,
    /// The first hundred of them.
    pub unseated_first: Vec<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// The installation key (`olma_ik_…`): shown by the answer that made it and by replays of
    /// that request with the same `Idempotency-Key`, else null (R-CHK-5).
    pub installation_key: Option<String>,
}

/// An install as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListedInstall {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Namespace of the package.
    pub namespace: Option<String>,
    /// The package (033).
    #[schema(min_length = 18, max_length = 18)]
    pub package_id: String,
    /// The version (04t).
    #[schema(min_length = 18, max_length = 18)]
    pub version_id: String,
    /// Number of the version.
    #[schema(example = "1.0")]
    pub version: String,
    /// Is this version what the org has now?
    pub current: bool,
    /// How far it is.
    #[schema(value_type = words::Stage)]
    pub stage: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

impl std::fmt::Debug for Install {
    /// Never shows the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Install")
            .field("id", &self.id)
            .field("stage", &self.stage)
            .finish_non_exhaustive()
    }
}
