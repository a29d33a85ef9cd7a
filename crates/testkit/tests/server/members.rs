//! An error names the member that the caller sent: under `/api/v1` by its name there, at the
//! Salesforce-compatible doors by the field's API name; what it repeats is short (R-ERR-1).

use openlma_testkit::{Answer, Backend, Client, World};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{
    DATA, LICENSE, create, license_id, patch_license, problem, refusal, sobject, texts, upload,
};

/// A request, and which member it is refused for.
type Case<'a> = (&'a Client, &'static str, String, Value, &'static str);

/// An org to be made, with one member of it or of its administrator set.
fn org(member: &str, value: Value) -> Value {
    let mut body = json!({
        "name": "Vega", "domain": "vega", "edition": "Enterprise",
        "administrator": {"username": "a@vega.example", "last_name": "A"},
    });
    match body["administrator"].get(member) {
        Some(_) => body["administrator"][member] = value,
        None => body[member] = value,
    }
    body
}

fn orgs_and_users(world: &World) -> Vec<Case<'_>> {
    let (operator, me) = (&world.operator_http, &world.business.http);
    let mut cases: Vec<Case<'_>> = Vec::new();
    for (member, value) in [
        ("name", json!("")),
        ("domain", json!("No Domain")),
        ("domain", json!("business")),
        ("edition", json!("Deluxe")),
        ("status", json!("Asleep")),
        ("trial_end", json!("2026-02-30")),
        ("trial_end", Value::Null),
        ("instance", json!("far too long")),
        ("country", json!("a\u{0}b")),
        ("language", json!("Klingon")),
        ("time_zone", json!("Moon/Base")),
        ("username", json!("nobody")),
        ("username", json!("ADMIN@business.example")),
        ("last_name", json!("")),
    ] {
        let mut body = org(member, value.clone());
        if (member, &value) == ("trial_end", &Value::Null) {
            body["status"] = json!("Trial");
        }
        cases.push((operator, "POST", "/api/v1/orgs".into(), body, member));
    }
    let other = format!("/api/v1/orgs/{}", world.packaging.id);
    let asleep = json!({"status": "Asleep"});
    cases.push((operator, "PATCH", other, asleep, "status"));
    for (member, value) in [
        ("username", json!("nobody")),
        ("username", json!("")),
        ("username", json!(format!("{}@x.example", "x".repeat(90)))),
        ("email", json!("nobody")),
        ("last_name", json!("")),
        ("password", json!("short")),
        ("profile", json!("Nobody's")),
        ("first_name", json!("x".repeat(90))),
        ("company", json!("a\u{0}b")),
    ] {
        let mut body = json!({"username": "n@business.example", "last_name": "N"});
        body[member] = value;
        cases.push((me, "POST", "/api/v1/users".into(), body, member));
    }
    for (member, value) in [
        ("name", json!("")),
        ("country", json!("a\u{0}b")),
        ("language", json!("Klingon")),
        ("time_zone", json!("Moon/Base")),
        ("refresh_interval_days", json!(31)),
        ("fallback_lead_owner", json!("005000000000001")),
    ] {
        let body = json!({member: value});
        cases.push((me, "PATCH", "/api/v1/orgs/current".into(), body, member));
    }
    cases
}

fn publishing(world: &World) -> Vec<Case<'_>> {
    let (packaging, me) = (&world.packaging.http, &world.business.http);
    let unmanaged = packaging
        .post("/api/v1/packages", &json!({"name": "Plain"}))
        .expect(201);
    let package = |member: &str, value: &str| {
        let mut body = json!({"name": "Nova", "namespace": "nova"});
        body[member] = value.into();
        body
    };
    let packages = || "/api/v1/packages".to_owned();
    let versions = format!("/api/v1/packages/{}/versions", world.package);
    let manager = format!("/api/v1/packages/{}/lead-manager", world.package);
    let register = |package: &str, token: &str| json!({"package_id": package, "org_token": token, "defaults": {"status": "Active"}});
    let plain = unmanaged["id"].as_str().unwrap();
    let own = world.package.to_string();
    let registrations = || "/api/v1/registrations".to_owned();
    vec![
        (packaging, "POST", packages(), package("name", ""), "name"),
        (
            packaging,
            "POST",
            packages(),
            package("namespace", "no-good"),
            "namespace",
        ),
        (
            packaging,
            "POST",
            packages(),
            package("namespace", "orbit"),
            "namespace",
        ),
        (
            packaging,
            "POST",
            versions.clone(),
            json!({"version": "first"}),
            "version",
        ),
        (
            packaging,
            "POST",
            versions.clone(),
            json!({"version": "1.0"}),
            "version",
        ),
        (
            packaging,
            "POST",
            versions,
            json!({"version": "9.0", "name": "x".repeat(300)}),
            "name",
        ),
        (
            me,
            "PUT",
            manager.clone(),
            json!({"user": "nobody"}),
            "user",
        ),
        (
            me,
            "PUT",
            manager,
            json!({"user": "005000000000001"}),
            "user",
        ),
        (
            me,
            "POST",
            registrations(),
            register(plain, &world.business.token),
            "package_id",
        ),
        (
            me,
            "POST",
            registrations(),
            register(&own, "nonsense"),
            "org_token",
        ),
    ]
}

fn installs<'a>(world: &World, customer: &'a Client) -> Vec<Case<'a>> {
    let (http, package) = (&world.packaging.http, world.package.to_string());
    let beta = upload(http, &package, "3.0", true).to_string();
    let lower = upload(http, &package, "0.1", false).to_string();
    let unmanaged = http
        .post("/api/v1/packages", &json!({"name": "Simple"}))
        .expect(201);
    let unmanaged = unmanaged["id"].as_str().unwrap();
    let unmanaged = upload(http, unmanaged, "1.0", false).to_string();
    let install = |version: &str| json!({"version_id": version});
    let list = customer.get("/api/v1/installs").expect(200);
    let upgrade = format!(
        "/api/v1/installs/{}/upgrade",
        list["items"][0]["id"].as_str().unwrap()
    );
    let unknown = "04t000000000001";
    let mut cases: Vec<Case<'a>> = [&beta, &lower, &unmanaged, unknown, "nonsense"]
        .into_iter()
        .map(|version| {
            let path = "/api/v1/installs".to_owned();
            (customer, "POST", path, install(version), "version_id")
        })
        .collect();
    for version in [&lower, unknown, "nonsense"] {
        let case = (
            customer,
            "POST",
            upgrade.clone(),
            install(version),
            "version_id",
        );
        cases.push(case);
    }
    let some = json!({"version_id": world.version.to_string(), "access": "some"});
    cases.push((customer, "POST", "/api/v1/installs".into(), some, "access"));
    for (users, verb) in [
        ("nobody", "POST"),
        ("nobody", "DELETE"),
        ("twice@x.example", "POST"),
    ] {
        let path = "/api/v1/packages/orbit/seats".to_owned();
        cases.push((customer, verb, path, json!({"users": [users]}), "users"));
    }
    for (query, member) in [
        ("namespace=orbit&user=twice@x.example", "user"),
        ("package_id=nonsense", "package_id"),
        ("namespace=orbit&package_id=033", "package_id"),
    ] {
        let path = format!("/api/v1/licensed?{query}");
        cases.push((customer, "GET", path, Value::Null, member));
    }
    cases
}

fn licenses<'a>(me: &'a Client, license: &str, lead: &str) -> Vec<Case<'a>> {
    let mut cases: Vec<Case<'a>> = Vec::new();
    for (member, value) in [
        ("seats", json!(0)),
        ("status", json!("Off")),
        ("expires_on", json!("2026-03-01")),
        ("status", json!("Uninstalled")),
        ("expires_on", json!("soon")),
        ("confirm", json!(["everything"])),
    ] {
        let path = format!("/api/v1/licenses/{license}/modify");
        cases.push((me, "POST", path, json!({member: value}), member));
    }
    for (query, member) in [
        ("status=Off", "status"),
        ("effective_status=Off", "effective_status"),
        ("org=nonsense", "org"),
        ("lead=nonsense", "lead"),
        ("cursor=nonsense", "cursor"),
        ("limit=0", "limit"),
        ("limit=many", "limit"),
        ("state=Off", "state"),
    ] {
        let path = format!("/api/v1/licenses?{query}");
        cases.push((me, "GET", path, Value::Null, member));
    }
    for (path, member) in [
        ("messages?state=Off", "state"),
        ("leads?converted=maybe", "converted"),
        ("licenses/nonsense", "id"),
        ("jobs/nonsense", "id"),
    ] {
        cases.push((me, "GET", format!("/api/v1/{path}"), Value::Null, member));
    }
    for (body, member) in [
        (
            json!({"converted_status": "Open - Not Contacted"}),
            "converted_status",
        ),
        (json!({}), "converted_status"),
        (
            json!({"converted_status": "Closed - Converted", "owner_id": "nonsense"}),
            "owner_id",
        ),
        (
            json!({"converted_status": "Closed - Converted", "account_id": "001000000000001"}),
            "account_id",
        ),
        (
            json!({"converted_status": "Closed - Converted", "opportunity_name": "x".repeat(121)}),
            "opportunity_name",
        ),
    ] {
        let path = format!("/api/v1/leads/{lead}/convert");
        cases.push((me, "POST", path, body, member));
    }
    cases
}

/// R-ERR-1: our own verbs name the member that was sent, whatever the rules call it.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_members_of_requests(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    for username in ["twice-1@x.example", "twice-2@x.example"] {
        let user = json!({"username": username, "last_name": "T", "email": "twice@x.example"});
        let _ = customer.http.post("/api/v1/users", &user).expect(201);
    }
    let _ = world.install(&customer);
    let me = &world.business.http;
    let active = json!({"status": "Active"});
    let license = license_id(&world);
    let path = format!("/api/v1/licenses/{license}/modify");
    let _ = me.post(&path, &active).expect(200);
    let lead = create(me, "Lead", &json!({"LastName": "L", "Company": "Vega"}));
    let cases = [
        orgs_and_users(&world),
        publishing(&world),
        installs(&world, &customer.http),
        licenses(me, &license, &lead),
    ];
    for (http, verb, path, body, member) in cases.concat() {
        let answer = match verb {
            "GET" => http.get(&path),
            _ => http.json(verb, &path, &body),
        };
        let told = format!("{verb} {path} {body}: {answer:?}");
        assert!((400..500).contains(&answer.status), "{told}");
        let _ = problem(&answer, answer.status);
        assert_eq!(texts(&answer.json()["fields"]), [member], "{told}");
    }
    let nothing = me.post("/api/v1/users", &json!({"username": "", "last_name": ""}));
    let nothing = nothing.expect(400);
    assert_eq!(nothing["fields"], json!(["username", "last_name"]));
    assert!(
        nothing["detail"]
            .as_str()
            .unwrap()
            .contains("[username, last_name]"),
        "{nothing}"
    );
}

/// R-ERR-1: the Salesforce-compatible doors name the field.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_fields_of_records(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let me = &world.business.http;
    let license = license_id(&world);
    for (field, value) in [
        ("sfLma__Seats__c", json!(0)),
        ("sfLma__Status__c", json!("Off")),
        ("sfLma__Expiration__c", json!("2027-01-01")),
        ("sfLma__Account__c", json!("001000000000001")),
    ] {
        let refused = patch_license(me, &license, &json!({field: value}));
        assert_eq!(refusal(&refused).1, [field], "{refused:?}");
    }
    let lead = create(me, "Lead", &json!({"LastName": "L", "Company": "Vega"}));
    for (field, value) in [
        ("LastName", Value::Null),
        ("Email", json!("nobody")),
        ("Company", json!("x".repeat(300))),
        ("OwnerId", json!("nonsense")),
    ] {
        let refused = me.patch(&sobject("Lead", &lead), &json!({field: value}));
        assert_eq!(refusal(&refused).1, [field], "{refused:?}");
    }
}

/// What an answer says of long values is short.
fn short(answer: &Answer, told: &str) {
    let status = answer.status;
    assert!((400..500).contains(&status), "{told}: {answer:?}");
    assert!(!answer.text.contains(&"x".repeat(81)), "{told}: {answer:?}");
    assert!(answer.text.chars().count() < 2_000, "{told}: {answer:?}");
}

/// R-ERR-1: of a value of 10,000 characters an error repeats the beginning, at every door.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_long_values(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let (me, license) = (&world.business.http, license_id(&world));
    let lead = create(me, "Lead", &json!({"LastName": "L", "Company": "Vega"}));
    let x = "x".repeat(10_000);
    let cases = [
        orgs_and_users(&world),
        publishing(&world),
        installs(&world, &customer.http),
        licenses(me, &license, &lead),
    ];
    for (http, verb, path, body, member) in cases.concat() {
        if verb == "GET" {
            let (path, query) = path.split_once('?').unwrap_or((&path, ""));
            if query.contains(&format!("{member}=")) && member != "user" {
                let asked = format!("{path}?{member}={x}");
                short(&http.get(&asked), path);
            }
            continue;
        }
        for member in [member, "made up", &x] {
            let mut body = body.clone();
            let whole = match body.get_mut("administrator") {
                Some(user) if user.get(member).is_some() => user,
                _ => &mut body,
            };
            let lists = whole.get(member).is_some_and(Value::is_array);
            whole[member] = if lists { json!([x]) } else { json!(x) };
            short(
                &http.json(verb, &path, &body),
                &format!("{verb} {path} {member}"),
            );
        }
    }
    for path in [
        format!("/api/v1/{x}"),
        format!("/api/v1/licenses/{x}"),
        format!("/api/v1/packages/{x}/seats"),
        format!("/api/v1/licensed?namespace={x}"),
        sobject("Lead", &x),
        format!("{DATA}/sobjects/{x}/describe"),
        format!("{DATA}/sobjects/Lead/{lead}?fields={x}"),
        format!("{DATA}/query?q=SELECT+{x}+FROM+Lead"),
        format!("{DATA}/query?q=SELECT+Id+FROM+{x}"),
        format!("{DATA}/query?q=SELECT+{x}.Id+FROM+Lead"),
        format!("{DATA}/query?q=SELECT+{x}(Id)+FROM+Lead"),
        format!("{DATA}/query?q=SELECT+Id+FROM+Lead+WHERE+Id='{x}'"),
        format!("{DATA}/query?q=SELECT+Id+FROM+Lead+WHERE+CreatedDate={x}"),
        format!("{DATA}/query?q=SELECT+Id+FROM+Lead+WHERE+Company='y'+{x}"),
    ] {
        short(&me.get(&path), &path[..60]);
    }
    for field in ["Email", "Company", "OwnerId", "NumberOfEmployees", &x] {
        let refused = me.patch(&sobject("Lead", &lead), &json!({field: x}));
        short(&refused, field);
    }
    for field in [
        "sfLma__Status__c",
        "sfLma__Seats__c",
        "sfLma__Expiration__c",
    ] {
        let refused = me.patch(&sobject(LICENSE, &license), &json!({field: x}));
        short(&refused, field);
    }
}
