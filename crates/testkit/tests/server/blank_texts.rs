//! Blank texts at every door: spaces and tabs are no name, and a required text is refused without
//! one (R-ERR-1).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{create, license_id, one, problem, refusal, sobject, texts};

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

/// R-ERR-1: an org's name loses the blanks around it, when it is made and later; a country or
/// language of blanks is none.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_texts_of_orgs(#[case] backend: Backend) {
    let world = World::start(backend);
    let new = json!({
        "name": " Blank\t", "domain": "blank", "edition": "Enterprise",
        "country": BLANK, "language": BLANK,
        "administrator": {"username": "a@blank.example", "last_name": "A"},
    });
    let made = world.operator_http.post("/api/v1/orgs", &new).expect(201);
    let orgs = world.operator_http.get("/api/v1/orgs").expect(200);
    let orgs = orgs["items"].as_array().unwrap();
    let shown = orgs.iter().find(|org| org["id"] == made["id"]).unwrap();
    assert_eq!(shown["name"], "Blank");
    assert_eq!(shown["country"], Value::Null);
    assert_eq!(shown["language"], "en_US");

    let me = &world.business.http;
    let current = "/api/v1/orgs/current";
    let named = json!({"name": " Orbit ", "country": " Norway "});
    let shown = me.patch(current, &named).expect(200);
    assert_eq!(
        (&shown["name"], &shown["country"]),
        (&json!("Orbit"), &json!("Norway"))
    );
    let shown = me.patch(current, &json!({"country": BLANK})).expect(200);
    assert_eq!(
        (&shown["name"], &shown["country"]),
        (&json!("Orbit"), &Value::Null)
    );
    for field in ["name", "language"] {
        let refused = me.patch(current, &json!({field: BLANK}));
        assert_eq!(problem(&refused, 400), "REQUIRED_FIELD_MISSING");
        assert_eq!(texts(&refused.json()["fields"]), [field]);
    }
}

/// R-ERR-1: what is no field of a record is read as one: the words of a custom field's definition,
/// the name of a client, the reason for a new trial.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_texts_beside_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let field = |label: &str, values: &[&str]| {
        let new = json!({
            "object": "Lead", "name": "Region__c", "label": label, "type": "picklist",
            "values": values,
        });
        me.post("/api/v1/fields", &new)
    };
    let client = |name: &str| {
        let new = json!({"name": name, "grants": ["password"]});
        me.post("/api/v1/clients", &new)
    };
    let grant = |reason: &str| {
        let path = format!("/api/v1/licenses/{}/grant-trial", license_id(&world));
        me.post(&path, &json!({"days": 9, "reason": reason}))
    };
    for (code, member, refused) in [
        ("REQUIRED_FIELD_MISSING", "label", field(BLANK, &["North"])),
        (
            "FIELD_INTEGRITY_EXCEPTION",
            "label",
            field("a\u{0}", &["North"]),
        ),
        (
            "FIELD_INTEGRITY_EXCEPTION",
            "values",
            field("Region", &["North", BLANK]),
        ),
        (
            "FIELD_INTEGRITY_EXCEPTION",
            "values",
            field("Region", &["North", " north "]),
        ),
        ("REQUIRED_FIELD_MISSING", "name", client(BLANK)),
        ("FIELD_INTEGRITY_EXCEPTION", "name", client("a\u{0}b")),
        ("STRING_TOO_LONG", "name", client(&"x".repeat(81))),
        ("FIELD_INTEGRITY_EXCEPTION", "reason", grant("a\u{0}b")),
        ("STRING_TOO_LONG", "reason", grant(&"x".repeat(256))),
    ] {
        assert_eq!(problem(&refused, 400), code, "{refused:?}");
        assert_eq!(texts(&refused.json()["fields"]), [member], "{refused:?}");
    }
    client(" Desk ").expect(201);
    grant(BLANK).expect(200);

    let made = field(" Region ", &[" North ", "South"]).expect(201);
    assert_eq!(made["label"], "Region");
    assert_eq!(texts(&made["values"]), ["North", "South"]);
    let lead = json!({"LastName": "Mill", "Company": "Orbit", "Region__c": " North "});
    let lead = create(me, "Lead", &lead);
    let row = me.get(&sobject("Lead", &lead)).expect(200);
    assert_eq!(row["Region__c"], "North");
}
