//! What profiles leave out is absent at every door (R-SEC-1, R-SEC-2).

use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    DATA, LICENSE, code, create, license_id, modify, one, patch_license, problem, refusal, sobject,
};

/// A profile that reads and edits licenses, but neither seats nor the last day, and no leads.
fn without_seats() -> Value {
    json!({
        "permissions": ["ApiEnabled"],
        "objects": {
            LICENSE: {"read": true, "edit": true, "fields": {"default": "edit", "except": {
                "sfLma__Seats__c": "none", "sfLma__Expiration__c": "none",
            }}},
            "sfLma__License__History": {"read": true, "fields": {"default": "read"}},
            "sfLma__Package__c": {"read": true, "fields": {"default": "read"}},
            "User": {"read": true, "fields": {"default": "read"}},
        },
    })
}

/// Hidden fields, with those that are calculated from them.
const HIDDEN: [&str; 7] = [
    "sfLma__Seats__c",
    "sfLma__Licensed_Seats__c",
    "olma__Available_Seats__c",
    "sfLma__Expiration__c",
    "sfLma__Expiration_Date__c",
    "olma__Access_Ends_At__c",
    "olma__Days_To_Expiry__c",
];

fn fields_of(http: &Client, object: &str) -> Vec<String> {
    let whole = http
        .get(&format!("{DATA}/sobjects/{object}/describe"))
        .expect(200);
    let fields = whole["fields"].as_array().unwrap().iter();
    fields
        .map(|f| f["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The message of a refusal with the field's name taken out.
fn told(answer: &Answer, name: &str) -> String {
    let message = answer.json()[0]["message"]
        .as_str()
        .unwrap()
        .replace(name, "X");
    let (told, hint) = message
        .split_once(" Did you mean")
        .unwrap_or((&message, ""));
    assert!(!HIDDEN.iter().any(|hidden| hint.contains(hidden)), "{hint}");
    told.to_owned()
}

/// R-SEC-1: a field that the profile hides answers at every door as one that does not exist, and
/// so do the fields that are calculated from it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_hidden_fields(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let reader = world.granted(&world.business, "reader@business.example", &without_seats());
    let me = &reader.http;
    let named = fields_of(me, LICENSE);
    let whole = me.get(&sobject(LICENSE, &license)).expect(200);
    for field in HIDDEN {
        for soql in [
            "SELECT X FROM sfLma__License__c",
            "SELECT Id FROM sfLma__License__c WHERE X = null",
            "SELECT Id FROM sfLma__License__c ORDER BY X",
        ] {
            let hidden = me.query(&soql.replace('X', field));
            let absent = me.query(&soql.replace('X', "Nothing__c"));
            assert_eq!(code(&hidden, 400), "INVALID_FIELD", "{field}");
            assert_eq!(told(&hidden, field), told(&absent, "Nothing__c"), "{field}");
        }
        assert!(!named.iter().any(|n| n == field), "{field} is described");
        assert!(whole.get(field).is_none(), "{field} is shown");
        let asked = me.get(&format!("{}?fields={field}", sobject(LICENSE, &license)));
        assert_eq!(code(&asked, 400), "INVALID_FIELD", "{field}");
        let written = patch_license(me, &license, &json!({field: 5}));
        let absent = patch_license(me, &license, &json!({"Nothing__c": 5}));
        assert_eq!(code(&written, 400), "INVALID_FIELD", "{field}");
        assert_eq!(
            told(&written, field),
            told(&absent, "Nothing__c"),
            "{field}"
        );
    }
    // A path needs the look-up, the parent and the field.
    for path in ["sfLma__Lead__r.Email", "sfLma__Lead__r.Id"] {
        let refused = me.query(&format!("SELECT {path} FROM {LICENSE}"));
        assert!(matches!(
            code(&refused, 400).as_str(),
            "INVALID_FIELD" | "INVALID_TYPE"
        ));
    }
    // Our own verbs show null, and neither tell nor change what is hidden.
    for row in [
        me.get(&format!("/api/v1/licenses/{license}")).expect(200),
        me.get("/api/v1/licenses").expect(200)["items"][0].clone(),
    ] {
        assert_eq!(row["status"], "Trial");
        for name in [
            "seats",
            "available",
            "expires_on",
            "access_ends_at",
            "days_to_expiry",
        ] {
            assert_eq!(row[name], Value::Null, "{name}");
        }
    }
    for dry_run in [false, true] {
        let body = json!({"seats": 9, "dry_run": dry_run});
        let refused = modify(me, &license, &body);
        assert_eq!(
            problem(&refused, 400),
            "INVALID_FIELD",
            "dry run: {dry_run}"
        );
    }
    let suspended = modify(me, &license, &json!({"status": "Suspended"})).expect(200);
    assert_eq!(suspended["changes"].as_array().unwrap().len(), 1);
    // The administrator changes seats: the history that this user reads does not tell.
    let admin = &world.business.http;
    assert_eq!(
        patch_license(admin, &license, &json!({"sfLma__Seats__c": 9})).status,
        204
    );
    let own = me
        .get(&format!("/api/v1/licenses/{license}/history"))
        .expect(200);
    assert!(!own.to_string().contains("Seats"), "{own}");
    let rows = me.rows("SELECT Field, OldValue, NewValue FROM sfLma__License__History");
    let told = serde_json::to_string(&rows).unwrap();
    assert!(!told.contains("Seats"), "{told}");
}

/// R-SEC-1: an object that the profile hides does not exist.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_hidden_objects(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let me = world.with_profile(
        &world.business,
        "standard@business.example",
        "Standard User",
    );
    let me = &me.http;
    assert_eq!(
        code(&me.query("SELECT Id FROM sfLma__License__c"), 400),
        "INVALID_TYPE"
    );
    assert_eq!(
        code(&me.query("SELECT Id FROM sfLma__License__History"), 400),
        "INVALID_TYPE"
    );
    for path in [
        format!("{DATA}/sobjects/{LICENSE}/describe"),
        sobject(LICENSE, &license),
        sobject(LICENSE, "a0L000000000001"),
    ] {
        assert_eq!(code(&me.get(&path), 404), "NOT_FOUND");
    }
    assert_eq!(
        code(&patch_license(me, &license, &json!({})), 404),
        "NOT_FOUND"
    );
    assert_eq!(
        code(&me.delete(&sobject(LICENSE, &license)), 404),
        "NOT_FOUND"
    );
    assert_eq!(
        code(&me.post(&sobject(LICENSE, ""), &json!({})), 404),
        "NOT_FOUND"
    );
    let list = me.get(&format!("{DATA}/sobjects")).expect(200);
    assert!(!list.to_string().contains("sfLma__"), "{list}");
    for path in [
        "/licenses".to_owned(),
        format!("/licenses/{license}"),
        format!("/licenses/{license}/history"),
    ] {
        assert_eq!(
            problem(&me.get(&format!("/api/v1{path}")), 404),
            "NOT_FOUND"
        );
    }
    for dry_run in [false, true] {
        let refused = modify(
            me,
            &license,
            &json!({"status": "Active", "dry_run": dry_run}),
        );
        assert_eq!(problem(&refused, 404), "NOT_FOUND");
    }
    // What waits names customers and reasons.
    assert_eq!(me.get("/api/v1/messages").status, 403);
    assert_eq!(
        me.post("/api/v1/messages/1MS000000000001/retry", &json!({}))
            .status,
        403
    );
    // Leads are this profile's work.
    let lead = create(me, "Lead", &json!({"LastName": "E", "Company": "Orbit"}));
    assert!(one(me, "SELECT Id, Email FROM Lead WHERE LeadSource = null")["Id"] == lead);
    assert_eq!(
        me.get("/api/v1/leads").expect(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// R-SEC-2: the profiles that an org begins with.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_2_recommended_profiles(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let org = &world.business;
    let package = one(&org.http, "SELECT Id FROM sfLma__Package__c");
    let package = package["Id"].as_str().unwrap();
    let lead = one(&org.http, "SELECT Id FROM Lead");
    let lead = lead["Id"].as_str().unwrap();

    let viewer = world
        .with_profile(org, "viewer@business.example", "Read Only")
        .http;
    let denied = "INSUFFICIENT_ACCESS_OR_READONLY";
    assert_eq!(viewer.rows("SELECT Id FROM sfLma__License__c").len(), 1);
    let change = json!({"sfLma__Seats__c": 5});
    assert_eq!(
        code(&patch_license(&viewer, &license, &change), 403),
        denied
    );
    for dry_run in [false, true] {
        let refused = modify(&viewer, &license, &json!({"seats": 5, "dry_run": dry_run}));
        assert_eq!(problem(&refused, 403), denied, "dry run: {dry_run}");
    }
    assert_eq!(
        code(
            &viewer.post(&sobject("Lead", ""), &json!({"LastName": "E"})),
            403
        ),
        denied
    );
    assert_eq!(code(&viewer.delete(&sobject("Lead", lead)), 403), denied);

    let editor = world.with_profile(org, "editor@business.example", "License Administrator");
    let http = &editor.http;
    assert_eq!(patch_license(http, &license, &change).status, 204);
    modify(http, &license, &json!({"status": "Active"})).expect(200);
    assert_eq!(code(&http.delete(&sobject(LICENSE, &license)), 403), denied);
    assert_eq!(
        code(&http.post(&sobject(LICENSE, ""), &json!({})), 403),
        denied
    );
    let manager = json!({"sfLma__Lead_Manager__c": editor.administrator.to_string()});
    let packages = sobject("sfLma__Package__c", package);
    assert_eq!(http.patch(&packages, &manager).status, 204);
    let (refused, fields) = refusal(&http.patch(&packages, &json!({
        "Name": "Mine", "sfLma__Latest_Version__c": "9", "OwnerId": editor.administrator.to_string(),
    })));
    assert_eq!(refused, "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(fields, ["Name", "sfLma__Latest_Version__c", "OwnerId"]);
    // R-PKG-5: what the LMA writes on a license, owner included, is closed to this profile.
    let (refused, fields) = refusal(&patch_license(
        http,
        &license,
        &json!({
            "OwnerId": editor.administrator.to_string(), "sfLma__Used_Licenses__c": 0,
        }),
    ));
    assert_eq!(refused, "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(fields, ["OwnerId", "sfLma__Used_Licenses__c"]);

    // Administration is not for editors.
    for (path, body) in [
        ("/api/v1/lma", json!({})),
        (
            "/api/v1/users",
            json!({"username": "x@business.example", "last_name": "X"}),
        ),
        (
            "/api/v1/clients",
            json!({"name": "X", "grants": ["password"]}),
        ),
        ("/api/v1/packages", json!({"name": "X"})),
        (
            "/api/v1/connections",
            json!({"org_token": world.packaging.token}),
        ),
        (
            "/api/v1/installs",
            json!({"version_id": world.version.to_string()}),
        ),
        ("/api/v1/packages/orbit/seats", json!({"users": ["x"]})),
        (
            "/api/v1/fields",
            json!({"object": "Lead", "name": "A__c", "label": "A", "type": "date"}),
        ),
    ] {
        let answer = http.post(path, &body);
        assert!(matches!(answer.status, 403 | 404), "{path}: {answer:?}");
    }
    assert_eq!(
        code(&http.query("SELECT grants FROM PermissionSet"), 400),
        "INVALID_FIELD"
    );
}

/// R-SEC-1: nobody grants what they lack: neither by the profile of a new user nor by the user as
/// whom a client acts.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_nobody_grants_what_they_lack(#[case] backend: Backend) {
    let world = World::start(backend);
    let grants = json!({
        "permissions": ["ApiEnabled", "ManageUsers", "CustomizeApplication"],
        "objects": {"User": {"read": true, "fields": {"default": "read"}}},
    });
    let clerk = world.granted(&world.business, "clerk@business.example", &grants);
    let http = &clerk.http;
    let own = "Profile of clerk@business.example";
    for (profile, status) in [
        ("System Administrator", 403),
        ("License Administrator", 403),
        ("Standard User", 403),
        ("Nothing", 400),
        (own, 201),
    ] {
        let new = json!({
            "username": "new@business.example", "last_name": "New", "profile": profile,
        });
        let answer = http.post("/api/v1/users", &new);
        assert_eq!(answer.status, status, "{profile}: {answer:?}");
    }
    let same = one(
        http,
        "SELECT Id FROM User WHERE Username = 'new@business.example'",
    );
    let administrator = world.business.administrator.to_string();
    for (user, status) in [
        (administrator.as_str(), 403),
        (same["Id"].as_str().unwrap(), 201),
        (&clerk.administrator.to_string(), 201),
    ] {
        let new = json!({"name": "X", "grants": ["client_credentials"], "run_as": user});
        let answer = http.post("/api/v1/clients", &new);
        assert_eq!(answer.status, status, "{user}: {answer:?}");
    }
}
