//! Leads in the business org (§7).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A lead. Members that the caller may not read are null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Lead {
    /// Its id.
    #[schema(min_length = 18, max_length = 18)]
    pub id: String,
    /// Full name.
    pub name: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Email.
    pub email: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Status.
    pub status: Option<String>,
    /// Where it came from; `Package Installation` for those of installs.
    pub source: Option<String>,
    /// Edition of the subscriber's org, short.
    pub subscriber_org_type: Option<String>,
    /// The owner, a user or a group.
    pub owner_id: Option<String>,
    /// The owner's name.
    pub owner_name: Option<String>,
    /// Has it been converted?
    pub converted: Option<bool>,
    /// On which day, in the org's time zone.
    #[schema(format = Date)]
    pub converted_on: Option<String>,
    /// Into which account.
    pub account_id: Option<String>,
    /// Into which contact.
    pub contact_id: Option<String>,
    /// Into which opportunity.
    pub opportunity_id: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: Option<String>,
}
