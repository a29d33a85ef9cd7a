//! Conditions in SQL: two-valued, with null spelled out.

use openlma_core::Value;
use openlma_core::catalog::{FieldType, Source};
use openlma_soql::{Column, CompareOp, Condition};

use super::Writer;
use super::column::Form;
use crate::custom_fields;
use crate::value::Val;

impl Writer<'_> {
    /// Two-valued: `negated` is pushed down to the leaves, where null is spelled out.
    pub(super) fn condition(&mut self, condition: &Condition, negated: bool) -> String {
        match condition {
            Condition::And(parts) => self.list(parts, negated, negated),
            Condition::Or(parts) => self.list(parts, !negated, negated),
            Condition::Not(inner) => self.condition(inner, !negated),
            Condition::Compare { column, op, value } => {
                let op = if negated {
                    complement(*op)
                } else {
                    Op::from(*op)
                };
                self.compare(column, op, value)
            }
            Condition::Like { column, pattern } => {
                let left = self.column(column, Form::Compared);
                let right = self.bind(Val::Text(pattern.clone()));
                if negated {
                    format!("({left} IS NULL OR {left} NOT LIKE {right} ESCAPE '\\')")
                } else {
                    format!("{left} LIKE {right} ESCAPE '\\'")
                }
            }
            Condition::In {
                column,
                values,
                negated: not_in,
            } => self.membership(column, values, *not_in != negated),
            Condition::IsNull {
                column,
                negated: not_null,
            } => {
                let left = self.column(column, Form::Compared);
                let not = if *not_null != negated { "NOT " } else { "" };
                format!("{left} IS {not}NULL")
            }
        }
    }

    fn list(&mut self, parts: &[Condition], any: bool, negated: bool) -> String {
        if parts.is_empty() {
            return if any { "FALSE" } else { "TRUE" }.to_owned();
        }
        let parts: Vec<String> = parts.iter().map(|p| self.condition(p, negated)).collect();
        format!("({})", parts.join(if any { " OR " } else { " AND " }))
    }

    fn compare(&mut self, column: &Column, op: Op, value: &Value) -> String {
        if matches!(op, Op::Equal)
            && let Some(indexed) = self.indexed(column, std::slice::from_ref(value))
        {
            return indexed;
        }
        let left = self.column(column, Form::Compared);
        let right = self.bind_value(value);
        match op {
            Op::Equal => format!("{left} = {right}"),
            Op::OrNull(sql) => format!("({left} IS NULL OR {left} {sql} {right})"),
            Op::Plain(sql) => format!("{left} {sql} {right}"),
        }
    }

    fn membership(&mut self, column: &Column, values: &[Value], not_in: bool) -> String {
        if !not_in && let Some(indexed) = self.indexed(column, values) {
            return indexed;
        }
        let left = self.column(column, Form::Compared);
        let list: Vec<String> = values.iter().map(|v| self.bind_value(v)).collect();
        let list = list.join(", ");
        if not_in {
            format!("({left} IS NULL OR {left} NOT IN ({list}))")
        } else {
            format!("{left} IN ({list})")
        }
    }

    /// Equality on an indexed custom field goes through the index table.
    fn indexed(&mut self, column: &Column, values: &[Value]) -> Option<String> {
        let Column::Field { source, field } = column else {
            return None;
        };
        let plan = self.plan;
        let object = plan.source(*source);
        let field = &object.fields()[*field];
        if field.source != Source::Custom || !field.indexed || field.ty == FieldType::Boolean {
            return None;
        }
        let texts: Vec<String> = values
            .iter()
            .filter_map(custom_fields::indexed_text)
            .collect();
        let org = self.bind(self.org.into());
        let name = self.bind(Val::from(object.name));
        let key = self.bind(Val::from(field.name.as_ref()));
        let list: Vec<String> = texts.into_iter().map(|t| self.bind(Val::Text(t))).collect();
        Some(format!(
            "t{source}.id IN (SELECT id FROM custom_values WHERE org_id = {org} AND object = {name} \
             AND field = {key} AND value IN ({}))",
            list.join(", ")
        ))
    }

    /// A parameter to compare with. A fraction may meet a whole column, and a whole number one
    /// with fractions.
    fn bind_value(&mut self, value: &Value) -> String {
        match (value, value.as_int()) {
            (Value::Number(_), Some(whole)) => self.bind(Val::Int(whole)),
            (Value::Number(n), None) => {
                format!("CAST({} AS DOUBLE PRECISION)", self.bind(Val::Real(*n)))
            }
            _ => self.bind(Val::of(value)),
        }
    }
}

enum Op {
    Equal,
    Plain(&'static str),
    /// Null matches too.
    OrNull(&'static str),
}

impl From<CompareOp> for Op {
    fn from(op: CompareOp) -> Op {
        match op {
            CompareOp::Eq => Op::Equal,
            CompareOp::Ne => Op::OrNull("<>"),
            CompareOp::Lt => Op::Plain("<"),
            CompareOp::Le => Op::Plain("<="),
            CompareOp::Gt => Op::Plain(">"),
            CompareOp::Ge => Op::Plain(">="),
        }
    }
}

/// What matches exactly where `op` does not.
fn complement(op: CompareOp) -> Op {
    match op {
        CompareOp::Eq => Op::OrNull("<>"),
        CompareOp::Ne => Op::Equal,
        CompareOp::Lt => Op::OrNull(">="),
        CompareOp::Le => Op::OrNull(">"),
        CompareOp::Gt => Op::OrNull("<="),
        CompareOp::Ge => Op::OrNull("<"),
    }
}
