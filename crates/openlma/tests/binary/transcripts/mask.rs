//! Replaces what differs from run to run: ids, keys, the address of the server, folders.

/// What to replace in an output.
#[derive(Default)]
pub(crate) struct Mask {
    /// Texts and what stands for them.
    pub(crate) texts: Vec<(String, &'static str)>,
    /// Days and instants are masked too: the server has a real clock.
    pub(crate) days: bool,
}

impl Mask {
    /// The output with ids as `04t…`. In a column what follows stays where it was.
    pub(crate) fn text(&self, output: &str) -> String {
        let mut output = output.to_owned();
        for (text, name) in &self.texts {
            output = output.replace(text, name);
        }
        let mut masked = String::new();
        let mut rest = output.as_str();
        while !rest.is_empty() {
            let word = self.word(rest);
            let Some((word, name)) = word.filter(|_| !masked.ends_with(is_inside)) else {
                let end = rest.chars().next().map_or(0, char::len_utf8);
                masked.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            };
            rest = &rest[word.len()..];
            masked.push_str(&name);
            if rest.starts_with("  ") {
                let missing = word.len().saturating_sub(name.chars().count());
                masked.push_str(&" ".repeat(missing));
            }
        }
        masked
    }

    /// What stands for the word at the beginning of a text, if it is to be replaced.
    fn word<'t>(&self, text: &'t str) -> Option<(&'t str, String)> {
        let day = self.days.then(|| day(text)).flatten();
        key(text).or_else(|| id(text)).or(day)
    }
}

fn is_inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The letters and digits at the beginning.
fn run(text: &str, also: &str) -> usize {
    let inside = |c: char| c.is_ascii_alphanumeric() || also.contains(c);
    text.find(|c| !inside(c)).unwrap_or(text.len())
}

/// An id of 15 or 18 characters, which begins with three that name its object.
pub(crate) fn id(text: &str) -> Option<(&str, String)> {
    let word = &text[..run(text, "")];
    let looks_so = matches!(word.len(), 15 | 18)
        && word.bytes().take(3).any(|b| b.is_ascii_digit())
        && word.bytes().filter(u8::is_ascii_digit).count() > 3;
    looks_so.then(|| (word, format!("{}…", &word[..3])))
}

/// An installation key, a publisher key or a token.
pub(crate) fn key(text: &str) -> Option<(&str, String)> {
    if text.starts_with("olma_") {
        let word = &text[..run(text, "_-")];
        return Some((word, format!("{}…", &word[..word.len().min(8)])));
    }
    let (org, rest) = text.split_once('!')?;
    let is_token =
        org.starts_with("00D") && matches!(org.len(), 15 | 18) && run(org, "") == org.len();
    let word = &text[..org.len() + 1 + run(rest, "_-.")];
    is_token.then(|| (word, "00D…!…".to_owned()))
}

/// A day or an instant.
fn day(text: &str) -> Option<(&str, String)> {
    let shape = |text: &str, shape: &str| {
        text.len() >= shape.len()
            && text.bytes().zip(shape.bytes()).all(|(b, s)| match s {
                b'9' => b.is_ascii_digit(),
                s => b == s,
            })
    };
    if !shape(text, "9999-99-99") {
        return None;
    }
    if shape(&text[10..], "T99:99:99") {
        let end = text[10..].find('Z').map_or(19, |z| 11 + z);
        return Some((&text[..end], "[time]".to_owned()));
    }
    Some((&text[..10], "[day]".to_owned()))
}

#[test]
fn what_differs_is_masked_and_columns_stay() {
    let mask = Mask {
        texts: vec![("http://127.0.0.1:4711".into(), "[URL]")],
        days: true,
    };
    assert_eq!(
        mask.text("04t000000000001AAA  1.0\nat http://127.0.0.1:4711/ olma_ik_abc-d"),
        "04t…                1.0\nat [URL]/ olma_ik_…"
    );
    assert_eq!(
        mask.text("\"2026-03-02T09:00:00.5Z\", 2026-03-02 administrators"),
        "\"[time]\", [day] administrators"
    );
}
