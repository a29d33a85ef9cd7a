//! How an error repeats what somebody sent: its beginning, so that a refusal is never as long as
//! what it refuses (R-ERR-1).

use std::borrow::Cow;

/// Most characters of a value that an error repeats.
pub const LONGEST: usize = 80;

/// A text as an error repeats it: its first [`LONGEST`] characters, with `…` where more follow.
///
/// ```
/// use openlma_core::echo::echo;
/// assert_eq!(echo("short"), "short");
/// assert_eq!(echo(&"x".repeat(10_000)).chars().count(), 81);
/// ```
#[must_use]
pub fn echo(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, echo};

    /// R-ERR-1: what just fits stays whole; characters are counted, not bytes.
    #[test]
    fn r_err_1_the_beginning_is_repeated() {
        for letter in ["x", "ü", "😀"] {
            let fits = letter.repeat(LONGEST);
            assert_eq!(echo(&fits), fits);
            assert_eq!(echo(&format!("{fits}y")), format!("{fits}…"));
        }
    }
}
