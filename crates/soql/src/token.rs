//! Tokens: the words and signs of a query's text.
//!
//! Keywords are contextual, so they are plain words here; a few are reserved besides.

use openlma_core::time::{Date, Timestamp};

use crate::source::At;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token<'a> {
    /// Where it begins.
    pub(crate) at: At,
    /// Its text as written, empty at the end of the query.
    pub(crate) text: &'a str,
    /// What it is.
    pub(crate) kind: Kind<'a>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind<'a> {
    /// A name or a keyword: letters, digits and `_`, a letter first.
    Word,
    /// A quoted text; the characters between the quotes, escapes as written and all valid.
    Text(&'a str),
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number, finite.
    Number(f64),
    /// `2026-11-24`
    Date(Date),
    /// `2026-11-24T02:10:51.000+0000`
    DateTime(Timestamp),
    /// A sign.
    Sign(Sign),
    /// Something that is no token, and why.
    Bad(&'static str),
    /// The end of the query.
    End,
}

/// The signs of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `:`
    Colon,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `=`
    Eq,
    /// `!=` or `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Words that cannot stand where a name begins.
const RESERVED: [&str; 15] = [
    "AND", "ASC", "DESC", "EXCLUDES", "FROM", "HAVING", "IN", "INCLUDES", "LIKE", "LIMIT", "NOT",
    "NULL", "OR", "SELECT", "WHERE",
];

impl Token<'_> {
    /// Is it a word that cannot stand where a name begins?
    pub(crate) fn is_reserved(&self) -> bool {
        RESERVED.iter().any(|word| self.is_word(word))
    }

    /// Is it this word, ignoring case?
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}
