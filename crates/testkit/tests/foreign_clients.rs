//! Unmodified foreign clients at the Salesforce-compatible doors: an integration that was written
//! for the original works by another address and other credentials. The scripts in `foreign/` are
//! the integrations; what they saw is judged here, and what they did is read again.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::SignedDuration;
use openlma_testkit::world::{PASSWORD, sign_in};
use openlma_testkit::{Backend, World};
use rstest::rstest;
use serde_json::{Value, json};

const ADMIN: &str = "admin@business.example";
/// Where `cargo xtask test` puts foreign clients.
const TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools");
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign");
/// What would send a client to somebody else than the server under test.
const PROXIES: [&str; 6] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// A world with one trial of two seats, and what an integration is given to reach it.
struct Scene {
    world: World,
    credentials: [(&'static str, String); 6],
}

impl Scene {
    /// The first token of the administrator is past its time; the password gives another.
    fn set(backend: Backend) -> Scene {
        let mut world = World::start(backend);
        let customer = world.customer(|_| {});
        let _ = world.install(&customer);
        let org = &world.business;
        let grants = ["password", "client_credentials"];
        let app = &world.server.app;
        let made = app.create_client(&org.actor, "Sync", &grants, Some(org.administrator));
        let client = world.server.wait(made).unwrap();
        let expired = org.token.clone();
        world.server.clock.advance(SignedDuration::from_hours(13));
        world.business = sign_in(&world.server, ADMIN);
        let credentials = [
            ("SERVER", world.server.url.clone()),
            ("USERNAME", ADMIN.to_owned()),
            ("PASSWORD", PASSWORD.to_owned()),
            ("CLIENT_ID", client.client_id),
            ("CLIENT_SECRET", client.client_secret),
            ("EXPIRED_TOKEN", expired),
        ];
        Scene { world, credentials }
    }

    /// Runs an integration with its credentials in the environment; answers what it printed.
    fn run(&self, integration: &mut Command) -> Value {
        let program = integration.get_program().to_owned();
        for proxy in PROXIES {
            integration.env_remove(proxy);
        }
        let ended = integration
            .envs(self.credentials.clone())
            .output()
            .unwrap_or_else(|e| panic!("{program:?}: {e}; `cargo xtask test` installs it"));
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{}: {errors}", ended.status);
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    /// The change is there, once and by whom; what was refused left nothing.
    fn license_was_changed(&self) {
        let me = &self.world.business.http;
        let license = "SELECT sfLma__Status__c, sfLma__Seats__c FROM sfLma__License__c";
        let rows = me.rows(license);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["sfLma__Status__c"], "Active");
        assert_eq!(rows[0]["sfLma__Seats__c"], 7.0);
        let history = "SELECT Field, OldValue, NewValue, CreatedBy.Username \
                       FROM sfLma__License__History WHERE Field != 'created' ORDER BY Id";
        let rows = me.rows(history);
        let told: Vec<[&Value; 4]> = rows
            .iter()
            .map(|r| {
                let by = &r["CreatedBy"]["Username"];
                [&r["Field"], &r["OldValue"], &r["NewValue"], by]
            })
            .collect();
        let expected = json!([
            ["sfLma__Status__c", "Trial", "Active", ADMIN],
            ["sfLma__Seats__c", 2.0, 7.0, ADMIN],
        ]);
        assert_eq!(json!(told), expected);
    }
}

/// A file of a foreign client.
fn installed(path: &str) -> PathBuf {
    let path = Path::new(TOOLS).join(path);
    assert!(
        path.exists(),
        "{path:?} is missing; `cargo xtask test` installs it"
    );
    path
}

/// R-LIC-2, R-LIC-10: jsforce by password and by client credentials.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[ignore = "needs a foreign client: cargo xtask test"]
fn foreign_jsforce_changes_a_license(#[case] backend: Backend) {
    let modules = installed("npm/node_modules/jsforce");
    let scene = Scene::set(backend);
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules.parent().unwrap())
        .arg(Path::new(SCRIPTS).join("jsforce.js"));
    let seen = scene.run(&mut node);
    let expected = json!({
        "identities": [ADMIN, ADMIN],
        "found": [1, true, "L-00001", "Org customer1"],
        "changed": [true, true],
        "counted": 1,
        "trial_again": ["HttpApiError", "FIELD_CUSTOM_VALIDATION_EXCEPTION"],
        "no_such_field": ["HttpApiError", "INVALID_FIELD"],
        "expired": ["HttpApiError", "INVALID_SESSION_ID"],
        // A class without a name.
        "wrong_password": ["", "invalid_grant"],
        "signed_out": ["HttpApiError", "INVALID_SESSION_ID"],
    });
    assert_eq!(seen, expected);
    scene.license_was_changed();
}

/// R-LIC-2, R-LIC-10: simple-salesforce by password and by client credentials.
#[rstest]
#[case::sqlite(Backend::Sqlite)]
#[case::postgres(Backend::Postgres)]
#[ignore = "needs a foreign client: cargo xtask test"]
fn foreign_simple_salesforce_changes_a_license(#[case] backend: Backend) {
    let python = installed("python/venv/bin/python");
    let scene = Scene::set(backend);
    let mut python = Command::new(python);
    python
        .arg("-I")
        .arg(Path::new(SCRIPTS).join("simple_salesforce.py"));
    let seen = scene.run(&mut python);
    let expected = json!({
        "found": [1, true, "L-00001", "Org customer1"],
        "changed": 204,
        "counted": 1,
        "trial_again": ["SalesforceMalformedRequest", "FIELD_CUSTOM_VALIDATION_EXCEPTION"],
        "no_such_field": ["SalesforceMalformedRequest", "INVALID_FIELD"],
        "expired": ["SalesforceExpiredSession", "INVALID_SESSION_ID"],
        "wrong_password": ["SalesforceAuthenticationFailed", "invalid_grant"],
    });
    assert_eq!(seen, expected);
    scene.license_was_changed();
}
