//! Organization: the org itself, one row in the directory (R-ORG-2, R-ORG-5).

use super::field::{FieldDef, FieldType as T, field};
use super::object::{ObjectDef, Storage, object};
use super::{parts, picklist as p};

pub(super) fn define() -> ObjectDef {
    object("Organization", "Organization", "organizations")
        .prefix("00D")
        .storage(Storage::Directory)
        .ops("U r")
        .fields([
            field("Name", "Name", T::String(80), "UIN").indexed(),
            field("Division", "Division", T::String(80), "Un"),
        ])
        .fields(
            parts::address("", "Address", "Un")
                .into_iter()
                .map(country_read_only),
        )
        .fields([
            field("Phone", "Phone", T::Phone(40), "Un"),
            field("Fax", "Fax", T::Phone(40), "Un"),
            field("PrimaryContact", "Primary Contact", T::String(80), "Un"),
            field(
                "DefaultLocaleSidKey",
                "Locale",
                T::Picklist(p::LOCALE, 40),
                "UR",
            )
            .default("en_US"),
            field(
                "LanguageLocaleKey",
                "Language",
                T::Picklist(p::LANGUAGE, 40),
                "UR",
            )
            .default("en_US"),
            field(
                "TimeZoneSidKey",
                "Time Zone",
                T::Picklist(p::TIME_ZONE, 40),
                "UR",
            )
            .default("GMT"),
            field(
                "FiscalYearStartMonth",
                "Fiscal Year Starts In",
                T::Int(9),
                "n",
            )
            .default(1),
            field(
                "OrganizationType",
                "Edition",
                T::Picklist(p::ORGANIZATION_TYPE, 40),
                "nR",
            )
            .calculated(&[]),
            field("InstanceName", "Instance Name", T::String(40), "n"),
            field("IsSandbox", "Is Sandbox", T::Boolean, "D"),
            field(
                "TrialExpirationDate",
                "Trial Expiration Date",
                T::DateTime,
                "n",
            ),
            field("NamespacePrefix", "Namespace Prefix", T::String(15), "n"),
            field("IsReadOnly", "Is Read Only", T::Boolean, "D").calculated(&[]),
            field("SignupCountryIsoCode", "Signup Country", T::String(2), "n"),
        ])
        .fields(default_access())
        .fields([
            parts::hidden("domain", T::String(40)),
            parts::hidden("status", T::String(20)),
            parts::hidden("edition", T::String(20)),
            parts::hidden("is_packaging", T::Boolean),
            parts::hidden("is_business", T::Boolean),
            parts::hidden("picklists_on", T::Boolean),
            parts::hidden_id("lma_user", &["User"]),
            parts::hidden("proxy_inactive", T::Boolean),
            parts::hidden("refresh_interval_days", T::Int(9)),
            parts::hidden_id("fallback_lead_owner", &["User"]),
        ])
        .audit()
        .build()
}

/// The country is the org's for good (R-ORG-2).
fn country_read_only(mut part: FieldDef) -> FieldDef {
    if part.name == "Country" {
        part.updateable = false;
    }
    part
}

/// What others may do with records of these objects; there is no record-level sharing.
fn default_access() -> Vec<FieldDef> {
    let access = |name: &'static str, label: &'static str, value: &'static str| {
        field(name, label, T::Picklist(p::DEFAULT_ACCESS, 40), "nR").default(value)
    };
    vec![
        access("DefaultAccountAccess", "Default Account Access", "Edit"),
        access(
            "DefaultContactAccess",
            "Default Contact Access",
            "ControlledByParent",
        ),
        access(
            "DefaultOpportunityAccess",
            "Default Opportunity Access",
            "Edit",
        ),
        access(
            "DefaultLeadAccess",
            "Default Lead Access",
            "ReadEditTransfer",
        ),
        access(
            "DefaultCaseAccess",
            "Default Case Access",
            "ReadEditTransfer",
        ),
    ]
}
