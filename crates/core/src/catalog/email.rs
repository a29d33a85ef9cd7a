//! What counts as an email address (standard-objects.md §10).

/// Is it `local@domain.tld`? Unicode is allowed on both sides; white space, control characters,
/// a second `@`, empty labels and labels that begin or end with a hyphen are not.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let label = |l: &str| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let dotted = |s: &str| !s.starts_with('.') && !s.ends_with('.') && !s.contains("..");
    !local.is_empty()
        && local.chars().all(clean)
        && dotted(local)
        && domain.split('.').all(label)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, tld)| tld.chars().count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn local_at_domain_dot_tld() {
        for good in [
            "ada@example.com",
            "a.b+c@sub.example.co",
            "x@exa-mple.io",
            "ü@müller.example",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@.com",
            "ada@example.",
            "a b@c.de",
            "a@b@c.de",
            "a@-b.de",
            "a..b@c.de",
            ".a@c.de",
            "a@c.d",
            "a\n@c.de",
            "<a@c.de>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
