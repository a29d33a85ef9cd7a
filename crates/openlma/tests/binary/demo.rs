//! `openlma demo` and the commands that ask its server.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Server, openlma, run};

const DEMO: &[&str] = &["demo", "--listen", "127.0.0.1:0", "--orgs", "2"];

fn story(more: &[&str]) {
    let folder = TempDir::new().unwrap();
    let arguments = [DEMO, &["--story"], more].concat();
    let told = run(folder.path(), &arguments).with(0);
    let mut lines = told.out.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("listening on http://127.0.0.1:"),
        "{first}"
    );
    let last = lines.next_back().unwrap();
    assert!(last.ends_with(" passed, 0 failed"), "{last}");
    assert!(lines.all(|l| l.starts_with("ok   ")), "{}", told.out);
    assert_eq!(left_in(&folder), Vec::<String>::new());
}

fn left_in(folder: &TempDir) -> Vec<String> {
    let names = std::fs::read_dir(folder.path()).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_story_on_sqlite() {
    story(&[]);
}

#[test]
fn the_story_on_postgres() {
    let database = openlma_pgcluster::shared().create_database(None).unwrap();
    story(&["--database", &database.url]);
}

#[test]
fn the_story_as_json() {
    let folder = TempDir::new().unwrap();
    let arguments = [DEMO, &["--story", "--format", "json"]].concat();
    let told = run(folder.path(), &arguments).with(0);
    let steps: Vec<Value> = told
        .out
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (summary, steps) = steps.split_last().unwrap();
    assert_eq!(summary["failed"], 0);
    assert_eq!(summary["passed"], steps.len());
    for (number, step) in (1..).zip(steps) {
        assert_eq!(step["step"], number);
        assert!(step["requests"][0]["status"].is_u64(), "{step}");
        for name in ["name", "rules", "result", "ms", "seen"] {
            assert!(!step[name].is_null(), "{name} of {step}");
        }
    }
}

/// R-CHK-2, and the exit codes of `openlma check`.
#[test]
fn r_chk_2_a_demo_that_serves_tells_where_it_is_and_answers() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("demo.json");
    let server = Server::start(openlma(
        folder.path(),
        &[DEMO, &["--print-json", "demo.json"]].concat(),
    ));
    let facts: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(
        server.first_line,
        format!("listening on {}", facts["base_url"].as_str().unwrap())
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let ask = |arguments: &[&str], token: &str| {
        let mut command = openlma(folder.path(), arguments);
        command.env("OPENLMA_URL", facts["base_url"].as_str().unwrap());
        command.env("OPENLMA_TOKEN", token);
        Ended::of(command.output().unwrap())
    };
    let checks = facts["checks"].as_array().unwrap();
    assert!(!checks.is_empty());
    for check in checks {
        let (_, user) = check["url"].as_str().unwrap().split_once("user=").unwrap();
        let key = check["bearer"].as_str().unwrap();
        let expected = if check["licensed"] == true { 0 } else { 3 };
        let answer = ask(&["check", "--user", user, "--format", "json"], key).with(expected);
        let answer: Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!(answer["reason"], check["reason"]);
    }
    ask(&["license", "list"], "00D000000000000!wrong").with(5);
    assert_eq!(server.end("TERM"), Some(0));
    assert_eq!(left_in(&folder), ["demo.json"]);
}

#[test]
fn a_demo_is_shown_again_from_its_database_and_not_with_another_seed() {
    let folder = TempDir::new().unwrap();
    let kept = [DEMO, &["--database", "kept.db"]].concat();
    for _ in 0..2 {
        let server = Server::start(openlma(folder.path(), &kept));
        assert!(
            server.first_line.starts_with("listening on "),
            "{}",
            server.first_line
        );
        assert_eq!(server.end("INT"), Some(0));
    }
    let other = run(folder.path(), &[&kept[..], &["--seed", "2"]].concat()).with(4);
    assert!(other.err.contains("hint: add --seed 1"), "{}", other.err);
}

/// The first thing to see is a license as it should be, and its own publisher can change it.
#[test]
fn what_to_try_first_can_be_done() {
    let folder = TempDir::new().unwrap();
    let demo = openlma(folder.path(), &[DEMO, &["--print-json", "x.json"]].concat());
    let (server, guide) = Server::reading(demo, "All of it as JSON");
    let facts = std::fs::read(folder.path().join("x.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    let check = &facts["checks"][0];
    assert_eq!(check["licensed"], true);
    let user = check["url"].as_str().unwrap();
    let (base, user) = user.split_once("/api/v1/licensed?namespace=").unwrap();
    let (_, user) = user.split_once("&user=").unwrap();
    assert!(guide.contains(user), "{guide}");
    let ask = |code| {
        let mut check_it = openlma(folder.path(), &["check", "--user", user]);
        check_it.args(["--format", "json", "--url", base, "--token"]);
        check_it.arg(check["bearer"].as_str().unwrap());
        let answer = Ended::of(check_it.output().unwrap()).with(code).out;
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let answer = ask(0);
    assert!(
        answer["used"].as_u64() <= answer["seats"].as_u64(),
        "{answer}"
    );
    let commands = guide.lines().filter_map(|l| l.strip_prefix("openlma "));
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        let mut command = openlma(folder.path(), &words);
        command.env("OPENLMA_PASSWORD", "demo-password-1");
        Ended::of(command.output().unwrap()).with(0);
    }
    assert_eq!(ask(3)["reason"], "Suspended");
    assert_eq!(server.end("TERM"), Some(0));
}

/// A story meets no other demo; what cannot listen writes nothing.
#[test]
fn a_taken_address_leaves_the_database_alone() {
    let folder = TempDir::new().unwrap();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let elsewhere = ["--listen", &taken, "--database", "x.db", "--orgs", "0"];
    for command in ["demo", "serve"] {
        let elsewhere = match command {
            "demo" => &elsewhere[..],
            _ => &elsewhere[..4],
        };
        let refused = run(folder.path(), &[&[command], elsewhere].concat()).with(4);
        assert!(refused.err.contains("--listen"), "{}", refused.err);
    }
    assert_eq!(left_in(&folder), Vec::<String>::new());
    let story = ["demo", "--story", "--orgs", "0"];
    let told = run(folder.path(), &story).with(0).out;
    assert!(!told.starts_with("listening on http://127.0.0.1:8080"));
}

#[test]
fn a_demo_stays_on_loopback_and_off_other_peoples_data() {
    let folder = TempDir::new().unwrap();
    let beyond = run(folder.path(), &["demo", "--listen", "0.0.0.0:0"]).with(2);
    assert!(beyond.err.starts_with("error: "), "{}", beyond.err);
    let init = [
        "init",
        "--database",
        "own.db",
        "--operator",
        "operator@x.example",
    ];
    run(folder.path(), &init).with(0);
    let refused = [DEMO, &["--database", "own.db"]].concat();
    let refused = run(folder.path(), &refused).with(4);
    assert!(refused.err.contains("hint: "), "{}", refused.err);
}
