//! Leads become accounts, contacts and opportunities (R-LEAD-4 to R-LEAD-6).

use openlma_app::orgs::NewOrg;
use openlma_app::save::RowResult;
use openlma_core::Code;
use openlma_core::lead::convert::Conversion;
use openlma_testkit::{Answer, Backend, Client, Org, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    LICENSE, codes, count, create, id, install, license_id, one, package, patch_license, problem,
    register, sobject, texts,
};

/// The status that ends a conversion.
const DONE: &str = "Closed - Converted";

fn convert(http: &Client, lead: &str, body: &Value) -> Answer {
    http.post(&format!("/api/v1/leads/{lead}/convert"), body)
}

/// The code and the fields of a refused conversion.
#[track_caller]
fn refused(http: &Client, lead: &str, body: &Value) -> (String, Vec<String>) {
    let answer = convert(http, lead, body);
    assert!((400..500).contains(&answer.status), "{answer:?}");
    let code = problem(&answer, answer.status);
    (code, texts(&answer.json()["fields"]))
}

/// A lead made by hand.
fn lead(http: &Client, last_name: &str) -> String {
    let email = format!("{}@people.example", last_name.to_lowercase());
    let lead = json!({
        "FirstName": "Kim", "LastName": last_name, "Company": "Example Org", "Email": email,
        "Phone": "123", "City": "Berlin", "Country": "Germany", "LeadSource": "Web",
        "NumberOfEmployees": 12,
    });
    create(http, "Lead", &lead)
}

fn record(http: &Client, object: &str, id: &Value) -> Value {
    http.get(&sobject(object, id.as_str().unwrap())).expect(200)
}

/// R-LEAD-4: a lead becomes a new account, contact and opportunity, is read-only afterwards, and
/// every license of it gets the account and the contact: two packages installed at once are one
/// lead.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_new_account_contact_and_opportunity(#[case] backend: Backend) {
    let world = World::start(backend);
    let (packaging, second, version) = package(&world, "second", false);
    register(&world, &packaging, second, json!({"status": "Active"})).expect(200);
    world.server.settle();
    let customer = world.customer(|_| {});
    std::thread::scope(|scope| {
        for version in [world.version, version] {
            let http = &customer.http;
            scope.spawn(move || install(http, version));
        }
    });
    world.server.settle();
    let me = &world.business.http;
    let found = one(me, "SELECT Id, Company, Email FROM Lead");
    let lead = found["Id"].as_str().unwrap();
    assert_eq!(count(me, LICENSE), 2);
    let body = json!({"converted_status": DONE});
    let made = convert(me, lead, &body).expect(200);
    assert_eq!(made["lead_id"], lead);

    let account = record(me, "Account", &made["account_id"]);
    assert_eq!(account["Name"], found["Company"]);
    assert_eq!(account["BillingCountry"], "Germany");
    assert_eq!(account["AccountSource"], "Package Installation");
    let contact = record(me, "Contact", &made["contact_id"]);
    assert_eq!(contact["AccountId"], made["account_id"]);
    assert_eq!(contact["Email"], found["Email"]);
    let sale = record(me, "Opportunity", &made["opportunity_id"]);
    assert_eq!(sale["Name"], found["Company"]);
    assert_eq!(sale["AccountId"], made["account_id"]);
    assert_eq!(sale["ContactId"], made["contact_id"]);
    assert_eq!(
        (&sale["StageName"], &sale["CloseDate"]),
        (&json!("Prospecting"), &json!("2026-03-31"))
    );

    let seen = me.get(&format!("/api/v1/leads/{lead}")).expect(200);
    assert_eq!(seen["converted"], true);
    assert_eq!(seen["status"], DONE);
    assert_eq!(seen["converted_on"], "2026-03-02");
    for member in ["account_id", "contact_id", "opportunity_id"] {
        assert_eq!(seen[member], made[member], "{member}");
    }
    let edited = me.patch(&sobject("Lead", lead), &json!({"Title": "Boss"}));
    let code = crate::support::code(&edited, 400);
    assert_eq!(code, "CANNOT_UPDATE_CONVERTED_LEAD");

    // R-LEAD-6: the related lists.
    for (member, of) in [
        ("lead", "lead_id"),
        ("account", "account_id"),
        ("contact", "contact_id"),
    ] {
        let path = format!("/api/v1/licenses?{member}={}", made[of].as_str().unwrap());
        let page = me.get(&path).expect(200);
        let listed = page["items"].as_array().unwrap();
        assert_eq!(listed.len(), 2, "{member}");
        for license in listed {
            assert_eq!(license["account_id"], made["account_id"]);
            assert_eq!(license["contact_id"], made["contact_id"]);
            assert_eq!(license["lead_id"], lead);
        }
    }
    let none = format!("/api/v1/licenses?account={}", world.business.id);
    assert_eq!(me.get(&none).expect(200)["items"], json!([]));
    let wrong = me.get("/api/v1/licenses?contact=x");
    assert_eq!(problem(&wrong, 400), "MALFORMED_ID");
}

/// R-LEAD-3, R-LEAD-4: an install after the conversion finds the contact: no lead, and its license
/// has contact and account from the beginning. Terms still reach the license that was linked.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_3_later_licenses_are_linked_too(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = |world: &World| {
        world.customer(|new| new.administrator.email = Some("kim@people.example".into()))
    };
    let _ = world.install(&customer(&world));
    let me = &world.business.http;
    let lead = one(me, "SELECT Id FROM Lead");
    let license = license_id(&world);
    let body = json!({"converted_status": DONE, "do_not_create_opportunity": true});
    let made = convert(me, lead["Id"].as_str().unwrap(), &body).expect(200);
    assert_eq!(made["opportunity_id"], Value::Null);
    assert_eq!(count(me, "Opportunity"), 0);
    let _ = world.install(&customer(&world));
    assert_eq!(count(me, "Lead"), 1);
    let path = format!(
        "/api/v1/licenses?contact={}",
        made["contact_id"].as_str().unwrap()
    );
    let page = me.get(&path).expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page["items"][1]["account_id"], made["account_id"]);
    assert_eq!(page["items"][1]["lead_id"], Value::Null);
    let changed = patch_license(me, &license, &json!({"sfLma__Status__c": "Active"}));
    assert_eq!(changed.status, 204);
    world.server.settle();
    let row = one(
        me,
        "SELECT olma__Sync_State__c, sfLma__Account__c FROM sfLma__License__c \
                       WHERE sfLma__Status__c = 'Active'",
    );
    assert_eq!(row["olma__Sync_State__c"], "In sync");
    assert_eq!(row["sfLma__Account__c"], made["account_id"]);
}

/// R-LEAD-4: of an existing account and contact only empty fields are filled; the contact's source
/// is replaced when that is asked for.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_existing_targets_keep_what_they_have(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let own = json!({"Name": "Own Name", "BillingCity": "Paris"});
    let account = create(me, "Account", &own);
    let contact = json!({"LastName": "Own", "AccountId": account, "LeadSource": "Other"});
    let contact = create(me, "Contact", &contact);
    let body = json!({
        "converted_status": "closed - converted", "account_id": account, "contact_id": contact,
        "opportunity_name": "A great sale",
    });
    let made = convert(me, &lead(me, "First"), &body).expect(200);
    assert_eq!(made["account_id"], account);
    assert_eq!(made["contact_id"], contact);
    let sale = record(me, "Opportunity", &made["opportunity_id"]);
    assert_eq!(sale["Name"], "A great sale");
    let kept = record(me, "Account", &made["account_id"]);
    assert_eq!(
        (&kept["Name"], &kept["BillingCity"]),
        (&json!("Own Name"), &json!("Paris"))
    );
    assert_eq!(kept["BillingCountry"], "Germany");
    assert_eq!(kept["NumberOfEmployees"], 12);
    let kept = record(me, "Contact", &made["contact_id"]);
    assert_eq!(
        (&kept["LastName"], &kept["LeadSource"]),
        (&json!("Own"), &json!("Other"))
    );
    assert_eq!(
        (&kept["FirstName"], &kept["Email"]),
        (&json!("Kim"), &json!("first@people.example"))
    );

    let body = json!({
        "converted_status": DONE, "account_id": account, "contact_id": contact,
        "do_not_create_opportunity": true, "overwrite_lead_source": true,
    });
    let made = convert(me, &lead(me, "Second"), &body).expect(200);
    let kept = record(me, "Contact", &made["contact_id"]);
    assert_eq!(
        (&kept["LeadSource"], &kept["Email"]),
        (&json!("Web"), &json!("first@people.example"))
    );
    assert_eq!(count(me, "Opportunity"), 1);
    assert_eq!((count(me, "Account"), count(me, "Contact")), (1, 1));
}

/// R-ERR-1, R-LEAD-4: what cannot be is refused by name, and nothing is half done.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_refused_conversions(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let lead = lead(me, "Only");
    let account = create(me, "Account", &json!({"Name": "Orbit"}));
    let stranger = create(me, "Contact", &json!({"LastName": "Stranger"}));
    let gone = create(me, "Account", &json!({"Name": "Gone"}));
    assert_eq!(me.delete(&sobject("Account", &gone)).status, 204);
    let other = world.customer(|new| new.business = true);
    let foreign = create(&other.http, "Account", &json!({"Name": "Foreign"}));
    let with = |more: Value| {
        let mut body = json!({"converted_status": DONE});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let integrity = "FIELD_INTEGRITY_EXCEPTION";
    let reference = "INVALID_CROSS_REFERENCE_KEY";
    for (body, code, field) in [
        (
            json!({"converted_status": "Working - Contacted"}),
            integrity,
            "converted_status",
        ),
        (
            with(json!({"contact_id": stranger})),
            "REQUIRED_FIELD_MISSING",
            "account_id",
        ),
        (
            with(json!({"contact_id": stranger, "account_id": account})),
            integrity,
            "contact_id",
        ),
        (with(json!({"account_id": gone})), reference, "account_id"),
        (
            with(json!({"account_id": foreign})),
            reference,
            "account_id",
        ),
        (
            with(json!({"account_id": stranger})),
            reference,
            "account_id",
        ),
        (
            with(json!({"account_id": "x"})),
            "MALFORMED_ID",
            "account_id",
        ),
        (with(json!({"owner_id": account})), reference, "owner_id"),
        (
            with(json!({"owner_id": other.administrator.to_string()})),
            reference,
            "owner_id",
        ),
        (
            with(json!({"overwrite_lead_source": true})),
            integrity,
            "overwrite_lead_source",
        ),
        (
            with(json!({"opportunity_name": "Orbit", "do_not_create_opportunity": true})),
            integrity,
            "opportunity_name",
        ),
        (
            with(json!({"opportunity_name": "x".repeat(121)})),
            "STRING_TOO_LONG",
            "opportunity_name",
        ),
        (
            with(json!({"send_notification_email": true})),
            integrity,
            "send_notification_email",
        ),
    ] {
        assert_eq!(
            refused(me, &lead, &body),
            (code.to_owned(), vec![field.to_owned()]),
            "{body}"
        );
    }
    let body = with(json!({}));
    for (http, wrong) in [(me, &account), (&other.http, &lead)] {
        assert_eq!(problem(&convert(http, wrong, &body), 404), "NOT_FOUND");
    }
    assert_eq!(problem(&convert(me, "00Q1", &body), 400), "MALFORMED_ID");
    let absent = problem(&convert(me, &lead, &json!({})), 400);
    assert_eq!(absent, "JSON_PARSER_ERROR");
    assert_eq!(
        (
            count(me, "Account"),
            count(me, "Contact"),
            count(me, "Opportunity")
        ),
        (1, 1, 0)
    );
    let seen = me.get(&format!("/api/v1/leads/{lead}")).expect(200);
    assert_eq!(seen["converted"], false);
    let missing = me.get(&format!("/api/v1/leads/{account}"));
    assert_eq!(problem(&missing, 404), "NOT_FOUND");
}

/// R-LEAD-4: a lead of the automated user goes to the converter, others keep their owner, and who is
/// named gets all of it; a queue's lead needs a name, and nobody inactive gets anything.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_owner(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let _ = world.install(&world.customer(|_| {}));
    let automated = one(me, "SELECT Id, Owner.Name FROM Lead");
    let second = world.with_profile(&world.business, "second@business.example", "Standard User");
    let (mine, theirs) = (world.business.administrator, second.administrator);
    let owners = |lead: &str, made: &Value| -> Vec<String> {
        let of = |object, id: &Value| {
            record(me, object, id)["OwnerId"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        vec![
            of("Lead", &json!(lead)),
            of("Account", &made["account_id"]),
            of("Contact", &made["contact_id"]),
            of("Opportunity", &made["opportunity_id"]),
        ]
    };
    let done = json!({"converted_status": DONE});
    let lead_id = automated["Id"].as_str().unwrap();
    let made = convert(&second.http, lead_id, &done).expect(200);
    assert_eq!(owners(lead_id, &made), vec![theirs.to_string(); 4]);

    let own = lead(me, "Own");
    let made = convert(&second.http, &own, &done).expect(200);
    assert_eq!(owners(&own, &made), vec![mine.to_string(); 4]);

    let given = lead(me, "Given");
    let named = json!({"converted_status": DONE, "owner_id": theirs.to_string()});
    let made = convert(me, &given, &named).expect(200);
    assert_eq!(owners(&given, &made), vec![theirs.to_string(); 4]);

    let late = lead(&second.http, "Late");
    let off = format!("/api/v1/users/{theirs}");
    assert_eq!(me.patch(&off, &json!({"active": false})).status, 204);
    let inactive = (
        "INACTIVE_OWNER_OR_USER".to_owned(),
        vec!["owner_id".to_owned()],
    );
    assert_eq!(refused(me, &late, &done), inactive);
    assert_eq!(refused(me, &lead(me, "Last"), &named), inactive);
    let named = json!({"converted_status": DONE, "owner_id": mine.to_string()});
    convert(me, &late, &named).expect(200);
}

/// R-LEAD-4, R-SEC-1: conversion needs Convert Leads, create on what is made and edit on what is
/// filled; what the converter may not write stays behind, and who sees no licenses links them all
/// the same.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_permissions(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let _ = world.install(&world.customer(|_| {}));
    let found = one(me, "SELECT Id FROM Lead");
    let lead_id = found["Id"].as_str().unwrap();
    let account = create(me, "Account", &json!({"Name": "Orbit"}));
    let granted = |name: &str, permissions: Value, contact: Value, account: Value| {
        let with = |mut access: Value, fields: Value| {
            access["fields"] = fields;
            access
        };
        let edit = json!({"default": "edit"});
        let read = json!({"read": true});
        let grants = json!({
            "permissions": permissions,
            "objects": {
                "Lead": with(read.clone(), edit.clone()),
                "User": with(read, edit.clone()),
                "Contact": with(contact, json!({"default": "edit", "except": {"Phone": "none"}})),
                "Account": with(account, edit),
            },
        });
        world.granted(
            &world.business,
            &format!("{name}@business.example"),
            &grants,
        )
    };
    let makes = json!({"read": true, "create": true});
    let permissions = json!(["ApiEnabled", "ConvertLeads"]);
    let without = granted(
        "without",
        json!(["ApiEnabled"]),
        makes.clone(),
        makes.clone(),
    );
    let reader = granted(
        "reader",
        permissions.clone(),
        makes.clone(),
        json!({"read": true}),
    );
    let blind = granted("blind", permissions.clone(), makes.clone(), json!({}));
    let maker = granted("maker", permissions, makes.clone(), makes);
    let forbidden = ("INSUFFICIENT_ACCESS_OR_READONLY".to_owned(), vec![]);
    let new = json!({"converted_status": DONE, "do_not_create_opportunity": true});
    let merged = json!({
        "converted_status": DONE, "do_not_create_opportunity": true, "account_id": account,
    });
    assert_eq!(refused(&without.http, lead_id, &new), forbidden);
    assert_eq!(refused(&reader.http, lead_id, &new), forbidden);
    assert_eq!(refused(&reader.http, lead_id, &merged), forbidden);
    assert_eq!(refused(&maker.http, lead_id, &merged), forbidden);
    let unseen = refused(&blind.http, lead_id, &merged);
    assert_eq!(
        unseen,
        (
            "INVALID_CROSS_REFERENCE_KEY".to_owned(),
            vec!["account_id".to_owned()]
        )
    );
    // An opportunity is not theirs to make.
    let (code, _) = refused(&maker.http, lead_id, &json!({"converted_status": DONE}));
    assert_eq!(code, "INVALID_TYPE");
    assert_eq!((count(me, "Account"), count(me, "Contact")), (1, 0));

    let made = convert(&maker.http, lead_id, &new).expect(200);
    let row = one(
        me,
        "SELECT sfLma__Account__c, sfLma__Contact__c, LastModifiedById FROM sfLma__License__c",
    );
    assert_eq!(row["sfLma__Account__c"], made["account_id"]);
    assert_eq!(row["sfLma__Contact__c"], made["contact_id"]);
    assert_eq!(row["LastModifiedById"], maker.administrator.to_string());
    let path = "/api/v1/licenses?lead=00Q000000000001";
    assert_eq!(problem(&maker.http.get(path), 404), "NOT_FOUND");

    let phoned = lead(me, "Phoned");
    let made = convert(&maker.http, &phoned, &new).expect(200);
    assert_eq!(
        record(me, "Contact", &made["contact_id"])["Phone"],
        Value::Null
    );
    assert_eq!(record(me, "Account", &made["account_id"])["Phone"], "123");
}

/// R-LEAD-5: however many convert a lead at once, it is converted once; with the same key the same
/// answer comes again (R-INS-9).
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_5_converted_once(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let wanted = lead(me, "Wanted");
    let body = json!({"converted_status": DONE});
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| convert(me, &wanted, &body)))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 200);
    assert_eq!(won.len(), 1, "{answers:?}");
    for answer in lost {
        assert_eq!(problem(answer, 400), "CANNOT_UPDATE_CONVERTED_LEAD");
    }
    assert_eq!(
        (
            count(me, "Account"),
            count(me, "Contact"),
            count(me, "Opportunity")
        ),
        (1, 1, 1)
    );

    let other = lead(me, "Other");
    let path = format!("/api/v1/leads/{other}/convert");
    let text = body.to_string();
    let headers = [
        ("Idempotency-Key", "once"),
        ("Content-Type", "application/json"),
    ];
    let first = me
        .send("POST", &path, &headers, Some(text.clone()))
        .expect(200);
    let again = me
        .send("POST", &path, &headers, Some(text.clone()))
        .expect(200);
    assert_eq!(first, again);
    assert_eq!(count(me, "Account"), 2);
}

/// R-LEAD-4: of a batch the failing leads do not stop the others, unless all or none is asked for.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_batches(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let leads = [lead(me, "First"), lead(me, "Second"), lead(me, "Third")];
    let batch = |all_or_none: bool| {
        let mut wanted: Vec<Conversion> = leads
            .iter()
            .map(|lead| Conversion::new(id(lead), DONE))
            .collect();
        wanted[1].opportunity_name = Some("x".repeat(121));
        let app = &world.server.app;
        let done = app.convert_leads(&world.business.actor, wanted, all_or_none);
        world.server.wait(done).unwrap()
    };
    fn outcome<T>(row: &RowResult<T>) -> Option<Code> {
        row.as_ref().err().map(|errors| codes(errors)[0])
    }
    let rolled_back = Some(Code::AllOrNoneOperationRolledBack);
    let outcomes: Vec<_> = batch(true).iter().map(outcome).collect();
    assert_eq!(
        outcomes,
        [rolled_back, Some(Code::StringTooLong), rolled_back]
    );
    assert_eq!(count(me, "Account"), 0);
    let outcomes: Vec<_> = batch(false).iter().map(outcome).collect();
    assert_eq!(outcomes, [None, Some(Code::StringTooLong), None]);
    assert_eq!((count(me, "Account"), count(me, "Opportunity")), (2, 2));
    let many = vec![Conversion::new(id(&leads[1]), DONE); 101];
    let many = world
        .server
        .app
        .convert_leads(&world.business.actor, many, false);
    assert_eq!(
        world.server.wait(many).unwrap_err().code,
        Code::ExceededIdLimit
    );
}

/// R-LEAD-2: while the lead manager cannot, the fallback owner gets the leads; it is an active user
/// who may read licenses, and counts for new leads only.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_2_fallback_owner(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let user = |name: &str, profile: &str| -> Org {
        world.with_profile(
            &world.business,
            &format!("{name}@business.example"),
            profile,
        )
    };
    let manager = user("manager", "License Administrator");
    let fallback = user("fallback", "License Administrator");
    let clerk = user("clerk", "Standard User");
    let path = format!("/api/v1/packages/{}/lead-manager", world.package);
    let set = json!({"user": manager.administrator.to_string()});
    me.json("PUT", &path, &set).expect(200);
    // A lead manager who may not read licenses is none.
    let wrong = json!({"user": clerk.administrator.to_string()});
    let wrong = me.json("PUT", &path, &wrong);
    assert_eq!(problem(&wrong, 400), "FIELD_INTEGRITY_EXCEPTION");
    assert_eq!(texts(&wrong.json()["fields"]), ["user"]);
    let settings = "/api/v1/orgs/current";
    let named = |user: &Org| json!({"fallback_lead_owner": user.administrator.to_string()});
    let active = |user: &Org, active: bool| {
        let path = format!("/api/v1/users/{}", user.administrator);
        assert_eq!(me.patch(&path, &json!({"active": active})).status, 204);
    };

    let refused = |http: &Client, body: &Value| {
        let answer = http.patch(settings, body);
        (
            problem(&answer, answer.status),
            texts(&answer.json()["fields"]),
        )
    };
    let field = vec!["fallback_lead_owner".to_owned()];
    let integrity = ("FIELD_INTEGRITY_EXCEPTION".to_owned(), field.clone());
    assert_eq!(refused(me, &named(&clerk)), integrity);
    active(&fallback, false);
    assert_eq!(refused(me, &named(&fallback)), integrity);
    active(&fallback, true);
    let customer = world.customer(|_| {});
    let foreign = ("INVALID_CROSS_REFERENCE_KEY".to_owned(), field.clone());
    assert_eq!(refused(me, &named(&customer)), foreign);
    let no_lma = ("INVALID_OPERATION".to_owned(), field);
    assert_eq!(refused(&customer.http, &named(&customer)), no_lma);
    let forbidden = ("INSUFFICIENT_ACCESS_OR_READONLY".to_owned(), vec![]);
    assert_eq!(refused(&clerk.http, &named(&fallback)), forbidden);

    // Without one the install waits.
    active(&manager, false);
    let _ = world.install(&customer);
    assert_eq!(count(me, "Lead"), 0);
    let org = me.patch(settings, &named(&fallback)).expect(200);
    assert_eq!(
        org["fallback_lead_owner"],
        fallback.administrator.to_string()
    );
    assert_eq!(me.patch(settings, &json!({})).expect(200), org);
    // It is tried again at once, though the clock stands still.
    world.server.settle();
    let waiting = me.get("/api/v1/messages").expect(200);
    assert_eq!(waiting["items"], json!([]));
    let owner = one(me, "SELECT OwnerId FROM Lead");
    assert_eq!(owner["OwnerId"], fallback.administrator.to_string());
    assert_eq!(count(me, LICENSE), 1);

    // An active lead manager goes first, and what exists stays where it is.
    active(&manager, true);
    let _ = world.install(&world.customer(|_| {}));
    let managed = format!("Lead WHERE OwnerId = '{}'", manager.administrator);
    assert_eq!(count(me, &managed), 1);
    let nobody = me
        .patch(settings, &json!({"fallback_lead_owner": null}))
        .expect(200);
    assert_eq!(nobody["fallback_lead_owner"], Value::Null);
    active(&manager, false);
    let _ = world.install(&world.customer(|_| {}));
    assert_eq!(count(me, "Lead"), 2);
    // Another lead manager releases what waits, too, and so does none.
    let manages = |user: Value| {
        me.json("PUT", &path, &json!({"user": user})).expect(200);
        world.server.settle();
        assert_eq!(me.get("/api/v1/messages").expect(200)["items"], json!([]));
    };
    manages(json!(fallback.administrator.to_string()));
    assert_eq!(count(me, "Lead"), 3);
    active(&fallback, false);
    let _ = world.install(&world.customer(|_| {}));
    assert_eq!(count(me, "Lead"), 3);
    manages(Value::Null);
    assert_eq!(count(me, "Lead"), 4);
}

/// R-LEAD-4: installs that arrive while their lead is converted are linked whichever comes first:
/// no license is without account and contact, and nobody becomes a lead twice.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_4_installs_meanwhile(#[case] backend: Backend) {
    let world = World::start(backend);
    let email = |new: &mut NewOrg| new.administrator.email = Some("kim@people.example".into());
    let _ = world.install(&world.customer(email));
    let me = &world.business.http;
    let lead = one(me, "SELECT Id FROM Lead");
    let customers: Vec<Client> = (0..8).map(|_| world.customer(email).http).collect();
    let version = world.version;
    let made = std::thread::scope(|scope| {
        for http in &customers {
            scope.spawn(move || install(http, version));
        }
        convert(
            me,
            lead["Id"].as_str().unwrap(),
            &json!({"converted_status": DONE}),
        )
        .expect(200)
    });
    world.server.settle();
    assert_eq!(
        (count(me, "Lead"), count(me, "Contact"), count(me, LICENSE)),
        (1, 1, 9)
    );
    let contact = made["contact_id"].as_str().unwrap();
    let page = me
        .get(&format!("/api/v1/licenses?contact={contact}"))
        .expect(200);
    let linked = page["items"].as_array().unwrap();
    assert_eq!(linked.len(), 9);
    assert!(linked.iter().all(|l| l["account_id"] == made["account_id"]));
}
