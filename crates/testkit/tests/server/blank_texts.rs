//! Blank texts at every door: spaces and tabs are no name, and a required text is refused without
//! one (R-ERR-1).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{create, one, problem, refusal, sobject, texts};

const BLANK: &str = " \t \u{a0}\r\n";

/// R-ERR-1: records whose required texts are blank are neither made nor changed.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_blank_texts_of_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for (object, whole) in [
        ("Lead", json!({"LastName": "Mill", "Company": "Orbit"})),
        ("Account", json!({"Name": "Orbit"})),
        ("Contact", json!({"LastName": "Mill"})),
    ] {
        let made = create(me, object, &whole);
        let mut names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        names.sort();
        let blank: serde_json::Map<String, Value> =
            names.iter().map(|n| (n.clone(), json!(BLANK))).collect();
        let blank = Value::Object(blank);
        let expected = ("REQUIRED_FIELD_MISSING".to_owned(), names);
        for refused in [
            me.post(&sobject(object, ""), &blank),
            me.patch(&sobject(object, &made), &blank),
        ] {
            let (code, mut fields) = refusal(&refused);
            fields.sort();
            assert_eq!((code, fields), expected, "{object}");
        }
    }
}

/// R-ERR-1: so it is with users, packages, versions and orgs, and nothing is half done.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_blank_texts_of_our_own_verbs(#[case] backend: Backend) {
    let world = World::start(backend);
    let packaging = &world.packaging.http;
    let packages = || packaging.get("/api/v1/packages").expect(200);
    let before = packages();
    let versions = format!("/api/v1/packages/{}/versions", world.package);
    let administrator = json!({"username": "a@blank.example", "last_name": "A"});
    let mut nameless = administrator.clone();
    nameless["last_name"] = json!(BLANK);
    let org = |name: &str, administrator: &Value| {
        let new = json!({
            "name": name, "domain": "blank", "edition": "Enterprise", "administrator": administrator,
        });
        world.operator_http.post("/api/v1/orgs", &new)
    };
    for (field, refused) in [
        ("last_name", packaging.post("/api/v1/users", &nameless)),
        (
            "name",
            packaging.post("/api/v1/packages", &json!({"name": BLANK})),
        ),
        (
            "name",
            packaging.post(&versions, &json!({"version": "2.0", "name": BLANK})),
        ),
        ("name", org(BLANK, &administrator)),
        ("last_name", org("Blank", &nameless)),
    ] {
        assert_eq!(problem(&refused, 400), "REQUIRED_FIELD_MISSING");
        assert_eq!(texts(&refused.json()["fields"]), [field], "{refused:?}");
    }
    assert_eq!(packages(), before);
}

/// R-ERR-1: what stands around the text of one line is not kept; a text of several lines is as it
/// was sent, unless nothing is in it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_texts_are_trimmed(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let lead = json!({
        "LastName": " Mill  Stone\t", "Company": "\nOrbit ", "FirstName": "  ",
        "Email": " mill@orbit.example ", "Description": "  a\n\n b ", "Street": " \n ",
    });
    let made = create(me, "Lead", &lead);
    let row = me.get(&sobject("Lead", &made)).expect(200);
    for (field, kept) in [
        ("LastName", json!("Mill  Stone")),
        ("Company", json!("Orbit")),
        ("FirstName", Value::Null),
        ("Email", json!("mill@orbit.example")),
        ("Description", json!("  a\n\n b ")),
        ("Street", Value::Null),
    ] {
        assert_eq!(row[field], kept, "{field}");
    }
    let user =
        json!({"username": " eve@business.example ", "first_name": " ", "last_name": " Eve "});
    let made = me.post("/api/v1/users", &user).expect(201);
    let id = made["id"].as_str().unwrap();
    let row = one(
        me,
        &format!("SELECT Name, LastName, Username, Email FROM User WHERE Id = '{id}'"),
    );
    assert_eq!(row["Name"], "Eve");
    assert_eq!(row["LastName"], "Eve");
    assert_eq!(row["Username"], "eve@business.example");
    assert_eq!(row["Email"], "eve@business.example");
}
