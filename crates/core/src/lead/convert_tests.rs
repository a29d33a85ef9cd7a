//! Tests of what a conversion may ask for.

use proptest::prelude::*;

use super::*;

fn id(prefix: &str, n: u32) -> Id {
    Id::parse(&format!("{prefix}{n:012}")).unwrap()
}

fn conversion() -> Conversion {
    Conversion::new(id("00Q", 1), "Closed - Converted")
}

fn fields(conversion: &Conversion) -> Vec<String> {
    let errors = conversion.check().unwrap_err();
    errors.into_iter().flat_map(|e| e.fields).collect()
}

#[test]
fn r_lead_4_status_ends_a_conversion() {
    assert_eq!(conversion().check(), Ok("Closed - Converted"));
    let spelt = Conversion::new(id("00Q", 1), " closed - CONVERTED ");
    assert_eq!(spelt.check(), Ok("Closed - Converted"));
    for status in ["", "Open - Not Contacted", "Closed - Not Converted", "Won"] {
        let errors = Conversion::new(id("00Q", 1), status).check().unwrap_err();
        assert_eq!(errors[0].code, Code::FieldIntegrityException);
        assert_eq!(errors[0].fields, ["converted_status"]);
        assert!(errors[0].message.contains("Closed - Converted"));
    }
}

#[test]
fn r_lead_4_members_that_do_not_go_together() {
    let mut wanted = conversion();
    wanted.contact = Some(id("003", 1));
    assert_eq!(fields(&wanted), ["account_id"]);
    let mut wanted = conversion();
    wanted.overwrite_lead_source = true;
    assert_eq!(fields(&wanted), ["overwrite_lead_source"]);
    let mut wanted = conversion();
    wanted.do_not_create_opportunity = true;
    wanted.opportunity_name = Some("Orbit".into());
    assert_eq!(fields(&wanted), ["opportunity_name"]);
    let mut wanted = conversion();
    wanted.send_notification_email = true;
    assert_eq!(fields(&wanted), ["send_notification_email"]);
}

/// R-ERR-1: all that is wrong with a request is said at once.
#[test]
fn r_err_1_all_errors_at_once() {
    let mut wanted = Conversion::new(id("00Q", 1), "Won");
    wanted.contact = Some(id("003", 1));
    wanted.opportunity_name = Some("x".repeat(121));
    let expected = ["converted_status", "account_id", "opportunity_name"];
    assert_eq!(fields(&wanted), expected);
}

#[test]
fn r_lead_4_opportunity_name() {
    assert_eq!(conversion().opportunity_name(), Ok(Value::Null));
    let mut wanted = conversion();
    wanted.opportunity_name = Some("Größe".into());
    assert_eq!(wanted.opportunity_name(), Ok("Größe".into()));
    wanted.opportunity_name = Some("é".repeat(121));
    let error = wanted.opportunity_name().unwrap_err();
    assert_eq!(error.code, Code::StringTooLong);
    assert_eq!(error.fields, ["opportunity_name"]);
}

#[test]
fn r_lead_4_contact_of_the_account() {
    let mut contact = Record::empty(Catalog::standard().known(names::CONTACT));
    assert!(belongs(&contact, id("001", 1)).is_err());
    contact.set("AccountId", id("001", 1));
    assert_eq!(belongs(&contact, id("001", 1)), Ok(()));
    let error = belongs(&contact, id("001", 2)).unwrap_err();
    assert_eq!(error.fields, ["contact_id"]);
}

#[test]
fn r_lead_4_owner() {
    let (automated, converter, manager) = (id("005", 1), id("005", 2), id("005", 3));
    let owner = |asked, lead| owner(asked, Some(lead), Some(automated), converter);
    assert_eq!(owner(None, manager), Ok(manager));
    assert_eq!(owner(None, automated), Ok(converter));
    assert_eq!(owner(Some(manager), automated), Ok(manager));
    assert_eq!(owner(Some(converter), manager), Ok(converter));
    assert_eq!(owner(Some(manager), id("00G", 1)), Ok(manager));
    let error = owner(None, id("00G", 1)).unwrap_err();
    assert_eq!(error.code, Code::RequiredFieldMissing);
    let error = owner(Some(id("00G", 1)), manager).unwrap_err();
    assert_eq!(error.code, Code::InvalidCrossReferenceKey);
}

/// R-LEAD-5
#[test]
fn r_lead_5_once_only() {
    let mut lead = Record::with_defaults(Catalog::standard().known(names::LEAD));
    assert_eq!(may_convert(&lead), Ok(()));
    let into = Targets {
        account: id("001", 1),
        contact: id("003", 1),
        opportunity: None,
    };
    let today = "2026-03-01".parse().unwrap();
    close(&mut lead, "Closed - Converted", id("005", 1), &into, today);
    assert_eq!(lead.get("ConvertedDate").as_date(), Some(today));
    assert_eq!(lead.get("ConvertedContactId").as_id(), Some(into.contact));
    assert!(lead.get("ConvertedOpportunityId").is_null());
    let error = may_convert(&lead).unwrap_err();
    assert_eq!(error.code, Code::CannotUpdateConvertedLead);
}

proptest! {
    /// R-LEAD-4: a request is taken exactly when nothing in it contradicts.
    #[test]
    fn r_lead_4_contradictions(
        account: bool, contact: bool, overwrite: bool, none: bool, name: bool, mail: bool,
    ) {
        let wanted = Conversion {
            account: account.then(|| id("001", 1)),
            contact: contact.then(|| id("003", 1)),
            overwrite_lead_source: overwrite,
            do_not_create_opportunity: none,
            opportunity_name: name.then(|| "Orbit".to_owned()),
            send_notification_email: mail,
            ..conversion()
        };
        let wrong = [contact && !account, overwrite && !contact, name && none, mail];
        let count = wrong.iter().filter(|w| **w).count();
        prop_assert_eq!(wanted.check().map_or_else(|e| e.len(), |_| 0), count);
        prop_assert_eq!(wanted.makes(), !(account && contact && none));
    }
}
