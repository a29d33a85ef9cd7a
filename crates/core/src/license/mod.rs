//! The license: its states, its seats, its last day, and what a check answers.
//!
//! Plain data in, plain data out. Nothing here may know records, rows or messages; the save path
//! reaches these rules through [`crate::rules`], the use cases call them directly.

pub mod check;
pub mod expiry;
pub mod modify;
pub mod seats;
pub mod state;
pub mod terms;

pub use seats::Seats;
pub use state::Status;
pub use terms::{DefaultValues, SandboxPolicy, Terms};

/// API names of the license's fields that rules and use cases name.
pub mod field {
    /// Status, the one that is written (R-LIC-2).
    pub const STATUS: &str = "sfLma__Status__c";
    /// Name of the record type, which follows the status.
    pub const LICENSE_STATUS: &str = "sfLma__License_Status__c";
    /// Seats, -1 for a site license (R-LIC-6).
    pub const SEATS: &str = "sfLma__Seats__c";
    /// Seats as text.
    pub const LICENSED_SEATS: &str = "sfLma__Licensed_Seats__c";
    /// Seats taken; null when uninstalled or site license (R-LIC-8).
    pub const USED: &str = "sfLma__Used_Licenses__c";
    /// The last day of access (R-LIC-4).
    pub const EXPIRATION: &str = "sfLma__Expiration__c";
    /// The last day as text.
    pub const EXPIRATION_DATE: &str = "sfLma__Expiration_Date__c";
    /// First install.
    pub const INSTALL_DATE: &str = "sfLma__Install_Date__c";
    /// Editable or Read-Only (R-LIC-9).
    pub const LICENSE_TYPE: &str = "sfLma__License_Type__c";
    /// The subscriber's copy; null for a license made by hand.
    pub const PACKAGE_LICENSE_ID: &str = "sfLma__Package_License_ID__c";
    /// Stored status of the subscriber's org.
    pub const ORG_STATUS: &str = "sfLma__Org_Status_Formula__c";
    /// First instant without access (R-LIC-5).
    pub const ACCESS_ENDS_AT: &str = "olma__Access_Ends_At__c";
    /// Seats less those used, negative when over.
    pub const AVAILABLE_SEATS: &str = "olma__Available_Seats__c";
    /// When it was uninstalled.
    pub const UNINSTALLED_AT: &str = "olma__Uninstalled_At__c";
    /// How the subscriber's copy stands with the terms (R-SYN-3).
    pub const SYNC_STATE: &str = "olma__Sync_State__c";
    /// Why the terms could not be applied there.
    pub const SYNC_ERROR: &str = "olma__Sync_Error__c";
    /// Hidden: the automated user of the subscriber's org is switched off (R-LIC-11).
    pub const PROXY_INACTIVE: &str = "proxy_inactive";
    /// Hidden: the day of the last new trial, in the subscriber's zone (R-LIC-2).
    pub const TRIAL_GRANTED_ON: &str = "trial_granted_on";
}
