//! Written values against the types of fields.

use jiff::tz::TimeZone;
use openlma_core::catalog::{FieldDef, FieldType};
use openlma_core::fold::fold;
use openlma_core::quote::beginning;
use openlma_core::time::{self, Date, Timestamp};
use openlma_core::{Code, Id, Value};

use super::BindContext;
use super::scope::{Kind, kind};
use crate::ast::LiteralKind;
use crate::days::DayRange;
use crate::escape;
use crate::plan::{Column, CompareOp, Condition};

/// Why a value does not fit, without its place.
pub(super) type Misfit = (Code, String);

/// A written value that fits its field.
pub(super) enum Operand {
    /// NULL, or an empty text.
    Null,
    /// A value.
    Value(Value),
    /// A run of days.
    Range(Range),
}

/// A run of days, in the field's own kind of value.
pub(super) struct Range {
    first: Value,
    end: Value,
    /// `end` itself belongs to the range.
    closed: bool,
}

impl Operand {
    /// Reads a written value as one of the field.
    pub(super) fn read(
        field: &FieldDef,
        literal: &LiteralKind,
        context: &BindContext<'_>,
    ) -> Result<Operand, Misfit> {
        let kind = kind(&field.ty);
        let value = match (kind, literal) {
            (_, LiteralKind::Null) => return Ok(Operand::Null),
            (Kind::Text, LiteralKind::Text(raw)) => Value::text(fold(&escape::meaning(raw))),
            (Kind::Id, LiteralKind::Text(raw)) => id(&escape::meaning(raw))?,
            (Kind::Bool, LiteralKind::Bool(flag)) => Value::Bool(*flag),
            (Kind::Number, LiteralKind::Int(n)) => whole(&field.ty, *n),
            (Kind::Number, LiteralKind::Number(n)) => Value::Number(*n),
            (Kind::Date, LiteralKind::Date(date)) => Value::Date(*date),
            (Kind::DateTime, LiteralKind::DateTime(instant)) => Value::DateTime(*instant),
            (Kind::Date | Kind::DateTime, LiteralKind::Days(range)) => {
                return Ok(Operand::Range(Range::new(kind, *range, context)));
            }
            _ => return Err(misfit(field)),
        };
        Ok(if value.is_null() {
            Operand::Null
        } else {
            Operand::Value(value)
        })
    }
}

/// The error that a value is of another type than the field.
pub(super) fn misfit(field: &FieldDef) -> Misfit {
    let ty = match field.ty {
        FieldType::DateTime => "dateTime",
        ref ty if kind(ty) == Kind::Text => "string",
        FieldType::Reference { .. } => "id",
        ref ty => ty.name(),
    };
    let quotes = match kind(&field.ty) {
        Kind::Text | Kind::Id => "should be enclosed in quotes",
        _ => "should not be enclosed in quotes",
    };
    let message = format!(
        "value of filter criterion for field '{}' must be of type {ty} and {quotes}",
        field.name
    );
    (Code::InvalidField, message)
}

fn id(text: &str) -> Result<Value, Misfit> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Id::parse(text).map(Value::Id).map_err(|_| {
        (
            Code::InvalidQueryFilterOperator,
            format!("invalid ID field: {}", beginning(text)),
        )
    })
}

/// Whole numbers stay whole only where the field's are.
fn whole(ty: &FieldType, n: i64) -> Value {
    let value = Value::Int(n);
    match ty {
        FieldType::Int(_) => value,
        _ => value.as_number().map_or(value, Value::Number),
    }
}

impl Range {
    fn new(kind: Kind, range: DayRange, context: &BindContext<'_>) -> Range {
        let (first, last) = range.days(time::day_in(context.now, context.zone));
        if kind == Kind::Date {
            return Range {
                first: Value::Date(first),
                end: Value::Date(last),
                closed: true,
            };
        }
        let end = last
            .tomorrow()
            .map_or(Timestamp::MAX, |day| midnight(day, context.zone));
        Range {
            first: Value::DateTime(midnight(first, context.zone)),
            end: Value::DateTime(end),
            closed: false,
        }
    }

    /// A column against the range: `=` is inside, `<` before all of it, `<=` before its end.
    pub(super) fn condition(self, column: &Column, op: CompareOp) -> Condition {
        let Range { first, end, closed } = self;
        let compare = |op, value| Condition::Compare {
            column: column.clone(),
            op,
            value,
        };
        let up_to_end = if closed { CompareOp::Le } else { CompareOp::Lt };
        let past_end = if closed { CompareOp::Gt } else { CompareOp::Ge };
        match op {
            CompareOp::Eq => {
                Condition::And(vec![compare(CompareOp::Ge, first), compare(up_to_end, end)])
            }
            CompareOp::Ne => Condition::Not(Box::new(
                Range { first, end, closed }.condition(column, CompareOp::Eq),
            )),
            CompareOp::Lt => compare(CompareOp::Lt, first),
            CompareOp::Le => compare(up_to_end, end),
            CompareOp::Gt => compare(past_end, end),
            CompareOp::Ge => compare(CompareOp::Ge, first),
        }
    }
}

/// When a day begins; at the calendar's ends, the first or last instant there is.
fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(day.at(0, 0, 0, 0))
        .unwrap_or(if day.year() < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
}
