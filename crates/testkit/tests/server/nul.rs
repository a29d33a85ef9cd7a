//! U+0000 in what is asked: no text has it, and both databases answer alike (R-ERR-1).

use openlma_testkit::{Backend, World};
use rstest::rstest;

use crate::support::{problem, refusal, texts};

/// R-ERR-1: a query parameter with U+0000 is refused by its name, at every list and at the check.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_nul_in_parameters(#[case] backend: Backend) {
    let world = World::start(backend);
    let customer = world.customer(|_| {});
    let key = world.install(&customer);
    let checking = world.server.bearer(&key);
    let me = &world.business.http;
    for (member, refused) in [
        ("user", checking.get("/api/v1/licensed?user=%00")),
        ("email", me.get("/api/v1/leads?email=a%00b")),
        ("status", me.get("/api/v1/licenses?status=%00")),
        ("cursor", me.get("/api/v1/licenses?cursor=%00")),
    ] {
        let code = problem(&refused, 400);
        assert_eq!(code, "FIELD_INTEGRITY_EXCEPTION", "{refused:?}");
        assert_eq!(texts(&refused.json()["fields"]), [member], "{refused:?}");
        assert!(refused.text.contains("U+0000"), "{refused:?}");
    }
}

/// R-ERR-1: so is one in a text of a query, at its place, and in a token request.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_nul_in_queries_and_forms(#[case] backend: Backend) {
    let world = World::start(backend);
    let me = &world.business.http;
    for text in ["'a\0b'", "'\\u0000'"] {
        let refused = me.query(&format!("SELECT Id FROM Lead WHERE Email = {text}"));
        assert_eq!(refused.status, 400, "{refused:?}");
        assert_eq!(refusal(&refused).0, "MALFORMED_QUERY");
        let message = refused.json()[0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Row:1:Column:35"), "{message}");
        assert!(message.contains("U+0000"), "{message}");
    }
    let member = |name: &str| {
        let mut form = [
            ("grant_type", "password"),
            ("username", "eve@business.example"),
            ("password", "secret-password"),
        ];
        for pair in &mut form {
            if pair.0 == name {
                pair.1 = "a\0";
            }
        }
        let refused = me.form("/services/oauth2/token", &form);
        let body = refused.expect(400);
        assert_eq!(body["error"], "invalid_request", "{refused:?}");
        let why = body["error_description"].as_str().unwrap();
        assert!(why.starts_with(name) && why.contains("U+0000"), "{why}");
    };
    member("username");
    member("password");
}
