//! Hosts, paths and their parameters.

use std::net::IpAddr;

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
    use super::{escape, is_loopback};

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
