//! User: someone who signs in to an org (R-USR-1).

use super::field::{FieldDef, FieldType as T, OnDelete, field};
use super::object::{ObjectDef, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("User", "User", "users")
        .prefix("005")
        .ops("CU r s l m t")
        .fields([field("Username", "Username", T::String(80), "CUI !")])
        .fields(parts::person_name())
        .fields(work())
        .fields(parts::address("", "Address", "CUn"))
        .fields(account())
        .fields(preferences())
        .fields([
            parts::hidden("external_id", T::String(255)),
            parts::hidden_count("failed_logins"),
            parts::hidden("locked_until", T::DateTime),
        ])
        .audit()
        .viewed()
        .unique(&["Username"])
        .unique(&["CommunityNickname"])
        .unique(&["external_id"])
        .build()
}

/// How to reach the user, and where they work.
fn work() -> Vec<FieldDef> {
    vec![
        field("CompanyName", "Company Name", T::String(80), "CUn"),
        field("Division", "Division", T::String(80), "CUn"),
        field("Department", "Department", T::String(80), "CUn"),
        field("Title", "Title", T::String(80), "CUn"),
        field("Email", "Email", T::Email(128), "CUI !").indexed(),
        field("Phone", "Phone", T::Phone(40), "CUn"),
        field("MobilePhone", "Mobile", T::Phone(40), "CUn"),
        field("Fax", "Fax", T::Phone(40), "CUn"),
        field("Extension", "Extension", T::Phone(40), "CUn"),
        field("EmployeeNumber", "Employee Number", T::String(20), "CUn"),
        field("AboutMe", "About Me", T::TextArea(1000), "CUn"),
    ]
}

/// How the user signs in and what stands behind.
fn account() -> Vec<FieldDef> {
    vec![
        field("Alias", "Alias", T::String(8), "CU !"),
        field("CommunityNickname", "Nickname", T::String(40), "CUD"),
        field("IsActive", "Active", T::Boolean, "CUD").default(true),
        field(
            "ProfileId",
            "Profile ID",
            T::reference(&["Profile"], "Profile"),
            "CU !",
        )
        .children("Users", OnDelete::Restrict),
        field(
            "ManagerId",
            "Manager ID",
            T::reference(&["User"], "Manager"),
            "CUn",
        )
        .children("ManagedUsers", OnDelete::SetNull),
        field("UserType", "User Type", T::Picklist(p::USER_TYPE, 40), "nR").default("Standard"),
        field(
            "FederationIdentifier",
            "SAML Federation ID",
            T::String(512),
            "CUnI",
        )
        .indexed(),
        field("LastLoginDate", "Last Login", T::DateTime, "n"),
        field(
            "LastPasswordChangeDate",
            "Last Password Change or Reset",
            T::DateTime,
            "n",
        ),
        field(
            "PasswordExpirationDate",
            "Password Expiration Date",
            T::DateTime,
            "n",
        ),
        field(
            "ContactId",
            "Contact ID",
            T::reference(&["Contact"], "Contact"),
            "CUn",
        )
        .children("Users", OnDelete::Restrict),
        field(
            "AccountId",
            "Account ID",
            T::reference(&["Account"], "Account"),
            "n",
        )
        .children("Users", OnDelete::SetNull),
        field("SmallPhotoUrl", "Photo", T::Url(1024), "n"),
        field(
            "FullPhotoUrl",
            "Url for full-sized Photo",
            T::Url(1024),
            "n",
        ),
    ]
}

/// Locale and the switches that are kept without effect.
fn preferences() -> Vec<FieldDef> {
    let switch = |name: &'static str, label: &'static str| field(name, label, T::Boolean, "CUD");
    vec![
        field(
            "TimeZoneSidKey",
            "Time Zone",
            T::Picklist(p::TIME_ZONE, 40),
            "CUR !",
        ),
        field(
            "LocaleSidKey",
            "Locale",
            T::Picklist(p::LOCALE, 40),
            "CUR !",
        ),
        field(
            "LanguageLocaleKey",
            "Language",
            T::Picklist(p::LANGUAGE, 40),
            "CUR !",
        ),
        field(
            "EmailEncodingKey",
            "Email Encoding",
            T::Picklist(p::EMAIL_ENCODING, 40),
            "CUR !",
        ),
        field(
            "DigestFrequency",
            "Chatter Email Highlights Frequency",
            T::Picklist(p::DIGEST, 40),
            "CUDR",
        )
        .default("D"),
        field(
            "DefaultGroupNotificationFrequency",
            "Default Notification Frequency when Joining Groups",
            T::Picklist(p::DIGEST, 40),
            "CUDR",
        )
        .default("N"),
        switch("UserPermissionsMarketingUser", "Marketing User"),
        switch("UserPermissionsOfflineUser", "Offline User"),
        switch(
            "UserPermissionsSFContentUser",
            "Salesforce CRM Content User",
        ),
        switch("UserPermissionsKnowledgeUser", "Knowledge User"),
        switch("UserPermissionsInteractionUser", "Flow User"),
        switch("UserPermissionsSupportUser", "Service Cloud User"),
        switch(
            "UserPermissionsCallCenterAutoLogin",
            "Auto-login To Call Center",
        ),
        switch(
            "UserPreferencesLightningExperiencePreferred",
            "Lightning Experience Preferred",
        ),
    ]
}
