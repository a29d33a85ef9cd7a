//! Values from JSON: what each type of field takes and refuses.

use serde_json::{Value as Json, json};

use super::*;
use crate::catalog::{Catalog, names};
use crate::error::Code;
use crate::id::Id;
use crate::record::Record;
use crate::time::parse_instant;

fn of(object: &str, name: &str) -> &'static FieldDef {
    Catalog::standard().known(object).field(name).unwrap()
}

fn lead(name: &str) -> &'static FieldDef {
    of(names::LEAD, name)
}

fn refused(field: &FieldDef, json: Json) -> (Code, String, Vec<String>) {
    let error = from_json(field, &json).unwrap_err();
    (error.code, error.message, error.fields)
}

/// standard-objects.md §10: codes and messages that clients read.
#[test]
fn messages_of_wrong_values() {
    let long = "x".repeat(129);
    for (field, json, code, message) in [
        (
            lead("Email"),
            json!("nobody"),
            Code::InvalidEmailAddress,
            "Email: invalid email address: nobody".to_owned(),
        ),
        (
            lead("Title"),
            json!(long),
            Code::StringTooLong,
            format!(
                "Title: data value too large: {}… (max length=128)",
                &long[..80]
            ),
        ),
        (
            lead("NumberOfEmployees"),
            json!(123_456_789),
            Code::NumberOutsideValidRange,
            "Employees: value outside of valid range on numeric field: 123456789".to_owned(),
        ),
        (
            of(names::LICENSE, "sfLma__Status__c"),
            json!("Paused"),
            Code::InvalidOrNullForRestrictedPicklist,
            "Status: bad value for restricted picklist field: Paused".to_owned(),
        ),
        (
            of(names::CONTACT, "AccountId"),
            json!("00500000000000"),
            Code::MalformedId,
            "Account ID: id value of incorrect type: 00500000000000".to_owned(),
        ),
        (
            of(names::CONTACT, "AccountId"),
            json!("005000000000001"),
            Code::FieldIntegrityException,
            "Account ID: id value of incorrect type: 005000000000001".to_owned(),
        ),
    ] {
        assert_eq!(
            refused(field, json),
            (code, message, vec![field.name.to_string()])
        );
    }
}

/// standard-objects.md §10: a wrong JSON type names the token and no field.
#[test]
fn wrong_json_types() {
    for (field, json, message) in [
        (
            lead("ConvertedDate"),
            json!("soon"),
            "date from VALUE_STRING value soon",
        ),
        (
            lead("Company"),
            json!(5),
            "string from VALUE_NUMBER_INT value 5",
        ),
        (
            lead("Company"),
            json!(true),
            "string from VALUE_TRUE value true",
        ),
        (
            lead("Company"),
            json!({"a": 1}),
            "string from START_OBJECT value {",
        ),
        (
            lead("Company"),
            json!(["a"]),
            "string from START_ARRAY value [",
        ),
        (
            lead("IsUnreadByOwner"),
            json!(null),
            "boolean from VALUE_NULL value null",
        ),
        (
            lead("IsUnreadByOwner"),
            json!("yes"),
            "boolean from VALUE_STRING value yes",
        ),
        (
            lead("NumberOfEmployees"),
            json!(1.5),
            "int from VALUE_NUMBER_FLOAT value 1.5",
        ),
        (
            lead("AnnualRevenue"),
            json!("NaN"),
            "currency from VALUE_STRING value NaN",
        ),
        (
            lead("EmailBouncedDate"),
            json!("2026-13-01"),
            "datetime from VALUE_STRING value 2026-13-01",
        ),
        (
            lead("Address"),
            json!({}),
            "address from START_OBJECT value {",
        ),
    ] {
        let message = format!("Cannot deserialize instance of {message}");
        assert_eq!(
            refused(field, json),
            (Code::JsonParserError, message, vec![])
        );
    }
}

#[test]
fn accepted_forms() {
    let seats = of(names::LICENSE, "sfLma__Seats__c");
    for (field, json, value) in [
        (lead("Company"), json!(""), Value::Null),
        (lead("Company"), json!("\r\n"), Value::Null),
        (lead("Company"), json!(" \t\u{a0}"), Value::Null),
        (lead("Company"), json!(" a  b\t"), Value::from("a  b")),
        (
            lead("Email"),
            json!(" a@b.example "),
            Value::from("a@b.example"),
        ),
        (lead("Description"), json!(" \n\t"), Value::Null),
        (
            lead("Description"),
            json!(" a\n b "),
            Value::from(" a\n b "),
        ),
        (lead("NumberOfEmployees"), json!("  "), Value::Null),
        (
            lead("Status"),
            json!("Anything goes"),
            Value::from("Anything goes"),
        ),
        (
            lead("GeocodeAccuracy"),
            json!("nearADDRESS"),
            Value::from("NearAddress"),
        ),
        (lead("NumberOfEmployees"), json!(5.0), Value::Int(5)),
        (lead("NumberOfEmployees"), json!("5"), Value::Int(5)),
        (lead("AnnualRevenue"), json!("1e3"), Value::Number(1000.0)),
        (lead("AnnualRevenue"), json!(10.5), Value::Number(11.0)),
        (lead("IsUnreadByOwner"), json!("TRUE"), Value::Bool(true)),
        (seats, json!(-1), Value::Number(-1.0)),
        (seats, json!(99_000_000), Value::Number(99_000_000.0)),
        (
            of(names::CONTACT, "AccountId"),
            json!("001000000000001AAA"),
            Value::Id(Id::parse("001000000000001").unwrap()),
        ),
    ] {
        assert_eq!(
            from_json(field, &json).unwrap(),
            value,
            "{} {json}",
            field.name
        );
    }
    assert_eq!(refused(seats, json!(1.5)).0, Code::NumberOutsideValidRange);
    assert_eq!(
        refused(seats, json!(100_000_000)).0,
        Code::NumberOutsideValidRange
    );
}

/// §1.3: datetimes come with `Z`, with and without colon in the zone, as a date alone.
#[test]
fn instants_in_every_form() {
    let expected = parse_instant("2026-01-31T12:00:00Z").unwrap();
    for text in [
        "2026-01-31T12:00:00.000+0000",
        "2026-01-31T14:00:00+02:00",
        "2026-01-31T04:00:00-0800",
        "2026-01-31T12:00:00.0000004Z",
    ] {
        let value = from_json(lead("EmailBouncedDate"), &json!(text)).unwrap();
        assert_eq!(value, Value::DateTime(expected), "{text}");
        let json = to_json(lead("EmailBouncedDate"), &value);
        assert_eq!(json, json!("2026-01-31T12:00:00.000+0000"));
    }
    let midnight = from_json(lead("EmailBouncedDate"), &json!("2026-01-31")).unwrap();
    assert_eq!(
        to_json(lead("EmailBouncedDate"), &midnight),
        json!("2026-01-31T00:00:00.000+0000")
    );
}

/// The calendar ends where the original's does, so that the day after a date always exists.
#[test]
fn the_calendar_has_ends() {
    let expiration = of(names::LICENSE, "sfLma__Expiration__c");
    for text in ["1700-01-01", "4000-12-31", "2024-02-29", "1970-01-01"] {
        assert!(from_json(expiration, &json!(text)).is_ok(), "{text}");
    }
    for text in [
        "1699-12-31",
        "4001-01-01",
        "2026-02-29",
        "20260101",
        "2026-1-1",
        "2026-01-01T00:00:00Z",
    ] {
        assert_eq!(
            refused(expiration, json!(text)).0,
            Code::JsonParserError,
            "{text}"
        );
    }
}

/// R-ERR-1: names ring no bell and move no cursor; lines and columns are kept.
#[test]
fn r_err_1_control_characters_are_refused() {
    for c in ['\u{1}', '\u{7}', '\u{1b}', '\u{7f}', '\u{9b}'] {
        let (code, message, _) = refused(lead("LastName"), json!(format!("a{c}b")));
        assert_eq!(code, Code::FieldIntegrityException);
        let number = format!("U+{:04X}", u32::from(c));
        assert!(message.contains(&number), "{message}");
    }
    let lines = json!("a\r\n\tb");
    assert!(from_json(lead("Description"), &lines).is_ok());
    assert!(from_json(lead("Description"), &json!("a\u{1b}[2J")).is_err());
    for name in ["\u{202e}mill", "\u{1F600}", "מפעל"] {
        assert!(from_json(lead("LastName"), &json!(name)).is_ok());
    }
}

/// What one of the two engines cannot store is refused for both.
#[test]
fn nul_is_refused() {
    let (code, message, fields) = refused(lead("Description"), json!("a\0b"));
    assert_eq!(code, Code::FieldIntegrityException);
    assert_eq!(
        message,
        "Description: the character U+0000 cannot be stored"
    );
    assert_eq!(fields, ["Description"]);
}

/// §7.8: time zones by their data, locales by their shape, languages by the list.
#[test]
fn keys_of_users() {
    let read = |name: &str, text: &str| from_json(of(names::USER, name), &json!(text)).ok();
    assert_eq!(
        read("TimeZoneSidKey", "europe/berlin"),
        Some(Value::from("Europe/Berlin"))
    );
    assert_eq!(
        read("TimeZoneSidKey", "Pacific/Chatham"),
        Some(Value::from("Pacific/Chatham"))
    );
    assert_eq!(read("TimeZoneSidKey", "GMT"), Some(Value::from("GMT")));
    assert_eq!(read("TimeZoneSidKey", "Moon/Base"), None);
    assert_eq!(read("LocaleSidKey", "pt_pt"), Some(Value::from("pt_PT")));
    assert_eq!(
        read("LocaleSidKey", "de_DE_EURO"),
        Some(Value::from("de_DE_EURO"))
    );
    assert_eq!(read("LocaleSidKey", "german"), None);
    assert_eq!(read("LanguageLocaleKey", "en"), None);
    assert_eq!(
        read("EmailEncodingKey", "utf-8"),
        Some(Value::from("UTF-8"))
    );
}

/// §10: text that is not of the type, from CSV.
#[test]
fn text_of_cells() {
    assert_eq!(
        from_text(lead("IsUnreadByOwner"), "1"),
        Ok(Value::Bool(true))
    );
    assert_eq!(
        from_text(lead("IsUnreadByOwner"), ""),
        Ok(Value::Bool(false))
    );
    assert_eq!(
        from_text(lead("IsUnreadByOwner"), " \t"),
        Ok(Value::Bool(false))
    );
    assert_eq!(from_text(lead("NumberOfEmployees"), ""), Ok(Value::Null));
    assert_eq!(
        from_text(lead("AnnualRevenue"), "12.4"),
        Ok(Value::Number(12.0))
    );
    let error = from_text(lead("NumberOfEmployees"), "many").unwrap_err();
    assert_eq!(error.code, Code::InvalidTypeOnFieldInRecord);
    assert_eq!(error.message, "Employees: value not of required type: many");
    assert_eq!(error.fields, ["NumberOfEmployees"]);
}

/// §1.3: doubles carry a fraction, ids 18 characters, history values their own type.
#[test]
fn values_on_the_way_out() {
    let seats = of(names::LICENSE, "sfLma__Seats__c");
    assert_eq!(to_json(seats, &Value::Number(5.0)).to_string(), "5.0");
    assert_eq!(to_json(seats, &Value::Int(5)).to_string(), "5.0");
    assert_eq!(
        to_json(lead("NumberOfEmployees"), &Value::Int(5)).to_string(),
        "5"
    );
    let id = Value::Id(Id::parse("00D000000000001").unwrap());
    assert_eq!(to_json(lead("Id"), &id), json!("00D000000000001EAA"));
    let old = of("sfLma__License__History", "OldValue");
    for (value, text) in [
        (Value::from("Active"), "\"Active\""),
        (Value::Int(5), "5.0"),
        (
            Value::from(parse_instant("2026-01-31").unwrap()),
            "\"2026-01-31T00:00:00.000+0000\"",
        ),
        (Value::Bool(true), "true"),
    ] {
        assert_eq!(encode_any(&value), Value::from(text));
        assert_eq!(to_json(old, &encode_any(&value)).to_string(), text);
    }
    assert_eq!(encode_any(&Value::Null), Value::Null);
}

/// §3: an address is null when every part is; hidden parts count as null.
#[test]
fn compounds() {
    let mut record = Record::empty(Catalog::standard().known(names::ACCOUNT));
    let address = of(names::ACCOUNT, "BillingAddress");
    assert_eq!(compound_json(&record, address, |_| true), Json::Null);
    record.set("BillingCity", "Springfield");
    record.set("ShippingCity", "Elsewhere");
    assert_eq!(
        compound_json(&record, address, |_| true),
        json!({
            "city": "Springfield", "country": null, "geocodeAccuracy": null, "latitude": null,
            "longitude": null, "postalCode": null, "state": null, "street": null,
        })
    );
    assert_eq!(
        compound_json(&record, address, |f| f.name != "BillingCity"),
        Json::Null
    );
}
