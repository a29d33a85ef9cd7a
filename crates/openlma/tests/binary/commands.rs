//! The commands that ask a server, one after the other as a publisher and a customer would use
//! them.

use serde_json::Value;
use tempfile::TempDir;

use crate::people::{DEMO_PASSWORD, Person, Stage, first, publish, text};
use crate::support::{Ended, Server, openlma};

/// R-INS-1, R-SEAT-1, R-CHK-2, R-LIC-10, R-INS-5, R-INS-7
#[test]
fn r_lic_10_a_publisher_and_a_customer_at_the_command_line() {
    let folder = TempDir::new().unwrap();
    let Stage {
        server,
        operator,
        business,
        packaging,
    } = Stage::set(folder.path());
    let customer = operator.org("customer", &["--time-zone", "Asia/Tokyo"]);
    let version = publish(&business, &packaging);

    customer.ask(&[
        "user",
        "create",
        "user@customer.example",
        "--last-name",
        "User",
    ]);
    let install = customer.ask(&["install", &version]);
    let install_id = text(&install, "id");
    let license = first(&business, &["license", "list"]);
    seats(&customer);
    licenses(&business, text(&license, "name"));

    let higher = packaging.ask(&["package", "upload", "extools", "1.1"]);
    let higher = text(&higher[0], "id");
    customer.ask(&["upgrade", install_id, higher]);
    installs(&customer, higher);
    let gone = customer
        .run(&["check", "extools", "--format", "json"])
        .with(3);
    assert!(gone.out.contains("Uninstalled"), "{}", gone.out);
    let lead = first(&business, &["lead", "list"]);
    let lead = business.ask(&["lead", "show", text(&lead, "id")]);
    assert_eq!(lead["source"], "Package Installation");
    assert_eq!(business.ask(&["messages"]), Value::Array(Vec::new()));
    business.run(&["retry", "0Mg000000000001AAA"]).with(1);
    assert_eq!(server.end("TERM"), Some(0));
}

/// What is installed is listed, and uninstalled and upgraded by its namespace.
fn installs(customer: &Person<'_>, version: &str) {
    let listed = customer.ask(&["install", "list", "--namespace", "extools"]);
    assert_eq!(
        (&listed[0]["version"], &listed[0]["current"]),
        (&"1.1".into(), &true.into())
    );
    assert_eq!(listed[1]["current"], false);
    let none = customer.run(&["package", "list"]).with(0);
    assert!(none.err.contains("openlma install list"), "{}", none.err);
    customer.run(&["uninstall", "nothing"]).with(1);
    customer.ask(&["upgrade", "extools", version]);
    customer.run(&["uninstall", "extools"]).with(0);
    customer.run(&["uninstall", "extools"]).with(1);
    let gone = customer
        .run(&["upgrade", text(&listed[1], "id"), version])
        .with(1);
    assert!(gone.err.contains("PACKAGE_NOT_INSTALLED"), "{}", gone.err);
    assert!(gone.err.contains("hint: openlma install"), "{}", gone.err);
    let listed = customer.ask(&["install", "list"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
}

/// The customer's side.
fn seats(customer: &Person<'_>) {
    let assign = ["seat", "assign", "extools", "user@customer.example"];
    customer.ask(&assign);
    customer.run(&assign).with(1);
    customer
        .run(&[&assign[..], &["--partial"]].concat())
        .with(1);
    let listed = customer.ask(&["seat", "list", "extools"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    let check = ["check", "extools", "--user", "user@customer.example"];
    customer.run(&check).with(0);
    let revoked = customer.ask(&["seat", "revoke", "extools", "user@customer.example"]);
    assert_eq!(revoked["revoked"], 1);
    let refused = customer.run(&check).with(3);
    assert!(refused.out.contains("NoSeat"), "{}", refused.out);
}

/// The publisher's side.
fn licenses(business: &Person<'_>, name: &str) {
    let modify = [
        "license",
        "modify",
        name,
        "--seats",
        "7",
        "--expires-on",
        "never",
    ];
    let active = ["--status", "Active"];
    let tried = business.ask(&[&modify[..], &active, &["--dry-run"]].concat());
    assert_eq!(tried["changes"].as_array().unwrap().len(), 3);
    assert_eq!(business.ask(&["license", "show", name])["seats"], 2);
    let done = business.ask(&[&modify[..], &active].concat());
    assert_eq!(done["sync"], "InSync");
    let past = ["license", "modify", name, "--expires-on", "2020-01-01"];
    let refused = business.run(&past).with(1);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
    let history = business.ask(&["license", "history", name]);
    assert!(history.as_array().unwrap().len() >= 4, "{history}");
    let csv = [
        "soql",
        "SELECT Name, sfLma__Seats__c FROM sfLma__License__c",
    ];
    let csv = business
        .run(&[&csv[..], &["--format", "csv"]].concat())
        .with(0);
    assert_eq!(csv.out, format!("Name,sfLma__Seats__c\n{name},7.0\n"));
    business.run(&["soql", "SELECT Nothing FROM Lead"]).with(1);
    business
        .run(&[
            "org",
            "create",
            "x",
            "--domain",
            "x",
            "--admin",
            "x@x.example",
        ])
        .with(5);
}

#[test]
fn a_login_is_kept_until_the_next_one() {
    let folder = TempDir::new().unwrap();
    let demo = ["demo", "--listen", "127.0.0.1:0", "--orgs", "0"];
    let server = Server::start(openlma(folder.path(), &demo));
    let (_, url) = server.first_line.split_once("listening on ").unwrap();
    let login = |password: &str| {
        let mut command = openlma(
            folder.path(),
            &["login", "admin@ledgers.example", "--url", url],
        );
        command.env("OPENLMA_PASSWORD", password);
        Ended::of(command.output().unwrap())
    };
    login("wrong password").with(5);
    login(DEMO_PASSWORD).with(0);
    let shown = crate::support::run(folder.path(), &["org", "show"]).with(0);
    assert!(shown.out.contains("Example Ledgers"), "{}", shown.out);
    let elsewhere = ["org", "show", "--url", "http://127.0.0.1:1"];
    crate::support::run(folder.path(), &elsewhere).with(5);
    assert_eq!(server.end("INT"), Some(0));
}
