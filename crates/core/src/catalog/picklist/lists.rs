//! The standard lists. Values and their order are part of the API; a new value goes where
//! people would look for it.

use super::{Open, Picklist};

/// Lead source and account source (7.1).
pub const LEAD_SOURCE: Picklist = Picklist::standard(&[
    "Web",
    "Phone Inquiry",
    "Partner Referral",
    "Purchased List",
    "Package Installation",
    "Other",
]);

/// Lead status (7.2).
pub const LEAD_STATUS: Picklist = Picklist::with_default(
    &[
        "Open - Not Contacted",
        "Working - Contacted",
        "Closed - Converted",
        "Closed - Not Converted",
    ],
    "Open - Not Contacted",
);

/// Industry (7.3).
pub const INDUSTRY: Picklist = Picklist::standard(&[
    "Agriculture",
    "Apparel",
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Communications",
    "Construction",
    "Consulting",
    "Education",
    "Electronics",
    "Energy",
    "Engineering",
    "Entertainment",
    "Environmental",
    "Finance",
    "Food & Beverage",
    "Government",
    "Healthcare",
    "Hospitality",
    "Insurance",
    "Machinery",
    "Manufacturing",
    "Media",
    "Not For Profit",
    "Recreation",
    "Retail",
    "Shipping",
    "Technology",
    "Telecommunications",
    "Transportation",
    "Utilities",
    "Other",
]);

/// Rating (7.3).
pub const RATING: Picklist = Picklist::standard(&["Hot", "Warm", "Cold"]);

/// Salutation (7.3).
pub const SALUTATION: Picklist = Picklist::standard(&["Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."]);

/// Ownership (7.3).
pub const OWNERSHIP: Picklist = Picklist::standard(&["Public", "Private", "Subsidiary", "Other"]);

/// Account type (7.4).
pub const ACCOUNT_TYPE: Picklist = Picklist::standard(&[
    "Prospect",
    "Customer - Direct",
    "Customer - Channel",
    "Channel Partner / Reseller",
    "Installation Partner",
    "Technology Partner",
    "Other",
]);

/// Opportunity type (7.5).
pub const OPPORTUNITY_TYPE: Picklist = Picklist::standard(&[
    "Existing Customer - Upgrade",
    "Existing Customer - Replacement",
    "Existing Customer - Downgrade",
    "New Customer",
]);

/// Opportunity stages, in their order.
pub const OPPORTUNITY_STAGE: Picklist = Picklist::standard(&[
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Id. Decision Makers",
    "Perception Analysis",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
]);

/// Forecast category.
pub const FORECAST: Picklist = Picklist::standard(&[
    "Omitted",
    "Pipeline",
    "BestCase",
    "MostLikely",
    "Forecast",
    "Closed",
]);

/// Forecast category as people read it.
pub const FORECAST_NAME: Picklist =
    Picklist::standard(&["Omitted", "Pipeline", "Best Case", "Commit", "Closed"]);

/// Task status (7.6).
pub const TASK_STATUS: Picklist = Picklist::with_default(
    &[
        "Not Started",
        "In Progress",
        "Completed",
        "Waiting on someone else",
        "Deferred",
    ],
    "Not Started",
);

/// Task priority (7.6).
pub const TASK_PRIORITY: Picklist = Picklist::with_default(&["High", "Normal", "Low"], "Normal");

/// Task subtype.
pub const TASK_SUBTYPE: Picklist = Picklist::with_default(
    &["Task", "Email", "Call", "ListEmail", "Cadence", "LinkedIn"],
    "Task",
);

/// License status, the one that is written (R-LIC-2).
pub const LICENSE_STATUS: Picklist =
    Picklist::standard(&["Trial", "Active", "Suspended", "Uninstalled"]);

/// License status as it acts now (R-LIC-5).
pub const EFFECTIVE_STATUS: Picklist =
    Picklist::standard(&["Trial", "Active", "Expired", "Suspended", "Uninstalled"]);

/// Status of the subscriber's copy (R-LIC-5).
pub const PACKAGE_LICENSE_STATUS: Picklist =
    Picklist::standard(&["Trial", "Active", "Expired", "Suspended", "Free"]);

/// How a license stands with its subscriber (R-SYN-3, R-LIC-9).
pub const SYNC_STATE: Picklist =
    Picklist::standard(&["In sync", "Pending", "Failed", "No subscriber"]);

/// The background step of a registration (R-PKG-3).
pub const REGISTRATION_STATE: Picklist =
    Picklist::standard(&["Requested", "Running", "Done", "Failed", "Ended"]);

/// What a row of license history is about.
pub const HISTORY_FIELD: Picklist = Picklist::standard(&[
    "created",
    "sfLma__Status__c",
    "sfLma__Seats__c",
    "sfLma__Expiration__c",
    "sfLma__Package_Version__c",
    "Owner",
    "locked",
    "unlocked",
]);

/// Type of the values in a row of history.
pub const HISTORY_DATA_TYPE: Picklist = Picklist::standard(&[
    "Text",
    "DynamicEnum",
    "Double",
    "DateOnly",
    "DateTime",
    "Boolean",
    "Currency",
    "Percent",
    "Email",
    "Phone",
    "EntityId",
    "MultiLineText",
    "MultiEnum",
    "PersonName",
]);

/// Category of a package.
pub const PACKAGE_CATEGORY: Picklist =
    Picklist::with_default(&["Package", "Package2", "Application", "Module"], "Package");

/// Release state of a version.
pub const RELEASE_STATE: Picklist = Picklist::standard(&["Beta", "Released"]);

/// Installed or uninstalled.
pub const INSTALLED_STATUS: Picklist = Picklist::standard(&["i", "u"]);

/// Org status as the packaging org sees it (R-ORG-2).
pub const SUBSCRIBER_STATUS: Picklist =
    Picklist::standard(&["Active", "Demo", "Free", "Inactive", "Trial"]);

/// Org type as the packaging org sees it.
pub const SUBSCRIBER_TYPE: Picklist = Picklist::standard(&["Production", "Sandbox"]);

/// Whether the subscriber blocks upgrades.
pub const UPGRADE_TYPE: Picklist = Picklist::with_default(&["None", "BlockedBySubscriber"], "None");

/// Objects that have record types.
pub const RECORD_TYPE_OBJECT: Picklist = Picklist::standard(&["sfLma__License__c"]);

/// Kind of group.
pub const GROUP_TYPE: Picklist = Picklist::standard(&[
    "Regular",
    "Queue",
    "Organization",
    "Role",
    "RoleAndSubordinates",
    "Manager",
    "ManagerAndSubordinatesInternal",
]);

/// Kind of permission set.
pub const PERMISSION_SET_TYPE: Picklist =
    Picklist::standard(&["Regular", "Standard", "Session", "Group", "Profile"]);

/// Kind of user.
pub const USER_TYPE: Picklist = Picklist::with_default(
    &[
        "Standard",
        "AutomatedProcess",
        "Guest",
        "CsnOnly",
        "PowerPartner",
        "CspLitePortal",
        "CustomerSuccess",
        "PowerCustomerSuccess",
    ],
    "Standard",
);

/// How often: every post, daily, weekly, never.
pub const DIGEST: Picklist = Picklist::standard(&["P", "D", "W", "N"]);

/// Time zones; any name of the time zone data is taken (7.8).
pub const TIME_ZONE: Picklist = Picklist::open(
    &[
        "GMT",
        "America/Los_Angeles",
        "America/Denver",
        "America/Chicago",
        "America/New_York",
        "America/Sao_Paulo",
        "Europe/London",
        "Europe/Paris",
        "Europe/Berlin",
        "Europe/Athens",
        "Africa/Johannesburg",
        "Asia/Dubai",
        "Asia/Kolkata",
        "Asia/Singapore",
        "Asia/Shanghai",
        "Asia/Tokyo",
        "Australia/Sydney",
        "Pacific/Auckland",
    ],
    Open::TimeZone,
);

/// Locales; any of the right shape is taken (7.8).
pub const LOCALE: Picklist = Picklist::open(
    &[
        "en_US", "en_GB", "en_CA", "en_AU", "de_DE", "de_AT", "de_CH", "de", "fr_FR", "fr",
        "es_ES", "es", "it_IT", "nl_NL", "pt_BR", "sv_SE", "ja_JP", "ko_KR", "zh_CN",
    ],
    Open::Locale,
);

/// Languages (7.8).
pub const LANGUAGE: Picklist = Picklist::standard(&[
    "en_US", "de", "es", "fr", "it", "ja", "sv", "ko", "zh_TW", "zh_CN", "pt_BR", "nl_NL", "da",
    "th", "fi", "ru", "es_MX", "no",
]);

/// Encodings of mail (7.8).
pub const EMAIL_ENCODING: Picklist = Picklist::standard(&[
    "UTF-8",
    "ISO-8859-1",
    "Shift_JIS",
    "ISO-2022-JP",
    "EUC-JP",
    "ks_c_5601-1987",
    "Big5",
    "GB2312",
]);

/// Editions as text (R-ORG-2, 7.9).
pub const ORGANIZATION_TYPE: Picklist = Picklist::standard(&[
    "Team Edition",
    "Professional Edition",
    "Enterprise Edition",
    "Developer Edition",
    "Personal Edition",
    "Unlimited Edition",
    "Contact Manager Edition",
    "Base Edition",
    "Group Edition",
    "Performance Edition",
]);

/// Default access of an org.
pub const DEFAULT_ACCESS: Picklist = Picklist::standard(&[
    "None",
    "Read",
    "Edit",
    "ReadEditTransfer",
    "ControlledByParent",
]);

/// How exact a place is (§3).
pub const GEOCODE_ACCURACY: Picklist = Picklist::standard(&[
    "Address",
    "NearAddress",
    "Block",
    "Street",
    "ExtendedZip",
    "Zip",
    "Neighborhood",
    "City",
    "County",
    "State",
    "Unknown",
]);
