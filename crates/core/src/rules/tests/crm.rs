//! Tests of the rules of leads, accounts, contacts, opportunities, tasks and packages.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::opportunity::STAGES;
use super::*;
use crate::catalog::picklist;

fn lead() -> Record {
    let mut lead = record(names::LEAD);
    lead.set("FirstName", "Kim");
    lead.set("LastName", "Example");
    lead.set("Company", "Example Org");
    lead
}

#[test]
fn names_of_persons() {
    let saved = save_as(PERSON, None, lead()).unwrap();
    assert_eq!(saved.get("Name").as_text(), Some("Kim Example"));
    let mut contact = record(names::CONTACT);
    contact.set("LastName", "Example");
    contact.set("Salutation", "Dr.");
    let saved = save_as(PERSON, None, contact).unwrap();
    assert_eq!(saved.get("Name").as_text(), Some("Example"));
    assert!(!saved.get("IsEmailBounced").is_true());
}

#[test]
fn bounced_email_of_a_contact() {
    let mut contact = record(names::CONTACT);
    contact.set("EmailBouncedDate", now());
    assert!(
        save_as(PERSON, None, contact)
            .unwrap()
            .get("IsEmailBounced")
            .is_true()
    );
}

#[test]
fn r_lead_4_converted_is_read_only() {
    let mut old = lead();
    old.set("IsConverted", true);
    for by in [PERSON, ADMIN] {
        let error = refusal(by, Some(&old), old.clone());
        assert_eq!(error.code, Code::CannotUpdateConvertedLead);
        assert!(error.message.starts_with("cannot reference converted lead"));
    }
    assert!(save_as(By::Lma, Some(&old), old.clone()).is_ok());
}

#[test]
fn r_lead_4_converted_only_by_conversion() {
    let mut made = lead();
    made.set("IsConverted", true);
    let error = refusal(ADMIN, None, made);
    assert_eq!(
        (error.code, error.fields),
        (Code::FieldIntegrityException, vec!["IsConverted".into()])
    );

    let mut new = lead();
    new.set("Status", "Closed - Converted");
    let error = refusal(PERSON, Some(&lead()), new.clone());
    assert_eq!(error.code, Code::FieldIntegrityException);
    assert!(error.message.contains("convert the lead instead"));
    assert!(save_as(By::Lma, Some(&lead()), new).is_ok());

    let mut closed = lead();
    closed.set("Status", "Closed - Not Converted");
    assert!(save_as(PERSON, Some(&lead()), closed).is_ok());
}

#[test]
fn account_is_not_its_own_parent() {
    let mut account = record(names::ACCOUNT);
    account.set("Id", id("001", 1));
    account.set("ParentId", id("001", 2));
    assert!(save_as(PERSON, None, account.clone()).is_ok());
    account.set("ParentId", id("001", 1));
    assert_eq!(refusal(PERSON, None, account).fields, ["ParentId"]);
}

fn opportunity(stage: &str) -> Record {
    let mut opportunity = record(names::OPPORTUNITY);
    opportunity.set("StageName", stage);
    opportunity.set("CloseDate", date(2026, 11, 24));
    opportunity.set("Amount", 1000.0);
    opportunity
}

#[test]
fn stages_are_those_of_the_picklist() {
    let list: Vec<_> = picklist::OPPORTUNITY_STAGE
        .values()
        .map(String::from)
        .collect();
    assert_eq!(list, STAGES.map(|stage| stage.name));
    for stage in STAGES {
        let saved = save_as(PERSON, None, opportunity(stage.name)).unwrap();
        assert_eq!(saved.get("Probability"), &Value::Number(stage.probability));
        assert!(!saved.get("ForecastCategory").is_null());
    }
}

#[test]
fn stage_settles_probability_forecast_and_closing() {
    let saved = save_as(PERSON, None, opportunity("Closed Won")).unwrap();
    assert_eq!(saved.get("Probability"), &Value::Number(100.0));
    assert_eq!(saved.get("ExpectedRevenue"), &Value::Number(1000.0));
    assert_eq!(saved.get("ForecastCategory").as_text(), Some("Closed"));
    assert!(saved.get("IsClosed").is_true() && saved.get("IsWon").is_true());
    assert_eq!(saved.get("Fiscal").as_text(), Some("2026 4"));
    assert_eq!(saved.get("FiscalYear"), &Value::Int(2026));
    assert_eq!(saved.get("FiscalQuarter"), &Value::Int(4));
    assert!(saved.get("LastStageChangeDate").is_null());

    let mut lost = saved.clone();
    lost.set("StageName", "Closed Lost");
    let lost = save_as(PERSON, Some(&saved), lost).unwrap();
    assert_eq!(lost.get("Probability"), &Value::Number(0.0));
    assert_eq!(lost.get("ForecastCategoryName").as_text(), Some("Omitted"));
    assert!(lost.get("IsClosed").is_true() && !lost.get("IsWon").is_true());
    assert_eq!(lost.get("LastStageChangeDate").as_datetime(), Some(now()));
}

#[test]
fn given_values_win_over_the_stage() {
    let mut given = opportunity("Prospecting");
    given.set("Probability", 35.0);
    given.set("ForecastCategoryName", "Best Case");
    let saved = save_as(PERSON, None, given).unwrap();
    assert_eq!(saved.get("Probability"), &Value::Number(35.0));
    assert_eq!(saved.get("ForecastCategory").as_text(), Some("BestCase"));

    let mut renamed = saved.clone();
    renamed.set("Name", "Other");
    let renamed = save_as(PERSON, Some(&saved), renamed).unwrap();
    assert_eq!(renamed.get("Probability"), &Value::Number(35.0));

    let mut moved = saved.clone();
    moved.set("StageName", "Needs Analysis");
    moved.set("Probability", 40.0);
    let moved = save_as(PERSON, Some(&saved), moved).unwrap();
    assert_eq!(moved.get("Probability"), &Value::Number(40.0));
    assert_eq!(
        moved.get("ForecastCategoryName").as_text(),
        Some("Pipeline")
    );

    let mut beyond = opportunity("Prospecting");
    beyond.set("Probability", 101.0);
    assert_eq!(
        refusal(PERSON, None, beyond).code,
        Code::NumberOutsideValidRange
    );
}

#[test]
fn task_closed_and_reopened() {
    let open = save_as(PERSON, None, record(names::TASK)).unwrap();
    assert!(!open.get("IsClosed").is_true() && !open.get("IsHighPriority").is_true());
    let mut done = open.clone();
    done.set("Status", "Completed");
    done.set("Priority", "High");
    let mut done = save_as(PERSON, Some(&open), done).unwrap();
    assert!(done.get("IsClosed").is_true() && done.get("IsHighPriority").is_true());
    assert_eq!(done.get("CompletedDateTime").as_datetime(), Some(now()));

    let earlier: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
    done.set("CompletedDateTime", earlier);
    let again = save_as(PERSON, Some(&done), done.clone()).unwrap();
    assert_eq!(again.get("CompletedDateTime").as_datetime(), Some(earlier));

    let mut reopened = done.clone();
    reopened.set("Status", "In Progress");
    let reopened = save_as(PERSON, Some(&done), reopened).unwrap();
    assert!(reopened.get("CompletedDateTime").is_null());
}

#[test]
fn task_about_an_account() {
    let mut task = record(names::TASK);
    task.set("WhatId", id("001", 1));
    let saved = save_as(PERSON, None, task).unwrap();
    assert_eq!(saved.get("AccountId").as_id(), Some(id("001", 1)));
}

#[test]
fn r_ref_2_next_refresh_of_a_package() {
    let mut package = record(names::PACKAGE);
    let never = save_as(By::Lma, None, package.clone()).unwrap();
    assert!(never.get("sfLma__Next_Available_Refresh__c").is_null());
    package.set("sfLma__Last_License_Refresh__c", date(2026, 6, 1));
    let saved = save_as(By::Lma, None, package).unwrap();
    let next = saved.get("sfLma__Next_Available_Refresh__c").as_date();
    assert_eq!(next, Some(date(2026, 6, 8)));
}

#[test]
fn r_pkg_5_the_owner_stays() {
    for name in [names::LICENSE, names::PACKAGE, names::PACKAGE_VERSION] {
        let mut old = record(name);
        old.set("OwnerId", id("005", 1));
        let old = save_as(By::Lma, None, old).unwrap();
        let mut new = old.clone();
        new.set("OwnerId", id("005", 2));
        let error = refusal(PERSON, Some(&old), new.clone());
        assert_eq!(error.code, Code::InvalidFieldForInsertUpdate, "{name}");
        assert!(save_as(ADMIN, Some(&old), new.clone()).is_ok(), "{name}");
        assert!(save_as(By::Lma, Some(&old), new).is_ok(), "{name}");
    }
}

proptest! {
    /// Every save of the same record again changes nothing: rules are idempotent.
    #[test]
    fn rules_are_idempotent(
        stage in prop::sample::select(&STAGES[..]),
        amount in prop::option::of(0u32..1_000_000),
    ) {
        let mut new = opportunity(stage.name);
        new.set("Amount", amount.map(f64::from));
        let once = save_as(PERSON, None, new).unwrap();
        let twice = save_as(PERSON, Some(&once), once.clone()).unwrap();
        prop_assert_eq!(once.values(), twice.values());
    }
}
