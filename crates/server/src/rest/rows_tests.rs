//! Rows of real plans, nested.

use openlma_core::access::SystemAccess;
use openlma_core::catalog::Catalog;
use openlma_core::time::from_micros;
use openlma_core::{Id, Value};
use openlma_soql::{BindContext, Plan, compile};
use serde_json::{Value as Json, json};

use super::super::address::Version;
use super::Shape;

const LEAD: &str = "00Q000000000001";
const USER: &str = "005000000000001";

fn plan(text: &str) -> Plan {
    let context = BindContext {
        now: from_micros(0),
        zone: &jiff::tz::TimeZone::UTC,
        include_deleted: false,
    };
    compile(text, Catalog::standard(), &SystemAccess, &context).unwrap()
}

/// A row of the plan from values by dotted path; what is not named is null.
fn shaped(plan: &Plan, values: &[(&str, Value)]) -> Json {
    let row: Vec<Value> = plan
        .select
        .iter()
        .map(|output| {
            let path = output.path.join(".");
            let found = values.iter().find(|(name, _)| *name == path);
            found.map_or(Value::Null, |(_, value)| value.clone())
        })
        .collect();
    let version = Version::try_from("v62.0".to_owned()).unwrap();
    Shape::of(plan).row(Catalog::standard(), &version, &row)
}

fn id(text: &str) -> Value {
    Id::parse(text).unwrap().into()
}

fn url(object: &str, record: &str) -> String {
    let id = Id::parse(record).unwrap();
    format!("/services/data/v62.0/sobjects/{object}/{id}")
}

#[test]
fn attributes_come_first_and_names_are_the_schemas() {
    let plan = plan("SELECT company, ISCONVERTED, numberofemployees FROM lead");
    let row = shaped(
        &plan,
        &[
            ("Id", id(LEAD)),
            ("Company", "Example".into()),
            ("IsConverted", false.into()),
            ("NumberOfEmployees", 5.into()),
        ],
    );
    let text = format!(
        r#"{{"attributes":{{"type":"Lead","url":"{}"}},"Company":"Example","IsConverted":false,"NumberOfEmployees":5}}"#,
        url("Lead", LEAD)
    );
    assert_eq!(row.to_string(), text);
}

#[test]
fn ids_that_were_asked_for_are_shown_in_their_place() {
    let plan = plan("SELECT Company, Id FROM Lead");
    let row = shaped(&plan, &[("Id", id(LEAD))]);
    let keys: Vec<_> = row.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "Company", "Id"]);
    assert_eq!(row["Id"].as_str().unwrap().len(), 18);
    assert_eq!(row["Company"], Json::Null);
}

#[test]
fn parents_nest_and_a_missing_parent_is_null() {
    let plan = plan("SELECT Name, Owner.Name FROM Lead");
    let row = shaped(
        &plan,
        &[
            ("Id", id(LEAD)),
            ("Owner.Id", id(USER)),
            ("Owner.Name", "Uma".into()),
        ],
    );
    let owner = json!({"attributes": {"type": "User", "url": url("User", USER)}, "Name": "Uma"});
    assert_eq!(row["Owner"], owner);
    let row = shaped(&plan, &[("Id", id(LEAD))]);
    assert_eq!(row["Owner"], Json::Null);
}

#[test]
fn a_compound_nests_its_parts_and_is_null_without_any() {
    let plan = plan("SELECT Address FROM Lead");
    let row = shaped(&plan, &[("Id", id(LEAD)), ("Address.city", "Graz".into())]);
    assert_eq!(row["Address"]["city"], "Graz");
    assert_eq!(row["Address"]["postalCode"], Json::Null);
    assert!(row["Address"].get("attributes").is_none());
    let row = shaped(&plan, &[("Id", id(LEAD))]);
    assert_eq!(row["Address"], Json::Null);
}
