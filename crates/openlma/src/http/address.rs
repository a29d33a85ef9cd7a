//! Addresses of servers, paths and their parameters.

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
    use super::{escape, is_web};

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
    fn texts_are_escaped_for_addresses() {
        assert_eq!(escape("a b&é@x.example"), "a%20b%26%C3%A9%40x.example");
    }
}
