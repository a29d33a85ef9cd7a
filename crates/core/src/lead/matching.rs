//! Whom an install belongs to, and who owns its lead (R-LEAD-1 to R-LEAD-3).

use crate::error::{Code, Error};
use crate::fold::fold;
use crate::id::Id;
use crate::time::Timestamp;

/// The person who installed, as the message from the subscriber's org names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Installer {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: String,
    /// Email address; without one nobody is matched.
    pub email: Option<String>,
    /// Company, the org's name where the user has none.
    pub company: String,
    /// Country as text.
    pub country: Option<String>,
    /// State or province as text.
    pub state: Option<String>,
}

/// A contact of the business org that a look-up by email found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactFound {
    /// The contact.
    pub id: Id,
    /// Its account, if it has one.
    pub account: Option<Id>,
    /// Its email address.
    pub email: String,
    /// When it was last modified.
    pub last_modified: Timestamp,
}

/// A lead of the business org that is not converted and came from an install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLead {
    /// The lead.
    pub id: Id,
    /// Its email address.
    pub email: String,
    /// When it was last modified.
    pub last_modified: Timestamp,
}

/// What becomes of an install's prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// No lead: the license is linked to this contact and its account (R-LEAD-3).
    Contact {
        /// The contact.
        contact: Id,
        /// Its account.
        account: Option<Id>,
    },
    /// No new lead: this open one is reused.
    Lead(Id),
    /// A new lead.
    New,
}

/// Finds whom an install belongs to: a contact with the same email ignoring case, of several the
/// last modified; else an open lead likewise; else nobody (R-LEAD-3).
///
/// What was found for another email is left out, so a look-up may find more than needed.
#[must_use]
pub fn find(installer: &Installer, contacts: &[ContactFound], leads: &[OpenLead]) -> Match {
    let Some(email) = installer
        .email
        .as_deref()
        .map(str::trim)
        .filter(|e| !e.is_empty())
    else {
        return Match::New;
    };
    let email = fold(email);
    let contact = contacts
        .iter()
        .filter(|c| fold(c.email.trim()) == email)
        .max_by_key(|c| (c.last_modified, c.id));
    if let Some(found) = contact {
        return Match::Contact {
            contact: found.id,
            account: found.account,
        };
    }
    let lead = leads
        .iter()
        .filter(|l| fold(l.email.trim()) == email)
        .max_by_key(|l| (l.last_modified, l.id));
    lead.map_or(Match::New, |found| Match::Lead(found.id))
}

/// The lead manager of a package as the business org knows the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadManager {
    /// The user.
    pub id: Id,
    /// Is the user active?
    pub active: bool,
    /// May the user read licenses?
    pub may_read_licenses: bool,
}

/// Why neither lead nor license can be made (R-LEAD-2). The message waits with these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerRefused {
    /// The lead manager is deactivated.
    Inactive,
    /// The lead manager may not read licenses.
    MayNotReadLicenses,
}

impl OwnerRefused {
    /// What is wrong.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            OwnerRefused::Inactive => "the lead manager is not an active user",
            OwnerRefused::MayNotReadLicenses => "the lead manager may not read licenses",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            OwnerRefused::Inactive => {
                "choose an active user as Lead Manager on the package, activate the user, \
                 or name a fallback owner; then retry"
            }
            OwnerRefused::MayNotReadLicenses => {
                "choose another Lead Manager on the package, give the user Read on License, \
                 or name a fallback owner; then retry"
            }
        }
    }
}

impl From<OwnerRefused> for Error {
    fn from(refused: OwnerRefused) -> Error {
        Error::new(Code::InactiveOwnerOrUser, refused.reason())
            .fix(refused.fix())
            .field("sfLma__Lead_Manager__c")
    }
}

/// The owner of a new lead: the lead manager, the automated user when there is none, the org's
/// fallback owner when the lead manager cannot be (R-LEAD-1, R-LEAD-2).
///
/// # Errors
/// [`OwnerRefused`] when the lead manager cannot own it and there is no fallback.
pub fn lead_owner(
    lead_manager: Option<LeadManager>,
    automated_user: Id,
    fallback: Option<Id>,
) -> Result<Id, OwnerRefused> {
    let refused = match lead_manager {
        None => return Ok(automated_user),
        Some(LeadManager { active: false, .. }) => OwnerRefused::Inactive,
        Some(LeadManager {
            may_read_licenses: false,
            ..
        }) => OwnerRefused::MayNotReadLicenses,
        Some(LeadManager { id, .. }) => return Ok(id),
    };
    fallback.ok_or(refused)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(prefix: &str, n: u32) -> Id {
        Id::parse(&format!("{prefix}{n:012}")).unwrap()
    }

    fn installer(email: &str) -> Installer {
        Installer {
            last_name: "Example".into(),
            company: "Example Org".into(),
            email: Some(email.into()),
            ..Installer::default()
        }
    }

    fn contact(n: u32, email: &str, second: i64) -> ContactFound {
        ContactFound {
            id: id("003", n),
            account: Some(id("001", n)),
            email: email.into(),
            last_modified: Timestamp::from_second(second).unwrap(),
        }
    }

    fn lead(n: u32, email: &str, second: i64) -> OpenLead {
        OpenLead {
            id: id("00Q", n),
            email: email.into(),
            last_modified: Timestamp::from_second(second).unwrap(),
        }
    }

    #[test]
    fn r_lead_3_contact_wins_last_modified_of_several() {
        let contacts = [
            contact(1, "kim@example.com", 10),
            contact(2, "KIM@Example.COM", 30),
            contact(3, "kim@example.com", 20),
            contact(4, "other@example.com", 99),
        ];
        let leads = [lead(1, "kim@example.com", 99)];
        assert_eq!(
            find(&installer("Kim@example.com"), &contacts, &leads),
            Match::Contact {
                contact: id("003", 2),
                account: Some(id("001", 2))
            }
        );
    }

    #[test]
    fn r_lead_3_open_lead_is_reused() {
        let leads = [lead(1, "kim@example.com", 1), lead(2, "KIM@example.com", 2)];
        assert_eq!(
            find(&installer("kim@example.com"), &[], &leads),
            Match::Lead(id("00Q", 2))
        );
        assert_eq!(find(&installer("new@example.com"), &[], &leads), Match::New);
    }

    #[test]
    fn r_lead_3_without_email_nobody_matches() {
        let contacts = [contact(1, "", 1)];
        assert_eq!(find(&installer(" "), &contacts, &[]), Match::New);
        let none = Installer {
            email: None,
            ..installer("")
        };
        assert_eq!(find(&none, &contacts, &[]), Match::New);
    }

    #[test]
    fn r_lead_2_owner() {
        let (manager, automated, fallback) = (id("005", 1), id("005", 2), id("005", 3));
        let with = |active, may_read_licenses| {
            Some(LeadManager {
                id: manager,
                active,
                may_read_licenses,
            })
        };
        assert_eq!(lead_owner(None, automated, Some(fallback)), Ok(automated));
        assert_eq!(lead_owner(with(true, true), automated, None), Ok(manager));
        assert_eq!(
            lead_owner(with(false, true), automated, Some(fallback)),
            Ok(fallback)
        );
        let refused = lead_owner(with(false, true), automated, None).unwrap_err();
        assert_eq!(refused.reason(), "the lead manager is not an active user");
        assert_eq!(
            lead_owner(with(true, false), automated, None),
            Err(OwnerRefused::MayNotReadLicenses)
        );
        let error = Error::from(refused);
        assert_eq!(error.code, Code::InactiveOwnerOrUser);
        assert!(error.told().contains("fallback owner"));
    }

    proptest! {
        /// R-LEAD-3: the answer does not depend on the order in which records were found.
        #[test]
        fn order_does_not_matter(seconds in prop::collection::vec(0i64..5, 1..8), turn in 0usize..8) {
            let mut contacts: Vec<_> = (1u32..)
                .zip(&seconds)
                .map(|(n, second)| contact(n, "kim@example.com", *second))
                .collect();
            let before = find(&installer("kim@example.com"), &contacts, &[]);
            let turn = turn % contacts.len();
            contacts.rotate_left(turn);
            prop_assert_eq!(find(&installer("kim@example.com"), &contacts, &[]), before);
        }
    }
}
