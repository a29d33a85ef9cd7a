//! What is asked in the wrong way.

use std::collections::BTreeSet;

use openlma_testkit::Backend;
use rstest::rstest;
use serde_json::Value as Json;

use super::described::Api;

/// R-ERR-1: what has no address or the wrong verb answers as everything else.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
fn r_err_1_addresses(#[case] backend: Backend) {
    let api = Api::start(backend);
    let anybody = api.world.server.anybody();
    for path in ["/api/v1/nothing", "/api/v1", "/api/v1/orgs/current/more"] {
        let answer = anybody.get(path);
        assert_eq!(answer.expect(404)["code"], "NOT_FOUND", "{path}");
        assert_eq!(answer.content_type, "application/problem+json");
    }
    let answer = anybody.send("PUT", "/api/v1/packages", &[], None);
    assert_eq!(answer.expect(405)["code"], "METHOD_NOT_ALLOWED");
    let allow: BTreeSet<&str> = answer.header("allow").unwrap().split(',').collect();
    assert_eq!(allow, BTreeSet::from(["GET", "HEAD", "POST"]));
    let nobody = api.ask(&anybody, "GET", "/licenses", Json::Null, 401);
    assert_eq!(nobody["code"], "INVALID_SESSION_ID");
    let wrong = api.world.server.bearer("olma_ik_wrong");
    api.ask(&wrong, "GET", "/licensed?user=x", Json::Null, 401);
    let by = &api.world.business.http;
    let answer = by.send(
        "POST",
        "/api/v1/users",
        &[("content-type", "application/json")],
        Some("{".into()),
    );
    assert_eq!(answer.expect(400)["code"], "JSON_PARSER_ERROR");
}
