//! Reads records for pages, as one query: the fields that are wanted and may be read, and of
//! every look-up the name of the record that it points at.
//!
//! Everything goes through the query language, so that object and field security hold here as
//! at every other door (R-SEC-1).

use std::collections::HashMap;
use std::sync::Arc;

use openlma_app::{Actor, App};
use openlma_core::access::FieldAccess;
use openlma_core::catalog::{FieldDef, FieldType, ObjectDef};
use openlma_core::{Id, Result, Value};
use openlma_soql::escape;

/// Totals are exact up to here.
pub(super) const COUNTED: u64 = 1000;

/// What is to be read of one object.
pub(super) struct Reading<'a> {
    actor: &'a Actor,
    object: &'a Arc<ObjectDef>,
    paths: Vec<String>,
}

/// Which rows, in the query language; empty texts mean all, in no order.
#[derive(Clone, Default)]
pub(super) struct Which {
    pub(super) condition: String,
    pub(super) order: String,
    pub(super) limit: usize,
}

/// One record as read.
pub(super) struct Row {
    places: Arc<HashMap<String, usize>>,
    values: Vec<Value>,
}

impl<'a> Reading<'a> {
    /// Nothing yet but the id.
    pub(super) fn of(actor: &'a Actor, object: &'a Arc<ObjectDef>) -> Reading<'a> {
        let reading = Reading {
            actor,
            object,
            paths: Vec::new(),
        };
        reading.field("Id")
    }

    /// One field more, with the name of what it points at; none if it may not be read.
    pub(super) fn field(mut self, name: &str) -> Reading<'a> {
        let Some(field) = readable(self.actor, self.object, name) else {
            return self;
        };
        if !matches!(field.ty, FieldType::Address(_)) {
            self.add(field.name.to_string());
        }
        if let Some(path) = label_path(self.actor, field) {
            self.add(path);
        }
        self
    }

    /// Several fields more.
    pub(super) fn fields<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Reading<'a> {
        names.into_iter().fold(self, Reading::field)
    }

    fn add(&mut self, path: String) {
        if !self.paths.contains(&path) {
            self.paths.push(path);
        }
    }

    /// Reads rows.
    ///
    /// # Errors
    /// Of the query.
    pub(super) async fn rows(&self, app: &App, which: &Which) -> Result<Vec<Row>> {
        let mut text = format!("SELECT {} FROM {}", self.paths.join(", "), self.object.name);
        if !which.condition.is_empty() {
            text += &format!(" WHERE {}", which.condition);
        }
        if !which.order.is_empty() {
            text += &format!(" ORDER BY {}", which.order);
        }
        text += &format!(" LIMIT {}", which.limit);
        let (plan, answer) = app.query(self.actor, &text, false).await?;
        let places: HashMap<String, usize> = plan
            .select
            .iter()
            .enumerate()
            .map(|(place, output)| (output.path.join("."), place))
            .collect();
        let places = Arc::new(places);
        let row = |values| Row {
            places: Arc::clone(&places),
            values,
        };
        Ok(answer.rows.into_iter().map(row).collect())
    }

    /// Reads one record.
    ///
    /// # Errors
    /// Of the query.
    pub(super) async fn one(&self, app: &App, id: Id) -> Result<Option<Row>> {
        let which = Which {
            condition: format!("Id = '{id}'"),
            limit: 1,
            ..Which::default()
        };
        Ok(self.rows(app, &which).await?.into_iter().next())
    }
}

/// How many records fit a condition, counted to one above [`COUNTED`].
///
/// # Errors
/// Of the query.
pub(super) async fn count(
    app: &App,
    actor: &Actor,
    object: &ObjectDef,
    condition: &str,
) -> Result<u64> {
    let mut text = format!("SELECT COUNT() FROM {}", object.name);
    if !condition.is_empty() {
        text += &format!(" WHERE {condition}");
    }
    text += &format!(" LIMIT {}", COUNTED + 1);
    Ok(app.query(actor, &text, false).await?.1.total)
}

impl Row {
    /// The value at a path; null where nothing was read.
    pub(super) fn value(&self, path: &str) -> &Value {
        let place = self.places.get(path);
        place
            .and_then(|place| self.values.get(*place))
            .unwrap_or(&Value::Null)
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.value(path).as_text()
    }

    /// The record's id.
    pub(super) fn id(&self) -> Option<Id> {
        self.value("Id").as_id()
    }

    /// Was this path read?
    pub(super) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }
}

/// A field that the user may read.
pub(super) fn readable<'o>(
    actor: &Actor,
    object: &'o ObjectDef,
    name: &str,
) -> Option<&'o FieldDef> {
    object
        .field(name)
        .filter(|field| !field.hidden && actor.permissions.may_read_field(object, field))
}

/// The path to the name of what a look-up points at, if the user may read it.
pub(super) fn label_path(actor: &Actor, field: &FieldDef) -> Option<String> {
    let relationship = field.relationship()?;
    let named = field.references().iter().find_map(|target| {
        let target = actor.org.catalog.object(target)?;
        let name = target.name_field()?;
        readable(actor, target, &name.name).map(|name| name.name.to_string())
    });
    Some(format!("{relationship}.{}", named?))
}

/// A text as the query language writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", escape::raw(text))
}

/// A pattern for texts that begin with `text`, whatever is in it.
pub(super) fn beginning(text: &str) -> String {
    let raw = escape::raw(text).replace('%', "\\%").replace('_', "\\_");
    format!("'{raw}%'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_leave_their_quotes() {
        assert_eq!(quoted("a' OR Name != '"), r"'a\' OR Name != \''");
        assert_eq!(quoted("\\'"), r"'\\\''");
        assert_eq!(beginning("50%_'"), r"'50\%\_\'%'");
    }
}
