//! Paging by key: a page begins behind the last row of the one before, however deep it is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openlma_core::catalog::{FieldDef, FieldType};
use openlma_core::{Id, Value};

use super::reading::quoted;

/// The order of a list: one field, then the id, both in one direction; rows without a value last.
pub(super) struct Sort<'a> {
    pub(super) field: &'a FieldDef,
    pub(super) descending: bool,
}

/// The last row of a page.
#[derive(Debug, PartialEq)]
pub(super) struct Cursor {
    pub(super) value: Value,
    pub(super) id: Id,
}

impl Sort<'_> {
    /// What stands behind ORDER BY.
    pub(super) fn order(&self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        let name = &self.field.name;
        if *name == "Id" {
            return format!("Id {direction}");
        }
        format!("{name} {direction} NULLS LAST, Id {direction}")
    }

    /// The condition for rows behind the cursor.
    pub(super) fn behind(&self, cursor: &Cursor) -> String {
        let name = &self.field.name;
        let beyond = if self.descending { '<' } else { '>' };
        let by_id = format!("Id {beyond} '{}'", cursor.id);
        if *name == "Id" {
            return by_id;
        }
        let Some(value) = literal(&cursor.value) else {
            return format!("({name} = null AND {by_id})");
        };
        let nulls = if self.field.nillable {
            format!(" OR {name} = null")
        } else {
            String::new()
        };
        format!("({name} {beyond} {value} OR ({name} = {value} AND {by_id}){nulls})")
    }

    /// Reads a cursor out of an address; `None` for a text that is none of this order.
    pub(super) fn read(&self, text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let id = Id::from_stored(text.get(..15)?)?;
        let value = match text.get(15..)? {
            "" => Value::Null,
            rest => value(&self.field.ty, rest.strip_prefix('=')?)?,
        };
        Some(Cursor { value, id })
    }
}

impl Cursor {
    /// As it stands in an address.
    pub(super) fn write(&self) -> String {
        let value = match &self.value {
            Value::Null => String::new(),
            Value::Text(text) => format!("={text}"),
            other => format!("={}", plain(other)),
        };
        URL_SAFE_NO_PAD.encode(format!("{}{value}", self.id.as_str()))
    }
}

fn value(ty: &FieldType, text: &str) -> Option<Value> {
    Some(match ty {
        FieldType::Id | FieldType::Reference { .. } => Value::Id(Id::parse(text).ok()?),
        FieldType::Date => Value::Date(text.parse().ok()?),
        FieldType::DateTime => Value::DateTime(text.parse().ok()?),
        FieldType::Int(_) => Value::Int(text.parse().ok()?),
        FieldType::Double(..) | FieldType::Currency(..) | FieldType::Percent(..) => {
            Value::Number(text.parse().ok().filter(|n: &f64| n.is_finite())?)
        }
        ty if ty.text_length().is_some() => Value::text(text),
        _ => return None,
    })
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(quoted(text)),
        Value::Id(id) => Some(format!("'{id}'")),
        other => Some(plain(other)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null | Value::Text(_) => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Number(n) => n.to_string(),
        Value::Date(day) => day.to_string(),
        Value::DateTime(at) => at.to_string(),
        Value::Id(id) => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::catalog::{Catalog, names};

    use super::*;

    fn sort(field: &str, descending: bool) -> Sort<'static> {
        let license = Catalog::standard().known(names::LICENSE);
        Sort {
            field: license.field(field).unwrap(),
            descending,
        }
    }

    fn id() -> Id {
        Id::parse("a0L000000000001").unwrap()
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        for (field, value) in [
            ("Name", Value::from("L-00001' = ü")),
            (
                "sfLma__Expiration__c",
                "2026-12-15".parse::<jiff::civil::Date>().unwrap().into(),
            ),
            ("sfLma__Seats__c", Value::Number(-1.5)),
            ("sfLma__Expiration__c", Value::Null),
        ] {
            let cursor = Cursor { value, id: id() };
            assert_eq!(sort(field, false).read(&cursor.write()), Some(cursor));
        }
    }

    #[test]
    fn a_foreign_cursor_is_none() {
        let text = Cursor {
            value: Value::from("x"),
            id: id(),
        };
        assert_eq!(
            sort("sfLma__Expiration__c", false).read(&text.write()),
            None
        );
        assert_eq!(sort("Name", false).read("äöü"), None);
        assert_eq!(sort("Name", false).read(""), None);
    }

    #[test]
    fn rows_behind_a_cursor() {
        let cursor = |value| Cursor { value, id: id() };
        assert_eq!(
            sort("Name", true).behind(&cursor(Value::from("L-1"))),
            "(Name < 'L-1' OR (Name = 'L-1' AND Id < 'a0L000000000001EAA'))"
        );
        let day: jiff::civil::Date = "2026-12-15".parse().unwrap();
        assert_eq!(
            sort("sfLma__Expiration__c", false).behind(&cursor(day.into())),
            "(sfLma__Expiration__c > 2026-12-15 OR (sfLma__Expiration__c = 2026-12-15 AND \
             Id > 'a0L000000000001EAA') OR sfLma__Expiration__c = null)"
        );
        assert_eq!(
            sort("sfLma__Expiration__c", false).behind(&cursor(Value::Null)),
            "(sfLma__Expiration__c = null AND Id > 'a0L000000000001EAA')"
        );
        assert_eq!(
            sort("Id", true).behind(&cursor(Value::Null)),
            "Id < 'a0L000000000001EAA'"
        );
    }
}
