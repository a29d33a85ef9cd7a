//! The save path through REST and in batches (R-ERR-1).

use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{LICENSE, count, create, one, refusal, sobject};

/// The fewest fields that a record of each object takes.
pub(crate) fn least(object: &str) -> Value {
    match object {
        "Lead" => json!({"LastName": "Example", "Company": "Orbit"}),
        "Contact" => json!({"LastName": "Example"}),
        "Account" => json!({"Name": "Orbit"}),
        "Opportunity" => {
            json!({"Name": "Big", "StageName": "Prospecting", "CloseDate": "2026-05-01"})
        }
        _ => json!({}),
    }
}

const OBJECTS: [&str; 6] = ["Lead", "Account", "Contact", "Opportunity", "Task", LICENSE];

/// R-ERR-1: required fields are named all at once, on create and when emptied later; nothing is
/// written.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_required_fields(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for object in OBJECTS {
        let whole = least(object);
        let names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        for body in [json!({}), json!({"Name": null, "LastName": ""})] {
            if names.is_empty() || (body != json!({}) && !matches!(object, "Lead" | "Contact")) {
                continue;
            }
            let mut body = body;
            body.as_object_mut().unwrap().remove("Name");
            let (code, mut fields) = refusal(&me.post(&sobject(object, ""), &body));
            fields.sort();
            let mut expected = names.clone();
            expected.sort();
            assert_eq!(
                (code.as_str(), fields),
                ("REQUIRED_FIELD_MISSING", expected),
                "{object}"
            );
        }
        assert_eq!(count(me, object), 0);
        let id = create(me, object, &whole);
        for name in names {
            let emptied = me.patch(&sobject(object, &id), &json!({name.as_str(): null}));
            assert_eq!(
                refusal(&emptied),
                ("REQUIRED_FIELD_MISSING".into(), vec![name])
            );
        }
        let same = me.patch(&sobject(object, &id), &json!({}));
        assert_eq!(same.status, 204, "{object}: {same:?}");
    }
}

/// R-ERR-1: what does not fit a field's type, length or list is refused with a code of its own and
/// the field; several at once are all told.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_types_and_lengths(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let long = "x".repeat(256);
    let cases = [
        ("Lead", "Company", json!(long), "STRING_TOO_LONG"),
        ("Lead", "LastName", json!("x".repeat(81)), "STRING_TOO_LONG"),
        ("Lead", "Email", json!("nobody"), "INVALID_EMAIL_ADDRESS"),
        (
            "Lead",
            "Company",
            json!("a\u{0}b"),
            "FIELD_INTEGRITY_EXCEPTION",
        ),
        (
            "Lead",
            "NumberOfEmployees",
            json!(100_000_000),
            "NUMBER_OUTSIDE_VALID_RANGE",
        ),
        (
            "Lead",
            "AnnualRevenue",
            json!(1e300),
            "NUMBER_OUTSIDE_VALID_RANGE",
        ),
        ("Lead", "Company", json!(5), "JSON_PARSER_ERROR"),
        ("Lead", "Company", json!({"a": 1}), "JSON_PARSER_ERROR"),
        (
            "Lead",
            "NumberOfEmployees",
            json!("many"),
            "JSON_PARSER_ERROR",
        ),
        ("Lead", "NumberOfEmployees", json!(1.5), "JSON_PARSER_ERROR"),
        (
            "Lead",
            "IsUnreadByOwner",
            json!("perhaps"),
            "JSON_PARSER_ERROR",
        ),
        (
            "Opportunity",
            "CloseDate",
            json!("2026-02-30"),
            "JSON_PARSER_ERROR",
        ),
        (
            "Opportunity",
            "CloseDate",
            json!("9999-12-31"),
            "JSON_PARSER_ERROR",
        ),
        (
            "Opportunity",
            "Probability",
            json!(101),
            "NUMBER_OUTSIDE_VALID_RANGE",
        ),
        (
            "Task",
            "TaskSubtype",
            json!("Dance"),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
        ("Task", "Nothing__c", json!(1), "INVALID_FIELD"),
        (
            LICENSE,
            "sfLma__Status__c",
            json!("Gone"),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
        ),
    ];
    for (object, field, value, expected) in cases {
        let mut body = least(object);
        body[field] = value;
        let answer = me.post(&sobject(object, ""), &body);
        let (code, fields) = refusal(&answer);
        assert_eq!(code, expected, "{object}.{field}: {answer:?}");
        if !matches!(expected, "JSON_PARSER_ERROR" | "INVALID_FIELD") {
            assert_eq!(fields, [field]);
        }
        assert_eq!(count(me, object), 0);
    }
    let mut body = least("Lead");
    body["Email"] = json!("nobody");
    body["City"] = json!(long);
    let (_, fields) = refusal(&me.post(&sobject("Lead", ""), &body));
    assert_eq!(fields, ["Email", "City"]);

    // What fits exactly is kept to the last character.
    let company = "ü".repeat(255);
    let id = create(me, "Lead", &json!({"LastName": "E", "Company": company}));
    assert_eq!(
        me.get(&sobject("Lead", &id)).expect(200)["Company"],
        company
    );
}

/// R-ERR-1, R-SEC-1: system, calculated and create-only fields are refused, all named in one error.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_fields_that_nobody_writes(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let cases: [(&str, &[&str]); 5] = [
        (
            "Lead",
            &["CreatedDate", "Name", "ConvertedDate", "IsDeleted"],
        ),
        ("Account", &["SystemModstamp", "LastModifiedById"]),
        ("Opportunity", &["IsWon", "Fiscal", "ExpectedRevenue"]),
        ("Task", &["IsClosed", "IsHighPriority", "CompletedDateTime"]),
        (
            LICENSE,
            &[
                "RecordTypeId",
                "sfLma__License_Status__c",
                "olma__Sync_State__c",
                "Name",
            ],
        ),
    ];
    for (object, fields) in cases {
        let id = create(me, object, &least(object));
        let mut body = json!({});
        for field in fields {
            body[*field] = json!("x");
        }
        let mut whole = least(object);
        whole
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        for answer in [
            me.post(&sobject(object, ""), &whole),
            me.patch(&sobject(object, &id), &body),
        ] {
            let (code, named) = refusal(&answer);
            assert_eq!(
                code, "INVALID_FIELD_FOR_INSERT_UPDATE",
                "{object}: {answer:?}"
            );
            assert_eq!(named, fields, "{object}");
        }
    }
    let task = one(me, "SELECT Id FROM Task");
    let task = sobject("Task", task["Id"].as_str().unwrap());
    let (refused, named) = refusal(&me.patch(&task, &json!({"TaskSubtype": "Email"})));
    assert_eq!(refused, "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(named, ["TaskSubtype"]);
    let closed = me.patch(&task, &json!({"Status": "Completed", "Priority": "High"}));
    assert_eq!(closed.status, 204);
    let row = me.get(&task).expect(200);
    assert_eq!(
        (&row["IsClosed"], &row["IsHighPriority"]),
        (&json!(true), &json!(true))
    );
}

/// R-ERR-1: look-ups point at records of the right object that exist and are not deleted; owners
/// are active.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_look_ups(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let account = create(me, "Account", &least("Account"));
    let gone = create(me, "Account", &least("Account"));
    assert_eq!(me.delete(&sobject("Account", &gone)).status, 204);
    let idle = world.user(&world.business, "idle@business.example");
    let app = &world.server.app;
    let off = app.set_user_active(&world.business.actor, idle, false);
    world.server.wait(off).unwrap();
    let foreign = world.packaging.administrator.to_string();
    let idle = idle.to_string();
    let contact = create(
        me,
        "Contact",
        &json!({"LastName": "E", "AccountId": account}),
    );
    let cases = [
        ("AccountId", "nonsense", "MALFORMED_ID"),
        ("AccountId", contact.as_str(), "FIELD_INTEGRITY_EXCEPTION"),
        (
            "AccountId",
            "001000000000001AAA",
            "INVALID_CROSS_REFERENCE_KEY",
        ),
        ("AccountId", gone.as_str(), "INVALID_CROSS_REFERENCE_KEY"),
        (
            "ReportsToId",
            "003000000000001AAA",
            "INVALID_CROSS_REFERENCE_KEY",
        ),
        ("OwnerId", idle.as_str(), "INACTIVE_OWNER_OR_USER"),
        ("OwnerId", foreign.as_str(), "INVALID_CROSS_REFERENCE_KEY"),
    ];
    for (field, value, expected) in cases {
        let body = json!({"LastName": "E", field: value});
        let made = me.post(&sobject("Contact", ""), &body);
        assert_eq!(
            refusal(&made),
            (expected.into(), vec![field.into()]),
            "{value}"
        );
        let changed = me.patch(&sobject("Contact", &contact), &json!({field: value}));
        assert_eq!(
            refusal(&changed),
            (expected.into(), vec![field.into()]),
            "{value}"
        );
    }
    assert_eq!(count(me, "Contact"), 1);
    // Ids of 15 characters serve as well.
    let other = create(
        me,
        "Contact",
        &json!({"LastName": "E", "AccountId": &account[..15]}),
    );
    assert_eq!(
        me.get(&sobject("Contact", &other)).expect(200)["AccountId"],
        account
    );
}
