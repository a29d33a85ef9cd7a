//! Custom fields take part everywhere (R-AUT-7).

use openlma_testkit::{Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{DATA, LICENSE, code, create, install, one, problem, refusal, sobject};

fn define(http: &Client, object: &str, field: &Value) -> Value {
    let mut field = field.clone();
    field["object"] = json!(object);
    http.post("/api/v1/fields", &field).expect(201)
}

/// The least body of a record.
fn least(object: &str) -> Value {
    match object {
        "Lead" => json!({"LastName": "E", "Company": "Orbit"}),
        _ => json!({"sfLma__Status__c": "Active"}),
    }
}

fn with(object: &str, more: Value) -> Value {
    let mut body = least(object);
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    body
}

/// R-AUT-7: every type is defined, described, written, read, filtered and ordered; its limits
/// are those of its definition.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_aut_7_every_type(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let cases = [
        (
            json!({"type": "text", "length": 5}),
            json!("b"),
            json!("a"),
            json!("too long"),
        ),
        (
            json!({"type": "number", "precision": 4, "scale": 1}),
            json!(12.5),
            json!(-3),
            json!(12345),
        ),
        (
            json!({"type": "date"}),
            json!("2026-05-01"),
            json!("2025-05-01"),
            json!("May"),
        ),
        (
            json!({"type": "datetime"}),
            json!("2026-05-01T10:00:00Z"),
            json!("2026-05-01T09:00:00Z"),
            json!("soon"),
        ),
        (
            json!({"type": "checkbox"}),
            json!(true),
            json!(false),
            json!("perhaps"),
        ),
        (
            json!({"type": "picklist", "values": ["Red", "Blue"]}),
            json!("Red"),
            json!("Blue"),
            json!("Green"),
        ),
        (
            json!({"type": "email"}),
            json!("b@x.example"),
            json!("a@x.example"),
            json!("nobody"),
        ),
        (
            json!({"type": "url"}),
            json!("https://b.example"),
            json!("https://a.example"),
            json!("x".repeat(256)),
        ),
    ];
    for object in ["Lead", LICENSE] {
        for (n, (ty, high, low, wrong)) in cases.iter().enumerate() {
            let name = format!("Field_{n}__c");
            let mut field = ty.clone();
            field["name"] = json!(name);
            field["label"] = json!(format!("Field {n}"));
            field["indexed"] = json!(n % 2 == 0);
            let told = format!("{object} {ty}");
            let made = define(me, object, &field);
            assert_eq!(
                (&made["object"], &made["type"]),
                (&json!(object), &ty["type"]),
                "{told}"
            );
            let first = create(me, object, &with(object, json!({name.as_str(): high})));
            let second = create(me, object, &with(object, json!({name.to_lowercase(): low})));
            let _bare = create(me, object, &least(object));
            let read = |id: &str| me.get(&sobject(object, id)).expect(200)[&name].clone();
            match high {
                Value::String(text) if ty["type"] == "datetime" => {
                    let shown = read(&first);
                    assert!(
                        shown.as_str().unwrap().starts_with(&text[..19]),
                        "{told}: {shown}"
                    );
                }
                Value::Number(_) => assert_eq!(read(&first).as_f64(), high.as_f64(), "{told}"),
                _ => assert_eq!(&read(&first), high, "{told}"),
            }
            let refused = me.patch(&sobject(object, &second), &json!({name.as_str(): wrong}));
            let (_, fields) = refusal(&refused);
            assert!(
                fields.is_empty() || fields == [name.as_str()],
                "{told}: {refused:?}"
            );
            let order =
                format!("SELECT Id FROM {object} WHERE {name} != null ORDER BY {name} DESC");
            let rows = me.rows(&order);
            let ids: Vec<&str> = rows.iter().map(|r| r["Id"].as_str().unwrap()).collect();
            assert_eq!(ids[..2], [first.as_str(), second.as_str()], "{told}");
            let literal = match (ty["type"].as_str().unwrap(), high) {
                ("date" | "datetime", Value::String(text)) => text.clone(),
                (_, Value::String(text)) => format!("'{}'", text.to_uppercase()),
                (_, other) => other.to_string(),
            };
            let found = one(
                me,
                &format!("SELECT Id, {name} FROM {object} WHERE {name} = {literal}"),
            );
            assert_eq!(found["Id"], first, "{told}");
            let whole = me
                .get(&format!("{DATA}/sobjects/{object}/describe"))
                .expect(200);
            let described = whole["fields"]
                .as_array()
                .unwrap()
                .iter()
                .find(|f| f["name"] == name);
            let described = described.unwrap_or_else(|| panic!("{told} is not described"));
            assert_eq!(
                (&described["custom"], &described["updateable"]),
                (&json!(true), &json!(true))
            );
            for row in me.rows(&format!("SELECT Id FROM {object}")) {
                let gone = me.delete(&sobject(object, row["Id"].as_str().unwrap()));
                assert_eq!(gone.status, 204);
            }
        }
    }
    // Of one org only.
    let other = world.customer(|new| new.business = true);
    assert_eq!(
        code(&other.http.query("SELECT Field_0__c FROM Lead"), 400),
        "INVALID_FIELD"
    );
    assert_eq!(
        other.http.get("/api/v1/fields").expect(200)["items"],
        json!([])
    );
}

/// R-AUT-7: default, required, unique and external id; the LMA's own saves are not bound by
/// a required custom field.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_aut_7_required_default_unique(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for object in ["Lead", LICENSE] {
        let text = |name: &str| json!({"name": name, "label": name, "type": "text", "length": 20});
        let mut default = text("Defaulted__c");
        default["default"] = json!("usual");
        let mut unique = text("Unique__c");
        (unique["unique"], unique["external_id"]) = (json!(true), json!(true));
        let mut required = text("Required__c");
        required["required"] = json!(true);
        for field in [default, unique, required] {
            let _ = define(me, object, &field);
        }
        let missing = me.post(&sobject(object, ""), &least(object));
        assert_eq!(
            refusal(&missing),
            ("REQUIRED_FIELD_MISSING".into(), vec!["Required__c".into()])
        );
        let body = |unique: &str| with(object, json!({"Required__c": "x", "Unique__c": unique}));
        let first = create(me, object, &body("One"));
        let row = me.get(&sobject(object, &first)).expect(200);
        assert_eq!(row["Defaulted__c"], "usual");
        let cleared = me.patch(
            &sobject(object, &first),
            &json!({"Required__c": null, "Defaulted__c": null}),
        );
        assert_eq!(refusal(&cleared).1, ["Required__c"]);
        let taken = me.post(&sobject(object, ""), &body("ONE"));
        let expected = ("DUPLICATE_VALUE".to_owned(), vec!["Unique__c".to_owned()]);
        assert_eq!(refusal(&taken), expected, "{object}");
        let second = create(me, object, &body("Two"));
        let taken = me.patch(&sobject(object, &second), &json!({"Unique__c": "one"}));
        assert_eq!(refusal(&taken), expected, "{object}");
        assert_eq!(
            me.get(&sobject(object, &second)).expect(200)["Unique__c"],
            "Two"
        );
        // Null is not a value, however often.
        for _ in 0..2 {
            let _ = create(me, object, &with(object, json!({"Required__c": "x"})));
        }
        assert_eq!(
            me.patch(&sobject(object, &first), &json!({"Unique__c": null}))
                .status,
            204
        );
        assert_eq!(
            me.patch(&sobject(object, &second), &json!({"Unique__c": "one"}))
                .status,
            204
        );
    }
    let customer = world.customer(|_| {});
    let _ = install(&customer.http, world.version);
    world.server.settle();
    let license = one(
        me,
        "SELECT Id, Required__c, Defaulted__c, sfLma__Lead__r.Required__c FROM sfLma__License__c WHERE sfLma__Status__c = 'Trial'",
    );
    assert_eq!(
        (&license["Required__c"], &license["Defaulted__c"]),
        (&Value::Null, &json!("usual"))
    );
    assert_eq!(license["sfLma__Lead__r"]["Required__c"], Value::Null);
    let path = sobject(LICENSE, license["Id"].as_str().unwrap());
    assert_eq!(
        me.patch(&path, &json!({"sfLma__Seats__c": 7, "Unique__c": "three"}))
            .status,
        204
    );
    world.server.settle();
    assert_eq!(
        one(&customer.http, "SELECT AllowedLicenses FROM PackageLicense")["AllowedLicenses"],
        7
    );
}

/// R-AUT-7, R-SEC-1: definitions that break a limit are refused with the part; a profile that does
/// not name a custom field hides it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_aut_7_limits_and_security(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let base =
        json!({"object": "Lead", "name": "Rank__c", "label": "Rank", "type": "text", "length": 9});
    for (member, value, named) in [
        ("object", json!("PackageLicense"), "object"),
        ("object", json!("Nothing"), "object"),
        ("name", json!("Rank"), "name"),
        ("name", json!("sfLma__Rank__c"), "name"),
        ("name", json!("1Rank__c"), "name"),
        ("name", json!("Rank'; DROP TABLE leads; --__c"), "name"),
        ("label", json!(""), "label"),
        ("length", json!(256), "length"),
        ("length", json!(null), "length"),
        ("default", json!("longer than nine"), "default"),
        ("default", json!(5), "default"),
        ("type", json!("lookup"), "length"),
    ] {
        let mut field = base.clone();
        field[member] = value.clone();
        let refused = me.post("/api/v1/fields", &field);
        assert!(
            matches!(refused.status, 400 | 404),
            "{member} {value}: {refused:?}"
        );
        assert_eq!(
            refused.json()["fields"],
            json!([named]),
            "{member} {value}: {refused:?}"
        );
    }
    let _ = me.post("/api/v1/fields", &base).expect(201);
    let mut again = base.clone();
    again["name"] = json!("RANK__C");
    assert_eq!(
        problem(&me.post("/api/v1/fields", &again), 400),
        "FIELD_INTEGRITY_EXCEPTION"
    );
    again["name"] = json!("RANK__c");
    assert_eq!(
        problem(&me.post("/api/v1/fields", &again), 400),
        "DUPLICATE_VALUE"
    );
    for n in 0..10 {
        let field = json!({"name": format!("Key_{n}__c"), "label": "Key", "type": "text", "length": 9, "indexed": true});
        let _ = define(me, "Lead", &field);
    }
    let mut eleventh = base.clone();
    (eleventh["name"], eleventh["unique"]) = (json!("Key_10__c"), json!(true));
    assert_eq!(
        problem(&me.post("/api/v1/fields", &eleventh), 400),
        "INVALID_OPERATION"
    );

    let lead = create(
        me,
        "Lead",
        &json!({"LastName": "E", "Company": "Orbit", "Rank__c": "secret"}),
    );
    let grants = json!({
        "permissions": ["ApiEnabled"],
        "objects": {"Lead": {"read": true, "edit": true, "fields": {"default": "none", "except": {
            "LastName": "edit", "Company": "edit",
        }}}},
    });
    let reader = world
        .granted(&world.business, "reader@business.example", &grants)
        .http;
    let path = sobject("Lead", &lead);
    assert!(!reader.get(&path).expect(200).to_string().contains("secret"));
    for soql in [
        "SELECT Rank__c FROM Lead",
        "SELECT Id FROM Lead WHERE Rank__c = 'secret'",
        "SELECT Id FROM Lead ORDER BY Rank__c",
    ] {
        assert_eq!(code(&reader.query(soql), 400), "INVALID_FIELD");
    }
    assert_eq!(
        code(&reader.patch(&path, &json!({"Rank__c": "mine"})), 400),
        "INVALID_FIELD"
    );
    assert_eq!(
        reader.patch(&path, &json!({"Company": "Comet"})).status,
        204
    );
    let described = reader
        .get(&format!("{DATA}/sobjects/Lead/describe"))
        .expect(200);
    assert!(!described.to_string().contains("Rank__c"));
}
