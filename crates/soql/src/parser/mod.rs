//! The parser: tokens → tree, by recursive descent.
//!
//! Every question about the next token is noted, so an error can say all that was expected
//! there. Nothing here may know the catalogue.

mod clauses;
mod condition;
mod select;

use openlma_core::quote::beginning;
use openlma_core::{Code, Error, Result};

use crate::ast::{Name, Path, Query};
use crate::lexer;
use crate::source::{At, MAX_CHARACTERS, Source};
use crate::token::{Kind, Sign, Token};

/// How deep parentheses and NOT may nest.
const MAX_DEPTH: usize = 50;

/// Parses one query.
///
/// # Errors
/// `MALFORMED_QUERY` with excerpt, row, column and what was expected; for more than 100,000
/// characters (R-ERR-2) without excerpt. `NUMBER_OUTSIDE_VALID_RANGE` for an OFFSET above 2,000.
pub fn parse(text: &str) -> Result<Query> {
    let length = text.chars().count();
    if length > MAX_CHARACTERS {
        return Err(Error::new(
            Code::MalformedQuery,
            format!("a query may have at most {MAX_CHARACTERS} characters, this one has {length}"),
        ));
    }
    let mut parser = Parser {
        source: Source(text.to_owned()),
        tokens: lexer::tokens(text),
        next: 0,
        depth: 0,
        expected: Vec::new(),
    };
    parser.query()
}

struct Parser<'a> {
    source: Source,
    /// Ends with [`Kind::End`].
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
    /// What was asked of the next token and answered no.
    expected: Vec<&'static str>,
}

impl<'a> Parser<'a> {
    fn token(&self) -> &Token<'a> {
        self.ahead(0)
    }

    /// A token further on; the end of the query repeats for ever.
    fn ahead(&self, n: usize) -> &Token<'a> {
        &self.tokens[(self.next + n).min(self.tokens.len() - 1)]
    }

    fn at(&self) -> At {
        self.token().at
    }

    fn advance(&mut self) {
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        self.expected.clear();
    }

    /// Notes that something was expected at the next token.
    fn expect_also(&mut self, what: &'static str) {
        if !self.expected.contains(&what) {
            self.expected.push(what);
        }
    }

    /// Takes a keyword if it comes next.
    fn take(&mut self, word: &'static str) -> bool {
        let found = self.token().is_word(word);
        if found {
            self.advance();
        } else {
            self.expect_also(word);
        }
        found
    }

    /// Takes a sign if it comes next; `name` is how it is called in errors.
    fn take_sign(&mut self, sign: Sign, name: &'static str) -> bool {
        let found = self.token().kind == Kind::Sign(sign);
        if found {
            self.advance();
        } else {
            self.expect_also(name);
        }
        found
    }

    fn require(&mut self, word: &'static str) -> Result<()> {
        if self.take(word) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn require_sign(&mut self, sign: Sign, name: &'static str) -> Result<()> {
        if self.take_sign(sign, name) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// Takes a name; `what` is how it is called in errors.
    fn name(&mut self, what: &'static str) -> Result<Name> {
        if self.token().kind != Kind::Word {
            self.expect_also(what);
            return Err(self.unexpected());
        }
        let name = Name {
            text: self.token().text.to_owned(),
            at: self.at(),
        };
        self.advance();
        Ok(name)
    }

    /// Takes a name that is no reserved word.
    fn free_name(&mut self, what: &'static str) -> Result<Name> {
        if self.token().is_reserved() {
            self.expect_also(what);
            return Err(self.unexpected());
        }
        self.name(what)
    }

    /// Takes a field's name with the names behind its dots; only the first must be free.
    fn path(&mut self) -> Result<Path> {
        let mut names = vec![self.free_name("field name")?];
        while self.take_sign(Sign::Dot, "'.'") {
            names.push(self.name("field name")?);
        }
        Ok(Path { names })
    }

    /// Takes a number of digits alone.
    fn whole_number(&mut self) -> Result<u32> {
        match self.token().kind {
            Kind::Int(n) if self.token().text.starts_with(|c: char| c.is_ascii_digit()) => {
                // More rows than can be counted are all rows.
                let n = u32::try_from(n).unwrap_or(u32::MAX);
                self.advance();
                Ok(n)
            }
            _ => {
                self.expect_also("a whole number");
                Err(self.unexpected())
            }
        }
    }

    /// Runs `inner` one level deeper.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            let message = format!("conditions may nest at most {MAX_DEPTH} levels deep");
            return Err(self.malformed(self.at(), message));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn malformed(&self, at: At, message: impl AsRef<str>) -> Error {
        self.source.error(Code::MalformedQuery, at, message)
    }

    /// Something of the language that is not served.
    fn unsupported(&self, what: &str) -> Error {
        self.malformed(self.at(), format!("{what} is not supported"))
    }

    /// The error that the next token does not fit.
    fn unexpected(&self) -> Error {
        let token = self.token();
        let mut message = match token.kind {
            Kind::End => "unexpected end of query".to_owned(),
            Kind::Bad(why) => format!("unexpected token: {} ({why})", quoted(token.text)),
            _ => format!("unexpected token: {}", quoted(token.text)),
        };
        if let Some((last, others)) = self.expected.split_last() {
            message += ", expected ";
            if !others.is_empty() {
                message += &format!("{} or ", others.join(", "));
            }
            message += last;
        }
        self.malformed(token.at, message)
    }
}

/// A token in quotes, a long one cut.
fn quoted(text: &str) -> String {
    format!("'{}'", beginning(text))
}
