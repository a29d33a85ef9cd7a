//! Users and OAuth clients.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words;

/// A user to be made (R-USR-1, R-USR-3).
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Email-shaped, unique over the server ignoring case.
    #[schema(example = "ada@customer.example")]
    pub username: String,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Email; the user name when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Password; a user without one cannot sign in, but can be licensed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 8, max_length = 128, write_only)]
    pub password: Option<String>,
    /// Name of a profile of the org; `Standard User` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The user's id in the customer's own systems; checks find the user by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Company; leads take it before the org's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// State or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

impl std::fmt::Debug for NewUser {
    /// Never shows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// What is changed of a user; what is absent stays (R-SEAT-2, R-SEC-1).
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// A deactivated user is not licensed and cannot sign in; the seat stays taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// Name of another profile of the org.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
}

/// An OAuth client to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What it is called.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// How it may get tokens.
    #[schema(value_type = Vec<words::Grant>, min_items = 1)]
    pub grants: Vec<String>,
    /// The user as whom client credentials act; needed for that grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_as: Option<String>,
}

/// An OAuth client was made.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct ClientMade {
    /// Public id; carries its org.
    pub client_id: String,
    /// Secret; shown once, null in a replay by `Idempotency-Key`.
    pub client_secret: Option<String>,
}

impl std::fmt::Debug for ClientMade {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientMade")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
