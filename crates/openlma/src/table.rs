//! Lays texts out in columns that fit a width: what is too long goes on in the next line, so that
//! nothing is lost and no word is broken. It must not know where the text goes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Between two columns.
const GAP: usize = 2;
/// A table whose cells need more lines than this is hard to read.
const LINES: usize = 4;
/// Most lines of one value.
const MOST_LINES: usize = 40;

/// Rows below their headings. Where a line would be wider than `limit`, texts go on in the next
/// line; where that is not enough, each row becomes a paragraph of its own.
pub(crate) fn table(headings: &[String], rows: &[Vec<String>], limit: Option<usize>) -> String {
    let with_headings: Vec<Vec<String>> = std::iter::once(headings.to_vec())
        .chain(rows.iter().cloned())
        .collect();
    let mut widths = widths(&with_headings);
    let fits = limit.is_none_or(|limit| fit(&mut widths, &with_headings, limit));
    let tall = || {
        let cells = with_headings.iter().flat_map(|row| row.iter().zip(&widths));
        cells.map(|(text, width)| wrapped(text, *width).len()).max()
    };
    if fits && tall().unwrap_or(0) <= LINES {
        return with_headings
            .iter()
            .map(|row| lines(row, &widths))
            .collect();
    }
    let paragraphs = rows.iter().map(|row| {
        let fields = headings
            .iter()
            .zip(row)
            .map(|(h, text)| (h.clone(), text.clone()));
        fields_of(fields, limit)
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

/// Fields and their values, a line each; those without a value are left out.
pub(crate) fn fields_of(
    fields: impl Iterator<Item = (String, String)>,
    limit: Option<usize>,
) -> String {
    let fields = fields.filter(|(_, text)| !text.is_empty());
    let rows: Vec<Vec<String>> = fields.map(|(name, text)| vec![name, text]).collect();
    let mut widths = widths(&rows);
    if let (Some(limit), [name, value]) = (limit, widths.as_mut_slice()) {
        *value = (*value).min(limit.saturating_sub(*name + GAP).max(1));
    }
    rows.iter().map(|row| lines(row, &widths)).collect()
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.len().max(widths.len()), 0);
        for (widest, text) in widths.iter_mut().zip(row) {
            *widest = text.width().max(*widest);
        }
    }
    widths
}

/// Takes from the widest column until a row fits, but breaks no word; does a row fit?
fn fit(widths: &mut [usize], rows: &[Vec<String>], limit: usize) -> bool {
    let gaps = GAP * widths.len().saturating_sub(1);
    let word = |text: &String| text.split(' ').map(UnicodeWidthStr::width).max();
    let longest = |column: usize| rows.iter().filter_map(|row| word(&row[column])).max();
    let least: Vec<usize> = (0..widths.len()).map(|c| longest(c).unwrap_or(0)).collect();
    while widths.iter().sum::<usize>() + gaps > limit {
        let columns = widths.iter_mut().zip(&least);
        let can_give = columns.filter(|(width, least)| **width > **least);
        match can_give.max_by_key(|(width, _)| **width) {
            Some((widest, _)) => *widest -= 1,
            None => return false,
        }
    }
    true
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
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES - 1);
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

    fn laid(headings: &[&str], row: &[&str], limit: Option<usize>) -> String {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        table(&owned(headings), &[owned(row)], limit)
    }

    const ID: &str = "00D000000000001AAA";
    const TEXT: &str = "the lead manager is not an active user";

    #[test]
    fn what_fits_is_left_alone() {
        let wanted = "NAME             SEATS\nExample Harbour  5\n";
        for limit in [None, Some(100), Some(22)] {
            assert_eq!(
                laid(&["NAME", "SEATS"], &["Example Harbour", "5"], limit),
                wanted
            );
        }
    }

    #[test]
    fn words_go_on_in_the_next_line_and_ids_stay_whole() {
        let laid = laid(&["ID", "REASON"], &[ID, TEXT], Some(40));
        let wanted = "ID                  REASON\n\
                      00D000000000001AAA  the lead manager is\n                    not an active user\n";
        assert_eq!(laid, wanted);
    }

    #[test]
    fn what_is_too_wide_for_a_table_becomes_paragraphs() {
        let laid = laid(&["ID", "ORG", "REASON"], &[ID, ID, TEXT], Some(40));
        let wanted = "ID      00D000000000001AAA\nORG     00D000000000001AAA\n\
                      REASON  the lead manager is not an\n        active user\n";
        assert_eq!(laid, wanted);
    }

    #[test]
    fn every_width_is_kept() {
        let long = "x".repeat(3000);
        for limit in 6..120 {
            let laid = laid(
                &["A", "B", "C"],
                &[&long, TEXT, "名前の長い会社"],
                Some(limit),
            );
            assert!(laid.lines().all(|l| l.width() <= limit), "{limit}\n{laid}");
        }
        assert!(super::tests::laid(&["A"], &[&long], Some(30)).contains('…'));
    }

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!(
            laid(&["NAME", "N"], &["会社", "1"], None),
            "NAME  N\n会社  1\n"
        );
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
