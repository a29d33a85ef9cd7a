//! The one place that writes to standard output and standard error: data there, messages here.
//! It must not know what it shows.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use jiff::{Timestamp, Unit};
use serde_json::Value;

use crate::failure::Failure;
use crate::surroundings::columns;
use crate::table::{self, brief, visible};

/// Width of a table where nobody says how wide it may be.
const USUAL_WIDTH: usize = 100;

/// How data is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// columns that fit the terminal
    #[default]
    #[value(alias = "text")]
    Table,
    /// JSON, all fields
    Json,
    /// comma-separated values with a heading
    Csv,
}

/// A column: its heading and where its value stands in a row's JSON, as `a.b`.
pub(crate) type Column<'a> = (&'a str, &'a str);

/// The columns of what has names: a table does without the id, which is the last one.
pub(crate) fn named<'c>(format: Format, columns: &'c [Column<'c>]) -> &'c [Column<'c>] {
    match (format, columns) {
        (Format::Table, [columns @ .., _]) => columns,
        _ => columns,
    }
}

/// Writes a line of data.
pub(crate) fn line(text: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    // Whoever reads may have gone: there is nobody to tell.
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Writes a message for people.
pub(crate) fn note(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Shows how far something has come, in one line of its own; on a terminal only.
pub(crate) fn progress(done: i64, total: i64) {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        let _ = write!(err, "\r{}", bar(done, total));
        let _ = err.flush();
    }
}

/// Ends the line of [`progress`].
pub(crate) fn progress_ended() {
    if std::io::stderr().is_terminal() {
        note("");
    }
}

fn bar(done: i64, total: i64) -> String {
    const WIDTH: usize = 30;
    let filled = match total {
        0 => 0,
        total => usize::try_from(done * 30 / total).unwrap_or(0).min(WIDTH),
    };
    let (full, empty) = ("#".repeat(filled), "-".repeat(WIDTH - filled));
    format!("[{full}{empty}] {done} of {total}")
}

/// Asks a question that is answered with yes or no; no where nobody sits at a terminal.
pub(crate) fn agreed(question: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(std::io::stderr().lock(), "{question} [y/N] ");
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

/// Writes an error and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    // What shows a place in a text begins in a line of its own.
    let joint = if failure.message.contains('\n') {
        '\n'
    } else {
        ' '
    };
    note(format_args!(
        "error:{joint}{}",
        brief(&visible(&failure.message))
    ));
    if let Some(hint) = &failure.hint {
        note(format_args!("hint: {}", visible(hint)));
    }
}

/// Writes what the command line says of wrong arguments, in the form of other errors.
pub(crate) fn misuse(text: &str) {
    let text = text.replace("\n  tip: ", "\nhint: ");
    let more = "For more information, try '--help'.";
    let text = text.replace(more, "hint: add --help to see what is allowed");
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    note(brief(&lines.join("\n")));
}

/// Shows a list.
pub(crate) fn rows(format: Format, columns: &[Column], rows: &[Value]) {
    match format {
        Format::Json => json(&Value::from(rows.to_vec())),
        Format::Csv => line(csv(columns, rows).trim_end_matches('\n')),
        Format::Table if rows.is_empty() => note("nothing found"),
        Format::Table => line(table(columns, rows, width()).trim_end_matches('\n')),
    }
}

/// Shows one thing: as a table, a line for each of its fields.
pub(crate) fn one(format: Format, columns: &[Column], value: &Value) {
    match format {
        Format::Json => json(value),
        Format::Csv => rows(format, columns, std::slice::from_ref(value)),
        Format::Table => {
            let fields = columns
                .iter()
                .map(|(name, path)| ((*name).to_owned(), shown(value, path)));
            line(table::fields_of(fields, width()).trim_end_matches('\n'));
        }
    }
}

/// Shows JSON as it is.
pub(crate) fn json(value: &Value) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => line(text),
        Err(e) => note(format_args!("error: this is no JSON: {e}")),
    }
}

/// Columns below their headings.
pub(crate) fn table(columns: &[Column], rows: &[Value], limit: Option<usize>) -> String {
    let headings: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let cells = |row: &Value| columns.iter().map(|(_, path)| shown(row, path)).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table::table(&headings, &cells, limit)
}

/// The text of a value as people see it, in one line; instants to the second.
fn shown(row: &Value, path: &str) -> String {
    let text = cell(row, path);
    let at = text
        .parse::<Timestamp>()
        .ok()
        .filter(|_| text.ends_with('Z'));
    match at.and_then(|at| at.round(Unit::Second).ok()) {
        Some(second) => second.to_string(),
        None => visible(&text).replace('\n', " "),
    }
}

/// As wide as `COLUMNS` says, else as the terminal is, else 100.
fn width() -> Option<usize> {
    let of_terminal = || {
        let size = terminal_size::terminal_size_of(std::io::stdout())?;
        Some(usize::from(size.0.0))
    };
    columns().or_else(of_terminal).or(Some(USUAL_WIDTH))
}

/// Comma-separated values, quoted as RFC 4180 has it.
fn csv(columns: &[Column], rows: &[Value]) -> String {
    let quote = |text: &str| {
        if text.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let headings: Vec<String> = columns.iter().map(|(name, _)| quote(name)).collect();
    let mut out = headings.join(",") + "\n";
    for row in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|(_, path)| quote(&cell(row, path)))
            .collect();
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// The text of a value at a path.
pub(crate) fn cell(row: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(row, |value, part| value.get(part));
    found.map(text).unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: &[Column] = &[("NAME", "name"), ("ORG", "org.name"), ("SEATS", "seats")];

    #[test]
    fn tables_fit_the_terminal() {
        let rows = [json!({"name": "A long name indeed", "org": {"name": "Example"}, "seats": 5})];
        assert_eq!(
            table(COLUMNS, &rows, None),
            "NAME                ORG      SEATS\nA long name indeed  Example  5\n"
        );
        let narrow = table(COLUMNS, &rows, Some(30));
        assert!(narrow.lines().all(|l| l.chars().count() <= 30), "{narrow}");
    }

    #[test]
    fn bars_are_of_one_length() {
        let empty = format!("[{}] 0 of 0", "-".repeat(30));
        assert_eq!(bar(0, 0), empty);
        let half = format!("[{}{}] 5 of 10", "#".repeat(15), "-".repeat(15));
        assert_eq!(bar(5, 10), half);
        assert_eq!(bar(12, 10), format!("[{}] 12 of 10", "#".repeat(30)));
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let rows = [json!({"name": "a,\"b\"", "org": null, "seats": "site"})];
        assert_eq!(
            csv(COLUMNS, &rows),
            "NAME,ORG,SEATS\n\"a,\"\"b\"\"\",,site\n"
        );
    }
}
