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
