//! Signing in, and what tokens open (R-USR-1, R-ORG-7).

use jiff::SignedDuration;
use openlma_app::sign_in::TokenKind;
use openlma_core::org::OrgStatus;
use openlma_testkit::world::{PASSWORD, user};
use openlma_testkit::{Answer, Backend, World};
use rstest::rstest;
use serde_json::json;

use crate::support::{DATA, code, problem};

const TOKEN: &str = "/services/oauth2/token";
const ADMIN: &str = "admin@business.example";

fn grant(world: &World, username: &str, password: &str) -> Answer {
    let form = [
        ("grant_type", "password"),
        ("username", username),
        ("password", password),
    ];
    world.server.anybody().form(TOKEN, &form)
}

fn refused(answer: &Answer) -> String {
    answer.expect(400)["error"].as_str().unwrap().to_owned()
}

fn token(answer: &Answer) -> String {
    answer.expect(200)["access_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// R-USR-1: ten failures lock a user out for a quarter of an hour, also with the right password;
/// nine and a success begin anew. Nobody learns which of the two was wrong.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_lock_out(#[case] backend: Backend) {
    let world = World::start(backend);
    let unknown = grant(&world, "nobody@business.example", PASSWORD);
    let wrong = grant(&world, ADMIN, "wrong");
    assert_eq!(unknown.expect(400), wrong.expect(400));
    for _ in 0..8 {
        assert_eq!(refused(&grant(&world, ADMIN, "wrong")), "invalid_grant");
    }
    let _ = token(&grant(&world, ADMIN, PASSWORD));
    for _ in 0..10 {
        assert_eq!(
            refused(&grant(&world, &ADMIN.to_uppercase(), "wrong")),
            "invalid_grant"
        );
    }
    let locked = grant(&world, ADMIN, PASSWORD);
    assert_eq!(locked.expect(400), wrong.expect(400));
    // Tokens that were issued before go on; others are not concerned.
    assert_eq!(world.business.http.query("SELECT Id FROM Lead").status, 200);
    let _ = token(&grant(&world, "admin@packaging.example", PASSWORD));
    world
        .server
        .clock
        .advance(SignedDuration::from_secs(15 * 60 - 1));
    assert_eq!(refused(&grant(&world, ADMIN, PASSWORD)), "invalid_grant");
    world.server.clock.advance(SignedDuration::from_secs(1));
    // After the lock-out the count begins anew: nine more are forgiven, ten are not.
    for _ in 0..9 {
        assert_eq!(refused(&grant(&world, ADMIN, "wrong")), "invalid_grant");
    }
    let _ = token(&grant(&world, ADMIN, PASSWORD));
    for _ in 0..10 {
        assert_eq!(refused(&grant(&world, ADMIN, "wrong")), "invalid_grant");
    }
    assert_eq!(refused(&grant(&world, ADMIN, PASSWORD)), "invalid_grant");
}

/// R-SEAT-2, R-USR-1: an inactive user signs in no more and loses the tokens at once.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_inactive_users(#[case] backend: Backend) {
    let world = World::start(backend);
    let name = "second@business.example";
    let second = world.with_profile(&world.business, name, "Read Only");
    let admin = &world.business.http;
    let path = format!("/api/v1/users/{}", second.administrator);
    let off = admin.patch(&path, &json!({"active": false}));
    assert_eq!(off.status / 100, 2, "{off:?}");
    assert_eq!(
        code(&second.http.query("SELECT Id FROM Lead"), 401),
        "INVALID_SESSION_ID"
    );
    assert_eq!(refused(&grant(&world, name, PASSWORD)), "invalid_grant");
    assert_eq!(admin.patch(&path, &json!({"active": true})).status / 100, 2);
    assert_eq!(
        code(&second.http.query("SELECT Id FROM Lead"), 401),
        "INVALID_SESSION_ID"
    );
    let _ = token(&grant(&world, name, PASSWORD));
    let myself = format!("/api/v1/users/{}", world.business.administrator);
    let refused = admin.patch(&myself, &json!({"active": false}));
    assert_eq!(problem(&refused, 400), "INVALID_OPERATION");
    // Names are unique over the server, in any case.
    let taken = json!({"username": name.to_uppercase(), "last_name": "X"});
    let taken = world.packaging.http.post("/api/v1/users", &taken);
    assert_eq!(problem(&taken, 400), "DUPLICATE_USERNAME");
}

/// R-ORG-7: in a locked org, and the day after a trial ended, only administrators sign in; in a
/// disabled or deleted one nobody. Tokens end likewise and come back with the org.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_shut_orgs(#[case] backend: Backend) {
    let world = World::start(backend);
    let trial = world.customer(|new| {
        new.status = OrgStatus::Trial;
        new.trial_end = Some("2026-03-10".parse().unwrap());
    });
    let worker = world.with_profile(&trial, "worker@customer1.example", "Standard User");
    let admin = "admin@customer1.example";
    let opens =
        |org: &openlma_testkit::Org| org.http.get(&format!("{DATA}/query?q=SELECT+Id+FROM+Lead"));
    let open = [
        (OrgStatus::Locked, true),
        (OrgStatus::Disabled, false),
        (OrgStatus::Deleted, false),
    ];
    for (status, administrators) in open {
        let path = format!("/api/v1/orgs/{}", trial.id);
        world
            .operator_http
            .patch(&path, &json!({"status": status.as_str()}))
            .expect(200);
        assert_eq!(
            refused(&grant(&world, "worker@customer1.example", PASSWORD)),
            "invalid_grant"
        );
        assert_eq!(code(&opens(&worker), 403), "API_DISABLED_FOR_ORG");
        if administrators {
            let _ = token(&grant(&world, admin, PASSWORD));
            assert_eq!(opens(&trial).status, 200);
        } else {
            assert_eq!(refused(&grant(&world, admin, PASSWORD)), "invalid_grant");
            assert_eq!(code(&opens(&trial), 403), "API_DISABLED_FOR_ORG");
        }
    }
    let path = format!("/api/v1/orgs/{}", trial.id);
    world
        .operator_http
        .patch(&path, &json!({"status": "Trial"}))
        .expect(200);
    world.server.clock.set("2026-03-10T22:59:59Z");
    let worker = openlma_testkit::world::sign_in(&world.server, "worker@customer1.example");
    assert_eq!(opens(&worker).status, 200);
    world.server.clock.set("2026-03-10T23:00:00Z");
    assert_eq!(code(&opens(&worker), 403), "API_DISABLED_FOR_ORG");
    assert_eq!(
        refused(&grant(&world, "worker@customer1.example", PASSWORD)),
        "invalid_grant"
    );
    let _ = token(&grant(&world, admin, PASSWORD));
}

/// R-USR-1: a token lives twelve hours, and no longer than until it is revoked; texts that are no
/// tokens, tokens of another kind and keys open nothing.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_tokens_end(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let first = token(&grant(&world, ADMIN, PASSWORD));
    let second = token(&grant(&world, ADMIN, PASSWORD));
    let asks = |bearer: &str| {
        let answer = world.server.bearer(bearer).query("SELECT Id FROM Lead");
        let own = world.server.bearer(bearer).get("/api/v1/licenses");
        assert_eq!(own.status, answer.status, "{bearer}: {own:?}");
        answer.status
    };
    assert_eq!((asks(&first), asks(&second)), (200, 200));
    let revoke = world
        .server
        .anybody()
        .form("/services/oauth2/revoke", &[("token", &first)]);
    assert_eq!(revoke.status, 200);
    assert_eq!((asks(&first), asks(&second)), (401, 200));
    let app = &world.server.app;
    let page = world
        .server
        .wait(app.sign_in(ADMIN, PASSWORD, TokenKind::Session))
        .unwrap();
    let other_org = second.replacen(&second[..15], world.packaging.id.as_str(), 1);
    let cut = &second[..second.len() - 1];
    for wrong in [
        &page.token,
        &key,
        &other_org,
        cut,
        "x",
        "00D",
        "!",
        "00D000000000000!x",
    ] {
        assert_eq!(asks(wrong), 401, "{wrong}");
    }
    let nameless = world.server.anybody().get("/api/v1/licenses");
    assert_eq!(problem(&nameless, 401), "INVALID_SESSION_ID");
    assert_eq!(nameless.header("www-authenticate"), Some("Bearer"));
    world
        .server
        .clock
        .advance(SignedDuration::from_secs(12 * 3600 - 1));
    assert_eq!(asks(&second), 200);
    world.server.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(asks(&second), 401);
}

/// R-USR-1: clients made over the API, with their secret in the form and by HTTP Basic; their
/// grants and their org bind them.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_usr_1_clients(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    let made = me.post(
        "/api/v1/clients",
        &json!({
            "name": "Sync",
            "grants": ["client_credentials"],
            "run_as": world.business.administrator.to_string(),
        }),
    );
    let made = made.expect(201);
    let (id, secret) = (
        made["client_id"].as_str().unwrap(),
        made["client_secret"].as_str().unwrap(),
    );
    let anybody = world.server.anybody();
    let form = anybody.form(
        TOKEN,
        &[
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ],
    );
    let basic = |id: &str, secret: &str| {
        use base64::Engine as _;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
        let headers = [
            ("authorization", format!("Basic {pair}")),
            ("content-type", "application/x-www-form-urlencoded".into()),
        ];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        anybody.send(
            "POST",
            TOKEN,
            &headers,
            Some("grant_type=client_credentials".into()),
        )
    };
    for answer in [form, basic(id, secret)] {
        let http = world.server.bearer(&token(&answer));
        assert_eq!(
            http.get("/api/v1/orgs/current").expect(200)["id"],
            world.business.id.to_string()
        );
    }
    assert_eq!(refused(&basic(id, "wrong")), "invalid_client");
    assert_eq!(refused(&basic("olma_oc_x", secret)), "invalid_client");
    let form = [
        ("grant_type", "password"),
        ("client_id", id),
        ("client_secret", secret),
        ("username", ADMIN),
        ("password", PASSWORD),
    ];
    assert_eq!(refused(&anybody.form(TOKEN, &form)), "invalid_grant");
    for body in [
        json!({"name": "X", "grants": ["implicit"]}),
        json!({"name": "X", "grants": []}),
        json!({"name": "", "grants": ["password"]}),
        json!({"name": "X", "grants": ["client_credentials"], "run_as": world.packaging.administrator.to_string()}),
    ] {
        let answer = me.post("/api/v1/clients", &body);
        assert!(matches!(answer.status, 400 | 404), "{body}: {answer:?}");
    }
}

/// R-ORG-7: operators make orgs and set their status, and read no record by any door; users are no
/// operators. R-SEC-1: the API is for who has API Enabled.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_org_7_operators(#[case] backend: Backend) {
    let world = World::start(backend);
    let operator = &world.operator_http;
    assert_eq!(
        code(&operator.query("SELECT Id FROM Lead"), 401),
        "INVALID_SESSION_ID"
    );
    for path in [
        "/licenses",
        "/leads",
        "/messages",
        "/packages",
        "/fields",
        "/licensed?namespace=orbit",
    ] {
        let answer = operator.get(&format!("/api/v1{path}"));
        assert_eq!(
            problem(&answer, 403),
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "{path}"
        );
    }
    let new = json!({
        "name": "New org", "domain": "fresh", "edition": "Enterprise",
        "administrator": {"username": "admin@fresh.example", "last_name": "Admin", "password": PASSWORD},
    });
    let by_user = world.business.http.post("/api/v1/orgs", &new);
    assert_eq!(problem(&by_user, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    let made = operator.post("/api/v1/orgs", &new).expect(201);
    let again = operator.post("/api/v1/orgs", &new);
    assert_eq!(problem(&again, 400), "DUPLICATE_VALUE");
    let path = format!("/api/v1/orgs/{}", made["id"].as_str().unwrap());
    let by_user = world
        .business
        .http
        .patch(&path, &json!({"status": "Deleted"}));
    assert_eq!(problem(&by_user, 403), "INSUFFICIENT_ACCESS_OR_READONLY");
    let nowhere = operator.patch("/api/v1/orgs/00D000000000009", &json!({"status": "Locked"}));
    assert_eq!(problem(&nowhere, 404), "NOT_FOUND");

    let grants = json!({"permissions": [], "objects": {"Lead": {"read": true}}});
    let app = &world.server.app;
    let name = "pages@business.example";
    world.profile(&world.business, "Pages", &grants);
    let pages = openlma_app::users::NewUser {
        profile: Some("Pages".into()),
        ..user(name)
    };
    world
        .server
        .wait(app.create_user(&world.business.actor, &pages))
        .unwrap();
    let token = token(&grant(&world, name, PASSWORD));
    let http = world.server.bearer(&token);
    assert_eq!(
        code(&http.query("SELECT Id FROM Lead"), 403),
        "API_DISABLED_FOR_ORG"
    );
    assert_eq!(
        problem(&http.get("/api/v1/leads"), 403),
        "API_DISABLED_FOR_ORG"
    );
}
