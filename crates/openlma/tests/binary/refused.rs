//! What is refused says what to do instead, in words of the command that was given.

use tempfile::TempDir;

use crate::people::{DEMO_PASSWORD, Person};
use crate::support::{Ended, Server, openlma, run};

fn refused(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{}", ended.err);
    assert!(ended.err.starts_with("error: "), "{}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "no {word}: {}", ended.err);
    }
    assert!(!ended.err.contains("SELECT"), "{}", ended.err);
}

/// R-ORG-7, R-LIC-2: errors of people who know neither names nor permissions.
#[test]
fn r_org_7_r_lic_2_errors_say_what_to_do() {
    let folder = TempDir::new().unwrap();
    let demo = ["demo", "--listen", "127.0.0.1:0", "--orgs", "2"];
    let server = Server::start(openlma(folder.path(), &demo));
    let operator = Person::operator(folder.path(), &server);
    let publisher = operator.other("admin@ledgers.example", DEMO_PASSWORD);
    let seller = operator.other("seller@ledgers.example", DEMO_PASSWORD);
    for unread in [&["license", "list"][..], &["license", "show", "L-00001"]] {
        let hint = if unread[1] == "list" {
            "may not read"
        } else {
            "license list"
        };
        refused(&seller.run(unread), 1, &["hint: ", hint]);
    }
    for unknown in ["bad", "L-99999", "x'y"] {
        let ended = publisher.run(&["license", "show", unknown]);
        refused(&ended, 1, &[unknown, "hint: "]);
    }
    refused(
        &publisher.run(&["lead", "show", "bad"]),
        1,
        &["bad", "hint: "],
    );
    let nobody = ["user", "deactivate", "nobody@x.example"];
    refused(&publisher.run(&nobody), 1, &["nobody@x.example", "hint: "]);
    let modify = ["license", "modify", "L-00001"];
    refused(&publisher.run(&modify), 2, &["hint: give --status"]);
    let ended = publisher.run(&[&modify[..], &["--status", "Off"]].concat());
    refused(&ended, 1, &["Trial, Active, Suspended"]);
    assert!(!ended.err.contains("Uninstalled"), "{}", ended.err);
    let orgs = operator.ask(&["org", "list"]);
    let orgs = orgs.as_array().unwrap();
    assert!(orgs.iter().any(|org| org["domain"] == "ledgers"));
    refused(&publisher.run(&["org", "list"]), 5, &["operator"]);
    assert_eq!(server.end("TERM"), Some(0));
}

#[test]
fn wrong_addresses_are_named() {
    let folder = TempDir::new().unwrap();
    for url in ["localhost:8080", "ftp://x.example"] {
        let ended = run(
            folder.path(),
            &["license", "list", "--token", "x", "--url", url],
        );
        refused(&ended, 2, &[url, "hint: "]);
    }
    for command in ["serve", "demo", "migrate"] {
        let ended = run(
            folder.path(),
            &[command, "--database", "mysql://root@localhost/x"],
        );
        refused(&ended, 2, &["mysql://", "hint: ", "postgres://"]);
    }
    let help = run(folder.path(), &["login", "--help"]).with(0);
    assert!(help.out.contains("OPENLMA_PASSWORD"), "{}", help.out);
}

fn names(folder: &TempDir) -> Vec<String> {
    let found = std::fs::read_dir(folder.path()).unwrap();
    found
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn what_cannot_be_begun_leaves_no_files() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("text"), "root:x:0:0").unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["migrate"],
        &["demo", "--listen", "127.0.0.1:0"],
    ] {
        let ended = run(folder.path(), &[command, &["--database", "text"]].concat());
        refused(&ended, 4, &["no SQLite database"]);
    }
    let init = ["init", "--database", "x.db", "--operator"];
    for wrong in [
        &["nobody"][..],
        &["o@x.example", "--operator-password", "short"],
        &[
            "o@x.example",
            "--publisher",
            "X",
            "--domain",
            "X X",
            "--admin",
            "a@x.example",
        ],
    ] {
        refused(&run(folder.path(), &[&init[..], wrong].concat()), 1, &[]);
    }
    assert_eq!(names(&folder), ["text"]);
    run(folder.path(), &[&init[..], &["o@x.example"]].concat()).with(0);
    run(folder.path(), &[&init[..], &["o@x.example"]].concat()).with(1);
    assert!(names(&folder).contains(&"x.db".to_owned()));
}
