//! Requests to a server: our own API, the Salesforce-compatible doors, the token endpoint. No
//! meaning of a path may be known here.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::surroundings::Stopwatch;

/// The longest that an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(65);
/// The longest that a server may take to get ready.
const READY: Duration = Duration::from_secs(15);
/// Between two looks at a condition.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Most bytes of an answer.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A server, and who asks.
pub(crate) struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
    /// Shared by all clients made from one.
    sent: Rc<RefCell<Vec<Sent>>>,
}

/// A request that was sent, for reports.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) status: u16,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Null when there was no body, text when it was no JSON.
    pub(crate) body: Value,
}

/// The verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl Client {
    /// A client without a token.
    pub(crate) fn new(base: &str) -> Client {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIME_LIMIT))
            .user_agent(concat!("openlma/", env!("CARGO_PKG_VERSION")))
            .build();
        Client {
            agent: config.into(),
            base: base.trim_end_matches('/').to_owned(),
            token: None,
            sent: Rc::default(),
        }
    }

    /// The same server with this access token or key.
    pub(crate) fn with_token(&self, token: impl Into<String>) -> Client {
        Client {
            agent: self.agent.clone(),
            base: self.base.clone(),
            token: Some(token.into()),
            sent: Rc::clone(&self.sent),
        }
    }

    /// The token.
    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// What was sent since the last call.
    pub(crate) fn take_sent(&self) -> Vec<Sent> {
        self.sent.take()
    }

    /// Signs in with user name and password at the token endpoint; answers what it said.
    ///
    /// # Errors
    /// Exit 5 for a wrong password, exit 4 when the server cannot be reached.
    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Result<Value, Failure> {
        let form = [
            ("grant_type", "password"),
            ("username", username),
            ("password", password),
        ];
        let path = "/services/oauth2/token";
        let sent = self
            .agent
            .post(format!("{}{path}", self.base))
            .send_form(form);
        let answer = self.read(Method::Post, path, sent)?;
        if answer.status == 200 {
            return Ok(answer.body);
        }
        let failure = answer.failure();
        Err(match failure.exit {
            Exit::Refused => Failure {
                exit: Exit::SignIn,
                ..failure
            },
            _ => failure,
        })
    }

    /// Sends a request and takes what comes back, whatever its status.
    ///
    /// # Errors
    /// Exit 4, when the server cannot be reached.
    pub(crate) fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        once: Option<&str>,
    ) -> Result<Answer, Failure> {
        let url = format!("{}{path}", self.base);
        let bearer = self.token.as_ref().map(|t| format!("Bearer {t}"));
        let headers = [("Authorization", bearer.as_deref()), ("Idempotency-Key", once)];
        let headers = || headers.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let sent = match (method, body) {
            (Method::Get, _) => {
                let request = self.agent.get(url);
                headers().fold(request, |r, (n, v)| r.header(n, v)).call()
            }
            (Method::Delete, None) => {
                let request = self.agent.delete(url);
                headers().fold(request, |r, (n, v)| r.header(n, v)).call()
            }
            (Method::Delete, Some(body)) => {
                let request = self.agent.delete(url).force_send_body();
                headers()
                    .fold(request, |r, (n, v)| r.header(n, v))
                    .send_json(body)
            }
            (Method::Post | Method::Put | Method::Patch, body) => {
                let request = match method {
                    Method::Patch => self.agent.patch(url),
                    Method::Put => self.agent.put(url),
                    _ => self.agent.post(url),
                };
                headers()
                    .fold(request, |r, (n, v)| r.header(n, v))
                    .send_json(body.unwrap_or(&json!({})))
            }
        };
        self.read(method, path, sent)
    }

    fn read(
        &self,
        method: Method,
        path: &str,
        sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let lost = |e: ureq::Error| {
            Failure::unreachable(format!("{} cannot be reached: {e}", self.base))
                .hint("is the server running? Name it with --url or OPENLMA_URL")
        };
        let mut response = sent.map_err(lost)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(LARGEST);
        let text = body.read_to_string().map_err(lost)?;
        self.sent.borrow_mut().push(Sent {
            method: method.as_str(),
            path: path.to_owned(),
            status,
        });
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
        };
        Ok(Answer { status, body })
    }

    /// GET; the body of a success.
    ///
    /// # Errors
    /// That of the answer, as [`Answer::success`].
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::Get, path, None, None)?.success()
    }

    /// POST; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::Post, path, Some(body), None)?.success()
    }

    /// PATCH; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn patch(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::Patch, path, Some(body), None)?.success()
    }

    /// PUT; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::Put, path, Some(body), None)?.success()
    }

    /// DELETE; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::Delete, path, None, None)?.success()
    }

    /// Returns when the server is ready.
    ///
    /// # Errors
    /// Exit 4 after fifteen seconds.
    pub(crate) fn wait_until_ready(&self) -> Result<(), Failure> {
        wait_for("the server to be ready", READY, || {
            let answer = self.send(Method::Get, "/readyz", None, None);
            Ok(answer.is_ok_and(|a| a.status == 200).then_some(()))
        })
    }
}

/// Looks at a condition until it holds.
///
/// # Errors
/// Those of a look; exit 4, when it does not hold in time.
pub(crate) fn wait_for<T>(
    what: &str,
    limit: Duration,
    look: impl Fn() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let watch = Stopwatch::start();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if watch.elapsed() > limit {
            return Err(Failure::unreachable(format!(
                "waited {} s for {what}",
                limit.as_secs()
            )));
        }
        #[expect(clippy::disallowed_methods, reason = "a pause between two looks")]
        std::thread::sleep(LOOK_EVERY);
    }
}

impl Answer {
    /// The body, if the request was successful.
    ///
    /// # Errors
    /// What the answer says, with the exit code for its status.
    pub(crate) fn success(self) -> Result<Value, Failure> {
        if (200..300).contains(&self.status) {
            Ok(self.body)
        } else {
            Err(self.failure())
        }
    }

    /// The code of an error answer: of a problem, of the Salesforce-compatible doors, or of
    /// OAuth.
    pub(crate) fn code(&self) -> &str {
        let first = self.body.get(0).unwrap_or(&self.body);
        ["code", "errorCode", "error"]
            .iter()
            .find_map(|name| first.get(name)?.as_str())
            .unwrap_or_default()
    }

    fn failure(&self) -> Failure {
        let first = self.body.get(0).unwrap_or(&self.body);
        let said = ["detail", "message", "error_description", "error"]
            .iter()
            .find_map(|name| first.get(name)?.as_str());
        let code = self.code();
        let message = match said {
            Some(said) if code.is_empty() || said == code => said.to_owned(),
            Some(said) => format!("{said} ({code})"),
            None => format!("the server answered {}", self.status),
        };
        match self.status {
            401 => Failure::new(Exit::SignIn, message).hint("sign in: openlma login"),
            403 => Failure::new(Exit::SignIn, message),
            500.. => Failure::unreachable(message),
            _ => Failure::new(Exit::Refused, message),
        }
    }
}

/// A text as part of a path or of a query.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_every_door_are_understood() {
        let failure = |status, body: Value| Answer { status, body }.success().unwrap_err();
        let problem = failure(400, json!({"code": "NO_SEAT", "detail": "no seat is free"}));
        assert_eq!(problem.exit, Exit::Refused);
        assert_eq!(problem.message, "no seat is free (NO_SEAT)");
        let rest = failure(401, json!([{"errorCode": "INVALID_SESSION_ID", "message": "ended"}]));
        assert_eq!(rest.exit, Exit::SignIn);
        assert_eq!(rest.message, "ended (INVALID_SESSION_ID)");
        let oauth = failure(400, json!({"error": "invalid_grant", "error_description": "wrong"}));
        assert_eq!(oauth.message, "wrong (invalid_grant)");
        assert_eq!(failure(503, Value::Null).exit, Exit::Unreachable);
    }

    #[test]
    fn texts_are_escaped_for_addresses() {
        assert_eq!(escape("a b&é@x.example"), "a%20b%26%C3%A9%40x.example");
    }
}
