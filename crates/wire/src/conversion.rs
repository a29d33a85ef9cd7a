//! Conversion of leads (R-LEAD-4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a lead is converted. Without account and contact new ones are made; of those that are named
/// only empty fields are filled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Convert {
    /// The lead's status afterwards, one that ends a conversion.
    #[schema(example = "Closed - Converted")]
    pub converted_status: String,
    /// Merge into this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Merge into this contact, which belongs to that account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<String>,
    /// The user who owns the lead and what is made; the lead's owner when not given, or the
    /// caller for a lead of the License Manager. Needed for a lead of a queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<String>,
    /// Make no opportunity.
    #[serde(default)]
    pub do_not_create_opportunity: bool,
    /// Name of the opportunity; the lead's company when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 120)]
    pub opportunity_name: Option<String>,
    /// The lead's source replaces that of the contact; only with `contact_id`.
    #[serde(default)]
    pub overwrite_lead_source: bool,
    /// Mail the owner. This server has no such mail: true is refused.
    #[serde(default)]
    pub send_notification_email: bool,
}

/// What a lead was converted into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Converted {
    /// The lead.
    #[schema(min_length = 18, max_length = 18)]
    pub lead_id: String,
    /// The account, which every license of the lead has now.
    #[schema(min_length = 18, max_length = 18)]
    pub account_id: String,
    /// The contact, which every license of the lead has now.
    #[schema(min_length = 18, max_length = 18)]
    pub contact_id: String,
    /// The opportunity; null when none was made.
    #[schema(required = true)]
    pub opportunity_id: Option<String>,
}
