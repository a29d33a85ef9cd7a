//! Profiles and permission sets through their doors (R-SEC-1, R-SEC-2).

use openlma_testkit::{Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{LICENSE, code, license_id, modify, problem, texts};

const PROFILES: &str = "/api/v1/profiles";
const SETS: &str = "/api/v1/permission-sets";
const DENIED: &str = "INSUFFICIENT_ACCESS_OR_READONLY";

/// The address of a profile.
pub(crate) fn profile(http: &Client, name: &str) -> String {
    let page = http.get(PROFILES).expect(200);
    let mut items = page["items"].as_array().unwrap().iter();
    let found = items.find(|item| item["name"] == name).unwrap();
    format!("{PROFILES}/{}", found["id"].as_str().unwrap())
}

fn made(http: &Client, path: &str, body: &Value) -> String {
    let made = http.post(path, body).expect(201);
    format!("{path}/{}", made["id"].as_str().unwrap())
}

/// R-SEC-1: what a profile grants is shown, granted and revoked, and counts at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_profiles_are_shown_and_changed(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let (org, license) = (&world.business, license_id(&world));
    let seller = world.with_profile(org, "seller@business.example", "Standard User");
    let address = profile(&org.http, "Standard User");
    let shown = org.http.get(&address).expect(200);
    assert_eq!(texts(&shown["permissions"]), ["ApiEnabled", "ConvertLeads"]);
    assert_eq!(shown["objects"]["Lead"]["edit"], true);
    assert!(shown["objects"].get(LICENSE).is_none());
    assert_eq!(shown["users"][0]["username"], "seller@business.example");

    let soql = "SELECT Id FROM sfLma__License__c";
    assert_eq!(code(&seller.http.query(soql), 400), "INVALID_TYPE");
    let grant = json!({"objects": {LICENSE: {"edit": true,
        "except": {"sfLma__Expiration__c": "read"}}}, "permissions": {"ConvertLeads": false}});
    let changed = org.http.patch(&address, &grant).expect(200);
    assert_eq!(changed["objects"][LICENSE]["read"], true);
    assert_eq!(changed["objects"][LICENSE]["fields"], "edit");
    assert_eq!(texts(&changed["permissions"]), ["ApiEnabled"]);
    assert_eq!(seller.http.rows(soql).len(), 1);
    modify(&seller.http, &license, &json!({"seats": 5})).expect(200);
    let refused = modify(&seller.http, &license, &json!({"expires_on": "2026-03-20"}));
    assert_eq!(problem(&refused, 400), "INVALID_FIELD_FOR_INSERT_UPDATE");

    let revoke = json!({"objects": {LICENSE: {"read": false}}});
    let changed = org.http.patch(&address, &revoke).expect(200);
    assert!(changed["objects"].get(LICENSE).is_none(), "{changed}");
    assert_eq!(code(&seller.http.query(soql), 400), "INVALID_TYPE");

    for (change, member) in [
        (json!({"permissions": {"Fly": true}}), "permissions"),
        (json!({"objects": {"Ship": {"read": true}}}), "objects"),
        (
            json!({"objects": {LICENSE: {"edit": true, "read": false}}}),
            "objects",
        ),
        (
            json!({"objects": {LICENSE: {"except": {"Ship": "read"}}}}),
            "objects",
        ),
    ] {
        let refused = org.http.patch(&address, &change);
        let body = refused.expect(400);
        assert_eq!(body["fields"], json!([member]), "{body}");
    }
    let administrator = profile(&org.http, "System Administrator");
    let refused = org.http.patch(&administrator, &revoke);
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}

/// R-SEC-1: a permission set grants beside the profile, to those who have it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_permission_sets_add_to_the_profile(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let seller = world.with_profile(&world.business, "seller@business.example", "Standard User");
    let new = json!({"name": "Renewals", "description": "Reads licenses"});
    let set = made(me, SETS, &new);
    assert_eq!(problem(&me.post(SETS, &new), 400), "DUPLICATE_VALUE");
    assert_eq!(
        problem(&me.post(SETS, &json!({"name": ""})), 400),
        "REQUIRED_FIELD_MISSING"
    );
    let listed = me.get(SETS).expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    me.patch(&set, &json!({"objects": {LICENSE: {"read": true}}}))
        .expect(200);
    let soql = "SELECT Id FROM sfLma__License__c";
    assert_eq!(code(&seller.http.query(soql), 400), "INVALID_TYPE");
    let assignment = format!("{set}/users/{}", seller.administrator);
    for _ in 0..2 {
        assert_eq!(me.json("PUT", &assignment, &json!({})).status, 204);
    }
    assert_eq!(seller.http.rows(soql).len(), 1);
    let shown = me.get(&set).expect(200);
    assert_eq!(shown["users"][0]["username"], "seller@business.example");
    for _ in 0..2 {
        assert_eq!(me.delete(&assignment).status, 204);
    }
    assert_eq!(code(&seller.http.query(soql), 400), "INVALID_TYPE");
    assert_eq!(me.get(&set).expect(200)["users"], json!([]));

    // Who is of another org is not there, and neither is what is no permission set.
    for path in [
        format!("{set}/users/{}", customer.administrator),
        format!("{SETS}/0PS000000000001AAA/users/{}", seller.administrator),
        format!(
            "{}/users/{}",
            profile(me, "Read Only").replace("profiles", "permission-sets"),
            seller.administrator
        ),
    ] {
        assert_eq!(
            problem(&me.json("PUT", &path, &json!({})), 404),
            "NOT_FOUND",
            "{path}"
        );
    }
    assert_eq!(problem(&customer.http.get(&set), 404), "NOT_FOUND");
}

/// R-SEC-1, R-SEC-2: profiles of one's own, given to users of the org.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_2_a_profile_of_ones_own(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let address = made(
        me,
        PROFILES,
        &json!({"name": "Desk", "like": "License Administrator"}),
    );
    let desk = me.get(&address).expect(200);
    let like = me.get(&profile(me, "License Administrator")).expect(200);
    assert_eq!(
        (&desk["objects"], &desk["permissions"]),
        (&like["objects"], &like["permissions"])
    );
    assert_eq!(
        problem(&me.post(PROFILES, &json!({"name": "Desk"})), 400),
        "DUPLICATE_VALUE"
    );
    let refused = me.post(PROFILES, &json!({"name": "X", "like": "Nothing"}));
    assert_eq!(refused.expect(400)["fields"], json!(["like"]));

    let seller = world.with_profile(&world.business, "seller@business.example", "Standard User");
    let user = format!("/api/v1/users/{}", seller.administrator);
    assert_eq!(
        problem(&seller.http.get("/api/v1/licenses"), 404),
        "NOT_FOUND"
    );
    assert_eq!(me.patch(&user, &json!({"profile": "Desk"})).status, 204);
    seller.http.get("/api/v1/licenses").expect(200);
    assert_eq!(
        me.get(&address).expect(200)["users"][0]["username"],
        "seller@business.example"
    );
    let refused = me.patch(&user, &json!({"profile": "Captain"}));
    assert_eq!(refused.expect(400)["fields"], json!(["profile"]));
    let own = format!("/api/v1/users/{}", world.business.administrator);
    let refused = me.patch(&own, &json!({"profile": "Read Only"}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
}

/// R-SEC-1: nobody grants what they lack, by none of these doors; without Manage Users nobody grants,
/// and without View Setup nobody sees what is granted.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_sec_1_nobody_grants_more_than_they_have(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let grants = json!({
        "permissions": ["ApiEnabled", "ManageUsers", "ViewSetup"],
        "objects": {
            "User": {"read": true, "fields": {"default": "read"}},
            "Profile": {"read": true, "fields": {"default": "read"}},
            LICENSE: {"read": true, "fields": {"default": "read"}},
        },
    });
    let clerk = world.granted(&world.business, "clerk@business.example", &grants);
    let seller = world.with_profile(&world.business, "seller@business.example", "Standard User");
    let standard = profile(me, "Standard User");
    let editor = made(
        me,
        SETS,
        &json!({"name": "Editor", "like": "License Administrator"}),
    );
    let http = &clerk.http;
    for change in [
        json!({"permissions": {"ModifyAllData": true}}),
        json!({"objects": {LICENSE: {"edit": true}}}),
        json!({"objects": {LICENSE: {"read": true, "fields": "edit"}}}),
    ] {
        assert_eq!(
            problem(&http.patch(&standard, &change), 403),
            DENIED,
            "{change}"
        );
    }
    let user = seller.administrator.to_string();
    for (verb, path, body) in [
        ("PUT", format!("{editor}/users/{user}"), json!({})),
        (
            "PATCH",
            format!("/api/v1/users/{user}"),
            json!({"profile": "License Administrator"}),
        ),
        (
            "POST",
            PROFILES.to_owned(),
            json!({"name": "X", "like": "System Administrator"}),
        ),
    ] {
        assert_eq!(
            problem(&http.json(verb, &path, &body), 403),
            DENIED,
            "{verb} {path}"
        );
    }
    let read = json!({"objects": {LICENSE: {"read": true}}});
    http.patch(&standard, &read).expect(200);

    let viewer = world.with_profile(&world.business, "viewer@business.example", "Read Only");
    assert_eq!(problem(&viewer.http.get(&standard), 403), DENIED);
    let editor_profile = profile(me, "License Administrator");
    let keeper = world.with_profile(
        &world.business,
        "keeper@business.example",
        "License Administrator",
    );
    keeper.http.get(&editor_profile).expect(200);
    assert_eq!(problem(&keeper.http.patch(&standard, &read), 403), DENIED);
    assert_eq!(
        problem(&keeper.http.post(SETS, &json!({"name": "Y"})), 403),
        DENIED
    );
}

/// R-SEC-1, R-LEAD-2: installs that wait for a lead manager who may not read licenses go through as
/// soon as that is granted.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_lead_2_reading_licenses_is_granted(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let manager = world.with_profile(
        &world.business,
        "manager@business.example",
        "License Administrator",
    );
    let path = format!("/api/v1/packages/{}/lead-manager", world.package);
    let named = json!({"user": manager.administrator.to_string()});
    me.json("PUT", &path, &named).expect(200);
    let address = profile(me, "License Administrator");
    let read = |given: bool| json!({"objects": {LICENSE: {"read": given}}});
    me.patch(&address, &read(false)).expect(200);
    let _ = world.install(&world.customer(|_| {}));
    let waiting = || {
        let messages = me.get("/api/v1/messages").expect(200);
        messages["items"].as_array().unwrap().len()
    };
    assert_eq!(waiting(), 1);
    me.patch(&address, &read(true)).expect(200);
    world.server.settle();
    assert_eq!(waiting(), 0);
    let owner = "SELECT OwnerId FROM Lead";
    assert_eq!(
        me.rows(owner)[0]["OwnerId"],
        manager.administrator.to_string()
    );
}
