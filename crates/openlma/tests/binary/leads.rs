//! `openlma lead`, asked of a demo.

use serde_json::Value;
use tempfile::TempDir;

use crate::people::{DEMO_PASSWORD, Person};
use crate::support::{Server, openlma};

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
    let operator = Person::operator(folder.path(), &server);
    let publisher = operator.other("admin@ledgers.example", DEMO_PASSWORD);

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
    assert_eq!(shown["converted"], true);
    assert_eq!(shown["contact_id"], made["contact_id"]);

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
