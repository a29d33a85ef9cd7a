//! What a conversion of a lead may ask for, and what it leaves on the lead (R-LEAD-4, R-LEAD-5).
//!
//! Which fields go into the account, the contact and the opportunity is [`super::mapping`]'s.

use serde_json::Value as Json;

use super::converted_statuses;
use crate::catalog::input::from_json;
use crate::catalog::{Catalog, names};
use crate::error::{Code, Error, Result};
use crate::id::{Id, prefix};
use crate::quote::beginning;
use crate::record::Record;
use crate::time::Date;
use crate::value::Value;

/// Most leads of one request.
pub const BATCH: usize = 100;

/// The prefix of groups and queues, which own leads but nothing else.
const GROUP: &str = "00G";

/// One lead to be converted: the input of the original's `LeadConvert`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The lead.
    pub lead: Id,
    /// The status that it will have, one of [`converted_statuses`].
    pub converted_status: String,
    /// Merge into this account; a new one when not given.
    pub account: Option<Id>,
    /// Merge into this contact of that account; a new one when not given.
    pub contact: Option<Id>,
    /// Who owns the lead and what is made; see [`owner`].
    pub owner: Option<Id>,
    /// Make no opportunity.
    pub do_not_create_opportunity: bool,
    /// The opportunity's name, at most 120 characters; the lead's company when not given.
    pub opportunity_name: Option<String>,
    /// The lead's source replaces that of the contact it is merged into.
    pub overwrite_lead_source: bool,
    /// Mail the owner. The server has no such mail, so it is refused.
    pub send_notification_email: bool,
}

impl Conversion {
    /// A conversion into a new account, contact and opportunity.
    #[must_use]
    pub fn new(lead: Id, converted_status: impl Into<String>) -> Conversion {
        Conversion {
            lead,
            converted_status: converted_status.into(),
            account: None,
            contact: None,
            owner: None,
            do_not_create_opportunity: false,
            opportunity_name: None,
            overwrite_lead_source: false,
            send_notification_email: false,
        }
    }

    /// R-LEAD-4: what the request says by itself; answers the status in the list's spelling.
    ///
    /// # Errors
    /// One for each member that cannot be, or does not go with the others.
    pub fn check(&self) -> Result<&'static str, Vec<Error>> {
        let mut errors = Vec::new();
        let status = self.status().map_err(|e| errors.push(e)).ok();
        if self.contact.is_some() && self.account.is_none() {
            let why = "account_id: required with contact_id; give the account of the contact";
            errors.push(Error::new(Code::RequiredFieldMissing, why).field("account_id"));
        }
        if self.overwrite_lead_source && self.contact.is_none() {
            errors.push(refused(
                "overwrite_lead_source",
                "only with contact_id; a new contact gets the lead's source anyway",
            ));
        }
        if self.opportunity_name.is_some() && self.do_not_create_opportunity {
            errors.push(refused(
                "opportunity_name",
                "leave it out where no opportunity is made",
            ));
        }
        errors.extend(self.opportunity_name().err());
        if self.send_notification_email {
            errors.push(refused(
                "send_notification_email",
                "this server does not mail new owners; leave it false",
            ));
        }
        match status {
            Some(status) if errors.is_empty() => Ok(status),
            _ => Err(errors),
        }
    }

    /// The name that was asked for the opportunity, null when none was.
    ///
    /// # Errors
    /// `STRING_TOO_LONG` and what else keeps a text from being a name.
    pub fn opportunity_name(&self) -> Result<Value> {
        let object = Catalog::standard().known(names::OPPORTUNITY);
        match (object.field("Name"), &self.opportunity_name) {
            (Some(field), Some(name)) => from_json(field, &Json::from(name.as_str()))
                .map_err(|e| Error::new(e.code, e.message).field("opportunity_name")),
            _ => Ok(Value::Null),
        }
    }

    /// Is something made that needs an owner?
    #[must_use]
    pub fn makes(&self) -> bool {
        self.contact.is_none() || self.account.is_none() || !self.do_not_create_opportunity
    }

    fn status(&self) -> Result<&'static str> {
        let wanted = self.converted_status.trim();
        converted_statuses()
            .find(|label| label.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| {
                let allowed: Vec<_> = converted_statuses().collect();
                refused(
                    "converted_status",
                    &format!(
                        "\"{}\" does not end a conversion; allowed is {}",
                        beginning(wanted),
                        allowed.join(", ")
                    ),
                )
            })
    }
}

/// R-LEAD-5: a lead is converted once.
///
/// # Errors
/// `CANNOT_UPDATE_CONVERTED_LEAD`.
pub fn may_convert(lead: &Record) -> Result<()> {
    if !lead.get("IsConverted").is_true() {
        return Ok(());
    }
    Err(Error::new(
        Code::CannotUpdateConvertedLead,
        "cannot reference converted lead: it has been converted already, which happens once",
    ))
}

/// R-LEAD-4: a contact to merge into belongs to the account.
///
/// # Errors
/// `FIELD_INTEGRITY_EXCEPTION`.
pub fn belongs(contact: &Record, account: Id) -> Result<()> {
    if contact.get("AccountId").as_id() == Some(account) {
        return Ok(());
    }
    Err(refused(
        "contact_id",
        "the contact does not belong to the account; give a contact of it, or the contact's account",
    ))
}

/// R-LEAD-4: who owns the lead and what is made of it: the user who was asked for, else the
/// lead's owner. A lead of the automated user goes to whoever converts it.
///
/// # Errors
/// `REQUIRED_FIELD_MISSING`, when the lead belongs to a queue and nobody was asked for;
/// `INVALID_CROSS_REFERENCE_KEY`, when what was asked for is no user.
pub fn owner(
    asked: Option<Id>,
    lead_owner: Option<Id>,
    automated: Option<Id>,
    converter: Id,
) -> Result<Id> {
    if let Some(asked) = asked {
        return if asked.prefix() == prefix::USER {
            Ok(asked)
        } else {
            Err(no_such("owner_id", "user"))
        };
    }
    match lead_owner {
        None => Ok(converter),
        Some(owner) if Some(owner) == automated => Ok(converter),
        Some(owner) if owner.prefix() == GROUP => Err(Error::new(
            Code::RequiredFieldMissing,
            "owner_id: required, because the lead belongs to a queue; name a user",
        )
        .field("owner_id")),
        Some(owner) => Ok(owner),
    }
}

/// What a lead was converted into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// The account.
    pub account: Id,
    /// The contact.
    pub contact: Id,
    /// The opportunity, if one was made.
    pub opportunity: Option<Id>,
}

/// R-LEAD-4: the lead afterwards. `today` is the day in the business org's zone.
pub fn close(lead: &mut Record, status: &str, owner: Id, into: &Targets, today: Date) {
    lead.set("IsConverted", true);
    lead.set("Status", status);
    lead.set("OwnerId", owner);
    lead.set("ConvertedDate", today);
    lead.set("ConvertedAccountId", into.account);
    lead.set("ConvertedContactId", into.contact);
    lead.set("ConvertedOpportunityId", into.opportunity);
}

/// Something that the request names and that the org does not have.
#[must_use]
pub fn no_such(member: &str, what: &str) -> Error {
    Error::new(
        Code::InvalidCrossReferenceKey,
        format!("{member}: invalid cross reference id; there is no such {what}"),
    )
    .field(member)
}

fn refused(member: &str, why: &str) -> Error {
    Error::new(Code::FieldIntegrityException, format!("{member}: {why}")).field(member)
}

#[cfg(test)]
#[path = "convert_tests.rs"]
mod tests;
