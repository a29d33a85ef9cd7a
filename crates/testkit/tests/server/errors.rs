//! What cannot be read or done is refused in the door's own shape, and never by a defect (R-ERR-1,
//! R-ERR-2).

use openlma_testkit::{Answer, Backend, Client, TestServer, Tuning, World, openapi};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{DATA, code, create, license_id, problem, sobject};

/// An error of any door has that door's shape, and is not our fault.
fn proper(answer: &Answer, path: &str) {
    assert!((400..500).contains(&answer.status), "{path}: {answer:?}");
    let body = answer.json();
    if path.starts_with("/api/v1") {
        assert_eq!(
            answer.content_type, "application/problem+json",
            "{path}: {answer:?}"
        );
        for member in ["code", "detail", "title"] {
            assert!(
                body[member].as_str().is_some_and(|t| !t.is_empty()),
                "{path}: {answer:?}"
            );
        }
    } else if path.starts_with("/services/oauth2/") && body.is_object() {
        assert!(
            body["error"].is_string() && body["error_description"].is_string(),
            "{path}: {answer:?}"
        );
    } else {
        assert_eq!(
            answer.content_type, "application/json",
            "{path}: {answer:?}"
        );
        assert!(
            body[0]["errorCode"].is_string() && body[0]["message"].is_string(),
            "{path}: {answer:?}"
        );
    }
    for inside in [
        "sqlite", "postgres", "org_id", "panicked", ".rs:", "crates/",
    ] {
        assert!(
            !answer.text.contains(inside),
            "{path} shows {inside}: {answer:?}"
        );
    }
}

/// Addresses that take a body, one of each kind.
fn bodies(license: &str) -> Vec<(&'static str, String)> {
    vec![
        ("POST", sobject("Lead", "")),
        ("PATCH", sobject("sfLma__License__c", license)),
        ("POST", "/api/v1/installs".into()),
        ("POST", format!("/api/v1/licenses/{license}/modify")),
        ("POST", "/api/v1/users".into()),
        ("POST", "/api/v1/packages/orbit/seats".into()),
        ("DELETE", "/api/v1/packages/orbit/seats".into()),
        ("POST", "/api/v1/fields".into()),
        ("PATCH", "/api/v1/users/005000000000001".into()),
    ]
}

/// R-ERR-1: unknown addresses and verbs that are not served.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_addresses_and_verbs(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for path in [
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/licenses/",
        "/api/v1/licenses/a0L000000000001/nothing",
        "/services/nothing",
        "/services/data/v62.0/nothing",
        "/services/data/v62.0/sobjects/Lead/00Q000000000001/x/y",
    ] {
        for http in [me, &world.server.anybody()] {
            let answer = http.get(path);
            assert!(matches!(answer.status, 401 | 404), "{path}: {answer:?}");
            proper(&answer, path);
        }
    }
    for (_, template) in openapi::operations() {
        let path = template
            .replace("{id}", "a0L000000000001")
            .replace("{namespace}", "orbit");
        for verb in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let known = openapi::operations()
                .iter()
                .any(|(v, t)| v == verb && *t == template);
            if !known {
                let answer = me.json(verb, &path, &json!({}));
                assert_eq!(problem(&answer, 405), "METHOD_NOT_ALLOWED", "{verb} {path}");
                assert!(answer.header("allow").is_some(), "{verb} {path}");
            }
        }
    }
    let text = me.get("/api/v1/openapi.json").expect(200);
    assert_eq!(&text, openapi::document());
}

/// R-ERR-1: bodies that are no JSON, not UTF-8, of another shape, deep, or with numbers that no
/// field takes.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_bodies(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let _ = world.install(&customer);
    let license = license_id(&world);
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let wrong: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"text\"".to_vec(),
        b"{\"a\": 1} trailing".to_vec(),
        b"{\"LastName\": \"\xff\xfe\"}".to_vec(),
        b"\xef\xbb\xbf".to_vec(),
        b"{\"seats\": 1e999}".to_vec(),
        b"{\"LastName\": \"\\ud800\"}".to_vec(),
        b"{\"\\u0000\": \"x\"}".to_vec(),
        deep.into_bytes(),
        deep_object.into_bytes(),
    ];
    let headers = [("content-type", "application/json")];
    let http = |path: &str| {
        if path.contains("seats") {
            &customer.http
        } else {
            &world.business.http
        }
    };
    for (verb, path) in bodies(&license) {
        for body in &wrong {
            let answer = http(&path)
                .try_send_bytes(verb, &path, &headers, body.clone())
                .unwrap();
            proper(&answer, &path);
        }
    }
    // Without a content type, or with another one.
    for headers in [&[][..], &[("content-type", "text/plain")]] {
        let answer = world
            .business
            .http
            .send("POST", "/api/v1/users", headers, Some("{}".into()));
        proper(&answer, "/api/v1/users");
    }
}

/// R-ERR-1: values that no column takes: NUL, huge and tiny numbers, long texts; in bodies, paths
/// and query strings.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_values(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let license = license_id(&world);
    let me = &world.business.http;
    let values = [
        json!("a\u{0}b"),
        json!(1e308),
        json!(-1e308),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(5e-324),
        json!("x".repeat(100_000)),
        json!(true),
        json!([]),
        json!({}),
    ];
    for value in &values {
        for field in [
            "sfLma__Seats__c",
            "sfLma__Expiration__c",
            "sfLma__Status__c",
            "sfLma__Account__c",
            "sfLma__Org_Instance__c",
        ] {
            let path = sobject("sfLma__License__c", &license);
            proper(&me.patch(&path, &json!({field: value})), &path);
        }
        for member in ["seats", "status", "expires_on", "confirm", "dry_run"] {
            // Only a switch takes true, only a list takes a list.
            if (member, value) == ("dry_run", &json!(true))
                || (member, value) == ("confirm", &json!([]))
            {
                continue;
            }
            let path = format!("/api/v1/licenses/{license}/modify");
            proper(&me.post(&path, &json!({member: value})), &path);
        }
        for member in [
            "username",
            "last_name",
            "email",
            "external_id",
            "password",
            "profile",
            "company",
            "state",
        ] {
            let mut body = json!({"username": "n@business.example", "last_name": "N"});
            body[member] = value.clone();
            proper(&me.post("/api/v1/users", &body), "/api/v1/users");
        }
        for member in ["object", "name", "label", "type"] {
            let mut body = json!({"object": "Lead", "name": "Z__c", "label": "Z", "type": "text", "length": 5});
            body[member] = value.clone();
            proper(&me.post("/api/v1/fields", &body), "/api/v1/fields");
        }
        let users = json!({"users": [value]});
        proper(
            &customer.http.post("/api/v1/packages/orbit/seats", &users),
            "/api/v1/packages/orbit/seats",
        );
    }
    for text in [
        "%00",
        "%FF%FE",
        "a%00b",
        "%F0%9F%98%80",
        "%27%20OR%201=1",
        &"9".repeat(5000),
    ] {
        for path in [
            format!("/api/v1/licenses/{text}"),
            format!("/api/v1/installs/{text}"),
            format!("/api/v1/packages/{text}/seats"),
            format!("/api/v1/licensed?namespace={text}"),
            format!("/api/v1/licensed?namespace=orbit&package_id={text}"),
            format!("/api/v1/licenses?cursor={text}"),
            format!("/api/v1/licenses?limit={text}"),
            format!("/api/v1/licenses?status={text}"),
            format!("/api/v1/licenses?org={text}"),
            format!("/api/v1/messages?state={text}"),
            sobject("Lead", text),
            format!("{DATA}/sobjects/{text}/describe"),
            format!("{DATA}/query?q={text}"),
        ] {
            proper(&me.get(&path), &path);
        }
        for path in [
            format!("/api/v1/licenses?namespace={text}"),
            format!("/api/v1/leads?email={text}"),
            format!("/api/v1/leads?source={text}"),
        ] {
            let answer = me.get(&path);
            assert!(
                answer.status == 200 || answer.status == 400,
                "{path}: {answer:?}"
            );
        }
        // A text that names nobody is nobody.
        let path = format!("/api/v1/licensed?user={text}");
        let answer = world.server.bearer(&key).get(&path);
        assert!(
            answer.status == 200 || answer.status == 400,
            "{path}: {answer:?}"
        );
    }
    let soql = |q: String| me.query(&q);
    for q in [
        "SELECT Id FROM Lead WHERE Company = 'a\u{0}b'".to_owned(),
        "SELECT Id FROM Lead WHERE NumberOfEmployees > 99999999999999999999999999".into(),
        "SELECT Id FROM Lead WHERE CreatedDate > 9999-12-31T23:59:59Z".into(),
        "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:999999999999".into(),
        format!(
            "SELECT Id FROM Lead WHERE {}Company = 'x'{}",
            "(".repeat(5000),
            ")".repeat(5000)
        ),
        format!(
            "SELECT Id FROM Lead WHERE {}Company = 'x'",
            "NOT ".repeat(5000)
        ),
        format!("SELECT {} FROM Lead", vec!["Id"; 5000].join(",")),
        format!(
            "SELECT Id FROM Lead WHERE Id IN ({})",
            vec!["'00Q000000000001'"; 1500].join(",")
        ),
        "SELECT Id FROM Lead LIMIT 99999999999".into(),
        "SELECT Id FROM Lead OFFSET 2001".into(),
    ] {
        let answer = soql(q.clone());
        assert!(answer.status < 500, "{}: {answer:?}", &q[..60.min(q.len())]);
        if answer.status >= 400 {
            proper(&answer, "/services/data/v62.0/query");
        }
    }
}

/// R-ERR-2: a body beyond the limit is refused in the door's shape, whether its length is told or
/// not; one within passes.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_2_large_bodies(#[case] backend: Backend) {
    let server = TestServer::tuned(
        backend,
        Tuning {
            body_limit: 2000,
            ..Tuning::default()
        },
    );
    let world = World::on(
        server,
        serde_json::from_value(json!({"status": "Active"})).unwrap(),
    );
    let me = &world.business.http;
    let large = json!({"LastName": "E", "Company": "Orbit", "Description": "x".repeat(3000)});
    for (verb, path) in bodies("a0L000000000001") {
        let answer = me.json(verb, &path, &large);
        assert_eq!(answer.status, 413, "{path}: {answer:?}");
        assert!(answer.text.contains("2000 bytes"), "{path}: {answer:?}");
        proper(&answer, &path);
    }
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k"),
    ];
    let once = me.send("POST", "/api/v1/users", &headers, Some(large.to_string()));
    assert_eq!(problem(&once, 413), "REQUEST_TOO_LARGE");
    assert!(once.text.contains("2000 bytes"), "{once:?}");
    assert_eq!(
        code(&me.post(&sobject("Lead", ""), &large), 413),
        "REQUEST_TOO_LARGE"
    );
    let form = server_form(&world.server.anybody(), 3000);
    assert_eq!(form.status, 400, "{form:?}");
    proper(&form, "/services/oauth2/token");
    let within = json!({"LastName": "E", "Company": "Orbit", "Description": "x".repeat(1900)});
    let _ = create(me, "Lead", &within);
}

fn server_form(http: &Client, length: usize) -> Answer {
    let long = "x".repeat(length);
    http.form(
        "/services/oauth2/token",
        &[("grant_type", "password"), ("username", &long)],
    )
}

/// R-ERR-1: a server with more to do than it can queue says so, with the time to come again, and
/// does nothing by halves.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_too_busy(#[case] backend: Backend) {
    let server = TestServer::tuned(
        backend,
        Tuning {
            queue: 1,
            connections: 1,
            ..Tuning::default()
        },
    );
    let operator = openlma_testkit::world::user("operator@server.example");
    let business = openlma_app::orgs::NewOrg {
        business: true,
        ..openlma_testkit::world::org("business")
    };
    server
        .wait(server.app.init(&operator, Some(&business)))
        .unwrap();
    let org = openlma_testkit::world::sign_in(&server, "admin@business.example");
    let body = json!({"LastName": "E", "Company": "Orbit"});
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..64)
            .map(|_| {
                let (http, body) = (org.http.clone(), &body);
                scope.spawn(move || http.post(&sobject("Lead", ""), body))
            })
            .collect();
        callers.into_iter().map(|c| c.join().unwrap()).collect()
    });
    let made = answers.iter().filter(|a| a.status == 201).count();
    for answer in answers.iter().filter(|a| a.status != 201) {
        assert_eq!(code(answer, 503), "SERVER_UNAVAILABLE");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert!(made < 64, "nothing was turned away");
    let counted = server.until("the server answers again", || {
        let answer = org.http.query("SELECT COUNT() FROM Lead");
        (answer.status == 200).then(|| answer.json()["totalSize"].clone())
    });
    assert_eq!(counted, Value::from(made));
}
