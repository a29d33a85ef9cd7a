//! Nobody reads or changes another org's records by any door (R-ORG-4, R-ORG-5, R-SEC-1).

use std::collections::BTreeSet;

use openlma_testkit::{Answer, Backend, Client, World, openapi};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{DATA, LICENSE, create, id, install, license_id, one, sobject};

/// What belongs to one side and must never be shown to the other.
struct Side {
    http: Client,
    /// Ids by the names that addresses and members have.
    license: String,
    lead: String,
    account: String,
    package: String,
    version: String,
    package_record: String,
    install: String,
    user: String,
    org: String,
    seat: String,
    copy: String,
    message: String,
    job: String,
    profile: String,
    set: String,
    key: String,
    token: String,
    /// Texts that stand in this side's records only.
    secrets: Vec<String>,
}

/// A publisher's org that is also the customer of its own packages, and one message that waits.
fn sides(world: &World) -> (Side, Side) {
    let owner = owner(world);
    let other = world.customer(|new| {
        new.business = true;
        new.name = "Stranger".into();
    });
    let lead = create(
        &other.http,
        "Lead",
        &json!({"LastName": "Stranger", "Company": "Stranger"}),
    );
    let account = create(&other.http, "Account", &json!({"Name": "Stranger"}));
    let license = create(&other.http, LICENSE, &json!({"sfLma__Status__c": "Active"}));
    let stranger = Side {
        http: other.http.clone(),
        license,
        lead,
        account,
        org: other.id.to_string(),
        user: other.administrator.to_string(),
        token: other.token.clone(),
        package: "033000000000001AAA".into(),
        version: "04t000000000001AAA".into(),
        package_record: String::new(),
        install: String::new(),
        seat: String::new(),
        copy: String::new(),
        message: String::new(),
        job: String::new(),
        profile: String::new(),
        set: String::new(),
        key: String::new(),
        secrets: Vec::new(),
    };
    (owner, stranger)
}

fn owner(world: &World) -> Side {
    let customer = world.customer(|_| {});
    let made = install(&customer.http, world.version);
    world.server.settle();
    let me = &world.business.http;
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let lead = one(me, "SELECT Id FROM Lead");
    let package = one(me, "SELECT Id FROM sfLma__Package__c");
    let account = create(me, "Account", &json!({"Name": "Confidential account"}));
    let seat = one(
        &customer.http,
        "SELECT Id, PackageLicenseId FROM UserPackageLicense",
    );
    // A lead manager who is not active holds the next install.
    let manager = world.with_profile(
        &world.business,
        "manager@business.example",
        "License Administrator",
    );
    let packages = sobject("sfLma__Package__c", package["Id"].as_str().unwrap());
    let named = json!({"sfLma__Lead_Manager__c": manager.administrator.to_string()});
    assert_eq!(me.patch(&packages, &named).status, 204);
    let off = format!("/api/v1/users/{}", manager.administrator);
    assert_eq!(me.patch(&off, &json!({"active": false})).status, 204);
    let _ = install(&world.customer(|_| {}).http, world.version);
    world.server.settle();
    let waiting = me.get("/api/v1/messages").expect(200);
    let made_here = |path: &str, name: &str| {
        let made = me.post(path, &json!({"name": name})).expect(201);
        made["id"].as_str().unwrap().to_owned()
    };
    let profile = made_here("/api/v1/profiles", "Confidential profile");
    let set = made_here("/api/v1/permission-sets", "Confidential set");
    let key = made_here("/api/v1/keys", "Confidential key");
    let job = me.post(
        &format!("/api/v1/packages/{}/refresh", world.package),
        &json!({}),
    );
    let job = text(&job.expect(202), "id");
    world.server.settle();
    Side {
        http: me.clone(),
        license: license_id(world),
        lead: text(&lead, "Id"),
        account,
        package: world.package.to_string(),
        version: world.version.to_string(),
        package_record: text(&package, "Id"),
        install: text(&made, "id"),
        user: world.business.administrator.to_string(),
        org: world.business.id.to_string(),
        seat: text(&seat, "Id"),
        copy: text(&seat, "PackageLicenseId"),
        job,
        profile,
        set,
        key,
        message: waiting["items"][0]["id"].as_str().unwrap().to_owned(),
        token: world.business.token.clone(),
        secrets: vec![
            "Confidential account".into(),
            "\"Confidential profile\"".into(),
            "Confidential set".into(),
            "Confidential key".into(),
            "admin@customer1.example".into(),
            "admin@business.example".into(),
            "manager@business.example".into(),
            "L-00001\",\"status\":\"Trial".into(),
        ],
    }
}

/// How one side asks an operation of `/api/v1` for what is the other's.
fn ask(http: &Client, verb: &str, template: &str, owner: &Side, stranger: &Side) -> Option<Answer> {
    let path = |id: &str| template.replace("{id}", id);
    let read = |path: String| Some(http.send(verb, &path, &[], None));
    let send = |path: String, body: Value| Some(http.json(verb, &path, &body));
    match (verb, template.strip_prefix("/api/v1")?) {
        (
            "GET",
            "/openapi.json" | "/orgs/current" | "/licenses" | "/leads" | "/messages" | "/fields"
            | "/packages" | "/jobs" | "/orgs" | "/installs" | "/profiles" | "/permission-sets"
            | "/keys",
        ) => read(template.to_owned()),
        ("GET", "/licenses/{id}" | "/licenses/{id}/history") => read(path(&owner.license)),
        ("GET", "/jobs/{id}") => read(path(&owner.job)),
        ("POST", "/packages/{id}/refresh") => send(path(&owner.package), json!({})),
        ("PATCH", "/licenses/{id}") => send(path(&owner.license), json!({"account": null})),
        ("DELETE", "/licenses/{id}") => read(path(&owner.license) + "?confirm=deletes_license"),
        ("GET", "/profiles/{id}") => read(path(&owner.profile)),
        ("PATCH", "/profiles/{id}") => send(
            path(&owner.profile),
            json!({"permissions": {"ApiEnabled": false}}),
        ),
        ("GET", "/permission-sets/{id}") => read(path(&owner.set)),
        ("PATCH", "/permission-sets/{id}") => send(
            path(&owner.set),
            json!({"permissions": {"ApiEnabled": true}}),
        ),
        ("PUT" | "DELETE", "/permission-sets/{id}/users/{user}") => {
            read(path(&owner.set).replace("{user}", &owner.user))
        }
        ("DELETE", "/keys/{id}") => read(path(&owner.key)),
        ("POST", "/keys/{id}/rotate") => send(path(&owner.key), json!({})),
        ("POST", "/licenses/{id}/modify") => send(path(&owner.license), json!({"seats": 77})),
        ("POST", "/licenses/{id}/grant-trial") => send(path(&owner.license), json!({"days": 30})),
        ("POST", "/licenses/{id}/retry") => send(path(&owner.license), json!({})),
        ("GET" | "DELETE", "/installs/{id}") => read(path(&owner.install)),
        ("POST", "/installs/{id}/confirm" | "/installs/{id}/cancel") => {
            send(path(&owner.install), json!({}))
        }
        ("POST", "/installs/{id}/upgrade") => {
            send(path(&owner.install), json!({"version_id": owner.version}))
        }
        ("GET", "/licensed") => read(format!("{template}?namespace=orbit&user={}", owner.user)),
        ("GET", "/packages/{id}" | "/packages/{id}/funnel") => read(path(&owner.package)),
        ("POST", "/packages/{id}/versions") => {
            send(path(&owner.package), json!({"version": "9.9"}))
        }
        ("POST", "/versions/{id}/deprecate") => send(path(&owner.version), json!({})),
        ("POST", "/packages/{id}/dissociate") => send(path(&owner.package), json!({})),
        ("PUT", "/packages/{id}/lead-manager") => {
            send(path(&owner.package), json!({"user": stranger.user}))
        }
        ("GET", "/packages/{namespace}/seats") => read(template.replace("{namespace}", "orbit")),
        ("POST" | "DELETE", "/packages/{namespace}/seats") => send(
            template.replace("{namespace}", "orbit"),
            json!({"users": [owner.user]}),
        ),
        ("GET", "/leads/{id}") => read(path(&owner.lead)),
        ("POST", "/leads/{id}/convert") => send(
            path(&owner.lead),
            json!({"converted_status": "Closed - Converted"}),
        ),
        ("PATCH", "/orgs/current") => send(
            template.to_owned(),
            json!({"fallback_lead_owner": owner.user}),
        ),
        ("POST", "/records/{id}/undelete") => send(path(&owner.lead), json!({})),
        ("POST", "/messages/{id}/retry") => send(path(&owner.message), json!({})),
        ("POST", "/profiles" | "/permission-sets") => send(
            template.to_owned(),
            json!({"name": "X", "like": "Confidential profile"}),
        ),
        ("PATCH", "/users/{id}") => send(path(&owner.user), json!({"active": false})),
        ("PATCH", "/orgs/{id}") => send(path(&owner.org), json!({"status": "Locked"})),
        ("POST", "/orgs") => send(
            template.to_owned(),
            json!({"name": "X", "domain": "x", "edition": "Enterprise",
                   "administrator": {"username": "x@x.example", "last_name": "X"}}),
        ),
        ("POST", "/clients") => send(
            template.to_owned(),
            json!({"name": "X", "grants": ["client_credentials"], "run_as": owner.user}),
        ),
        ("POST", "/registrations") => send(
            template.to_owned(),
            json!({"package_id": owner.package, "org_token": stranger.token, "defaults": {"status": "Active"}}),
        ),
        _ => None,
    }
}

/// Operations that name nothing of another org: they make things in the caller's own, or take
/// another org's token as proof. Nothing else may come to this list.
const OWN: [(&str, &str); 7] = [
    ("POST", "/api/v1/users"),
    ("POST", "/api/v1/packages"),
    ("POST", "/api/v1/connections"),
    ("POST", "/api/v1/installs"),
    ("POST", "/api/v1/keys"),
    ("POST", "/api/v1/fields"),
    ("POST", "/api/v1/lma"),
];

/// R-ORG-5: every operation of the description, asked for another org's things: refused, or
/// answered without a word of them; and nothing of them is changed.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_5_our_own_verbs(#[case] backend: Backend) {
    let world = World::start(backend);
    let (owner, stranger) = sides(&world);
    let before = state(&owner);
    let mut not_asked = BTreeSet::new();
    for (verb, template) in openapi::operations() {
        let Some(answer) = ask(&stranger.http, &verb, &template, &owner, &stranger) else {
            not_asked.insert((verb, template));
            continue;
        };
        let list = !template.contains('{') && verb == "GET" && template != "/api/v1/licensed";
        assert!(
            list || (400..500).contains(&answer.status),
            "{verb} {template}: {answer:?}"
        );
        silent(&answer, &owner, &format!("{verb} {template}"));
        let nobody = ask(&world.server.anybody(), &verb, &template, &owner, &stranger).unwrap();
        let open = template == "/api/v1/openapi.json";
        assert!(
            open || nobody.status == 401,
            "{verb} {template}: {nobody:?}"
        );
    }
    let own = OWN
        .map(|(verb, path)| (verb.to_owned(), path.to_owned()))
        .into();
    assert_eq!(not_asked, own, "operations that nothing asks across orgs");
    assert_eq!(state(&owner), before);
}

/// R-ORG-5: the Salesforce-compatible doors alike, for every object.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_5_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let (owner, stranger) = sides(&world);
    let before = state(&owner);
    let http = &stranger.http;
    let records = [
        (LICENSE, &owner.license),
        ("Lead", &owner.lead),
        ("Account", &owner.account),
        ("sfLma__Package__c", &owner.package_record),
        ("User", &owner.user),
        ("Organization", &owner.org),
        ("PackageLicense", &owner.copy),
        ("UserPackageLicense", &owner.seat),
        ("MetadataPackage", &owner.package),
        ("MetadataPackageVersion", &owner.version),
    ];
    for (object, id) in records {
        let path = sobject(object, id);
        for answer in [
            http.get(&path),
            http.patch(&path, &json!({"Description": "mine"})),
            http.delete(&path),
        ] {
            assert!(
                matches!(answer.status, 400 | 403 | 404 | 405),
                "{object}: {answer:?}"
            );
            silent(&answer, &owner, object);
        }
        let rows = http.rows(&format!("SELECT Id FROM {object} WHERE Id = '{id}'"));
        assert_eq!(rows.len(), 0, "{object}");
    }
    // Every object that can be queried, whole.
    let list = http.get(&format!("{DATA}/sobjects")).expect(200);
    for object in list["sobjects"].as_array().unwrap() {
        let name = object["name"].as_str().unwrap();
        let whole = http
            .get(&format!("{DATA}/sobjects/{name}/describe"))
            .expect(200);
        let fields = whole["fields"].as_array().unwrap().iter();
        let fields: Vec<&str> = fields.map(|f| f["name"].as_str().unwrap()).collect();
        let answer = http.query(&format!("SELECT {} FROM {name}", fields.join(", ")));
        let _ = answer.expect(200);
        silent(&answer, &owner, name);
    }
    // Look-ups do not reach across, neither written nor read.
    for (object, field, id) in [
        ("Contact", "AccountId", &owner.account),
        ("Lead", "OwnerId", &owner.user),
        (LICENSE, "sfLma__Lead__c", &owner.lead),
        (LICENSE, "sfLma__Package__c", &owner.package_record),
        ("Task", "WhoId", &owner.lead),
        ("UserPackageLicense", "PackageLicenseId", &owner.copy),
    ] {
        let body = json!({"LastName": "E", "Company": "E", field: id, "UserId": stranger.user});
        let mut body = body.as_object().unwrap().clone();
        match object {
            "Lead" => drop(body.remove("UserId")),
            "Contact" => body.retain(|n, _| n == "LastName" || n == field),
            "UserPackageLicense" => body.retain(|n, _| n == "UserId" || n == field),
            _ => body.retain(|n, _| n == field),
        }
        let answer = http.post(&sobject(object, ""), &Value::Object(body));
        assert!(
            matches!(answer.status, 400 | 404),
            "{object}.{field}: {answer:?}"
        );
    }
    let identity = http.get(&format!("/id/{}/{}", owner.org, owner.user));
    assert!((400..500).contains(&identity.status), "{identity:?}");
    assert_eq!(state(&owner), before);
    // The use cases under the doors hold as well.
    let app = &world.server.app;
    let actor = openlma_testkit::world::sign_in(&world.server, "admin@customer3.example").actor;
    let lead = actor.org.catalog.known("Lead").clone();
    let gone = app.delete_records(&actor, &lead, vec![id(&owner.lead)], false);
    assert!(world.server.wait(gone).unwrap()[0].is_err());
}

/// What of the owner's records must stay as it is.
fn state(owner: &Side) -> Vec<Value> {
    [LICENSE, "Lead", "Account", "sfLma__Package__c"]
        .into_iter()
        .zip([
            &owner.license,
            &owner.lead,
            &owner.account,
            &owner.package_record,
        ])
        .map(|(object, id)| owner.http.get(&sobject(object, id)).expect(200))
        .chain([
            owner.http.get("/api/v1/orgs/current").expect(200),
            owner.http.get("/api/v1/messages").expect(200),
            owner.http.get("/api/v1/packages").expect(200),
            owner.http.get("/api/v1/keys").expect(200),
        ])
        .collect()
}

/// Says an answer nothing of the owner's?
fn silent(answer: &Answer, owner: &Side, what: &str) {
    for secret in owner.secrets.iter().chain([&owner.token]) {
        assert!(
            !answer.text.contains(secret),
            "{what} tells {secret}: {answer:?}"
        );
    }
    if answer.status < 300 {
        for id in [
            &owner.license,
            &owner.lead,
            &owner.account,
            &owner.install,
            &owner.message,
            &owner.job,
            &owner.seat,
        ] {
            assert!(
                !answer.text.contains(id.as_str()),
                "{what} tells {id}: {answer:?}"
            );
        }
    }
}
