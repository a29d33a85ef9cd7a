//! What lists and creations answer.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in a stable order.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; null on the last one.
    pub next: Option<String>,
}

/// Something was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Made {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
}

/// A record is back from the recycle bin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Restored {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// What the guide warns of, when the record is the License Management App's (R-PKG-6).
    pub warnings: Vec<String>,
}
