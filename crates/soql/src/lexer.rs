//! The lexer: text → tokens.
//!
//! It never fails: what is no token becomes [`Kind::Bad`] and the parser reports it when it gets
//! there, so the first error in the text is the one that is told. No keyword is known here.

use openlma_core::time;

use crate::escape;
use crate::source::At;
use crate::token::{Kind, Sign, Token};

/// Splits a query into tokens; the last one is [`Kind::End`].
#[must_use]
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut lexer = Lexer { text, offset: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    loop {
        let token = lexer.token();
        let end = token.kind == Kind::End;
        tokens.push(token);
        if end {
            return tokens;
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Lexer<'a> {
    fn token(&mut self) -> Token<'a> {
        let rest = &self.text[self.offset..];
        let rest = rest.trim_start();
        let at = self.text.len() - rest.len();
        let (length, kind) = match rest.chars().next() {
            None => (0, Kind::End),
            Some('\'') => quoted(rest),
            Some(c) if c.is_ascii_alphabetic() => (word_length(rest), Kind::Word),
            Some(c) if c.is_ascii_digit() => number_or_date(rest),
            Some('+' | '-') => number_or_date(rest),
            Some(c) => sign(rest, c),
        };
        self.offset = at + length;
        Token {
            at: At(at),
            text: &rest[..length],
            kind,
        }
    }
}

fn word_length(rest: &str) -> usize {
    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len())
}

fn quoted(rest: &str) -> (usize, Kind<'_>) {
    let mut escaped = false;
    for (i, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => {
                let raw = &rest[1..i];
                let kind = match escape::fault(raw) {
                    None => Kind::Text(raw),
                    Some(why) => Kind::Bad(why),
                };
                return (i + 1, kind);
            }
            _ => {}
        }
    }
    (rest.len(), Kind::Bad("a quoted text does not end"))
}

/// Numbers, dates and instants are one run of the characters that any of them may have, so that
/// `2026-1-1` is one bad date and not three numbers.
fn number_or_date(rest: &str) -> (usize, Kind<'_>) {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '+' | '-');
    let length = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    let run = &rest[..length];
    (
        length,
        number(run)
            .or_else(|| date(run))
            .unwrap_or(Kind::Bad("no number and no date")),
    )
}

fn number(run: &str) -> Option<Kind<'static>> {
    let signed = run.strip_prefix(['+', '-']).unwrap_or(run);
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    if !signed.starts_with(|c: char| c.is_ascii_digit() || c == '.') || !signed.chars().all(numeric)
    {
        return None;
    }
    if let Ok(whole) = run.parse() {
        return Some(Kind::Int(whole));
    }
    let number: f64 = run.parse().ok()?;
    number.is_finite().then_some(Kind::Number(number))
}

fn date(run: &str) -> Option<Kind<'static>> {
    let date_length = "2026-11-24".len();
    let date = run.get(..date_length)?;
    if !date.bytes().enumerate().all(|(i, c)| match i {
        4 | 7 => c == b'-',
        _ => c.is_ascii_digit(),
    }) {
        return None;
    }
    if run.len() == date_length {
        return date.parse().ok().map(Kind::Date);
    }
    // Whole times only: `hh:mm:ss`, fraction and zone behind it.
    let time = run[date_length..].strip_prefix(['T', 't'])?;
    let clock = time.get(.."hh:mm:ss".len())?;
    let whole = clock.bytes().enumerate().all(|(i, c)| match i {
        2 | 5 => c == b':',
        _ => c.is_ascii_digit(),
    });
    if !whole {
        return None;
    }
    time::parse_instant(run).map(Kind::DateTime)
}

fn sign(rest: &str, first: char) -> (usize, Kind<'_>) {
    let two = match rest.as_bytes().get(1) {
        Some(b'=') => match first {
            '!' => Some(Sign::Ne),
            '<' => Some(Sign::Le),
            '>' => Some(Sign::Ge),
            _ => None,
        },
        Some(b'>') if first == '<' => Some(Sign::Ne),
        _ => None,
    };
    if let Some(sign) = two {
        return (2, Kind::Sign(sign));
    }
    let sign = match first {
        ',' => Sign::Comma,
        '.' => Sign::Dot,
        ':' => Sign::Colon,
        '(' => Sign::Open,
        ')' => Sign::Close,
        '=' => Sign::Eq,
        '<' => Sign::Lt,
        '>' => Sign::Gt,
        _ => return (first.len_utf8(), Kind::Bad("no character of the language")),
    };
    (1, Kind::Sign(sign))
}

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod tests;
