//! Lays texts out in columns that fit a width: what is too long goes on in the next line, so that
//! nothing is lost. It must not know where the text goes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns.
const GAP: usize = 2;
/// Texts of several words are not made narrower than this, as long as others can be.
const NARROW_TEXT: usize = 16;
/// Nothing is made narrower than this.
const NARROW: usize = 4;
/// Most lines of one cell.
const LINES: usize = 12;

/// Rows of cells, one below the other; `limit` is the widest that a line may be.
pub(crate) fn layout(rows: &[Vec<String>], limit: Option<usize>) -> String {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (widest, text) in widths.iter_mut().zip(row) {
            *widest = text.width().max(*widest);
        }
    }
    if let Some(limit) = limit {
        fit(&mut widths, rows, limit);
    }
    rows.iter().map(|row| lines(row, &widths)).collect()
}

/// Takes from the widest column until a row fits: first from those with several words, then from
/// names and ids.
fn fit(widths: &mut [usize], rows: &[Vec<String>], limit: usize) {
    let gaps = GAP * widths.len().saturating_sub(1);
    let breaks = |column: usize| rows.iter().any(|row| row[column].contains(' '));
    let texts: Vec<bool> = (0..widths.len()).map(breaks).collect();
    while widths.iter().sum::<usize>() + gaps > limit {
        let widest = |texts_only: bool, narrow: usize| {
            let columns = widths.iter().enumerate();
            columns
                .filter(|(at, width)| **width > narrow && (texts[*at] || !texts_only))
                .max_by_key(|(_, width)| **width)
                .map(|(at, _)| at)
        };
        match widest(true, NARROW_TEXT).or_else(|| widest(false, NARROW)) {
            Some(at) => widths[at] -= 1,
            None => return,
        }
    }
}

/// One row, in as many lines as its longest cell needs.
fn lines(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(c, w)| wrapped(c, *w))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = String::new();
    for at in 0..height {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let text = cell.get(at).map_or("", String::as_str);
            line.push_str(text);
            line.push_str(&" ".repeat(width.saturating_sub(text.width()) + GAP));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The lines of a cell: broken between words, and within those that are too long.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    if text.width() <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.width());
        if line > 0 && line + 1 + word.width() <= width {
            push(&mut lines, ' ');
        } else if line > 0 {
            lines.push(String::new());
        }
        for c in word.chars() {
            let line = lines.last().map_or(0, |line| line.width());
            if line > 0 && line + c.width().unwrap_or(0) > width {
                lines.push(String::new());
            }
            push(&mut lines, c);
        }
    }
    if lines.len() > LINES {
        lines.truncate(LINES - 1);
        lines.push("…".to_owned());
    }
    lines
}

fn push(lines: &mut [String], c: char) {
    if let Some(line) = lines.last_mut() {
        line.push(c);
    }
}

/// A text that cannot move the cursor, ring or turn the direction of what follows: such
/// characters are shown by their numbers.
pub(crate) fn visible(text: &str) -> String {
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(is_harmful) {
        return text.to_owned();
    }
    let shown = |c: char| match is_harmful(c) {
        true => c.escape_unicode().to_string(),
        false => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A text without the end of words that no message needs in full length.
pub(crate) fn brief(text: &str) -> String {
    const LONGEST: usize = 120;
    const KEPT: usize = 60;
    let brief = |word: &str| match word.char_indices().nth(KEPT) {
        Some((end, _)) if word.chars().count() > LONGEST => format!("{}…", &word[..end]),
        _ => word.to_owned(),
    };
    let words: Vec<String> = text.split(' ').map(brief).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        let row = |row: &&[&str]| row.iter().map(|c| (*c).to_owned()).collect();
        rows.iter().map(row).collect()
    }

    #[test]
    fn what_fits_is_left_alone() {
        let rows = rows(&[&["NAME", "SEATS"], &["Example Harbour", "5"]]);
        let wanted = "NAME             SEATS\nExample Harbour  5\n";
        assert_eq!(layout(&rows, Some(100)), wanted);
        assert_eq!(layout(&rows, None), wanted);
    }

    #[test]
    fn words_go_on_in_the_next_line_and_ids_stay_whole() {
        let id = "00D000000000001AAA";
        let text = "the lead manager cannot be used because the user is inactive";
        let laid = layout(&rows(&[&["ID", "REASON"], &[id, text]]), Some(40));
        assert!(laid.lines().all(|line| line.width() <= 40), "{laid}");
        assert!(laid.contains(id), "{laid}");
        let words: Vec<&str> = laid.split_whitespace().skip(3).collect();
        assert_eq!(words.join(" "), text);
    }

    #[test]
    fn every_width_is_kept_as_long_as_it_can_be() {
        let long = "x".repeat(200);
        let rows = rows(&[
            &["A", "B", "C"],
            &[&long, "some words here", "名前の長い会社"],
        ]);
        for limit in 16..120 {
            let laid = layout(&rows, Some(limit));
            assert!(laid.lines().all(|l| l.width() <= limit), "{limit}\n{laid}");
        }
        assert!(layout(&rows, Some(30)).contains('…'));
    }

    #[test]
    fn wide_characters_take_two_places() {
        let laid = layout(&rows(&[&["NAME", "N"], &["会社", "1"]]), None);
        assert_eq!(laid, "NAME  N\n会社  1\n");
    }

    #[test]
    fn messages_quote_the_beginning_of_what_is_too_long() {
        let long = "x".repeat(10_000);
        let brief = brief(&format!("too large: {long} (max 80)"));
        assert_eq!(brief, format!("too large: {}… (max 80)", "x".repeat(60)));
    }

    #[test]
    fn nothing_can_ring_or_turn_the_line() {
        assert_eq!(visible("a\u{7}\u{202e}b\nc"), "a\\u{7}\\u{202e}b\nc");
        assert_eq!(visible("מפעל 😀"), "מפעל 😀");
    }
}
