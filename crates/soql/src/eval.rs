//! Evaluates a condition in memory, with the meaning that [`crate::plan`] gives it.
//!
//! Must agree with the SQL that `store` writes, row by row.

use std::cmp::Ordering;

use openlma_core::Value;
use openlma_core::fold::fold;

use crate::plan::{Column, CompareOp, Condition};

/// Does a row match? `get` gives the row's value of a column, text unfolded.
pub fn matches(condition: &Condition, get: &dyn Fn(&Column) -> Value) -> bool {
    match condition {
        Condition::And(all) => all.iter().all(|inner| matches(inner, get)),
        Condition::Or(any) => any.iter().any(|inner| matches(inner, get)),
        Condition::Not(inner) => !matches(inner, get),
        Condition::Compare { column, op, value } => holds(*op, compare(&get(column), value)),
        Condition::Like { column, pattern } => match get(column) {
            Value::Text(text) => like(&fold(&text), pattern),
            _ => false,
        },
        Condition::In {
            column,
            values,
            negated,
        } => {
            let left = get(column);
            let found = values
                .iter()
                .any(|v| compare(&left, v) == Some(Ordering::Equal));
            found != *negated
        }
        Condition::IsNull { column, negated } => get(column).is_null() != *negated,
    }
}

/// `None` when the left side is null, or nothing that can be compared with the right.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(fold(a).as_str().cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::DateTime(a), Value::DateTime(b)) => Some(a.cmp(b)),
        (Value::Id(a), Value::Id(b)) => Some(a.as_str().cmp(b.as_str())),
        (Value::Int(_) | Value::Number(_), Value::Int(_) | Value::Number(_)) => {
            left.as_number()?.partial_cmp(&right.as_number()?)
        }
        _ => None,
    }
}

fn holds(op: CompareOp, order: Option<Ordering>) -> bool {
    match op {
        CompareOp::Eq => order == Some(Ordering::Equal),
        CompareOp::Ne => order != Some(Ordering::Equal),
        CompareOp::Lt => order == Some(Ordering::Less),
        CompareOp::Le => order.is_some_and(Ordering::is_le),
        CompareOp::Gt => order == Some(Ordering::Greater),
        CompareOp::Ge => order.is_some_and(Ordering::is_ge),
    }
}

/// One element of a pattern.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Run,
    Any,
    Just(char),
}

/// Does a folded text fit a pattern of [`Condition::Like`]? Takes time in the product of both
/// lengths at most.
#[must_use]
pub fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern = pieces(pattern);
    let (mut t, mut p) = (0, 0);
    // Where to go on when a piece does not fit: behind the last run, one character further.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Piece::Run) => {
                p += 1;
                retry = Some((p, t));
                continue;
            }
            Some(Piece::Any) => {}
            Some(Piece::Just(c)) if *c == text[t] => {}
            _ => {
                let Some((behind, from)) = retry else {
                    return false;
                };
                (p, t) = (behind, from + 1);
                retry = Some((p, t));
                continue;
            }
        }
        t += 1;
        p += 1;
    }
    pattern[p..].iter().all(|piece| *piece == Piece::Run)
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let mut letters = pattern.chars();
    let mut out = Vec::new();
    while let Some(c) = letters.next() {
        out.push(match c {
            '%' => Piece::Run,
            '_' => Piece::Any,
            '\\' => Piece::Just(letters.next().unwrap_or('\\')),
            c => Piece::Just(c),
        });
    }
    out
}

#[cfg(test)]
#[path = "eval_tests.rs"]
mod tests;
