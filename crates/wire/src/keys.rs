//! Keys for products (R-CHK-5).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A publisher key to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What people call it; two may have the same name.
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
}

/// A publisher key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Counts its secrets, from 1.
    #[schema(minimum = 1)]
    pub generation: i64,
    /// Who made it.
    #[schema(min_length = 18, max_length = 18)]
    pub created_by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it got another secret; null while it has its first.
    #[schema(required = true, format = DateTime)]
    pub rotated_at: Option<String>,
}

/// A key with its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyMade {
    /// The publisher key, or the org's copy (050) whose installation key it is.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Counts the secrets of this key.
    #[schema(minimum = 1)]
    pub generation: i64,
    /// The key itself (`olma_pk_…`, `olma_ik_…`): shown by the answer that made it and by replays of
    /// that request with the same `Idempotency-Key`; null in a replay when it has ended since.
    #[schema(required = true)]
    pub key: Option<String>,
}

impl std::fmt::Debug for KeyMade {
    /// Never shows the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyMade")
            .field("id", &self.id)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}
