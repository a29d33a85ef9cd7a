//! Callers over real HTTP.

use serde_json::Value as Json;
use ureq::Agent;

use crate::openapi;

/// A caller of one server.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Content type, without parameters.
    pub content_type: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// The body as JSON of an answer with this status.
    ///
    /// # Panics
    /// When the status is another.
    pub fn expect(&self, status: u16) -> Json {
        assert_eq!(self.status, status, "{self:?}");
        if self.text.is_empty() {
            Json::Null
        } else {
            self.json()
        }
    }

    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }
}

impl Client {
    /// A caller of the server at `url`, with a token or key.
    #[must_use]
    pub fn new(url: &str, token: Option<&str>) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // The server is on this machine, whatever the surroundings say.
            .proxy(None)
            .build();
        Client {
            agent: config.into(),
            url: url.to_owned(),
            token: token.map(str::to_owned),
        }
    }

    /// `GET`.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    /// `DELETE`.
    #[must_use]
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None)
    }

    /// `POST` of JSON.
    #[must_use]
    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.json("POST", path, body)
    }

    /// `PATCH` of JSON.
    #[must_use]
    pub fn patch(&self, path: &str, body: &Json) -> Answer {
        self.json("PATCH", path, body)
    }

    /// Any verb with JSON.
    #[must_use]
    pub fn json(&self, verb: &str, path: &str, body: &Json) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(verb, path, &headers, Some(body.to_string()))
    }

    /// `POST` of a form.
    #[must_use]
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(k, v)| format!("{k}={}", percent(v)))
            .collect();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, Some(pairs.join("&")))
    }

    /// Anything.
    ///
    /// # Panics
    /// When the server cannot be reached.
    #[must_use]
    pub fn send(
        &self,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        self.try_send(verb, path, headers, body)
            .expect("the server answers")
    }

    /// Anything; nothing comes back when the server cannot be reached or dies meanwhile.
    ///
    /// # Panics
    /// When the request is none.
    #[must_use]
    pub fn try_send(
        &self,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Option<Answer> {
        self.try_send_bytes(verb, path, headers, body.unwrap_or_default().into_bytes())
    }

    /// Anything with any body, as [`Client::try_send`].
    ///
    /// # Panics
    /// When the request is none, or the exchange is not as the OpenAPI document says.
    #[must_use]
    pub fn try_send_bytes(
        &self,
        verb: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Option<Answer> {
        let mut request = ureq::http::Request::builder()
            .method(verb)
            .uri(self.url.clone() + path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.clone()).expect("a request");
        let sent = openapi::Request {
            verb,
            target: path,
            headers,
            body: &body,
        };
        let mut answer = self.agent.run(request).ok()?;
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .map(|(n, v)| {
                (
                    n.to_string(),
                    String::from_utf8_lossy(v.as_bytes()).into_owned(),
                )
            })
            .collect();
        let content_type = answer.body().mime_type().unwrap_or_default().to_owned();
        let answer = Answer {
            status: answer.status().as_u16(),
            content_type,
            headers,
            text: answer.body_mut().read_to_string().ok()?,
        };
        openapi::check(&sent, &answer);
        Some(answer)
    }
}

/// Percent-encodes a value for a query string or a form.
#[must_use]
pub(crate) fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(b).to_string()
            }
            b => format!("%{b:02X}"),
        })
        .collect()
}

impl Client {
    /// Runs a query at the Salesforce-compatible door.
    #[must_use]
    pub fn query(&self, soql: &str) -> Answer {
        self.get(&format!("/services/data/v62.0/query?q={}", percent(soql)))
    }

    /// The rows of a query that works.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn rows(&self, soql: &str) -> Vec<Json> {
        let answer = self.query(soql).expect(200);
        answer["records"].as_array().expect("records").clone()
    }
}
