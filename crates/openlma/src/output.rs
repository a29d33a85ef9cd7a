//! The one place that writes to standard output and standard error: data there, messages here.
//! It must not know what it shows.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use serde_json::Value;

use crate::failure::Failure;

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
    note(format_args!("error: {}", failure.message));
    if let Some(hint) = &failure.hint {
        note(format_args!("hint: {hint}"));
    }
}

/// Shows a list.
pub(crate) fn rows(format: Format, columns: &[Column], rows: &[Value]) {
    match format {
        Format::Json => json(&Value::from(rows.to_vec())),
        Format::Csv => line(csv(columns, rows).trim_end_matches('\n')),
        Format::Table if rows.is_empty() => note("nothing found"),
        Format::Table => line(table(columns, rows, terminal_width()).trim_end_matches('\n')),
    }
}

/// Shows one thing: as a table, a line for each of its fields.
pub(crate) fn one(format: Format, columns: &[Column], value: &Value) {
    match format {
        Format::Json => json(value),
        Format::Csv => rows(format, columns, std::slice::from_ref(value)),
        Format::Table => {
            let widest = columns.iter().map(|(name, _)| width(name)).max();
            let widest = widest.unwrap_or_default();
            for (name, path) in columns {
                let text = cell(value, path);
                if !text.is_empty() {
                    line(format_args!("{}  {text}", padded(name, widest)));
                }
            }
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

/// Columns, separated by two spaces, cut where they do not fit.
pub(crate) fn table(columns: &[Column], rows: &[Value], limit: Option<usize>) -> String {
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| columns.iter().map(|(_, path)| cell(row, path)).collect())
        .collect();
    let mut widths: Vec<usize> = columns.iter().map(|(name, _)| width(name)).collect();
    for row in &cells {
        for (widest, text) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(text));
        }
    }
    if let Some(limit) = limit {
        fit(&mut widths, limit);
    }
    let headings: Vec<String> = columns.iter().map(|(n, _)| (*n).to_owned()).collect();
    let mut out = String::new();
    for row in std::iter::once(&headings).chain(&cells) {
        let mut text = String::new();
        for (cell, widest) in row.iter().zip(&widths) {
            text.push_str(&padded(&cut(cell, *widest), *widest));
            text.push_str("  ");
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// Takes from the widest column until the row fits; no column gets narrower than 8.
fn fit(widths: &mut [usize], limit: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > limit {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 8 => *widest -= 1,
            _ => return,
        }
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn padded(text: &str, wanted: usize) -> String {
    let missing = wanted.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

fn cut(text: &str, wanted: usize) -> String {
    if width(text) <= wanted {
        return text.to_owned();
    }
    let kept: String = text.chars().take(wanted.saturating_sub(1)).collect();
    format!("{kept}…")
}

fn terminal_width() -> Option<usize> {
    let out = std::io::stdout();
    if !out.is_terminal() {
        return None;
    }
    terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0))
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
        let cut = table(COLUMNS, &rows, Some(30));
        assert!(cut.lines().all(|l| l.chars().count() <= 30), "{cut}");
        assert!(cut.contains('…'), "{cut}");
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
