//! Addresses of servers, paths and their parameters.

use std::net::IpAddr;

/// Is this the address of a web server: scheme and host, and at most a path?
pub(crate) fn is_web(text: &str) -> bool {
    let Ok(uri) = text.parse::<ureq::http::Uri>() else {
        return false;
    };
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let port_is_there = uri.authority().is_some_and(|a| {
        let port = a.as_str().rsplit_once(':').map(|(_, port)| port);
        !port.is_some_and(|p| p.bytes().all(|c| c.is_ascii_digit())) || a.port_u16().is_some()
    });
    known && port_is_there && uri.query().is_none() && !text.contains('#')
}

/// A path with the parameters that were given.
pub(crate) fn with_query(path: &str, parameters: &[(&str, Option<&str>)]) -> String {
    let given: Vec<String> = parameters
        .iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", escape((*value)?))))
        .collect();
    if given.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", given.join("&"))
    }
}

/// Is the server of this address on the machine itself? Then no proxy can reach it.
pub(crate) fn is_loopback(base: &str) -> bool {
    let Ok(address) = base.parse::<ureq::http::Uri>() else {
        return false;
    };
    let host = address.host().unwrap_or_default().to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback(),
        Err(_) => bare == "localhost" || bare.ends_with(".localhost"),
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
    use super::{escape, is_loopback, is_web};

    #[test]
    fn addresses_of_servers_have_scheme_and_host() {
        for good in [
            "http://127.0.0.1:8080",
            "https://licenses.example/",
            "http://[::1]:80",
            "https://licenses.example/below",
        ] {
            assert!(is_web(good), "{good}");
        }
        for bad in [
            "licenses.example",
            "localhost:8080",
            "ftp://licenses.example",
            "http://",
            "http://x:99999",
            "http://x/?y",
            "http://x/#y",
            "http://a b",
        ] {
            assert!(!is_web(bad), "{bad}");
        }
    }

    #[test]
    fn hosts_on_this_machine_are_known() {
        for base in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:8080/",
            "http://[::ffff:127.0.0.1]",
            "https://LocalHost:8443",
            "http://orbit.localhost:8080",
        ] {
            assert!(is_loopback(base), "{base}");
        }
        for base in [
            "http://192.0.2.1:8080",
            "http://[2001:db8::1]",
            "https://lma.example",
            "http://localhost.example",
            "http://notlocalhost",
            "no address",
            "",
        ] {
            assert!(!is_loopback(base), "{base}");
        }
    }

    #[test]
    fn texts_are_escaped_for_addresses() {
        assert_eq!(escape("a b&é@x.example"), "a%20b%26%C3%A9%40x.example");
    }
}
