//! Values as the two engines exchange them, and their translation from and to the catalogue's.

use std::error::Error as StdError;

use openlma_core::catalog::{FieldDef, FieldType};
use openlma_core::time::{from_micros, to_micros};
use openlma_core::{Error, Id, Result, Value};
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};

/// One SQL value. Instants are whole microseconds, days ISO text, ids 15 characters.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    /// NULL.
    Null,
    /// Boolean; SQLite gives it back as 0 or 1.
    Bool(bool),
    /// 64-bit integer.
    Int(i64),
    /// 64-bit float.
    Real(f64),
    /// UTF-8 text.
    Text(String),
}

impl Val {
    /// The stored form of a record's value.
    #[must_use]
    pub fn of(value: &Value) -> Val {
        match value {
            Value::Null => Val::Null,
            Value::Bool(flag) => Val::Bool(*flag),
            Value::Int(n) => Val::Int(*n),
            Value::Number(n) => Val::Real(*n),
            Value::Text(text) => Val::Text(text.clone()),
            Value::Date(date) => Val::Text(date.to_string()),
            Value::DateTime(at) => Val::Int(to_micros(*at)),
            Value::Id(id) => Val::Text(id.as_str().to_owned()),
        }
    }

    /// The record's value that was stored for `field`.
    ///
    /// # Errors
    /// Internal, when the column holds what the catalogue does not allow.
    pub fn into_value(self, field: &FieldDef) -> Result<Value> {
        let wrong = |what: &dyn std::fmt::Debug| {
            Error::internal(format!("column of {} holds {what:?}", field.name))
        };
        Ok(match (&field.ty, self) {
            (_, Val::Null) => Value::Null,
            (FieldType::Boolean, Val::Bool(flag)) => Value::Bool(flag),
            (FieldType::Boolean, Val::Int(n)) => Value::Bool(n != 0),
            (FieldType::Int(_), Val::Int(n)) => Value::Int(n),
            (FieldType::DateTime, Val::Int(n)) => Value::DateTime(from_micros(n)),
            (FieldType::Date, Val::Text(text)) => {
                Value::Date(text.parse().map_err(|_| wrong(&text))?)
            }
            (FieldType::Id | FieldType::Reference { .. }, Val::Text(text)) => {
                Value::Id(Id::from_stored(&text).ok_or_else(|| wrong(&text))?)
            }
            (FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..), number) => {
                match number {
                    Val::Real(n) => Value::Number(n),
                    #[expect(clippy::cast_precision_loss, reason = "SQLite gives 5.0 back as 5")]
                    Val::Int(n) => Value::Number(n as f64),
                    other => return Err(wrong(&other)),
                }
            }
            (_, Val::Text(text)) => Value::Text(text),
            (_, other) => return Err(wrong(&other)),
        })
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Val {
        Val::Text(text.to_owned())
    }
}
impl From<String> for Val {
    fn from(text: String) -> Val {
        Val::Text(text)
    }
}
impl From<Id> for Val {
    fn from(id: Id) -> Val {
        Val::Text(id.as_str().to_owned())
    }
}
impl From<i64> for Val {
    fn from(n: i64) -> Val {
        Val::Int(n)
    }
}
impl From<bool> for Val {
    fn from(flag: bool) -> Val {
        Val::Bool(flag)
    }
}
impl From<openlma_core::time::Timestamp> for Val {
    fn from(at: openlma_core::time::Timestamp) -> Val {
        Val::Int(to_micros(at))
    }
}
impl From<openlma_core::time::Date> for Val {
    fn from(date: openlma_core::time::Date) -> Val {
        Val::Text(date.to_string())
    }
}
impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Val {
        value.map_or(Val::Null, Into::into)
    }
}

impl rusqlite::ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Val::Null => ValueRef::Null,
            Val::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
            Val::Int(n) => ValueRef::Integer(*n),
            Val::Real(n) => ValueRef::Real(*n),
            Val::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl ToSql for Val {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Val::Null => Ok(IsNull::Yes),
            Val::Bool(flag) if *ty == Type::BOOL => flag.to_sql(ty, out),
            Val::Bool(flag) => Val::Int(i64::from(*flag)).to_sql(ty, out),
            Val::Int(n) => match *ty {
                Type::INT8 => n.to_sql(ty, out),
                Type::INT4 => i32::try_from(*n)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(*n)?.to_sql(ty, out),
                Type::BOOL => (*n != 0).to_sql(ty, out),
                #[expect(clippy::cast_precision_loss, reason = "numbers have at most 18 digits")]
                Type::FLOAT8 => (*n as f64).to_sql(ty, out),
                _ => n.to_string().to_sql(ty, out),
            },
            Val::Real(n) if *ty == Type::INT8 => match openlma_core::Value::Number(*n).as_int() {
                Some(whole) => whole.to_sql(ty, out),
                None => Err(format!("{n} is no whole number").into()),
            },
            Val::Real(n) => n.to_sql(ty, out),
            Val::Text(text) => text.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub(crate) Vec<Val>);

impl Row {
    /// All its values.
    #[must_use]
    pub fn into_values(self) -> Vec<Val> {
        self.0
    }

    /// Takes the value at a position out of the row.
    pub fn take(&mut self, i: usize) -> Val {
        std::mem::replace(&mut self.0[i], Val::Null)
    }

    /// The value at a position.
    #[must_use]
    pub fn at(&self, i: usize) -> &Val {
        &self.0[i]
    }

    /// Text, or nothing.
    pub fn text(&mut self, i: usize) -> Option<String> {
        match self.take(i) {
            Val::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text that is never null.
    pub fn string(&mut self, i: usize) -> String {
        self.text(i).unwrap_or_default()
    }

    /// Id, or nothing.
    #[must_use]
    pub fn id(&self, i: usize) -> Option<Id> {
        match &self.0[i] {
            Val::Text(text) => Id::from_stored(text),
            _ => None,
        }
    }

    /// An id that the schema says is there.
    ///
    /// # Errors
    /// Internal, when it is not.
    pub fn key(&self, i: usize) -> Result<Id> {
        self.id(i)
            .ok_or_else(|| Error::internal(format!("no id in column {i}: {:?}", self.0[i])))
    }

    /// Whole number, or nothing.
    #[must_use]
    pub fn int(&self, i: usize) -> Option<i64> {
        match &self.0[i] {
            Val::Int(n) => Some(*n),
            Val::Bool(flag) => Some(i64::from(*flag)),
            _ => None,
        }
    }

    /// Whole number, with null as zero.
    #[must_use]
    pub fn number(&self, i: usize) -> i64 {
        self.int(i).unwrap_or(0)
    }

    /// Boolean, with null as false.
    #[must_use]
    pub fn bool(&self, i: usize) -> bool {
        self.int(i).is_some_and(|n| n != 0)
    }

    /// Instant, or nothing.
    #[must_use]
    pub fn instant(&self, i: usize) -> Option<openlma_core::time::Timestamp> {
        self.int(i).map(from_micros)
    }

    /// Day, or nothing.
    #[must_use]
    pub fn date(&self, i: usize) -> Option<openlma_core::time::Date> {
        match &self.0[i] {
            Val::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}
