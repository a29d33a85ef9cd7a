//! One field's value.

use crate::id::Id;
use crate::time::{Date, Timestamp};

/// A value as rules and storage see it. Empty text does not exist: it is [`Value::Null`].
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// Checkbox.
    Bool(bool),
    /// A whole number (type `int`).
    Int(i64),
    /// A number with a fraction (types `double`, `currency`, `percent`).
    Number(f64),
    /// Any text, picklist values included.
    Text(String),
    /// A calendar day.
    Date(Date),
    /// An instant, microseconds.
    DateTime(Timestamp),
    /// An id or a look-up.
    Id(Id),
}

impl Value {
    /// Text, with empty text as null.
    pub fn text(text: impl Into<String>) -> Value {
        let text = text.into();
        if text.is_empty() {
            Value::Null
        } else {
            Value::Text(text)
        }
    }

    /// Is it null?
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The id, if it is one.
    #[must_use]
    pub fn as_id(&self) -> Option<Id> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The day, if it is one.
    #[must_use]
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The instant, if it is one.
    #[must_use]
    pub fn as_datetime(&self) -> Option<Timestamp> {
        match self {
            Value::DateTime(at) => Some(*at),
            _ => None,
        }
    }

    /// The whole number; a number with fraction zero counts.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be whole and small"
            )]
            Value::Number(n) if n.fract() == 0.0 && n.abs() < 9e15 => Some(*n as i64),
            _ => None,
        }
    }

    /// The number, whole or not.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "fields hold at most 18 digits")]
            Value::Int(n) => Some(*n as f64),
            Value::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// True only for a ticked checkbox.
    #[must_use]
    pub fn is_true(&self) -> bool {
        matches!(self, Value::Bool(true))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::text(text)
    }
}
impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::text(text)
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Value {
        Value::Bool(flag)
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}
impl From<i32> for Value {
    fn from(n: i32) -> Value {
        Value::Int(i64::from(n))
    }
}
impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::Number(n)
    }
}
impl From<Id> for Value {
    fn from(id: Id) -> Value {
        Value::Id(id)
    }
}
impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::Date(date)
    }
}
impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Value {
        Value::DateTime(at)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn empty_text_does_not_exist() {
        assert!(Value::from("").is_null());
        assert!(Value::from(String::new()).is_null());
        assert!(Value::from(None::<&str>).is_null());
        assert_eq!(Value::from(Some("a")).as_text(), Some("a"));
    }

    #[test]
    fn numbers_are_read_as_whole_or_not() {
        assert_eq!(Value::Number(5.0).as_int(), Some(5));
        assert_eq!(Value::Number(5.5).as_int(), None);
        assert_eq!(Value::Number(1e300).as_int(), None);
        assert_eq!(Value::Int(5).as_number(), Some(5.0));
        assert_eq!(Value::from("5").as_int(), None);
        assert!(Value::from(true).is_true() && !Value::Null.is_true());
    }
}
