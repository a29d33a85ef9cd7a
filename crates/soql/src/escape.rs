//! Escapes in quoted texts.
//!
//! The tree keeps a text as it was written, because `LIKE` must still tell `\%` from `%`; what
//! it means is worked out here.

/// Why a raw text means nothing: an escape that is none of the language, or U+0000, which no text
/// has, written as it is or escaped.
#[must_use]
pub fn fault(raw: &str) -> Option<&'static str> {
    Pieces(raw.chars()).find_map(|piece| match piece.map(Piece::character) {
        None => Some("illegal escape in a quoted text"),
        Some('\0') => Some("the character U+0000 in a quoted text"),
        Some(_) => None,
    })
}

/// The text that a raw text means; a bad escape ends it.
#[must_use]
pub fn meaning(raw: &str) -> String {
    Pieces(raw.chars())
        .map_while(|p| p)
        .map(|piece| piece.character())
        .collect()
}

/// The pattern that a raw text means after `LIKE`: `%` and `_` are wildcards, `\` stands before
/// a `%`, `_` or `\` that means itself.
#[must_use]
pub fn pattern(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for piece in Pieces(raw.chars()).map_while(|p| p) {
        let c = piece.character();
        if c == '\\' || matches!(piece, Piece::Escaped('%' | '_')) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The raw text that means `text` outside of `LIKE`.
#[must_use]
pub fn raw(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\'' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Piece {
    Plain(char),
    Escaped(char),
}

impl Piece {
    fn character(self) -> char {
        match self {
            Piece::Plain(c) | Piece::Escaped(c) => c,
        }
    }
}

/// The characters of a raw text; `None` inside for an escape that does not exist.
struct Pieces<'a>(std::str::Chars<'a>);

impl Iterator for Pieces<'_> {
    type Item = Option<Piece>;

    fn next(&mut self) -> Option<Option<Piece>> {
        let c = self.0.next()?;
        if c != '\\' {
            return Some(Some(Piece::Plain(c)));
        }
        let escaped = match self.0.next() {
            Some('n' | 'N') => '\n',
            Some('r' | 'R') => '\r',
            Some('t' | 'T') => '\t',
            Some('b' | 'B') => '\u{8}',
            Some('f' | 'F') => '\u{c}',
            Some(c @ ('"' | '\'' | '\\' | '_' | '%')) => c,
            Some('u' | 'U') => match self.code_point() {
                Some(c) => c,
                None => return Some(None),
            },
            _ => return Some(None),
        };
        Some(Some(Piece::Escaped(escaped)))
    }
}

impl Pieces<'_> {
    /// Four hexadecimal digits; a character beyond the basic plane is written as it is.
    fn code_point(&mut self) -> Option<char> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + self.0.next()?.to_digit(16)?;
        }
        char::from_u32(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_their_characters() {
        assert_eq!(meaning(r#"a\n\R\t\"\'\\\_\%\u00e4"#), "a\n\r\t\"'\\_%ä");
        assert_eq!(fault(r"\N\b\f"), None);
        for bad in [r"\x", r"\", r"\u12", r"\ud800", r"\u00g0"] {
            assert_eq!(fault(bad), Some("illegal escape in a quoted text"), "{bad}");
        }
        for bad in ["a\0", r"\u0000b"] {
            let why = Some("the character U+0000 in a quoted text");
            assert_eq!(fault(bad), why, "{bad:?}");
        }
    }

    #[test]
    fn a_pattern_keeps_wildcards_apart() {
        assert_eq!(pattern(r"50\% _a\_b\\%"), r"50\% _a\_b\\%");
        assert_eq!(pattern(r"it\'s\u0025"), r"it's\%");
    }

    #[test]
    fn raw_undoes_meaning() {
        let text = "it's\n\\ 'x' %_ ä";
        assert_eq!(meaning(&raw(text)), text);
    }
}
