//! Conditions: which operator fits which field, and what null and ranges of days become.

use std::collections::HashSet;

use openlma_core::catalog::FieldType;
use openlma_core::fold::fold;
use openlma_core::{Code, Error, Result, Value};

use super::BindContext;
use super::scope::{Bound, Kind, Scope, kind};
use super::value::{Misfit, Operand, misfit};
use crate::ast::{Expr, Literal, LiteralKind, Path};
use crate::escape;
use crate::plan::{Column, CompareOp, Condition};
use crate::source::At;

/// How many conditions stand in one list of a plan.
const WIDEST: usize = 8;

impl Scope<'_> {
    /// Binds the condition after WHERE.
    pub(super) fn condition(
        &mut self,
        expr: &Expr,
        context: &BindContext<'_>,
    ) -> Result<Condition> {
        match expr {
            Expr::And(operands) => Ok(balanced(
                self.conditions(operands, context)?,
                Condition::And,
            )),
            Expr::Or(operands) => Ok(balanced(self.conditions(operands, context)?, Condition::Or)),
            Expr::Not(inner) => Ok(Condition::Not(Box::new(self.condition(inner, context)?))),
            Expr::Compare { path, op, value } => self.compare(path, *op, value, context),
            Expr::Like { path, value } => self.like(path, value),
            Expr::In {
                path,
                negated,
                values,
            } => self.in_list(path, *negated, values, context),
        }
    }

    fn conditions(
        &mut self,
        operands: &[Expr],
        context: &BindContext<'_>,
    ) -> Result<Vec<Condition>> {
        operands
            .iter()
            .map(|operand| self.condition(operand, context))
            .collect()
    }

    fn compare(
        &mut self,
        path: &Path,
        op: CompareOp,
        literal: &Literal,
        context: &BindContext<'_>,
    ) -> Result<Condition> {
        let (bound, column) = self.filtered(path)?;
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if !equality && kind(&bound.field().ty) == Kind::Bool {
            return Err(self.wrong_operator(&bound, path));
        }
        match self.read(&bound, literal, context)? {
            Operand::Null if equality => Ok(Condition::IsNull {
                column,
                negated: op == CompareOp::Ne,
            }),
            Operand::Null => {
                let message = format!("'{op}' can not be used with null");
                Err(self.error(Code::InvalidQueryFilterOperator, literal.at, message))
            }
            Operand::Value(Value::Bool(flag)) => Ok(flag_is(column, flag == (op == CompareOp::Eq))),
            Operand::Value(value) => Ok(Condition::Compare { column, op, value }),
            Operand::Range(range) => Ok(range.condition(&column, op)),
        }
    }

    fn like(&mut self, path: &Path, literal: &Literal) -> Result<Condition> {
        let (bound, column) = self.filtered(path)?;
        if kind(&bound.field().ty) != Kind::Text {
            return Err(self.wrong_operator(&bound, path));
        }
        let LiteralKind::Text(raw) = &literal.kind else {
            return Err(self.misfit(misfit(bound.field()), literal.at));
        };
        Ok(Condition::Like {
            column,
            pattern: fold(&escape::pattern(raw)),
        })
    }

    /// A list may hold nulls and ranges of days: they become conditions of their own.
    fn in_list(
        &mut self,
        path: &Path,
        negated: bool,
        literals: &[Literal],
        context: &BindContext<'_>,
    ) -> Result<Condition> {
        let (bound, column) = self.filtered(path)?;
        let mut values = Vec::new();
        let mut others = Vec::new();
        for literal in literals {
            match self.read(&bound, literal, context)? {
                Operand::Null => {
                    others.push(Condition::IsNull {
                        column: column.clone(),
                        negated: false,
                    });
                }
                Operand::Value(Value::Bool(flag)) => others.push(flag_is(column.clone(), flag)),
                Operand::Value(value) => values.push(value),
                Operand::Range(range) => others.push(range.condition(&column, CompareOp::Eq)),
            }
        }
        unique(&mut values);
        unique(&mut others);
        if others.is_empty() {
            return Ok(Condition::In {
                column,
                values,
                negated,
            });
        }
        if !values.is_empty() {
            others.insert(
                0,
                Condition::In {
                    column,
                    values,
                    negated: false,
                },
            );
        }
        let any = match others.len() {
            1 => others.remove(0),
            _ => balanced(others, Condition::Or),
        };
        Ok(if negated {
            Condition::Not(Box::new(any))
        } else {
            any
        })
    }

    /// Finds a field that may stand in WHERE.
    fn filtered(&mut self, path: &Path) -> Result<(Bound, Column)> {
        let bound = self.resolve(path)?;
        if !bound.all(FieldType::filterable) {
            let name = &bound.field().name;
            let message = format!("field '{name}' can not be filtered in a query call");
            return Err(self.error(Code::InvalidField, path.at(), message));
        }
        let column = self.column(&bound, path)?;
        Ok((bound, column))
    }

    fn read(&self, bound: &Bound, literal: &Literal, context: &BindContext<'_>) -> Result<Operand> {
        Operand::read(bound.field(), &literal.kind, context)
            .map_err(|why| self.misfit(why, literal.at))
    }

    fn misfit(&self, (code, message): Misfit, at: At) -> Error {
        self.error(code, at, message)
    }

    fn wrong_operator(&self, bound: &Bound, path: &Path) -> Error {
        let message = format!("invalid operator on {} field", bound.field().ty.name());
        self.error(Code::InvalidQueryFilterOperator, path.at(), message)
    }
}

/// Joins conditions as a tree that is shallow however many there are.
fn balanced(mut operands: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    if operands.len() <= WIDEST {
        return join(operands);
    }
    let right = operands.split_off(operands.len() / 2);
    join(vec![balanced(operands, join), balanced(right, join)])
}

/// Leaves out what was there before.
fn unique<T: std::fmt::Debug>(items: &mut Vec<T>) {
    // What is written the same is the same; the order of writing stays.
    let mut seen = HashSet::with_capacity(items.len());
    items.retain(|item| seen.insert(format!("{item:?}")));
}

/// A checkbox is never null in its own record; of a missing parent it counts as false.
fn flag_is(column: Column, flag: bool) -> Condition {
    let own = matches!(column, Column::Field { source: 0, .. });
    let (op, value) = match flag {
        false if !own => (CompareOp::Ne, true),
        flag => (CompareOp::Eq, flag),
    };
    Condition::Compare {
        column,
        op,
        value: Value::Bool(value),
    }
}
