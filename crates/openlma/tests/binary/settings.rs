//! Settings, the secret, signals, and servers that are not there.

use tempfile::TempDir;

use crate::support::{Server, openlma, run};

const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0", "--database", "x.db"];

/// R-ORG-6: initialised once, with a publisher.
#[test]
fn r_org_6_a_database_is_initialised_once() {
    let folder = TempDir::new().unwrap();
    let init = [
        "init",
        "--database",
        "x.db",
        "--operator",
        "operator@x.example",
        "--publisher",
        "Example",
        "--domain",
        "example",
        "--admin",
        "admin@example.example",
        "--format",
        "json",
    ];
    let made = run(folder.path(), &init).with(0);
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    assert!(
        made["org"]["id"].as_str().unwrap().starts_with("00D"),
        "{made}"
    );
    let again = run(folder.path(), &init).with(1);
    assert!(again.err.contains("hint: "), "{}", again.err);
}

/// R-SEC-5: the secret of a database with data is never replaced by a new one.
#[test]
fn r_sec_5_a_lost_secret_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let init = [
        "init",
        "--database",
        "x.db",
        "--operator",
        "operator@x.example",
    ];
    run(folder.path(), &init).with(0);
    let key = folder.path().join("x.db.key");
    let elsewhere = folder.path().join("kept");
    std::fs::rename(&key, &elsewhere).unwrap();
    run(folder.path(), SERVE).with(4);
    assert!(!key.exists());
    let with_file = [SERVE, &["--secret-file", "kept"]].concat();
    let server = Server::start(openlma(folder.path(), &with_file));
    assert!(server.first_line.starts_with("listening on "));
    assert_eq!(server.end("TERM"), Some(0));
}

/// What is copied of a stopped server is the database and its secret.
#[test]
fn a_stopped_server_leaves_a_complete_database() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(openlma(folder.path(), SERVE));
    let name = |end| folder.path().join(format!("x.db{end}"));
    assert!(name("-wal").exists());
    assert_eq!(server.end("TERM"), Some(0));
    assert!(name("").exists() && name(".key").exists());
    assert!(!name("-wal").exists() && !name("-shm").exists());
}

#[test]
fn a_database_has_one_server() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(openlma(folder.path(), SERVE));
    run(folder.path(), &["migrate", "--database", "x.db"]).with(4);
    assert_eq!(server.end("TERM"), Some(0));
    run(folder.path(), &["migrate", "--database", "x.db"]).with(0);
}

#[test]
fn the_file_gives_way_to_the_environment_and_that_to_flags() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("openlma.toml"),
        "database = \"file.db\"\nlisten = \"127.0.0.1:1\"\nlog = \"json\"\n",
    )
    .unwrap();
    let mut print = openlma(
        folder.path(),
        &["config", "print", "--listen", "127.0.0.1:3"],
    );
    print.env("OPENLMA_DATABASE", "environment.db");
    print.env("OPENLMA_LISTEN", "127.0.0.1:2");
    let shown = String::from_utf8(print.output().unwrap().stdout).unwrap();
    for line in [
        "listen = \"127.0.0.1:3\"",
        "database = \"environment.db\"",
        "log = \"json\"",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn wrong_settings_are_named_with_their_position() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("x.toml"),
        "listen = \"127.0.0.1:1\"\nlistens = 1\n",
    )
    .unwrap();
    let check = run(folder.path(), &["config", "check", "--config", "x.toml"]).with(2);
    assert!(check.err.contains("line 2"), "{}", check.err);
    run(folder.path(), &["config", "check", "--listen", "0.0.0.0:1"]).with(2);
    run(folder.path(), &["config", "check", "--no-such-flag"]).with(2);
}

#[test]
fn without_a_server_or_a_token() {
    let folder = TempDir::new().unwrap();
    run(folder.path(), &["license", "list"]).with(5);
    let nobody = [
        "license",
        "list",
        "--url",
        "http://127.0.0.1:1",
        "--token",
        "x",
    ];
    run(folder.path(), &nobody).with(4);
}

#[test]
fn descriptions_need_no_server() {
    let folder = TempDir::new().unwrap();
    let api = run(folder.path(), &["openapi"]).with(0);
    let api: serde_json::Value = serde_json::from_str(&api.out).unwrap();
    assert!(api["paths"]["/api/v1/licensed"].is_object());
    let completions = run(folder.path(), &["completions", "bash"]).with(0);
    assert!(completions.out.contains("openlma"));
}

/// A second start finds everything there, and says nothing of it.
#[test]
fn the_log_of_a_start_is_quiet() {
    let folder = TempDir::new().unwrap();
    let database = openlma_pgcluster::shared().create_database(None).unwrap();
    let log = folder.path().join("log");
    for _ in 0..2 {
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            database.url.as_str(),
        ];
        let server = Server::logging(openlma(folder.path(), &arguments), &log);
        assert!(server.first_line.starts_with("listening on "));
        assert_eq!(server.end("TERM"), Some(0));
        let log = std::fs::read_to_string(&log).unwrap();
        assert!(!log.contains("already exists"), "{log}");
        assert!(log.contains("stopping"), "{log}");
    }
}

/// The command line asks a server on this machine itself, whatever proxy is named.
#[test]
fn no_proxy_stands_before_the_machine_itself() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(openlma(folder.path(), SERVE));
    let url = server.first_line.strip_prefix("listening on ").unwrap();
    let url = url.split_whitespace().next().unwrap();
    let mut list = openlma(
        folder.path(),
        &["license", "list", "--url", url, "--token", "x"],
    );
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        list.env(name, "http://127.0.0.1:1");
    }
    let ended = list.output().unwrap();
    // The server itself refuses the token.
    assert_eq!(ended.status.code(), Some(5), "{ended:?}");
}
