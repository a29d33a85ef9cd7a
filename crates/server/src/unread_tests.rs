use axum::Json;
use axum::extract::Query;
use axum::http::Uri;
use openlma_wire as wire;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Unread, of_syntax, plainly};

fn body<T: DeserializeOwned>(json: &str) -> Unread {
    match Json::<T>::from_bytes(json.as_bytes()) {
        Ok(_) => panic!("{json} was read"),
        Err(refused) => plainly(&refused.body_text()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    #[expect(dead_code, reason = "only read")]
    limit: Option<u32>,
    #[expect(dead_code, reason = "only read")]
    converted: Option<bool>,
}

fn query(text: &str) -> Unread {
    let uri: Uri = format!("/leads?{text}").parse().unwrap();
    match Query::<Page>::try_from_uri(&uri) {
        Ok(_) => panic!("{text} was read"),
        Err(refused) => plainly(&refused.body_text()),
    }
}

/// Words of the reader's that no caller should have to know.
const INSIDE: [&str; 11] = [
    "invalid type",
    "invalid value",
    "expected",
    "u32",
    "struct",
    "variant",
    "field",
    "deserialize",
    "floating",
    "sequence",
    "EOF",
];

fn check(refused: Unread, message: &str, member: Option<&str>) {
    assert_eq!(refused.message, message);
    assert_eq!(refused.member.as_deref(), member);
    for word in INSIDE {
        assert!(!message.contains(word), "{message}");
    }
}

/// R-ERR-1: every way in which a body can be of the wrong shape, in plain words with the member.
#[test]
fn r_err_1_shapes_of_bodies() {
    check(
        body::<wire::NewTrial>(r#"{"days": 1.5}"#),
        "days: 1.5 is not allowed; give 1 to 90 whole days",
        Some("days"),
    );
    check(
        body::<wire::NewRegistration>(
            r#"{"package_id":"033","org_token":"t","defaults":{"status":"Trial","trial_days":"many"}}"#,
        ),
        "trial_days: \"many\" is not allowed; give 1 to 90 whole days",
        Some("trial_days"),
    );
    check(
        body::<wire::Modify>(r#"{"seats": 0}"#),
        "seats: 0 is not allowed; give a whole number from 1 to 99000000, or \"site\"",
        Some("seats"),
    );
    check(
        body::<wire::Modify>(r#"{"dry_run": "yes"}"#),
        "dry_run: \"yes\" is not allowed; give true or false",
        Some("dry_run"),
    );
    check(
        body::<wire::Modify>(r#"{"confirm": {}}"#),
        "confirm: an object is not allowed; give a list",
        Some("confirm"),
    );
    check(
        body::<wire::AssignSeats>(r#"{"users": ["a", true]}"#),
        "users: true is not allowed; give a text",
        Some("users"),
    );
    check(
        body::<wire::Field>(
            r#"{"object":"Lead","name":"A__c","label":"A","type":"number","precision":300}"#,
        ),
        "precision: 300 is not allowed; give a whole number from 0 to 255",
        Some("precision"),
    );
    check(
        body::<wire::Field>(
            r#"{"object":"Lead","name":"A__c","label":"A","type":"text","length":-1}"#,
        ),
        "length: -1 is not allowed; give a whole number from 0 to 4294967295",
        Some("length"),
    );
    check(
        body::<wire::OrgSettings>(r#"{"refresh_interval_days": []}"#),
        "refresh_interval_days: a list is not allowed; give a whole number",
        Some("refresh_interval_days"),
    );
    check(
        body::<wire::NewOrg>(r#"{"name":"A","domain":"a","edition":"E","administrator":null}"#),
        "administrator: null is not allowed; give a JSON object",
        Some("administrator"),
    );
    check(
        body::<wire::NewInstall>(r#"{"version_id":"04t","access":"some"}"#),
        "access: \"some\" is not allowed; give \"administrators\", \"all\" or {\"profiles\": [profile ids]}",
        Some("access"),
    );
    check(
        body::<wire::Modify>("null"),
        "the body: null is not allowed; give a JSON object",
        None,
    );
}

/// R-ERR-1: members that are missing, made up or there twice.
#[test]
fn r_err_1_names_of_members() {
    check(
        body::<wire::UserChange>("{}"),
        "active is missing; give it",
        Some("active"),
    );
    check(
        body::<wire::NewOrg>(r#"{"name":"A","administrator":{"username":"a"}}"#),
        "last_name is missing; give it",
        Some("last_name"),
    );
    check(
        body::<wire::UserChange>(r#"{"active": true, "active": true}"#),
        "active is there twice; give it once",
        Some("active"),
    );
    check(
        body::<wire::NewTrial>(r#"{"days": 1, "why me?": 2}"#),
        "why me? is not known; allowed: days, reason, dry_run",
        Some("why me?"),
    );
    check(
        body::<wire::UserChange>(r#"{"activ": true}"#),
        "activ is not known; allowed: active",
        Some("activ"),
    );
}

/// R-ERR-1: what is no JSON, with its place.
#[test]
fn r_err_1_broken_json() {
    for (json, why) in [
        ("", "it ends too early at line 1, column 0"),
        ("{\"days\": ", "it ends too early at line 1, column 9"),
        (
            "{\"days\": }",
            "a value is missing or is none of JSON's at line 1, column 10",
        ),
        (
            "{\"days\": 1,}",
            "a comma with nothing behind it at line 1, column 12",
        ),
        ("{\"days\" 1}", "a colon is missing at line 1, column 9"),
        (
            "{\"days\": 1}\n x",
            "something follows its end at line 2, column 2",
        ),
    ] {
        let message = format!("the body is no JSON: {why}");
        check(body::<wire::NewTrial>(json), &message, None);
    }
}

/// R-ERR-1: parameters.
#[test]
fn r_err_1_parameters() {
    for (text, message, member) in [
        ("limit=many", "limit: give a whole number", "limit"),
        ("limit=", "limit: give a whole number", "limit"),
        (
            "limit=99999999999",
            "limit: give a smaller whole number",
            "limit",
        ),
        (
            "converted=maybe",
            "converted: give true or false",
            "converted",
        ),
        (
            "page=2",
            "page is not known; allowed: limit, converted",
            "page",
        ),
        (
            "limit=1&limit=2",
            "limit is there twice; give it once",
            "limit",
        ),
    ] {
        check(query(text), message, Some(member));
    }
}

/// R-ERR-1: what is repeated of a value is its beginning.
#[test]
fn r_err_1_long_values() {
    let long = "x".repeat(10_000);
    for refused in [
        body::<wire::Modify>(&format!("{{\"seats\": \"{long}\"}}")),
        body::<wire::Modify>(&format!("{{\"{long}\": 1}}")),
        query(&format!("{long}=1")),
    ] {
        assert!(refused.message.contains(&"x".repeat(80)));
        assert!(!refused.message.contains(&"x".repeat(81)));
    }
}

/// R-ERR-1: every sentence of JSON's reader about broken text has plain words.
#[test]
fn r_err_1_all_syntax() {
    for json in [
        "{\"a\":1e}",
        "{\"a\":1e999}",
        "{a:1}",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\n\"}",
        "tru",
        "trux",
        "[1,]",
        "\"\\u00",
        "{\"a\"",
        "{1:2}",
        "-",
        "[",
    ] {
        let told = serde_json::from_str::<serde_json::Value>(json)
            .unwrap_err()
            .to_string();
        let (said, _) = told.split_once(" at line ").unwrap();
        assert_ne!(of_syntax(said), said, "{json}");
    }
}
