//! What the demonstration tells people: where it is, who can sign in, what to try first.

use serde_json::{Value, json};

use super::facts::{Check, Facts, License, Run, User};
use crate::config::without_password;
use crate::output::{self, Column};

const ADDRESSES: &[Column] = &[("ADDRESS", "address"), ("WHAT", "what")];
const PEOPLE: &[Column] = &[
    ("ORG", "org"),
    ("USER NAME", "username"),
    ("PASSWORD", "password"),
    ("PROFILE", "profile"),
];
/// People of subscriber orgs in the table; all are in the JSON.
const SUBSCRIBERS: usize = 3;

/// Prints it.
pub(super) fn print(run: &Run, facts: &Facts) {
    let base = &run.base_url;
    output::line(format_args!(
        "\ndatabase  {}\n",
        without_password(&run.database)
    ));
    table(ADDRESSES, &addresses(base));
    table(PEOPLE, &people(facts));
    let yes = facts.checks.iter().find(|c| c.licensed);
    let asked: Vec<&Check> = [yes, no(facts)].into_iter().flatten().collect();
    if !asked.is_empty() {
        output::line("ask whether a user is licensed:");
    }
    for check in asked {
        output::line(format_args!(
            "\n# {}\n{}",
            verdict(check),
            curl(base, check)
        ));
    }
    if let Some(first) = yes.and_then(|check| first_steps(base, facts, check)) {
        output::line(first);
    }
    output::line("\nAll of it as JSON: --print-json FILE. Ctrl-C ends it.");
}

/// How the publisher takes away the license that was asked about first.
fn first_steps(base: &str, facts: &Facts, check: &Check) -> Option<String> {
    let of_publisher = |u: &&User| u.org.as_ref() == Some(&check.publisher);
    let admin = &facts.users.iter().find(of_publisher)?.username;
    let asked_about = |l: &&License| l.org == check.org && l.namespace == check.namespace;
    let license = &facts.licenses.iter().find(asked_about)?.name;
    Some(format!(
        "\ntry first: suspend the license of the first one as its publisher, and ask again\n\n\
         openlma login {admin} --url {base}\n\
         openlma license modify {license} --status Suspended\n\n\
         or see it in the pages at {base}/ as {admin}"
    ))
}

fn table(columns: &[Column], rows: &[Value]) {
    output::line(output::table(columns, rows, None));
}

fn addresses(base: &str) -> Vec<Value> {
    [
        ("/", "pages: sign in, licenses, leads"),
        ("/api/v1/openapi.json", "our own API, described"),
        ("/services/data/", "Salesforce-compatible REST API"),
        ("/services/oauth2/token", "access tokens"),
        ("/readyz", "ready?"),
        ("/metrics", "metrics"),
    ]
    .map(|(path, what)| json!({"address": format!("{base}{path}"), "what": what}))
    .into()
}

fn people(facts: &Facts) -> Vec<Value> {
    let is_publisher = |domain: &str| {
        facts
            .orgs
            .iter()
            .any(|o| o.domain == domain && o.roles.iter().any(|r| r != "subscriber"))
    };
    let (publishers, mut subscribers): (Vec<_>, Vec<_>) = facts
        .users
        .iter()
        .partition(|u| u.org.as_deref().is_some_and(is_publisher));
    let asked = facts.checks.first().map(|check| &check.org);
    subscribers.sort_by_key(|u| u.org.as_ref() != asked);
    std::iter::once(&facts.operator)
        .chain(publishers)
        .chain(subscribers.into_iter().take(SUBSCRIBERS))
        .map(|u| {
            json!({
                "org": u.org.as_deref().unwrap_or("(operator)"),
                "username": u.username,
                "password": u.password,
                "profile": u.profile,
            })
        })
        .collect()
}

/// A user without a seat, else anybody who is not licensed.
fn no(facts: &Facts) -> Option<&Check> {
    let mut not = facts.checks.iter().filter(|c| !c.licensed);
    let seatless = |c: &&Check| c.reason.as_deref() == Some("NoSeat");
    not.clone().find(seatless).or_else(|| not.next())
}

fn verdict(check: &Check) -> String {
    match &check.reason {
        None => "licensed".into(),
        Some(reason) if check.licensed => format!("licensed ({reason})"),
        Some(reason) => format!("not licensed: {reason}"),
    }
}

fn curl(base: &str, check: &Check) -> String {
    format!(
        "curl -s -H 'Authorization: Bearer {}' '{base}{}'",
        check.bearer, check.path
    )
}
