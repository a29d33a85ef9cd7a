//! Which fields of a lead go into the account, the contact and the opportunity (R-LEAD-4), as in
//! the original. Nothing here overwrites what a target has, but for the lead source of a contact
//! when that is asked for.

use std::sync::Arc;

use crate::access::{FieldAccess, Permissions};
use crate::catalog::{FieldDef, ObjectDef, names};
use crate::record::Record;
use crate::time::Date;
use crate::value::Value;

/// The stage with which opportunities of leads begin.
pub const FIRST_STAGE: &str = "Prospecting";

/// Field of the lead, field of the account.
const ACCOUNT: &[(&str, &str)] = &[
    ("Company", "Name"),
    ("Street", "BillingStreet"),
    ("City", "BillingCity"),
    ("State", "BillingState"),
    ("PostalCode", "BillingPostalCode"),
    ("Country", "BillingCountry"),
    ("Latitude", "BillingLatitude"),
    ("Longitude", "BillingLongitude"),
    ("GeocodeAccuracy", "BillingGeocodeAccuracy"),
    ("Phone", "Phone"),
    ("Fax", "Fax"),
    ("Website", "Website"),
    ("Industry", "Industry"),
    ("Rating", "Rating"),
    ("AnnualRevenue", "AnnualRevenue"),
    ("NumberOfEmployees", "NumberOfEmployees"),
    ("LeadSource", "AccountSource"),
];

/// Field of the lead, field of the contact.
const CONTACT: &[(&str, &str)] = &[
    ("Salutation", "Salutation"),
    ("FirstName", "FirstName"),
    ("LastName", "LastName"),
    ("Title", "Title"),
    ("Email", "Email"),
    ("Phone", "Phone"),
    ("MobilePhone", "MobilePhone"),
    ("Fax", "Fax"),
    ("Street", "MailingStreet"),
    ("City", "MailingCity"),
    ("State", "MailingState"),
    ("PostalCode", "MailingPostalCode"),
    ("Country", "MailingCountry"),
    ("Latitude", "MailingLatitude"),
    ("Longitude", "MailingLongitude"),
    ("GeocodeAccuracy", "MailingGeocodeAccuracy"),
    ("LeadSource", "LeadSource"),
    ("Description", "Description"),
    ("EmailBouncedReason", "EmailBouncedReason"),
    ("EmailBouncedDate", "EmailBouncedDate"),
];

/// Field of the lead, field of the opportunity.
const OPPORTUNITY: &[(&str, &str)] = &[("Company", "Name"), ("LeadSource", "LeadSource")];

/// What a lead gives to a target, by position in the target's object: for a new one all that the
/// lead has, for an `existing` one what is empty there.
///
/// R-SEC-1: what the converter may not read on the lead or not edit on the target stays behind,
/// unless the target cannot be without it; the save then refuses it by name. A text that is too
/// long for the target is cut where the target cannot be without it, and stays behind otherwise.
#[must_use]
pub fn carried(
    lead: &Record,
    target: &Arc<ObjectDef>,
    existing: Option<&Record>,
    permissions: &Permissions,
) -> Vec<(usize, Value)> {
    let mut out = Vec::new();
    for (from, to) in pairs(target.name) {
        let (Some(source), Some(position)) = (lead.object().field(from), target.index_of(to))
        else {
            continue;
        };
        let field = &target.fields()[position];
        if existing.is_some_and(|record| !record.at(position).is_null()) {
            continue;
        }
        let needed = existing.is_none() && field.required;
        let allowed = permissions.may_read_field(lead.object(), source)
            && permissions.may_edit_field(target, field);
        if !needed && !allowed {
            continue;
        }
        let value = fitting(field, lead.get(from), needed);
        if !value.is_null() {
            out.push((position, value));
        }
    }
    out
}

/// The lead's source in place of the contact's own, if the lead has one.
#[must_use]
pub fn lead_source(lead: &Record, contact: &ObjectDef) -> Option<(usize, Value)> {
    let source = lead.get("LeadSource");
    let position = contact.index_of("LeadSource")?;
    (!source.is_null()).then(|| (position, source.clone()))
}

/// The close date of an opportunity made today: the last day of the quarter.
#[must_use]
pub fn close_date(today: Date) -> Date {
    let last_month = (today.month() + 2) / 3 * 3;
    // The third month of a quarter exists in every year.
    Date::new(today.year(), last_month, 1).map_or(today, Date::last_of_month)
}

fn pairs(target: &str) -> &'static [(&'static str, &'static str)] {
    match target {
        names::ACCOUNT => ACCOUNT,
        names::CONTACT => CONTACT,
        names::OPPORTUNITY => OPPORTUNITY,
        _ => &[],
    }
}

/// The value as the field can take it; null when it cannot.
fn fitting(field: &FieldDef, value: &Value, needed: bool) -> Value {
    match (value, field.ty.text_length()) {
        (Value::Text(text), Some(most)) if text.chars().count() > most as usize => {
            if needed {
                Value::text(text.chars().take(most as usize).collect::<String>())
            } else {
                Value::Null
            }
        }
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ACCOUNT, CONTACT, OPPORTUNITY, carried, close_date, fitting, lead_source};
    use crate::access::{Permissions, default_profiles};
    use crate::catalog::{Catalog, names};
    use crate::record::Record;
    use crate::value::Value;

    fn record(object: &str) -> Record {
        Record::with_defaults(Catalog::standard().known(object))
    }

    /// R-LEAD-4: a text of exactly the target's length goes along; a longer one does not, or is cut
    /// where the target needs one.
    #[test]
    fn r_lead_4_texts_that_just_fit() {
        let catalog = Catalog::standard();
        let phone = catalog.known(names::CONTACT).field("Phone").unwrap();
        let most = phone.ty.text_length().unwrap() as usize;
        let text = |length: usize| Value::text("x".repeat(length));
        assert_eq!(fitting(phone, &text(most), false), text(most));
        assert_eq!(fitting(phone, &text(most + 1), false), Value::Null);
        assert_eq!(fitting(phone, &text(most + 1), true), text(most));
    }

    fn lead() -> Record {
        let mut lead = record(names::LEAD);
        for (field, value) in [
            ("FirstName", "Kim"),
            ("LastName", "Example"),
            ("Company", "Example Org"),
            ("Email", "kim@example.com"),
            ("Phone", "1234"),
            ("City", "Berlin"),
            ("Country", "Germany"),
            ("Description", "A long story"),
            ("LeadSource", crate::lead::SOURCE),
        ] {
            lead.set(field, value);
        }
        lead.set("NumberOfEmployees", 12);
        lead
    }

    /// `existing`, or a new record, with what the lead gives it.
    fn merged(object: &str, existing: Option<&Record>, permissions: &Permissions) -> Record {
        let target = Catalog::standard().known(object);
        let mut record = existing
            .cloned()
            .unwrap_or_else(|| Record::with_defaults(target));
        for (position, value) in carried(&lead(), target, existing, permissions) {
            record.set_at(position, value);
        }
        record
    }

    /// R-LEAD-4: every field of the mapping exists and takes what the lead's has.
    #[test]
    fn r_lead_4_fields_exist_and_agree() {
        let catalog = Catalog::standard();
        let lead = catalog.known(names::LEAD);
        for (target, pairs) in [
            (names::ACCOUNT, ACCOUNT),
            (names::CONTACT, CONTACT),
            (names::OPPORTUNITY, OPPORTUNITY),
        ] {
            let target = catalog.known(target);
            for (from, to) in pairs {
                let from = lead.field(from).unwrap_or_else(|| panic!("Lead.{from}"));
                let to = target
                    .field(to)
                    .unwrap_or_else(|| panic!("{}.{to}", target.name));
                let texts = from.ty.text_length().is_some() && to.ty.text_length().is_some();
                assert!(texts || from.ty.name() == to.ty.name(), "{}", to.name);
                assert!(to.createable, "{}", to.name);
            }
        }
    }

    #[test]
    fn r_lead_4_new_targets_get_everything() {
        let all = Permissions::system();
        let account = merged(names::ACCOUNT, None, &all);
        assert_eq!(account.get("Name").as_text(), Some("Example Org"));
        assert_eq!(account.get("BillingCity").as_text(), Some("Berlin"));
        assert_eq!(account.get("NumberOfEmployees").as_int(), Some(12));
        assert_eq!(
            account.get("AccountSource").as_text(),
            Some("Package Installation")
        );
        assert!(account.get("Description").is_null());
        let contact = merged(names::CONTACT, None, &all);
        assert_eq!(contact.get("LastName").as_text(), Some("Example"));
        assert_eq!(contact.get("MailingCountry").as_text(), Some("Germany"));
        assert_eq!(contact.get("Description").as_text(), Some("A long story"));
        let opportunity = merged(names::OPPORTUNITY, None, &all);
        assert_eq!(opportunity.get("Name").as_text(), Some("Example Org"));
    }

    #[test]
    fn r_lead_4_lead_source_is_replaced_when_asked() {
        let contact = Catalog::standard().known(names::CONTACT);
        let (position, value) = lead_source(&lead(), contact).unwrap();
        assert_eq!(Some(position), contact.index_of("LeadSource"));
        assert_eq!(value.as_text(), Some("Package Installation"));
        assert_eq!(lead_source(&record(names::LEAD), contact), None);
    }

    /// R-SEC-1: who may only read gives only what a target cannot be without.
    #[test]
    fn r_sec_1_what_may_not_be_written_stays_behind() {
        let reader = default_profiles()
            .into_iter()
            .find(|p| p.name == "Read Only")
            .unwrap();
        let reader = Permissions::union([&reader.grants]);
        let account = merged(names::ACCOUNT, None, &reader);
        assert_eq!(account.get("Name").as_text(), Some("Example Org"));
        assert!(account.get("Phone").is_null());
    }

    #[test]
    fn r_lead_4_long_texts() {
        let mut lead = lead();
        lead.set("Company", "x".repeat(255));
        lead.set("LeadSource", "y".repeat(41));
        let all = Permissions::system();
        let opportunity = Catalog::standard().known(names::OPPORTUNITY);
        let name = opportunity.index_of("Name").unwrap();
        let given = carried(&lead, opportunity, None, &all);
        assert!(given.contains(&(name, Value::text("x".repeat(120)))));
        let account = Catalog::standard().known(names::ACCOUNT);
        let source = account.index_of("AccountSource").unwrap();
        let given = carried(&lead, account, None, &all);
        assert!(given.iter().all(|(position, _)| *position != source));
    }

    #[test]
    fn r_lead_4_close_date_ends_the_quarter() {
        for (today, end) in [
            ("2026-01-01", "2026-03-31"),
            ("2026-06-30", "2026-06-30"),
            ("2026-08-15", "2026-09-30"),
            ("2024-12-31", "2024-12-31"),
        ] {
            assert_eq!(close_date(today.parse().unwrap()), end.parse().unwrap());
        }
    }

    proptest! {
        /// R-LEAD-4: whatever a target has, it keeps; what was empty has the lead's value.
        #[test]
        fn r_lead_4_only_empty_fields_are_filled(taken in prop::collection::vec(any::<bool>(), 20)) {
            for (object, pairs) in [(names::ACCOUNT, ACCOUNT), (names::CONTACT, CONTACT)] {
                let mut existing = record(object);
                for ((_, to), taken) in pairs.iter().zip(&taken) {
                    let text = existing.object().field(to).is_some_and(|f| f.ty.text_length().is_some());
                    if *taken && text {
                        existing.set(to, "own");
                    }
                }
                let after = merged(object, Some(&existing), &Permissions::system());
                let lead = lead();
                for (from, to) in pairs {
                    let expected = if existing.get(to).is_null() { lead.get(from) } else { existing.get(to) };
                    prop_assert_eq!(after.get(to), expected, "{}", to);
                }
            }
        }
    }
}
