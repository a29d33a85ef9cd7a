//! The check client: a product asks whether a user is licensed.
//!
//! ```no_run
//! use openlma_client::Client;
//!
//! # fn main() -> Result<(), openlma_client::Error> {
//! let licenses = Client::new("https://licenses.example.com", "olma_ik_…");
//! let answer = licenses.check("ada@customer.example")?;
//! if answer.licensed {
//!     println!("welcome");
//! } else {
//!     println!("no access: {}", answer.reason);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! It blocks, keeps connections open, and keeps no answers: an answer holds until its
//! `valid_until`, and a product that asks often keeps it until then. What a product does when
//! it cannot ask ([`Error::may_pass`]) is for its maker to decide.
//!
//! Nothing here may know more of openlma than the shapes of `wire`.

use std::fmt;
use std::time::Duration;

pub use openlma_wire::{Licensed, Problem};
use ureq::Agent;

/// How long one check may take.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Asks one server about the users of one install. Clones share connections.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    address: String,
    authorization: String,
}

impl Client {
    /// A client for the server at `base_url` with the key that the install answered
    /// (`olma_ik_…`). A check takes 5 seconds at most.
    #[must_use]
    pub fn new(base_url: &str, installation_key: &str) -> Client {
        let config = Agent::config_builder().timeout_global(Some(TIME_LIMIT));
        Client::with_agent(base_url, installation_key, config.build().into())
    }

    /// The same by an agent of one's own, for proxies, certificates and other time limits.
    #[must_use]
    pub fn with_agent(base_url: &str, installation_key: &str, agent: Agent) -> Client {
        Client {
            agent,
            address: format!("{}/api/v1/licensed", base_url.trim_end_matches('/')),
            authorization: format!("Bearer {installation_key}"),
        }
    }

    /// Is the user licensed? `user` is an id, user name, external id or email (R-CHK-5). A user
    /// whom the org does not have is an answer (`UserUnknown`), no error.
    ///
    /// # Errors
    /// [`Error::Refused`] for a wrong key (`INVALID_SESSION_ID`) and a text that means two users
    /// (`AMBIGUOUS_USER`); the others, when there is no answer.
    pub fn check(&self, user: &str) -> Result<Licensed, Error> {
        let request = self
            .agent
            .get(&self.address)
            .config()
            .http_status_as_error(false)
            .build()
            .query("user", user)
            .header("authorization", &self.authorization);
        let mut answer = request.call().map_err(Error::Unreachable)?;
        if answer.status().is_success() {
            return answer.body_mut().read_json().map_err(Error::Unreadable);
        }
        let problem = answer.body_mut().read_json();
        Err(problem.map_or_else(Error::Unreadable, Error::Refused))
    }
}

impl fmt::Debug for Client {
    /// Never shows the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Error {
    /// The server refused the question.
    Refused(Problem),
    /// The server could not be reached in time.
    Unreachable(ureq::Error),
    /// Something else than openlma answered.
    Unreadable(ureq::Error),
}

impl Error {
    /// May the same question be answered later? True for outages; a refusal of the question
    /// itself stays one.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Error::Refused(problem) => problem.status >= 500 || problem.status == 429,
            Error::Unreachable(_) | Error::Unreadable(_) => true,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Refused(problem) => write!(f, "{}: {}", problem.code, problem.detail),
            Error::Unreachable(why) => write!(f, "the license server cannot be reached: {why}"),
            Error::Unreadable(why) => write!(f, "the license server's answer is none: {why}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Refused(_) => None,
            Error::Unreachable(why) | Error::Unreadable(why) => Some(why),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::{Client, Error};

    const ANSWER: &str = r#"{"licensed": true, "reason": "Licensed", "package": "033000000000001AAA",
        "version": "1.0", "status": "Active", "effective_status": "Active", "expires_on": null,
        "site_license": false, "seats": 5, "used": 2, "features": {}, "new_member": 1,
        "as_of": "2026-03-02T09:00:00Z", "valid_until": "2026-03-02T09:01:00Z"}"#;

    /// A server that answers one request, and what it was asked.
    fn server(status: &str, body: &str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut asked, mut part) = (Vec::new(), [0; 1024]);
            while !asked.ends_with(b"\r\n\r\n") {
                let n = stream.read(&mut part).unwrap();
                asked.extend_from_slice(&part[..n]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8(asked).unwrap()
        });
        (url, asked)
    }

    /// R-CHK-5: the key and the user are sent; members that this client does not know are passed
    /// over.
    #[test]
    fn r_chk_5_a_check() {
        let (url, asked) = server("200 OK", ANSWER);
        let answer = Client::new(&url, "olma_ik_x").check("a b@c.example");
        assert_eq!(answer.unwrap().seats, Some(5));
        let asked = asked.join().unwrap().to_ascii_lowercase();
        assert!(
            asked.starts_with("get /api/v1/licensed?user=a%20b%40c.example "),
            "{asked}"
        );
        assert!(asked.contains("authorization: bearer olma_ik_x"));
    }

    /// R-CHK-1: a refusal is never taken for an answer, nor for an outage.
    #[test]
    fn r_chk_1_refusals() {
        let problem = r#"{"status": 401, "title": "Unauthorized", "code": "INVALID_SESSION_ID",
            "detail": "the installation key is not valid", "fields": []}"#;
        let (url, _) = server("401 Unauthorized", problem);
        match Client::new(&url, "olma_ik_x").check("u") {
            Err(error @ Error::Refused(_)) => {
                assert!(!error.may_pass());
                assert!(error.to_string().starts_with("INVALID_SESSION_ID: "));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn outages_may_pass() {
        let (url, _) = server("502 Bad Gateway", "<html>");
        let error = Client::new(&url, "olma_ik_x").check("u").unwrap_err();
        assert!(matches!(error, Error::Unreadable(_)) && error.may_pass());
        let nobody = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let error = Client::new(&format!("http://{nobody}"), "k")
            .check("u")
            .unwrap_err();
        assert!(matches!(error, Error::Unreachable(_)) && error.may_pass());
    }

    #[test]
    fn the_key_is_not_shown() {
        let client = Client::new("http://127.0.0.1", "olma_ik_x");
        assert!(!format!("{client:?}").contains("olma_ik_x"));
    }
}
