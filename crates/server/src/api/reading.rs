//! Lists and records read by the query language, so that permissions bind them as they bind
//! every door (R-SEC-1): what the caller may not read is left out and shown as null.

use openlma_app::{Actor, App};
use openlma_core::access::FieldAccess;
use openlma_core::catalog::ObjectDef;
use openlma_core::{Id, Result, Value};
use openlma_soql::escape;
use serde::Deserialize;
use utoipa::IntoParams;

use super::convert::{id, instant, invalid};

/// Rows of a page when nothing else is asked for.
const USUAL: u32 = 100;
/// Most rows of a page.
const MOST: u32 = 1000;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
    /// Most rows of the page; 100 when not given.
    #[param(minimum = 1, maximum = 1000)]
    pub(super) limit: Option<u32>,
}

impl Paging {
    /// The id after which the page begins; of rows with this prefix.
    pub(super) fn after(&self, prefix: Option<&str>) -> Result<Option<Id>> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        let after = id(cursor, "cursor")?;
        if prefix.is_some_and(|prefix| prefix != after.prefix()) {
            return Err(invalid("cursor", "cursor: give next of the page before"));
        }
        Ok(Some(after))
    }

    /// How many rows the page may have.
    pub(super) fn limit(&self) -> Result<u32> {
        match self.limit.unwrap_or(USUAL) {
            limit if (1..=MOST).contains(&limit) => Ok(limit),
            _ => Err(invalid("limit", format!("limit: give 1 to {MOST}"))),
        }
    }

    /// Cuts rows, of which one more than the page takes was read, to the page; answers the
    /// cursor of the next one.
    pub(super) fn cut<T>(
        &self,
        rows: &mut Vec<T>,
        cursor: impl Fn(&T) -> String,
    ) -> Result<Option<String>> {
        let limit = self.limit()? as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        Ok(rows.last().filter(|_| more).map(cursor))
    }
}

/// Conditions on a list, all of which must hold.
#[derive(Debug, Default)]
pub(super) struct Filter(Vec<String>);

impl Filter {
    /// The field has this value.
    pub(super) fn is(&mut self, path: &str, value: &str) {
        self.compare(path, "=", value);
    }

    /// The field, a text, holds this id: with 15 or with 18 characters.
    pub(super) fn is_id(&mut self, path: &str, id: Id) {
        self.0
            .push(format!("{path} IN ('{}', '{id}')", id.as_str()));
    }

    /// The field has another value.
    pub(super) fn is_not(&mut self, path: &str, value: &str) {
        self.compare(path, "!=", value);
    }

    /// The flag is set, or is not.
    pub(super) fn flag(&mut self, path: &str, set: bool) {
        self.0.push(format!("{path} = {set}"));
    }

    fn compare(&mut self, path: &str, operator: &str, value: &str) {
        self.0
            .push(format!("{path} {operator} '{}'", escape::raw(value)));
    }
}

/// In which order a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Oldest first.
    Oldest,
    /// Newest first.
    Newest,
}

/// One row: the columns that the caller may read.
pub(super) struct Row(Vec<(&'static str, Value)>);

impl Row {
    fn get(&self, column: &str) -> &Value {
        let found = self.0.iter().find(|(name, _)| *name == column);
        found.map_or(&Value::Null, |(_, value)| value)
    }

    /// An id.
    pub(super) fn id(&self, column: &str) -> Option<Id> {
        self.get(column).as_id()
    }

    /// Anything as text: ids with 18 characters, days ISO, instants RFC 3339.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        match self.get(column) {
            Value::Null => None,
            Value::Id(id) => Some(id.to_string()),
            Value::Date(day) => Some(day.to_string()),
            Value::DateTime(at) => Some(instant(*at)),
            Value::Bool(set) => Some(set.to_string()),
            other => other.as_text().map(str::to_owned),
        }
    }

    /// An id that is kept as text, with 18 characters.
    pub(super) fn id_text(&self, column: &str) -> Option<String> {
        let text = self.text(column)?;
        Some(Id::parse(&text).map_or(text, |id| id.to_string()))
    }

    /// A whole number.
    pub(super) fn whole(&self, column: &str) -> Option<i64> {
        self.get(column).as_int()
    }

    /// A flag.
    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        let value = self.get(column);
        (!value.is_null()).then(|| value.is_true())
    }
}

/// A list to be read.
pub(super) struct List<'a> {
    /// API name of the object.
    pub(super) object: &'static str,
    /// Paths of the columns; `Id` is always one.
    pub(super) columns: &'a [&'static str],
    /// Which rows.
    pub(super) filter: Filter,
    /// In which order.
    pub(super) by: By,
}

impl List<'_> {
    /// A page of the list and the cursor of the next one.
    pub(super) async fn page(
        &self,
        app: &App,
        actor: &Actor,
        paging: &Paging,
    ) -> Result<(Vec<Row>, Option<String>)> {
        let object = app.object(actor, self.object)?;
        let after = paging.after(object.prefix)?;
        let mut rows = self.read(app, actor, after, paging.limit()? + 1).await?;
        let cursor = |row: &Row| row.text("Id").unwrap_or_default();
        let next = paging.cut(&mut rows, cursor)?;
        Ok((rows, next))
    }

    /// The first row.
    pub(super) async fn first(&self, app: &App, actor: &Actor) -> Result<Option<Row>> {
        Ok(self.read(app, actor, None, 1).await?.into_iter().next())
    }

    async fn read(
        &self,
        app: &App,
        actor: &Actor,
        after: Option<Id>,
        limit: u32,
    ) -> Result<Vec<Row>> {
        let object = app.object(actor, self.object)?;
        let columns: Vec<&'static str> = self
            .columns
            .iter()
            .copied()
            .filter(|path| readable(actor, object, path))
            .collect();
        let text = self.soql(&columns, after, limit);
        let (plan, answer) = app.query(actor, &text, false).await?;
        let places: Vec<(&'static str, usize)> = columns
            .iter()
            .filter_map(|column| {
                let place = plan.select.iter().position(|o| o.path.join(".") == *column);
                place.map(|place| (*column, place))
            })
            .collect();
        let row = |values: Vec<Value>| {
            let value = |place: usize| values.get(place).cloned().unwrap_or(Value::Null);
            Row(places
                .iter()
                .map(|(c, place)| (*c, value(*place)))
                .collect())
        };
        Ok(answer.rows.into_iter().map(row).collect())
    }

    fn soql(&self, columns: &[&str], after: Option<Id>, limit: u32) -> String {
        let (operator, direction) = match self.by {
            By::Oldest => (">", "ASC"),
            By::Newest => ("<", "DESC"),
        };
        let mut conditions = self.filter.0.clone();
        conditions.extend(after.map(|after| format!("Id {operator} '{after}'")));
        let filter = if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        };
        format!(
            "SELECT {} FROM {}{filter} ORDER BY Id {direction} LIMIT {limit}",
            columns.join(", "),
            self.object
        )
    }
}

/// May the caller read all of a path: look-ups, parents, field?
fn readable(actor: &Actor, object: &ObjectDef, path: &str) -> bool {
    let may_read = |field| actor.permissions.may_read_field(object, field);
    match path.split_once('.') {
        None => object.field(path).is_some_and(may_read),
        Some((relationship, rest)) => object
            .fields()
            .iter()
            .find(|field| field.relationship() == Some(relationship))
            .filter(|field| may_read(field))
            .and_then(|field| actor.org.catalog.object(field.references().first()?))
            .is_some_and(|parent| readable(actor, parent, rest)),
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::Id;

    use super::{By, Filter, List, Paging};

    /// R-SEC-1: what a caller sends is a value of the query, never a part of it.
    #[test]
    fn r_sec_1_values_are_escaped() {
        let mut filter = Filter::default();
        filter.is("Name", "it's' OR Name != '\\");
        filter.flag("IsConverted", false);
        filter.is_id("Key__c", Id::parse("00D000000000001").unwrap());
        let list = List {
            object: "Lead",
            columns: &[],
            filter,
            by: By::Newest,
        };
        let after = Id::parse("00Q000000000001").unwrap();
        assert_eq!(
            list.soql(&["Id", "Name"], Some(after), 3),
            "SELECT Id, Name FROM Lead WHERE Name = 'it\\'s\\' OR Name != \\'\\\\' \
             AND IsConverted = false AND Key__c IN ('00D000000000001', '00D000000000001EAA') \
             AND Id < '00Q000000000001EAA' ORDER BY Id DESC LIMIT 3"
        );
    }

    #[test]
    fn pages_are_cut_and_lead_on() {
        let paging = Paging {
            cursor: None,
            limit: Some(2),
        };
        let mut rows = vec![1, 2, 3];
        assert_eq!(
            paging.cut(&mut rows, i32::to_string).unwrap().as_deref(),
            Some("2")
        );
        assert_eq!(rows, [1, 2]);
        assert_eq!(paging.cut(&mut rows, i32::to_string).unwrap(), None);
    }

    /// R-ERR-1: a page that cannot be says what is allowed.
    #[test]
    fn r_err_1_refused_pages() {
        for limit in [0, 1001] {
            let paging = Paging {
                limit: Some(limit),
                ..Paging::default()
            };
            assert_eq!(paging.limit().unwrap_err().fields, ["limit"]);
        }
        for cursor in ["x", "005000000000001"] {
            let paging = Paging {
                cursor: Some(cursor.into()),
                ..Paging::default()
            };
            assert_eq!(paging.after(Some("00Q")).unwrap_err().fields, ["cursor"]);
        }
    }
}
