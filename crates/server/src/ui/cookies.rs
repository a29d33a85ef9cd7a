//! The two cookies (R-ORG-4): the session of one org, kept to that org's path, and a random text
//! that binds the sign-in form to the browser. Names carry the server's mark, so that two servers
//! on one host leave each other's alone.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::state::State;

/// How a cookie is set and read.
pub(super) struct Cookie {
    name: String,
    path: String,
    secure: bool,
}

impl Cookie {
    /// The session of the org with this domain.
    pub(super) fn session(state: &State, domain: &str) -> Cookie {
        Cookie {
            name: format!("olma_{}_session", state.app.server_mark()),
            path: format!("/o/{domain}"),
            secure: secure(state),
        }
    }

    /// What the sign-in form is bound to.
    pub(super) fn before_sign_in(state: &State) -> Cookie {
        Cookie {
            name: format!("olma_{}_form", state.app.server_mark()),
            path: "/".to_owned(),
            secure: secure(state),
        }
    }

    /// Its value in a request.
    pub(super) fn read(&self, headers: &HeaderMap) -> Option<String> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name)
            .map(|(_, value)| value.to_owned())
    }

    /// Sets it until the browser closes.
    pub(super) fn set(&self, headers: &mut HeaderMap, value: &str) {
        self.write(headers, value, "");
    }

    /// Takes it away.
    pub(super) fn clear(&self, headers: &mut HeaderMap) {
        self.write(headers, "", "; Max-Age=0");
    }

    fn write(&self, headers: &mut HeaderMap, value: &str, more: &str) {
        let secure = if self.secure { "; Secure" } else { "" };
        let (name, path) = (&self.name, &self.path);
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{more}");
        // Names, paths and tokens are letters, digits and a few marks.
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

fn secure(state: &State) -> bool {
    state.settings.public_url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie() -> Cookie {
        Cookie {
            name: "olma_1234_session".into(),
            path: "/o/example".into(),
            secure: true,
        }
    }

    #[test]
    fn r_org_4_a_session_keeps_to_its_org() {
        let mut headers = HeaderMap::new();
        cookie().set(&mut headers, "token");
        assert_eq!(
            headers[header::SET_COOKIE],
            "olma_1234_session=token; Path=/o/example; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn r_org_4_cookies_of_another_server_are_left_alone() {
        let mut headers = HeaderMap::new();
        let line = "olma_9999_session=other; a; olma_1234_session=00D!x=y";
        headers.insert(header::COOKIE, line.parse().unwrap());
        assert_eq!(cookie().read(&headers).as_deref(), Some("00D!x=y"));
    }
}
