//! R-SEC-1: what the caller may not read answers exactly as if it did not exist.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use jiff::tz::TimeZone;
use openlma_core::access::{FieldAccess, SystemAccess};
use openlma_core::catalog::{Catalog, FieldDef, ObjectDef};
use openlma_core::{Code, Error};
use openlma_soql::{BindContext, Plan, compile};

/// Reads everything but these objects and `Object.Field`s.
struct Except(&'static [&'static str]);

impl FieldAccess for Except {
    fn may_read_object(&self, object: &ObjectDef) -> bool {
        !self.0.contains(&object.name)
    }
    fn may_read_field(&self, object: &ObjectDef, field: &FieldDef) -> bool {
        !self
            .0
            .contains(&format!("{}.{}", object.name, field.name).as_str())
            && self.may_read_object(object)
    }
}

fn run(text: &str, access: &dyn FieldAccess) -> Result<Plan, Error> {
    let context = BindContext {
        now: "2026-11-24T12:00:00Z".parse().unwrap(),
        zone: &TimeZone::UTC,
        include_deleted: false,
    };
    compile(text, Catalog::standard(), access, &context)
}

/// The error for a hidden name is that for an absent one, letter by letter but for the name.
#[track_caller]
fn same_as_absent(hidden: &'static [&'static str], text: &str, name: &str) {
    // As long and as unlike every other name as can be.
    let absent = "Q".repeat(name.len());
    let error = run(text, &Except(hidden)).expect_err(text);
    let reference = run(&text.replace(name, &absent), &SystemAccess).unwrap_err();
    assert_eq!(error.code, reference.code, "{text}");
    let message = error.message.replace(name, &absent);
    let without_hint = |m: &str| m.split(" Did you mean").next().unwrap().to_owned();
    assert_eq!(
        without_hint(&message),
        without_hint(&reference.message),
        "{text}"
    );
    assert!(
        !error.message.contains(&format!("Did you mean '{name}'")),
        "{}",
        error.message
    );
    // A caller who may read it gets an answer.
    assert!(run(text, &SystemAccess).is_ok(), "{text}");
}

#[test]
fn r_sec_1_a_hidden_field_is_absent_wherever_it_stands() {
    for text in [
        "SELECT Id, Company FROM Lead",
        "SELECT Id, Lead.Company FROM Lead",
        "SELECT Id FROM Lead WHERE Company = 'x'",
        "SELECT Id FROM Lead WHERE Company LIKE 'x%'",
        "SELECT Id FROM Lead WHERE NOT (Id = null OR Company IN ('x'))",
        "SELECT Id FROM Lead ORDER BY Company",
        "SELECT COUNT() FROM Lead WHERE Company != null",
    ] {
        same_as_absent(&["Lead.Company"], text, "Company");
    }
    let all = run(
        "SELECT FIELDS(ALL) FROM Lead LIMIT 1",
        &Except(&["Lead.Company"]),
    )
    .unwrap();
    assert!(!all.select.iter().any(|o| o.path == ["Company"]));
}

#[test]
fn r_sec_1_a_hidden_object_is_absent() {
    same_as_absent(&["Contact"], "SELECT Id FROM Contact", "Contact");
    let error = run("SELECT Id FROM Contactt", &Except(&["Contact"])).unwrap_err();
    assert_eq!(error.code, Code::InvalidType);
    assert!(!error.message.contains("'Contact'"), "{}", error.message);
}

#[test]
fn r_sec_1_a_path_needs_the_look_up_the_parent_and_the_field() {
    for text in [
        "SELECT Id, Account.Industry FROM Contact",
        "SELECT Id FROM Contact WHERE Account.Industry = 'x'",
        "SELECT Id FROM Contact ORDER BY Account.Industry",
    ] {
        same_as_absent(&["Contact.AccountId"], text, "Account");
        same_as_absent(&["Account"], text, "Account");
        same_as_absent(&["Account.Industry"], text, "Industry");
    }
}

#[test]
fn r_sec_1_hints_name_only_what_the_caller_may_read() {
    let hint = |access: &dyn FieldAccess| {
        let message = run("SELECT Compani FROM Lead", access).unwrap_err().message;
        message.contains("Did you mean 'Company'?")
    };
    assert!(hint(&SystemAccess));
    assert!(!hint(&Except(&["Lead.Company"])));
}

#[test]
fn r_sec_1_a_polymorphic_path_reads_only_readable_parents() {
    let text = "SELECT Owner.Name FROM Lead";
    let plan = run(text, &Except(&["Group"])).unwrap();
    assert_eq!(plan.joins.len(), 1);
    assert_eq!(plan.joins[0].object.name, "User");
    same_as_absent(&["Group", "User"], text, "Owner");
}

/// The parts of a compound are hidden one by one.
#[test]
fn r_sec_1_a_compound_shows_only_readable_parts() {
    let text = "SELECT BillingAddress FROM Account";
    let plan = run(text, &Except(&["Account.BillingCity"])).unwrap();
    assert!(
        !plan
            .select
            .iter()
            .any(|o| o.path == ["BillingAddress", "city"])
    );
    assert!(
        plan.select
            .iter()
            .any(|o| o.path == ["BillingAddress", "country"])
    );
}

/// Columns of ours are shown to nobody, the system included.
#[test]
fn hidden_columns_are_absent_for_everyone() {
    let catalog = Catalog::standard();
    let mut seen = 0;
    for object in catalog.objects() {
        for field in object.fields().iter().filter(|f| f.hidden) {
            let text = format!("SELECT {} FROM {}", field.name, object.name);
            assert_eq!(
                run(&text, &SystemAccess).unwrap_err().code,
                Code::InvalidField,
                "{text}"
            );
            seen += 1;
        }
    }
    assert!(seen > 0);
}
