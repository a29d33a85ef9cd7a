//! Orgs: editions, statuses, names, and where the LMA may live (R-ORG-2, R-ORG-3, R-ORG-7).

use jiff::tz::TimeZone;

use crate::error::{Code, Error, Result};
use crate::license::expiry::access_ends_at;
use crate::quote::beginning;
use crate::time::{Date, Timestamp};
use crate::vocabulary::{bad_value, vocabulary};

/// The edition of an org (R-ORG-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// Enterprise Edition.
    Enterprise,
    /// Performance Edition.
    Performance,
    /// Unlimited Edition.
    Unlimited,
    /// Developer Edition.
    Developer,
    /// Professional Edition.
    Professional,
    /// Group Edition.
    Group,
    /// Personal Edition.
    Personal,
}

impl Edition {
    /// Every edition.
    pub const ALL: &'static [Edition] = &[
        Edition::Enterprise,
        Edition::Performance,
        Edition::Unlimited,
        Edition::Developer,
        Edition::Professional,
        Edition::Group,
        Edition::Personal,
    ];

    fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Edition::Enterprise => ("Enterprise", "Enterprise Edition", "EE"),
            Edition::Performance => ("Performance", "Performance Edition", "PXE"),
            Edition::Unlimited => ("Unlimited", "Unlimited Edition", "UE"),
            Edition::Developer => ("Developer", "Developer Edition", "DE"),
            Edition::Professional => ("Professional", "Professional Edition", "PE"),
            Edition::Group => ("Group", "Group Edition", "GE"),
            Edition::Personal => ("Personal", "Personal Edition", "Free"),
        }
    }

    /// The short name: `Enterprise`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.texts().0
    }

    /// The text of Org Type and Organization.OrganizationType: `Enterprise Edition`.
    #[must_use]
    pub fn org_type_text(self) -> &'static str {
        self.texts().1
    }

    /// The code of a lead's Subscriber Org Type: `EE`.
    #[must_use]
    pub fn lead_code(self) -> &'static str {
        self.texts().2
    }

    /// Reads `Enterprise` or `Enterprise Edition`, ignoring case.
    ///
    /// # Errors
    /// `INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST`, listing the editions.
    pub fn parse(text: &str) -> Result<Edition> {
        let fits = |edition: &Edition| {
            edition.as_str().eq_ignore_ascii_case(text)
                || edition.org_type_text().eq_ignore_ascii_case(text)
        };
        Edition::ALL.iter().copied().find(fits).ok_or_else(|| {
            let allowed: Vec<_> = Edition::ALL.iter().map(|e| e.as_str()).collect();
            bad_value("Edition", text, &allowed)
        })
    }

    /// May the LMA be installed in orgs of this edition (R-ORG-3)?
    #[must_use]
    pub fn takes_lma(self) -> bool {
        matches!(
            self,
            Edition::Enterprise | Edition::Performance | Edition::Unlimited | Edition::Developer
        )
    }
}

impl std::fmt::Display for Edition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Edition {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for Edition {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Edition, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Edition::parse(&text).map_err(|e| serde::de::Error::custom(e.message))
    }
}

vocabulary! {
    /// The status of an org (R-ORG-2).
    pub enum OrgStatus = "Status" {
        /// In use.
        Active = "Active",
        /// On trial until a day.
        Trial = "Trial",
        /// In use, free of charge.
        Free = "Free",
        /// Only its administrators sign in.
        Locked = "Locked",
        /// Shut.
        Disabled = "Disabled",
        /// Gone.
        Deleted = "Deleted",
    }
}

impl OrgStatus {
    /// The text that the license keeps: `ACTIVE`.
    #[must_use]
    pub fn stored_text(self) -> &'static str {
        match self {
            OrgStatus::Active => "ACTIVE",
            OrgStatus::Trial => "TRIAL",
            OrgStatus::Free => "FREE",
            OrgStatus::Locked => "LOCKED",
            OrgStatus::Disabled => "DISABLED",
            OrgStatus::Deleted => "DELETED",
        }
    }

    /// The text of PackageSubscriber.OrgStatus.
    #[must_use]
    pub fn package_subscriber(self) -> &'static str {
        match self {
            OrgStatus::Active => "Active",
            OrgStatus::Trial => "Trial",
            OrgStatus::Free => "Free",
            OrgStatus::Locked | OrgStatus::Disabled | OrgStatus::Deleted => "Inactive",
        }
    }

    /// Does every check in such an org answer OrgLocked (R-CHK-2)? Changes of its licenses do
    /// not reach it either (R-LIC-11).
    #[must_use]
    pub fn blocks_checks(self) -> bool {
        matches!(
            self,
            OrgStatus::Locked | OrgStatus::Disabled | OrgStatus::Deleted
        )
    }
}

/// R-ORG-7: the first instant after the last day of a trial org, in its own zone.
#[must_use]
pub fn trial_ends_at(trial_end: Option<Date>, zone: &TimeZone) -> Option<Timestamp> {
    access_ends_at(trial_end, zone)
}

/// R-ORG-7: the status that counts; a Trial org is Locked from the day after its trial end.
#[must_use]
pub fn effective_status(
    status: OrgStatus,
    trial_end: Option<Date>,
    zone: &TimeZone,
    now: Timestamp,
) -> OrgStatus {
    effective_at(status, trial_ends_at(trial_end, zone), now)
}

/// [`effective_status`] where the instant of [`trial_ends_at`] is known.
#[must_use]
pub fn effective_at(
    status: OrgStatus,
    trial_ends_at: Option<Timestamp>,
    now: Timestamp,
) -> OrgStatus {
    match (status, trial_ends_at) {
        (OrgStatus::Trial, Some(end)) if end <= now => OrgStatus::Locked,
        _ => status,
    }
}

/// R-ORG-7: what an operator's change makes of an org's status and the last day of its trial; what
/// is `None` stays. A trial has a last day. An org that is shut keeps it for the way back; one that
/// is Active or Free has none.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` on `trial_end`.
pub fn change_status(
    before: (OrgStatus, Option<Date>),
    status: Option<OrgStatus>,
    trial_end: Option<Option<Date>>,
) -> Result<(OrgStatus, Option<Date>)> {
    let status = status.unwrap_or(before.0);
    let end = trial_end.unwrap_or(before.1);
    match status {
        OrgStatus::Trial if end.is_none() => Err(wrong_trial_end()),
        OrgStatus::Active | OrgStatus::Free if trial_end.flatten().is_some() => {
            Err(wrong_trial_end())
        }
        OrgStatus::Active | OrgStatus::Free => Ok((status, None)),
        OrgStatus::Trial | OrgStatus::Locked | OrgStatus::Disabled | OrgStatus::Deleted => {
            Ok((status, end))
        }
    }
}

/// The error for a trial without a last day, or a last day without a trial.
#[must_use]
pub fn wrong_trial_end() -> Error {
    Error::new(
        Code::FieldIntegrityException,
        "trial_end: an org with status Trial has a last day, others have none",
    )
    .fix("give a last day together with status Trial, and none with another status")
    .field("trial_end")
}

/// R-ORG-2: an instance has 1 to 6 letters and digits; those of sandboxes, and only those, begin
/// with `CS`.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` on `InstanceName`.
pub fn validate_instance(instance: &str, sandbox: bool) -> Result<()> {
    let problem = if !(1..=6).contains(&instance.len())
        || !instance.bytes().all(|c| c.is_ascii_alphanumeric())
    {
        "give 1 to 6 letters and digits, such as NA1"
    } else if instance.starts_with("CS") != sandbox {
        "instances of sandboxes begin with CS, others do not"
    } else {
        return Ok(());
    };
    Err(Error::new(
        Code::FieldIntegrityException,
        format!(
            "Instance Name: {} is not allowed; {problem}",
            beginning(instance)
        ),
    )
    .field("InstanceName"))
}

/// R-ORG-4: a domain name is 1 to 40 lower-case letters, digits and single hyphens, begins with a
/// letter and ends with a letter or digit, so that it can stand in a path and in a host name.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION` on `domain`.
pub fn validate_domain(domain: &str) -> Result<()> {
    let fits = (1..=40).contains(&domain.len())
        && domain
            .bytes()
            .all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && domain.starts_with(|c: char| c.is_ascii_lowercase())
        && !domain.ends_with('-')
        && !domain.contains("--");
    if fits {
        return Ok(());
    }
    Err(Error::new(
        Code::FieldIntegrityException,
        format!(
            "domain: {} is not allowed; give 1 to 40 lower-case letters, digits and single \
             hyphens, a letter first and no hyphen last",
            beginning(domain)
        ),
    )
    .field("domain"))
}

/// The org in which somebody wants the LMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LmaTarget {
    /// Its edition.
    pub edition: Edition,
    /// Its status.
    pub status: OrgStatus,
    /// Is it a sandbox?
    pub sandbox: bool,
    /// Does it own a managed package?
    pub owns_managed_package: bool,
}

/// R-ORG-3: may the LMA be installed there? Asked again at registration. The answer is a warning
/// for an org that will expire.
///
/// # Errors
/// `INVALID_OPERATION` for another edition, or for the owner of a managed package.
pub fn may_install_lma(org: &LmaTarget) -> Result<Option<&'static str>> {
    let refused = |why: String| Err(Error::new(Code::InvalidOperation, why));
    if !org.edition.takes_lma() {
        return refused(format!(
            "the License Management App does not install in {} orgs; \
             allowed: Enterprise, Performance, Unlimited, Developer Edition",
            org.edition.org_type_text()
        ));
    }
    if org.owns_managed_package {
        return refused(
            "the License Management App does not install in an org that owns a managed package; \
             use the org where the business is managed"
                .into(),
        );
    }
    Ok(match (org.sandbox, org.status) {
        (true, _) => Some("this is a sandbox: it expires, and its packages and licenses with it"),
        (false, OrgStatus::Trial) => {
            Some("this is a trial org: it expires, and its packages and licenses with it")
        }
        _ => None,
    })
}

#[cfg(test)]
#[path = "org_tests.rs"]
mod tests;
