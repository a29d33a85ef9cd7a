//! Folding of text for comparison without regard to case (SOQL's `=`, names, emails).

/// Folds `text` so that two texts that differ only in case become equal.
///
/// Full Unicode lower-casing, done here and never by a database, so that SQLite and PostgreSQL
/// agree whatever their locale. Surrounding white space is kept.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { text.to_lowercase() }
}
