//! Folding of text for comparison without regard to case (SOQL's `=`, names, emails).

/// Folds `text` so that two texts that differ only in case become equal.
///
/// Full Unicode lower-casing, done here and never by a database, so that SQLite and PostgreSQL
/// agree whatever their locale. Surrounding white space is kept.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_goes_and_the_rest_stays() {
        assert_eq!(fold(" Open - Not Contacted"), " open - not contacted");
        assert_eq!(fold("ÄÖÜ"), fold("äöü"));
        assert_ne!(fold("e"), fold("é"));
        assert_eq!(fold(&fold("ΑΣ")), fold("ΑΣ"));
    }
}
