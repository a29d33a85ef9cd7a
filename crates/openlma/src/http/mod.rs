//! Requests to a server: our own API, the Salesforce-compatible doors, the token endpoint. No
//! meaning of a path may be known here.

mod address;
mod answer;
mod hints;
mod wait;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use self::address::{escape, is_web, with_query};
pub(crate) use self::answer::Answer;
pub(crate) use self::hints::by_code as hint;
pub(crate) use self::wait::{wait_for, watch};
use crate::failure::{Exit, Failure};
use crate::output;

/// The longest that an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(65);
/// The longest that a server may take to get ready.
const READY: Duration = Duration::from_secs(15);
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
    /// A client without a token. It goes by the proxy that `HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY` name, but never to the machine itself.
    pub(crate) fn new(base: &str) -> Client {
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIME_LIMIT))
            .user_agent(concat!("openlma/", env!("CARGO_PKG_VERSION")));
        if address::is_loopback(base) {
            config = config.proxy(None);
        }
        Client {
            agent: config.build().into(),
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
        self.grant(&[
            ("grant_type", "password"),
            ("username", username),
            ("password", password),
        ])
    }

    fn grant(&self, form: &[(&str, &str)]) -> Result<Value, Failure> {
        let path = "/services/oauth2/token";
        let sent = self
            .agent
            .post(format!("{}{path}", self.base))
            .send_form(form.iter().copied());
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

    /// Signs in as an OAuth client that acts as its run-as user.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    pub(crate) fn sign_in_client(&self, id: &str, secret: &str) -> Result<Value, Failure> {
        self.grant(&[
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ])
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
        let headers = [
            ("Authorization", bearer.as_deref()),
            ("Idempotency-Key", once),
        ];
        let headers = || {
            headers
                .iter()
                .filter_map(|(name, value)| Some((*name, (*value)?)))
        };
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
            if let ureq::Error::Http(e) = e {
                return Failure::usage(format!("this cannot be sent to a server: {e}"))
                    .hint("an address with all that is in it holds 65,534 bytes: give less");
            }
            Failure::unreachable(format!("{} cannot be reached: {e}", self.base))
                .hint("is the server running? Name it with --url or OPENLMA_URL")
        };
        let mut response = sent.map_err(lost)?;
        let status = response.status().as_u16();
        let header = response.headers().get("warning");
        let header = header
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
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
        answer::warnings(header.as_deref(), &body)
            .for_each(|text| output::note(format_args!("warning: {text}")));
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
    pub(crate) fn post(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        let body = json_of(body)?;
        self.send(Method::Post, path, Some(&body), None)?.success()
    }

    /// PATCH; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn patch(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        let body = json_of(body)?;
        self.send(Method::Patch, path, Some(&body), None)?.success()
    }

    /// PUT; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn put(&self, path: &str, body: &impl Serialize) -> Result<Value, Failure> {
        let body = json_of(body)?;
        self.send(Method::Put, path, Some(&body), None)?.success()
    }

    /// DELETE; the body of a success.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn delete(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::Delete, path, None, None)?.success()
    }

    /// All rows of a list, page after page.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub(crate) fn all(&self, path: &str) -> Result<Vec<Value>, Failure> {
        let mut rows = Vec::new();
        let mut next = path.to_owned();
        loop {
            let mut page = self.get(&next)?;
            if let Some(items) = page["items"].as_array_mut() {
                rows.append(items);
            }
            let Some(cursor) = page["next"].as_str() else {
                return Ok(rows);
            };
            let joint = if path.contains('?') { '&' } else { '?' };
            next = format!("{path}{joint}cursor={}", escape(cursor));
        }
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

/// A body as JSON.
///
/// # Errors
/// Exit 2; plain data always is JSON.
pub(crate) fn json_of(body: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(body).map_err(|e| Failure::usage(format!("this is no JSON: {e}")))
}
