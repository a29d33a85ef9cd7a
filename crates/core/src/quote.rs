//! What an error quotes of a value that somebody sent: its beginning, never the whole of a long one.

use std::borrow::Cow;

/// Most characters of a value in a message.
const MOST: usize = 80;

/// The first 80 characters of a value, with `…` where something was left off (R-ERR-1).
///
/// ```
/// use openlma_core::quote::beginning;
/// assert_eq!(beginning("orbit"), "orbit");
/// assert_eq!(beginning(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
/// ```
#[must_use]
pub fn beginning(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}
