//! What waits and why (R-SYN-2).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message from another org that waits to be applied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// What it is: `installed`, `upgraded`, `uninstalled`, `facts`, `terms`, `registered`,
    /// `version`.
    pub kind: String,
    /// The org that sent it.
    #[schema(min_length = 18, max_length = 18)]
    pub from_org_id: String,
    /// The subscriber's copy (050) or the package (033) whose messages go in order with it.
    #[schema(min_length = 18, max_length = 18)]
    pub queue_id: String,
    /// When it came.
    #[schema(format = DateTime)]
    pub received_at: String,
    /// When it is tried again.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// Tries so far.
    pub attempts: i64,
    /// What holds it, for machines; null when it waits behind another one.
    pub code: Option<String>,
    /// What holds it, for people.
    pub reason: Option<String>,
    /// What to do about it.
    pub fix: Option<String>,
}

/// How a retry ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Retried {
    /// It went through.
    pub done: bool,
    /// It still waits, and why; null when it went through.
    pub message: Option<Message>,
}
