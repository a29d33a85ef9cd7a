//! The printer: tree → text that parses to an equal tree.
//!
//! One line, keywords in capitals, parentheses only where the grammar needs them.

use std::fmt::{self, Display, Formatter, Write};

use crate::ast::{
    Expr, FieldGroup, Literal, LiteralKind, Nulls, OrderItem, Path, Purpose, Query, Select,
    SelectItem,
};
use crate::plan::CompareOp;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "SELECT {} FROM {}", self.select, self.object.text)?;
        if let Some(alias) = &self.alias {
            write!(f, " AS {}", alias.text)?;
        }
        if let Some(filter) = &self.filter {
            write!(f, " WHERE {filter}")?;
        }
        if !self.order.is_empty() {
            f.write_str(" ORDER BY ")?;
            list(f, &self.order)?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, " OFFSET {offset}")?;
        }
        match self.purpose {
            Some(Purpose::View) => f.write_str(" FOR VIEW"),
            Some(Purpose::Reference) => f.write_str(" FOR REFERENCE"),
            None => Ok(()),
        }
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Select::Count => f.write_str("COUNT()"),
            Select::Items(items) => list(f, items),
        }
    }
}

impl Display for SelectItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            SelectItem::Field(path) => path.fmt(f),
            SelectItem::Fields(FieldGroup::All, _) => f.write_str("FIELDS(ALL)"),
            SelectItem::Fields(FieldGroup::Standard, _) => f.write_str("FIELDS(STANDARD)"),
            SelectItem::Fields(FieldGroup::Custom, _) => f.write_str("FIELDS(CUSTOM)"),
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (i, name) in self.names.iter().enumerate() {
            if i > 0 {
                f.write_char('.')?;
            }
            f.write_str(&name.text)?;
        }
        Ok(())
    }
}

impl Display for OrderItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)?;
        if self.descending {
            f.write_str(" DESC")?;
        }
        match self.nulls {
            Some(Nulls::First) => f.write_str(" NULLS FIRST"),
            Some(Nulls::Last) => f.write_str(" NULLS LAST"),
            None => Ok(()),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Expr::And(operands) => joined(f, operands, " AND "),
            Expr::Or(operands) => joined(f, operands, " OR "),
            Expr::Not(inner) => {
                f.write_str("NOT ")?;
                operand(f, inner)
            }
            Expr::Compare { path, op, value } => write!(f, "{path} {op} {value}"),
            Expr::Like { path, value } => write!(f, "{path} LIKE {value}"),
            Expr::In {
                path,
                negated,
                values,
            } => {
                write!(f, "{path} {} (", if *negated { "NOT IN" } else { "IN" })?;
                list(f, values)?;
                f.write_char(')')
            }
        }
    }
}

impl Display for CompareOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CompareOp::Eq => "=",
            CompareOp::Ne => "!=",
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        })
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            LiteralKind::Null => f.write_str("NULL"),
            LiteralKind::Bool(true) => f.write_str("TRUE"),
            LiteralKind::Bool(false) => f.write_str("FALSE"),
            LiteralKind::Int(n) => n.fmt(f),
            // `Debug` always writes a point or an exponent, so it stays this kind of number.
            LiteralKind::Number(n) => write!(f, "{n:?}"),
            LiteralKind::Text(raw) => write!(f, "'{raw}'"),
            LiteralKind::Date(date) => date.fmt(f),
            LiteralKind::DateTime(instant) => instant.fmt(f),
            LiteralKind::Days(range) => range.fmt(f),
        }
    }
}

fn list<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

fn joined(f: &mut Formatter<'_>, operands: &[Expr], word: &str) -> fmt::Result {
    for (i, inner) in operands.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        operand(f, inner)?;
    }
    Ok(())
}

fn operand(f: &mut Formatter<'_>, inner: &Expr) -> fmt::Result {
    match inner {
        Expr::And(_) | Expr::Or(_) => write!(f, "({inner})"),
        _ => inner.fmt(f),
    }
}
