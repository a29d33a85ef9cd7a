//! People who ask a server at the command line, and a package to ask about.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Ended, Server, openlma};

/// Of everybody in the demonstration.
pub(crate) const DEMO_PASSWORD: &str = "demo-password-1";
const PASSWORD: &str = "a long password";
/// Of a wait for a condition.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who has signed in.
pub(crate) struct Person<'a> {
    folder: &'a Path,
    url: String,
    pub(crate) token: String,
}

impl<'a> Person<'a> {
    /// Somebody without a token at a server that has just started.
    pub(crate) fn nobody(folder: &'a Path, server: &Server) -> Person<'a> {
        let (_, url) = server.first_line.split_once("listening on ").unwrap();
        Person {
            folder,
            url: url.to_owned(),
            token: String::new(),
        }
    }

    /// The operator of a demonstration.
    #[track_caller]
    pub(crate) fn operator(folder: &'a Path, server: &Server) -> Person<'a> {
        Person::nobody(folder, server).other("operator@demo.example", DEMO_PASSWORD)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = openlma(self.folder, arguments);
        command.env("OPENLMA_URL", &self.url);
        command.env("OPENLMA_TOKEN", &self.token);
        command.env("OPENLMA_ADMIN_PASSWORD", PASSWORD);
        Ended::of(command.output().unwrap())
    }

    /// Runs it with success; its data.
    #[track_caller]
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        let ended = self
            .run(&[arguments, &["--format", "json"]].concat())
            .with(0);
        serde_json::from_str(&ended.out).unwrap_or_default()
    }

    /// Another one on the same server.
    #[track_caller]
    pub(crate) fn other(&self, username: &str, password: &str) -> Self {
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
    pub(crate) fn org(&self, domain: &str, more: &[&str]) -> Self {
        let admin = format!("admin@{domain}.example");
        let create = [
            "org", "create", domain, "--domain", domain, "--admin", &admin,
        ];
        self.ask(&[&create[..], more].concat());
        self.other(&admin, PASSWORD)
    }
}

/// A demonstration without customers, and a publisher's two orgs on it.
pub(crate) struct Stage<'a> {
    pub(crate) server: Server,
    pub(crate) operator: Person<'a>,
    pub(crate) business: Person<'a>,
    pub(crate) packaging: Person<'a>,
}

impl<'a> Stage<'a> {
    #[track_caller]
    pub(crate) fn set(folder: &'a Path) -> Stage<'a> {
        let demo = ["demo", "--listen", "127.0.0.1:0", "--orgs", "0"];
        let server = Server::start(openlma(folder, &demo));
        let operator = Person::operator(folder, &server);
        let business = operator.org("business", &["--business"]);
        let packaging = operator.org("packaging", &["--packaging", "--edition", "Developer"]);
        Stage {
            server,
            operator,
            business,
            packaging,
        }
    }
}

/// Asks again until the list has a row: what another org does arrives by message.
#[track_caller]
pub(crate) fn first(person: &Person<'_>, list: &[&str]) -> Value {
    until(&format!("{list:?} has a row"), || {
        let rows = person.ask(list);
        rows.as_array().and_then(|rows| rows.first()).cloned()
    })
}

/// Asks again until there is an answer: what another org does arrives by message.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    #[expect(clippy::disallowed_methods, reason = "bounds the wait for a condition")]
    let started = std::time::Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(value) = condition() {
            return value;
        }
    }
    panic!("waited in vain until {what}");
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Publishes a package from one org and registers it with another; answers its version.
pub(crate) fn publish(business: &Person<'_>, packaging: &Person<'_>) -> String {
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
    // What is installed before that is unrestricted (R-INS-8).
    until("the registration is done", || {
        let package = business.ask(&["package", "show", "extools"]);
        (package["registration"]["state"] == "Done").then_some(())
    });
    text(&version[0], "id").to_owned()
}
