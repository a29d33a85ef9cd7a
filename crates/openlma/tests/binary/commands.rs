//! The commands that ask a server, one after the other as a publisher and a customer would use
//! them.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Server, openlma};

const PASSWORD: &str = "a long password";

/// Somebody who has signed in.
struct Person<'a> {
    folder: &'a Path,
    url: String,
    token: String,
}

impl Person<'_> {
    fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = openlma(self.folder, arguments);
        command.env("OPENLMA_URL", &self.url);
        command.env("OPENLMA_TOKEN", &self.token);
        command.env("OPENLMA_ADMIN_PASSWORD", PASSWORD);
        Ended::of(command.output().unwrap())
    }

    /// Runs it with success; its data.
    #[track_caller]
    fn ask(&self, arguments: &[&str]) -> Value {
        let ended = self
            .run(&[arguments, &["--format", "json"]].concat())
            .with(0);
        serde_json::from_str(&ended.out).unwrap_or_default()
    }

    /// Another one on the same server.
    #[track_caller]
    fn other(&self, username: &str, password: &str) -> Self {
        let mut command = openlma(self.folder, &["token", username, "--url", &self.url]);
        command.env("OPENLMA_PASSWORD", password);
        let token = Ended::of(command.output().unwrap()).with(0).out;
        Person {
            folder: self.folder,
            url: self.url.clone(),
            token: token.trim().to_owned(),
        }
    }

    /// An org made by this operator; its administrator.
    #[track_caller]
    fn org(&self, domain: &str, more: &[&str]) -> Self {
        let admin = format!("admin@{domain}.example");
        let create = [
            "org", "create", domain, "--domain", domain, "--admin", &admin,
        ];
        self.ask(&[&create[..], more].concat());
        self.other(&admin, PASSWORD)
    }
}

/// Asks again until the list has a row: what another org does arrives by message.
#[track_caller]
fn first(person: &Person<'_>, list: &[&str]) -> Value {
    for _ in 0..200 {
        let rows = person.ask(list);
        if let Some(row) = rows.as_array().and_then(|rows| rows.first()) {
            return row.clone();
        }
    }
    panic!("nothing came of {list:?}");
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Publishes a package from one org and registers it with another; answers its version.
fn publish(business: &Person<'_>, packaging: &Person<'_>) -> String {
    packaging.ask(&["package", "create", "Tools", "--namespace", "extools"]);
    let version = packaging.ask(&["package", "upload", "extools", "1.0"]);
    let connect = ["package", "connect", "--org-token", &packaging.token];
    business.ask(&connect);
    let register = [
        "package",
        "register",
        "extools",
        "--trial-days",
        "30",
        "--seats",
        "2",
    ];
    let registered = business.ask(&register);
    assert_eq!(registered["registration"]["defaults"]["trial_days"], 30);
    text(&version[0], "id").to_owned()
}

/// R-INS-1, R-SEAT-1, R-CHK-2, R-LIC-10, R-INS-5, R-INS-7
#[test]
fn r_lic_10_a_publisher_and_a_customer_at_the_command_line() {
    let folder = TempDir::new().unwrap();
    let demo = ["demo", "--listen", "127.0.0.1:0", "--orgs", "0"];
    let server = Server::start(openlma(folder.path(), &demo));
    let (_, url) = server.first_line.split_once("listening on ").unwrap();
    let nobody = Person {
        folder: folder.path(),
        url: url.to_owned(),
        token: String::new(),
    };
    let operator = nobody.other("operator@demo.example", "demo-password-1");
    let business = operator.org("business", &["--business"]);
    let packaging = operator.org("packaging", &["--packaging", "--edition", "Developer"]);
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
    customer.ask(&["upgrade", install_id, text(&higher[0], "id")]);
    customer.run(&["uninstall", install_id]).with(0);
    let gone = customer
        .run(&["check", "extools", "--format", "json"])
        .with(3);
    assert!(gone.out.contains("Uninstalled"), "{}", gone.out);
    let lead = first(&business, &["lead", "list"]);
    let lead = business.ask(&["lead", "show", text(&lead, "id")]);
    assert_eq!(lead["LeadSource"], "Package Installation");
    assert_eq!(business.ask(&["messages"]), Value::Array(Vec::new()));
    business.run(&["retry", "0Mg000000000001AAA"]).with(1);
    assert_eq!(server.end("TERM"), Some(0));
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
    assert!(refused.err.contains("--ends-access-now"), "{}", refused.err);
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
    login("demo-password-1").with(0);
    let shown = crate::support::run(folder.path(), &["org", "show"]).with(0);
    assert!(shown.out.contains("Example Ledgers"), "{}", shown.out);
    let elsewhere = ["org", "show", "--url", "http://127.0.0.1:1"];
    crate::support::run(folder.path(), &elsewhere).with(5);
    assert_eq!(server.end("INT"), Some(0));
}
