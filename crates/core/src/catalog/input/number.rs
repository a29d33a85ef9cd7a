//! Numbers within a field's precision and scale.

use crate::catalog::field::{FieldDef, FieldType};
use crate::error::{Code, Error, Result};
use crate::quote::beginning;
use crate::value::Value;

/// Reads a number as clients write it: digits with a point, perhaps an exponent.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text
        .bytes()
        .all(|c| c.is_ascii_digit() || b"+-.eE".contains(&c));
    plain
        .then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|n| n.is_finite())
}

/// The value as the field holds it, rounded half away from zero to its scale. A `double` without
/// decimals counts things, so there a fraction is refused rather than rounded.
///
/// # Errors
/// `NUMBER_OUTSIDE_VALID_RANGE` for more digits before the point than the field has.
pub(super) fn fit(field: &FieldDef, value: f64) -> Result<Value> {
    let refuse = || {
        let message = format!(
            "{}: value outside of valid range on numeric field: {}",
            field.label,
            beginning(&value.to_string())
        );
        Err(Error::new(Code::NumberOutsideValidRange, message).field(&*field.name))
    };
    let (precision, scale) = match &field.ty {
        FieldType::Double(precision, scale)
        | FieldType::Currency(precision, scale)
        | FieldType::Percent(precision, scale) => (*precision, *scale),
        FieldType::Int(digits) => (*digits, 0),
        _ => return refuse(),
    };
    if matches!(field.ty, FieldType::Double(_, 0)) && value.fract() != 0.0 {
        return refuse();
    }
    let rounded = round(value, scale);
    if rounded.abs() >= power(precision.saturating_sub(scale)) {
        return refuse();
    }
    match field.ty {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the digits of the field"
        )]
        FieldType::Int(_) => Ok(Value::Int(rounded as i64)),
        _ => Ok(Value::Number(rounded)),
    }
}

fn power(digits: u8) -> f64 {
    10f64.powi(i32::from(digits))
}

/// Values too large for the scale to matter stay as they are. Negative zero becomes zero.
fn round(value: f64, scale: u8) -> f64 {
    let factor = power(scale);
    let scaled = value * factor;
    let rounded = if scaled.abs() < 9e15 {
        scaled.round() / factor
    } else {
        value
    };
    rounded + 0.0
}
