//! What the steps of the story share: who is signed in, what was made so far, and how to ask.

use std::time::Duration;

use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::http::{Client, Sent, escape, wait_for};
use crate::{hex, output, surroundings};

/// The longest that an effect in another org may take to be seen.
const FOLLOWS: Duration = Duration::from_secs(10);
/// Version of the Salesforce-compatible API that the story speaks.
const DATA: &str = "/services/data/v60.0";

/// The state of the story.
pub(super) struct World {
    anonymous: Client,
    /// Operator's user name and password.
    pub(super) operator_login: (String, String),
    /// Password of everybody in the story.
    pub(super) password: String,
    /// Makes names unique, so that the story can be told again to the same database.
    pub(super) tag: String,
    pub(super) operator: Option<Client>,
    /// Administrators.
    pub(super) business: Option<Client>,
    pub(super) packaging: Option<Client>,
    pub(super) subscriber: Option<Client>,
    pub(super) second_subscriber: Option<Client>,
    /// Ids and values by name.
    known: std::collections::BTreeMap<&'static str, String>,
}

impl World {
    pub(super) fn new(client: Client, operator: &str, password: &str) -> World {
        World {
            anonymous: client,
            operator_login: (operator.to_owned(), password.to_owned()),
            password: hex::encode(&surroundings::random::<12>()),
            tag: hex::encode(&surroundings::random::<3>()),
            operator: None,
            business: None,
            packaging: None,
            subscriber: None,
            second_subscriber: None,
            known: std::collections::BTreeMap::new(),
        }
    }

    pub(super) fn take_sent(&self) -> Vec<Sent> {
        self.anonymous.take_sent()
    }

    /// Keeps a value for later steps.
    pub(super) fn keep(&mut self, name: &'static str, value: impl Into<String>) {
        self.known.insert(name, value.into());
    }

    /// A value that an earlier step kept.
    pub(super) fn known(&self, name: &'static str) -> Result<&str, Failure> {
        let known = self.known.get(name).map(String::as_str);
        known.ok_or_else(|| unexpected(format!("no earlier step made the {name}")))
    }

    /// The domain of one of the story's orgs.
    pub(super) fn domain(&self, role: &str) -> String {
        format!("story-{}-{role}", self.tag)
    }

    /// A user name in one of the story's orgs.
    pub(super) fn username(&self, user: &str, role: &str) -> String {
        format!("{user}@{}.example", self.domain(role))
    }

    /// The namespace of the story's package.
    pub(super) fn namespace(&self) -> String {
        format!("story{}", self.tag)
    }

    /// Signs in at the token endpoint.
    pub(super) fn sign_in(&self, username: &str, password: &str) -> Result<Client, Failure> {
        let answer = self.anonymous.sign_in(username, password)?;
        Ok(self.anonymous.with_token(text(&answer, "access_token")?))
    }

    /// A client with the installation key.
    pub(super) fn with_key(&self) -> Result<Client, Failure> {
        Ok(self.anonymous.with_token(self.known("installation key")?))
    }

    /// Asks whether a user is licensed: what was answered as `(licensed, reason)`.
    pub(super) fn check(&self, user: &str) -> Result<(bool, String), Failure> {
        let path = format!("/api/v1/licensed?user={}", escape(user));
        let answer = self.with_key()?.get(&path)?;
        let licensed = answer["licensed"].as_bool().unwrap_or_default();
        Ok((licensed, text(&answer, "reason")?))
    }

    /// Waits until a check answers this; the subscriber's copy follows the publisher's.
    pub(super) fn check_becomes(&self, user: &str, reason: &str) -> Result<String, Failure> {
        follows(&format!("the check to answer {reason}"), || {
            let (licensed, seen) = self.check(user)?;
            Ok((seen == reason).then(|| format!("licensed: {licensed}, {seen}")))
        })
    }

    /// The license as our own API shows it.
    pub(super) fn license(&self) -> Result<Value, Failure> {
        let path = format!("/api/v1/licenses/{}", self.known("license")?);
        client(self.business.as_ref())?.get(&path)
    }

    /// One row of the license by SOQL.
    pub(super) fn license_row(&self, fields: &str) -> Result<Value, Failure> {
        let text = format!(
            "SELECT {fields} FROM sfLma__License__c WHERE Id = '{}'",
            self.known("license")?
        );
        only(soql(client(self.business.as_ref())?, &text)?)
    }
}

/// The client of someone who has signed in.
pub(super) fn client(who: Option<&Client>) -> Result<&Client, Failure> {
    who.ok_or_else(|| unexpected("nobody has signed in"))
}

/// Rows of a query through the Salesforce-compatible door.
pub(super) fn soql(client: &Client, text: &str) -> Result<Vec<Value>, Failure> {
    let answer = client.get(&format!("{DATA}/query?q={}", escape(text)))?;
    let rows = answer["records"].as_array().cloned();
    rows.ok_or_else(|| unexpected(format!("a query answered {answer}")))
}

/// A record through the Salesforce-compatible door.
pub(super) fn record(client: &Client, object: &str, id: &str) -> Result<Value, Failure> {
    client.get(&format!("{DATA}/sobjects/{object}/{id}"))
}

/// Changes a record through the Salesforce-compatible door.
pub(super) fn patch(client: &Client, object: &str, id: &str, to: &Value) -> Result<(), Failure> {
    let path = format!("{DATA}/sobjects/{object}/{id}");
    client.patch(&path, to).map(drop)
}

/// The only row.
pub(super) fn only(rows: Vec<Value>) -> Result<Value, Failure> {
    let count = rows.len();
    match rows.into_iter().next() {
        Some(row) if count == 1 => Ok(row),
        _ => Err(unexpected(format!("expected one row, saw {count}"))),
    }
}

/// Waits for something in another org.
pub(super) fn follows<T>(
    what: &str,
    look: impl Fn() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    wait_for(what, FOLLOWS, look)
}

/// A text of an answer.
pub(super) fn text(answer: &Value, name: &str) -> Result<String, Failure> {
    match output::cell(answer, name) {
        empty if empty.is_empty() => Err(unexpected(format!("the answer has no {name}: {answer}"))),
        text => Ok(text),
    }
}

/// Insists on what was seen.
pub(super) fn same(what: &str, seen: &Value, wanted: impl Into<Value>) -> Result<(), Failure> {
    let wanted = wanted.into();
    let equal = match (seen.as_f64(), wanted.as_f64()) {
        (Some(seen), Some(wanted)) => (seen - wanted).abs() < f64::EPSILON,
        _ => *seen == wanted,
    };
    if equal {
        Ok(())
    } else {
        Err(unexpected(format!("{what}: expected {wanted}, saw {seen}")))
    }
}

/// A step saw something else than it should.
pub(super) fn unexpected(message: impl Into<String>) -> Failure {
    Failure::new(Exit::Refused, message)
}

/// An org to be made by an operator.
pub(super) fn new_org(world: &World, role: &str, more: &Value) -> Value {
    let mut org = json!({
        "name": format!("Story {role}"),
        "domain": world.domain(role),
        "edition": "Enterprise",
        "time_zone": "Europe/Berlin",
        "administrator": {
            "username": world.username("admin", role),
            "first_name": "Admin",
            "last_name": role,
            "password": world.password,
        },
    });
    if let (Some(org), Some(more)) = (org.as_object_mut(), more.as_object()) {
        org.extend(more.clone());
    }
    org
}
