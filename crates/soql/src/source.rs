//! The query's text, places in it, and errors that show the place.
//!
//! The one writer of the form that editors parse: an excerpt, a caret under it,
//! `ERROR at Row:1:Column:8`, the message. No message text of any rule stands here.

use openlma_core::{Code, Error};

/// Most characters that a query may have (R-ERR-2).
pub const MAX_CHARACTERS: usize = 100_000;

/// Characters shown on each side of the place of an error.
const WINDOW: usize = 60;

/// A place in a query's text, as a byte offset.
///
/// Places never take part in equality: two trees are equal when they mean the same.
#[derive(Clone, Copy, Debug, Default)]
pub struct At(pub usize);

impl PartialEq for At {
    fn eq(&self, _: &At) -> bool {
        true
    }
}

/// The text that a tree was read from, kept for the errors of the binder. Like places, it takes
/// no part in equality; a tree that was built by hand may have an empty one.
#[derive(Clone, Debug, Default)]
pub struct Source(pub String);

impl PartialEq for Source {
    fn eq(&self, _: &Source) -> bool {
        true
    }
}

/// Row and column of a place, both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub row: usize,
    /// Character in the line.
    pub column: usize,
}

impl Source {
    /// Row and column of a place; a place behind the end counts as the end.
    #[must_use]
    pub fn position(&self, at: At) -> Position {
        let before = self.before(at);
        let line = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            row: before.matches('\n').count() + 1,
            column: before[line..].chars().count() + 1,
        }
    }

    /// An error at a place, in the original's form.
    #[must_use]
    pub fn error(&self, code: Code, at: At, message: impl AsRef<str>) -> Error {
        let Position { row, column } = self.position(at);
        let (excerpt, caret) = self.excerpt(at);
        let message = message.as_ref();
        Error::new(
            code,
            format!("\n{excerpt}\n{caret}\nERROR at Row:{row}:Column:{column}\n{message}"),
        )
    }

    /// The line around a place, cut to a window, and a caret line below it.
    fn excerpt(&self, at: At) -> (String, String) {
        let before = self.before(at);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let rest = &self.0[before.len()..];
        let left: Vec<char> = before[start..].chars().collect();
        let left = &left[left.len().saturating_sub(WINDOW)..];
        let right = rest.chars().take_while(|c| *c != '\n').take(WINDOW);
        let excerpt: String = left
            .iter()
            .copied()
            .chain(right)
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let caret = format!("{}^", " ".repeat(left.len()));
        (excerpt.trim_end().to_owned(), caret)
    }

    fn before(&self, at: At) -> &str {
        let mut end = at.0.min(self.0.len());
        while !self.0.is_char_boundary(end) {
            end -= 1;
        }
        &self.0[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_the_line_and_the_place() {
        let source = Source("SELECT Nme\nFROM Läad x".into());
        let error = source.error(Code::InvalidField, At(22), "no");
        assert_eq!(
            error.message,
            "\nFROM Läad x\n          ^\nERROR at Row:2:Column:11\nno"
        );
        assert_eq!(source.position(At(999)), Position { row: 2, column: 12 });
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = Source(format!("{}!{}", "a".repeat(500), "b".repeat(500)));
        let error = source.error(Code::MalformedQuery, At(500), "no");
        let (left, right) = ("a".repeat(60), "b".repeat(59));
        let caret = " ".repeat(60);
        assert_eq!(
            error.message,
            format!("\n{left}!{right}\n{caret}^\nERROR at Row:1:Column:501\nno")
        );
    }
}
