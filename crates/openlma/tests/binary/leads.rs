//! `openlma lead`, asked of a demo.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Server, openlma};

/// Somebody of the demo who has signed in.
struct Person<'a> {
    folder: &'a Path,
    url: &'a str,
    token: String,
}

impl Person<'_> {
    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = openlma(self.folder, arguments);
        command.env("OPENLMA_URL", self.url);
        command.env("OPENLMA_TOKEN", &self.token);
        Ended::of(command.output().unwrap())
    }

    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> Value {
        let all = [arguments, &["--format", "json"]].concat();
        serde_json::from_str(&self.run(&all).with(0).out).unwrap()
    }
}

/// Signs in who may convert leads in an org that has some.
fn publisher<'a>(folder: &'a Path, facts: &'a Value) -> Person<'a> {
    let url = facts["base_url"].as_str().unwrap();
    let orgs = facts["orgs"].as_array().unwrap();
    let is_business = |org: &&Value| {
        let roles = org["roles"].as_array().unwrap();
        roles.iter().any(|role| role == "business")
    };
    let business = &orgs.iter().find(is_business).unwrap()["domain"];
    let users = facts["users"].as_array().unwrap();
    let user = users
        .iter()
        .find(|u| u["org"] == *business && u["profile"] == "System Administrator")
        .unwrap();
    let username = user["username"].as_str().unwrap();
    let mut command = openlma(folder, &["token", username, "--url", url]);
    command.env("OPENLMA_PASSWORD", user["password"].as_str().unwrap());
    let token = Ended::of(command.output().unwrap()).with(0).out;
    Person {
        folder,
        url,
        token: token.trim().to_owned(),
    }
}

/// R-LEAD-4, R-LEAD-5, R-LEAD-6
#[test]
fn r_lead_4_a_lead_is_converted_at_the_command_line() {
    let folder = TempDir::new().unwrap();
    let demo = [
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--orgs",
        "4",
        "--print-json",
        "demo.json",
    ];
    let server = Server::start(openlma(folder.path(), &demo));
    let facts = std::fs::read(folder.path().join("demo.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    let publisher = publisher(folder.path(), &facts);

    let leads = publisher.ask(&["lead", "list", "--converted", "false"]);
    let lead = leads[0]["id"].as_str().unwrap();
    let status = facts["converted_status"].as_str().unwrap();
    let apart = ["lead", "convert", lead, "--contact", "003000000000001"];
    let apart = publisher.run(&apart).with(2);
    assert!(apart.err.contains("--account"), "{}", apart.err);
    let wrong = publisher
        .run(&["lead", "convert", lead, "--status", "Won"])
        .with(1);
    assert!(
        wrong.err.contains("allowed is Closed - Converted"),
        "{}",
        wrong.err
    );

    let convert = [
        "lead",
        "convert",
        lead,
        "--status",
        status,
        "--opportunity-name",
        "A great sale",
    ];
    let made = publisher.ask(&convert);
    let opportunity = made["opportunity_id"].as_str().unwrap();
    let text = format!("SELECT Name FROM Opportunity WHERE Id = '{opportunity}'");
    assert_eq!(publisher.ask(&["soql", &text])[0]["Name"], "A great sale");
    let contact = made["contact_id"].as_str().unwrap();
    let licenses = publisher.ask(&["license", "list", "--contact", contact]);
    assert_eq!(licenses[0]["account_id"], made["account_id"]);
    assert_eq!(
        licenses,
        publisher.ask(&["license", "list", "--lead", lead])
    );
    let shown = publisher.ask(&["lead", "show", lead]);
    assert_eq!(shown["IsConverted"], true);

    let again = publisher.run(&convert).with(1);
    assert!(
        again
            .err
            .starts_with("error: cannot reference converted lead"),
        "{}",
        again.err
    );
    assert_eq!(server.end("TERM"), Some(0));
}
