//! Records for callers with different rights.

use jiff::tz::TimeZone;
use openlma_core::access::{FieldAccess, Grants, Permissions};
use openlma_core::catalog::{Catalog, names};
use openlma_core::time::Timestamp;
use openlma_core::{Code, Id, Record, Value};
use serde_json::{Value as Json, json};

use super::super::address::Version;
use super::{View, record_json, wanted};

fn record(object: &str, id: &str, values: &[(&str, Value)]) -> Record {
    let mut record = Record::with_defaults(Catalog::standard().known(object));
    record.set("Id", Id::parse(id).unwrap());
    for (name, value) in values {
        record.set(name, value.clone());
    }
    record
}

/// The record at 2026-03-02 in UTC, as the API version 62.0 shows it.
fn shown(record: &Record, access: &dyn FieldAccess, named: Option<&str>) -> Json {
    let version = Version::try_from("v62.0".to_owned()).unwrap();
    let view = View {
        access,
        zone: &TimeZone::UTC,
        now: "2026-03-02T00:00:00Z".parse::<Timestamp>().unwrap(),
        version: &version,
    };
    let fields = wanted(record.object(), access, named).unwrap();
    record_json(record, &fields, &view)
}

fn without(field: &str) -> Permissions {
    let grants: Grants = serde_json::from_value(json!({"objects": {"*": {
        "read": true, "fields": {"default": "read", "except": {field: "none"}},
    }}}))
    .unwrap();
    Permissions::union([&grants])
}

/// R-LIC-5: what depends on the clock is worked out for the moment of the answer.
#[test]
fn r_lic_5_derived_values_are_of_the_moment() {
    let license = record(
        names::LICENSE,
        "a00000000000001",
        &[
            ("sfLma__Status__c", "Active".into()),
            (
                "sfLma__Expiration__c",
                Value::Date("2026-03-05".parse().unwrap()),
            ),
        ],
    );
    let all = shown(&license, &Permissions::system(), None);
    assert_eq!(all["olma__Days_To_Expiry__c"].to_string(), "3.0");
    assert_eq!(all["attributes"]["type"], names::LICENSE);
}

/// R-SEC-1: hidden fields are absent, from compounds and calculated values as well.
#[test]
fn r_sec_1_hidden_fields_are_absent() {
    let lead = record(
        names::LEAD,
        "00Q000000000001",
        &[("City", "Graz".into()), ("Country", "Austria".into())],
    );
    let all = shown(&lead, &Permissions::system(), None);
    assert_eq!(all["Address"]["city"], "Graz");
    let less = shown(&lead, &without("City"), None);
    assert!(less.get("City").is_none());
    assert_eq!(less["Address"]["city"], Json::Null);
    assert_eq!(less["Address"]["country"], "Austria");
    let hidden = wanted(lead.object(), &without("City"), Some("City")).unwrap_err();
    assert_eq!(hidden.code, Code::InvalidField);
    let absent = wanted(lead.object(), &without("City"), Some("Town")).unwrap_err();
    assert_eq!(absent.message.replace("Town", "City"), hidden.message);
}

#[test]
fn named_fields_come_once_in_their_order_with_the_id() {
    let lead = record(names::LEAD, "00Q000000000001", &[]);
    let some = shown(
        &lead,
        &Permissions::system(),
        Some("company, Email,COMPANY"),
    );
    let keys: Vec<_> = some.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "Company", "Email", "Id"]);
    let some = shown(&lead, &Permissions::system(), Some("Id,Email"));
    let keys: Vec<_> = some.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["attributes", "Id", "Email"]);
}
