//! Background jobs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// A background job of an org.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// What it does: `refresh`.
    pub kind: String,
    /// What it does it with: the package (033).
    #[schema(min_length = 18, max_length = 18)]
    pub subject_id: String,
    /// Where it stands.
    #[schema(value_type = words::JobState)]
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// What it has done so far.
    pub counts: RefreshCounts,
    /// The first hundred installs that could not be brought in line, and why.
    pub failures: Vec<RefreshFailure>,
    /// Who asked for it.
    #[schema(min_length = 18, max_length = 18)]
    pub requested_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub requested_at: String,
    /// When it ended.
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
}

/// What a refresh has done so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefreshCounts {
    /// Installs of the package when the refresh began.
    pub total: i64,
    /// Installs looked at.
    pub seen: i64,
    /// Licenses made.
    pub made: i64,
    /// Licenses corrected by what the subscriber says.
    pub corrected: i64,
    /// Licenses whose terms were sent again.
    pub terms_sent: i64,
    /// Licenses whose subscriber has vanished.
    pub vanished: i64,
    /// Licenses left to messages that are on their way.
    pub left: i64,
    /// Installs that could not be brought in line.
    pub failed: i64,
}

/// An install that could not be brought in line, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RefreshFailure {
    /// The subscriber's org.
    #[schema(min_length = 18, max_length = 18)]
    pub org_id: String,
    /// Its copy of the license (050), whose messages wait.
    #[schema(min_length = 18, max_length = 18)]
    pub package_license_id: String,
    /// For machines.
    pub code: String,
    /// For people.
    pub reason: String,
}
