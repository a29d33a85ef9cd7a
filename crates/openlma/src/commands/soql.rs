//! `openlma soql`: queries.

use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::http::{Client, escape};
use crate::output::{self, Format};
use crate::session::Server;

/// Version of the Salesforce-compatible API that is spoken.
const DATA: &str = "/services/data/v60.0";

/// Runs a query and shows its rows.
pub(crate) fn run(text: &str, server: &Server, format: Format) -> Result<Exit, Failure> {
    let client = server.client()?;
    let answer = client.get(&format!("{DATA}/query?q={}", escape(text)))?;
    if answer["records"].as_array().is_some_and(Vec::is_empty) && answer["totalSize"] != 0 {
        // COUNT() has a number and no rows.
        let count = json!({"count": answer["totalSize"]});
        output::rows(format, &[("count", "count")], &[count]);
        return Ok(Exit::Ok);
    }
    let rows = all_of(&client, answer)?;
    let mut names = Vec::new();
    if let Some(row) = rows.first() {
        paths("", row, &mut names);
    }
    // A parent that is missing in the first row may be there in a later one.
    for row in &rows {
        let mut more = Vec::new();
        paths("", row, &mut more);
        if more.len() > names.len() {
            names = more;
        }
    }
    let columns: Vec<(&str, &str)> = names.iter().map(|n| (n.as_str(), n.as_str())).collect();
    output::rows(format, &columns, &rows);
    Ok(Exit::Ok)
}

/// All rows of a query, without their attributes.
pub(crate) fn records(client: &Client, text: &str) -> Result<Vec<Value>, Failure> {
    all_of(
        client,
        client.get(&format!("{DATA}/query?q={}", escape(text)))?,
    )
}

/// The rows of an answer and of those that follow it.
fn all_of(client: &Client, mut answer: Value) -> Result<Vec<Value>, Failure> {
    let mut rows = Vec::new();
    loop {
        if let Some(records) = answer["records"].as_array_mut() {
            rows.extend(records.drain(..).map(plain));
        }
        match answer["nextRecordsUrl"].as_str() {
            Some(next) => answer = client.get(next)?,
            None => return Ok(rows),
        }
    }
}

/// Refusals of a query for what its caller may not read, or for an id that is none.
const UNREADABLE: &[&str] = &[
    "INVALID_TYPE",
    "INVALID_FIELD",
    "INVALID_QUERY_FILTER_OPERATOR",
];

/// The one record that somebody named: the first row of a query that the command asks by itself,
/// whose text is nobody's business.
pub(crate) fn named(client: &Client, text: &str, what: &str) -> Result<Value, Failure> {
    first(records(client, text), what)
}

/// The first of the deleted records that somebody named; see [`named`].
pub(super) fn named_deleted(client: &Client, text: &str, what: &str) -> Result<Value, Failure> {
    let answer = client.get(&format!("{DATA}/queryAll?q={}", escape(text)));
    first(answer.and_then(|answer| all_of(client, answer)), what)
}

fn first(rows: Result<Vec<Value>, Failure>, what: &str) -> Result<Value, Failure> {
    let missing = || {
        Failure::new(
            Exit::Refused,
            format!("there is no {what}, or none for this user to read"),
        )
    };
    match rows {
        Ok(rows) => rows.into_iter().next().ok_or_else(missing),
        Err(failure) if failure.is_one_of(UNREADABLE) => Err(missing()),
        Err(failure) => Err(failure),
    }
}

/// A text between the quotes of a query.
pub(crate) fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

fn plain(row: Value) -> Value {
    match row {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| name != "attributes")
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        other => other,
    }
}

/// The paths of a row's values, in order.
fn paths(before: &str, row: &Value, found: &mut Vec<String>) {
    let Some(fields) = row.as_object() else {
        return;
    };
    for (name, value) in fields {
        let path = format!("{before}{name}");
        if value.is_object() {
            paths(&format!("{path}."), value, found);
        } else {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lose_their_attributes_and_keep_their_parents() {
        let row = plain(json!({
            "attributes": {"type": "Lead"},
            "Id": "00Q",
            "Owner": {"attributes": {"type": "User"}, "Name": "Manager"},
        }));
        let mut found = Vec::new();
        paths("", &row, &mut found);
        assert_eq!(found, ["Id", "Owner.Name"]);
    }
}
