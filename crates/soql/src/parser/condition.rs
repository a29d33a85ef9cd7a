//! The condition after WHERE.

use openlma_core::Result;
use openlma_core::quote::beginning;

use super::Parser;
use crate::ast::{Expr, Literal, LiteralKind, Path};
use crate::days;
use crate::plan::CompareOp;
use crate::token::{Kind, Sign};

impl Parser<'_> {
    /// A condition: simple ones joined by AND alone or by OR alone. To mix them takes
    /// parentheses.
    pub(super) fn filter(&mut self) -> Result<Expr> {
        let first = self.simple()?;
        let (word, other, join): (_, _, fn(Vec<Expr>) -> Expr) = if self.token().is_word("OR") {
            ("OR", "AND", Expr::Or)
        } else {
            ("AND", "OR", Expr::And)
        };
        let mut operands = vec![first];
        while self.take(word) {
            operands.push(self.simple()?);
        }
        if operands.len() == 1 {
            self.expect_also("OR");
            return Ok(operands.remove(0));
        }
        if self.token().is_word(other) {
            let message = format!(
                "unexpected token: '{}', AND and OR may be mixed only with parentheses",
                self.token().text
            );
            return Err(self.malformed(self.at(), message));
        }
        Ok(join(operands))
    }

    fn simple(&mut self) -> Result<Expr> {
        if self.take("NOT") {
            return Ok(Expr::Not(Box::new(self.deeper(Self::simple)?)));
        }
        if self.take_sign(Sign::Open, "'('") {
            let inner = self.deeper(Self::filter)?;
            self.require_sign(Sign::Close, "')'")?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expr> {
        self.refuse_function()?;
        let path = self.path()?;
        if let Some(op) = self.compare_op() {
            return Ok(Expr::Compare {
                path,
                op,
                value: self.literal()?,
            });
        }
        if self.take("LIKE") {
            return Ok(Expr::Like {
                path,
                value: self.literal()?,
            });
        }
        if self.take("IN") {
            return self.in_list(path, false);
        }
        if self.take("NOT") {
            self.require("IN")?;
            return self.in_list(path, true);
        }
        for word in ["INCLUDES", "EXCLUDES"] {
            if self.token().is_word(word) {
                return Err(self.unsupported(word));
            }
        }
        Err(self.unexpected())
    }

    fn compare_op(&mut self) -> Option<CompareOp> {
        let op = match self.token().kind {
            Kind::Sign(Sign::Eq) => CompareOp::Eq,
            Kind::Sign(Sign::Ne) => CompareOp::Ne,
            Kind::Sign(Sign::Lt) => CompareOp::Lt,
            Kind::Sign(Sign::Le) => CompareOp::Le,
            Kind::Sign(Sign::Gt) => CompareOp::Gt,
            Kind::Sign(Sign::Ge) => CompareOp::Ge,
            _ => {
                self.expect_also("an operator");
                return None;
            }
        };
        self.advance();
        Some(op)
    }

    fn in_list(&mut self, path: Path, negated: bool) -> Result<Expr> {
        self.require_sign(Sign::Open, "'('")?;
        if self.token().is_word("SELECT") {
            return Err(self.unsupported("a sub-query in IN"));
        }
        let mut values = vec![self.literal()?];
        while self.take_sign(Sign::Comma, "','") {
            values.push(self.literal()?);
        }
        self.require_sign(Sign::Close, "')'")?;
        Ok(Expr::In {
            path,
            negated,
            values,
        })
    }

    fn literal(&mut self) -> Result<Literal> {
        let at = self.at();
        let kind = match self.token().kind {
            Kind::Text(raw) => LiteralKind::Text(raw.to_owned()),
            Kind::Int(n) => LiteralKind::Int(n),
            Kind::Number(n) => LiteralKind::Number(n),
            Kind::Date(date) => LiteralKind::Date(date),
            Kind::DateTime(instant) => LiteralKind::DateTime(instant),
            Kind::Word => return self.literal_word(),
            _ => {
                self.expect_also("a value");
                return Err(self.unexpected());
            }
        };
        self.advance();
        Ok(Literal { kind, at })
    }

    fn literal_word(&mut self) -> Result<Literal> {
        let token = self.token();
        let at = token.at;
        let text = token.text;
        let kind = match text.to_ascii_uppercase().as_str() {
            "NULL" => LiteralKind::Null,
            "TRUE" => LiteralKind::Bool(true),
            "FALSE" => LiteralKind::Bool(false),
            upper => match days::word(upper) {
                Some(days::Word::Whole(range)) => LiteralKind::Days(range),
                Some(days::Word::Counted(counted)) => {
                    self.advance();
                    self.require_sign(Sign::Colon, "':'")?;
                    let n = self.whole_number()?;
                    return Ok(Literal {
                        kind: LiteralKind::Days(counted.with(n)),
                        at,
                    });
                }
                None if upper.contains("_FISCAL_") => {
                    return Err(self.unsupported(&format!("the date literal {}", beginning(upper))));
                }
                None => {
                    self.expect_also("a value");
                    return Err(self.unexpected());
                }
            },
        };
        self.advance();
        Ok(Literal { kind, at })
    }
}
