//! Batches, deletion, history and numbers: what the save path does beside the fields (R-LIC-10).

use openlma_core::{Code, Value as Stored};
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::saves::least;
use crate::support::{
    LICENSE, code, codes, count, create, id, object, one, problem, refusal, sobject,
};

/// R-ERR-1: 200 records at once and not one more; one bad record spoils a batch only when all or
/// none was asked for.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_batches(#[case] backend: Backend) {
    let world = World::start(backend);
    let (app, actor, me) = (
        &world.server.app,
        &world.business.actor,
        &world.business.http,
    );
    let account = object(&world.business, "Account");
    let name = account.index_of("Name").unwrap();
    let rows = |n: usize| -> Vec<_> {
        (0..n)
            .map(|i| vec![(name, Stored::text(format!("Account {i}")))])
            .collect()
    };
    let too_many = app.create_records(actor, &account, rows(201), false);
    let refused = world.server.wait(too_many).unwrap_err();
    assert_eq!(refused.code, Code::ExceededIdLimit);
    assert_eq!(count(me, "Account"), 0);
    let made = app.create_records(actor, &account, rows(200), true);
    let made = world.server.wait(made).unwrap();
    assert_eq!(made.iter().filter(|r| r.is_ok()).count(), 200);
    assert_eq!(count(me, "Account"), 200);

    let mut mixed = rows(3);
    mixed[1] = vec![(name, Stored::Null)];
    let all = world
        .server
        .wait(app.create_records(actor, &account, mixed.clone(), true))
        .unwrap();
    let failed: Vec<_> = all.iter().map(|r| codes(r.as_ref().unwrap_err())).collect();
    assert_eq!(failed[0], [Code::AllOrNoneOperationRolledBack]);
    assert_eq!(failed[1], [Code::RequiredFieldMissing]);
    assert_eq!(failed[2], [Code::AllOrNoneOperationRolledBack]);
    assert_eq!(count(me, "Account"), 200);
    let some = world
        .server
        .wait(app.create_records(actor, &account, mixed, false))
        .unwrap();
    assert_eq!(
        some.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(count(me, "Account"), 202);

    // Changes: one unknown id, one twice.
    let ids: Vec<_> = some.iter().flatten().map(|r| r.id().unwrap()).collect();
    let renamed = |to: &str| vec![(name, Stored::text(to))];
    let change = vec![
        (ids[0], renamed("New")),
        (id("001000000000001"), renamed("New")),
        (ids[0], renamed("Newer")),
    ];
    let all = world
        .server
        .wait(app.update_records(actor, &account, change.clone(), true))
        .unwrap();
    assert!(all.iter().all(Result::is_err));
    assert_eq!(count(me, "Account WHERE Name = 'New'"), 0);
    let some = world
        .server
        .wait(app.update_records(actor, &account, change, false))
        .unwrap();
    assert_eq!(codes(some[1].as_ref().unwrap_err()), [Code::NotFound]);
    assert_eq!(codes(some[2].as_ref().unwrap_err()), [Code::DuplicateValue]);
    assert_eq!(count(me, "Account WHERE Name = 'New'"), 1);

    // Deletes: with all or none nothing goes, and no row claims that it went.
    let gone = vec![ids[0], id("001000000000001")];
    let all = world
        .server
        .wait(app.delete_records(actor, &account, gone.clone(), true))
        .unwrap();
    assert_eq!(
        codes(all[0].as_ref().unwrap_err()),
        [Code::AllOrNoneOperationRolledBack]
    );
    assert_eq!(codes(all[1].as_ref().unwrap_err()), [Code::NotFound]);
    assert_eq!(count(me, "Account"), 202);
    let some = world
        .server
        .wait(app.delete_records(actor, &account, gone.clone(), false))
        .unwrap();
    assert_eq!(
        some.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(count(me, "Account"), 201);
    let all = world
        .server
        .wait(app.undelete_records(actor, &account, gone, true))
        .unwrap();
    assert_eq!(
        codes(all[0].as_ref().unwrap_err()),
        [Code::AllOrNoneOperationRolledBack]
    );
    assert_eq!(count(me, "Account"), 201);
}

/// One record is a batch of one: REST and a batch say the same of the same mistakes.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn one_record_is_a_batch_of_one(#[case] backend: Backend) {
    let world = World::start(backend);
    let (app, actor, me) = (
        &world.server.app,
        &world.business.actor,
        &world.business.http,
    );
    let lead = object(&world.business, "Lead");
    let position = |name: &str| lead.index_of(name).unwrap();
    let rows = [
        vec![],
        vec![
            (position("LastName"), Stored::text("E")),
            (position("Company"), Stored::Null),
        ],
        vec![(position("CreatedDate"), Stored::Null)],
    ];
    for row in rows {
        let body: serde_json::Map<_, _> = row
            .iter()
            .map(|(i, v)| {
                (
                    lead.fields()[*i].name.to_string(),
                    v.as_text().map_or(Value::Null, Value::from),
                )
            })
            .collect();
        let (code, fields) = refusal(&me.post(&sobject("Lead", ""), &Value::Object(body)));
        let batch = app.create_records(actor, &lead, vec![row], true);
        let errors = world.server.wait(batch).unwrap().remove(0).unwrap_err();
        assert_eq!(errors[0].code.as_str(), code);
        assert_eq!(errors[0].fields, fields);
    }
}

/// Deletion is soft: contacts and their tasks go with the account and come back by undelete; a
/// deleted lead leaves its license without one.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn deletion_is_soft(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let account = create(me, "Account", &least("Account"));
    let contact = create(
        me,
        "Contact",
        &json!({"LastName": "E", "AccountId": account}),
    );
    let deal = create(me, "Opportunity", &{
        let mut deal = least("Opportunity");
        deal["AccountId"] = json!(account);
        deal
    });
    let task = create(me, "Task", &json!({"WhoId": contact, "Subject": "Call"}));
    let all = [
        ("Contact", &contact),
        ("Opportunity", &deal),
        ("Task", &task),
        ("Account", &account),
    ];
    assert_eq!(me.delete(&sobject("Account", &account)).status, 204);
    for (object, id) in all {
        assert_eq!(
            code(&me.get(&sobject(object, id)), 404),
            "ENTITY_IS_DELETED",
            "{object}"
        );
        let again = me.patch(&sobject(object, id), &json!({"Description": "x"}));
        assert_eq!(code(&again, 404), "ENTITY_IS_DELETED", "{object}");
        assert_eq!(count(me, object), 0);
        let bin = me.get(&format!(
            "/services/data/v62.0/queryAll?q=SELECT+Id+FROM+{object}+WHERE+IsDeleted=true"
        ));
        assert_eq!(bin.expect(200)["records"][0]["Id"], **id, "{object}");
    }
    let undelete = |id: &str| {
        let address = format!("/api/v1/records/{id}/undelete");
        me.post(&address, &json!({}))
    };
    assert_eq!(undelete(&account).expect(200)["id"], account);
    for (object, _) in all {
        assert_eq!(count(me, object), 1, "{object}");
    }
    assert_eq!(
        me.get(&sobject("Contact", &contact)).expect(200)["AccountId"],
        account
    );
    assert_eq!(problem(&undelete(&account), 400), "INVALID_OPERATION");
    for nobody in ["001000000000001", "zzz000000000001"] {
        assert_eq!(problem(&undelete(nobody), 404), "NOT_FOUND", "{nobody}");
    }
    // What was deleted by itself, before, stays where it is.
    assert_eq!(me.delete(&sobject("Task", &task)).status, 204);
    let a_second = jiff::SignedDuration::from_secs(1);
    world.server.clock.advance(a_second);
    assert_eq!(me.delete(&sobject("Account", &account)).status, 204);
    let _ = undelete(&account).expect(200);
    assert_eq!(count(me, "Task"), 0);
    assert_eq!(count(me, "Contact"), 1);
    let reader = world.with_profile(&world.business, "reader@business.example", "Read Only");
    let refused = reader
        .http
        .post(&format!("/api/v1/records/{task}/undelete"), &json!({}));
    assert_eq!(problem(&refused, 403), "INSUFFICIENT_ACCESS_OR_READONLY");

    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = one(me, "SELECT Id, sfLma__Lead__c FROM sfLma__License__c");
    let lead = license["sfLma__Lead__c"].as_str().unwrap();
    assert_eq!(me.delete(&sobject("Lead", lead)).status, 204);
    let license = one(me, "SELECT Id, sfLma__Lead__c FROM sfLma__License__c");
    assert_eq!(license["sfLma__Lead__c"], Value::Null);
}

/// R-LIC-10: history tells what was created and what changed, of a look-up by name and by id.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lic_10_history(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let id = crate::support::license_id(&world);
    let change = json!({
        "sfLma__Status__c": "Active",
        "sfLma__Seats__c": 5,
        "sfLma__Expiration__c": null,
    });
    assert_eq!(me.patch(&sobject(LICENSE, &id), &change).status, 204);
    world.server.settle();
    let higher = world.upload("2.0");
    let _ = crate::support::install(&customer.http, higher);
    world.server.settle();
    let rows = me.rows(&format!(
        "SELECT Field, DataType, OldValue, NewValue, CreatedBy.Name FROM sfLma__License__History \
         WHERE ParentId = '{id}' ORDER BY Id"
    ));
    let told: Vec<(String, String, String, String)> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| match &row[name] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            (
                text("Field"),
                text("OldValue"),
                text("NewValue"),
                text("DataType"),
            )
        })
        .collect();
    let version = |n: &str| {
        let row = one(
            me,
            &format!(
                "SELECT Id, Name FROM sfLma__Package_Version__c WHERE sfLma__Version__c = '{n}'"
            ),
        );
        (
            row["Id"].as_str().unwrap().to_owned(),
            row["Name"].as_str().unwrap().to_owned(),
        )
    };
    let (first, second) = (version("1.0"), version("2.0"));
    let expected = [
        ("created", "null", "null", "null"),
        ("sfLma__Status__c", "Trial", "Active", "DynamicEnum"),
        ("sfLma__Seats__c", "2.0", "5.0", "Double"),
        ("sfLma__Expiration__c", "2026-04-01", "null", "DateOnly"),
        ("sfLma__Package_Version__c", &first.1, &second.1, "Text"),
        ("sfLma__Package_Version__c", &first.0, &second.0, "EntityId"),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(a, b, c, d)| {
            (
                (*a).to_owned(),
                (*b).to_owned(),
                (*c).to_owned(),
                (*d).to_owned(),
            )
        })
        .collect();
    assert_eq!(told, expected);
    let by: Vec<_> = rows
        .iter()
        .map(|r| r["CreatedBy"]["Name"].as_str().unwrap())
        .collect();
    assert_eq!(by[0], "License Manager");
    assert_eq!(by[1], "Test admin");
    assert_eq!(by[5], "License Manager");
    let own = me
        .get(&format!("/api/v1/licenses/{id}/history"))
        .expect(200);
    assert_eq!(own["items"].as_array().unwrap().len(), 5);
    // No row of history is written by hand.
    let by_hand = me.post(&sobject("sfLma__License__History", ""), &json!({}));
    assert_eq!(code(&by_hand, 405), "METHOD_NOT_ALLOWED");
}

/// Packages and licenses can be made by hand by who may do everything (R-PKG-6, R-LIC-1): numbers
/// go on, and a failed save leaves nothing behind.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_pkg_6_by_hand(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let package = create(me, "sfLma__Package__c", &json!({"Name": "By hand"}));
    let body = json!({
        "sfLma__Status__c": "Active",
        "sfLma__Package__c": package,
        "sfLma__Seats__c": null,
        "sfLma__Expiration__c": "1970-01-01",
    });
    let first = create(me, LICENSE, &body);
    let row = me.get(&sobject(LICENSE, &first)).expect(200);
    assert_eq!(row["Name"], "L-00001");
    assert_eq!(row["sfLma__Licensed_Seats__c"], "Site License");
    assert_eq!(row["sfLma__Expiration__c"], Value::Null);
    assert_eq!(row["sfLma__Expiration_Date__c"], "Does not expire");
    let refused = me.post(&sobject(LICENSE, ""), &json!({"sfLma__Seats__c": 0}));
    assert_eq!(refusal(&refused).1, ["sfLma__Seats__c"]);
    let second = create(me, LICENSE, &body);
    let row = me.get(&sobject(LICENSE, &second)).expect(200);
    assert_eq!(row["Name"], "L-00002");
    assert_eq!(count(me, "sfLma__License__History"), 2);
    assert_eq!(me.delete(&sobject(LICENSE, &first)).status, 204);
    let third = create(me, LICENSE, &body);
    assert_eq!(
        me.get(&sobject(LICENSE, &third)).expect(200)["Name"],
        "L-00003"
    );
    assert_eq!(
        me.patch(
            &sobject("sfLma__Package__c", &package),
            &json!({"Name": "Other"})
        )
        .status,
        204
    );
    assert_eq!(
        me.delete(&sobject("sfLma__Package__c", &package)).status,
        204
    );
    let row = me.get(&sobject(LICENSE, &third)).expect(200);
    assert_eq!(row["sfLma__Package__c"], Value::Null);
}
