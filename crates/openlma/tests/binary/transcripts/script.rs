//! Lines of a script, and the words of a command.

use super::mask;

/// A line that does something.
#[derive(Debug, PartialEq)]
pub(crate) enum Line<'t> {
    /// `as USERNAME` or `as nobody`: who runs what follows.
    As(&'t str),
    /// `at INSTANT`: moves the server's clock.
    At(&'t str),
    /// `$ [NAME=VALUE…] openlma …`: a command.
    Run(&'t str),
    /// A remark.
    Remark(&'t str),
}

impl<'t> Line<'t> {
    /// Reads a line.
    ///
    /// # Panics
    /// When it is none of these.
    pub(crate) fn of(line: &'t str) -> Line<'t> {
        match line.split_once(' ') {
            Some(("as", who)) => Line::As(who),
            Some(("at", instant)) => Line::At(instant),
            Some(("$", command)) => Line::Run(command),
            _ if line.is_empty() || line.starts_with('#') => Line::Remark(line),
            _ => panic!("what is {line:?}?"),
        }
    }
}

/// The words of a command: separated by spaces, kept together by quotes. Between double quotes
/// `\u{7}` is a character by its number, and `\x*10000` ten thousand times `x`.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match (c, quote) {
            ('\\', Some('"')) => word.get_or_insert_default().push_str(&escape(&mut rest)),
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (' ', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The user name in `$(openlma token USERNAME)`.
pub(crate) fn token_of(word: &str) -> Option<&str> {
    word.strip_prefix("$(openlma token ")?.strip_suffix(')')
}

fn escape(rest: &mut std::str::Chars<'_>) -> String {
    let first = rest.next().unwrap();
    let text = rest.as_str();
    if first == 'u' && text.starts_with('{') {
        let (digits, after) = text[1..].split_once('}').unwrap();
        *rest = after.chars();
        let number = u32::from_str_radix(digits, 16).unwrap();
        return char::from_u32(number).unwrap().to_string();
    }
    let digits = text.strip_prefix('*').unwrap();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap();
    *rest = digits[end..].chars();
    first.to_string().repeat(digits[..end].parse().unwrap())
}

/// The last ids and keys that were shown, one for each prefix; `04t…` and `olma_pk_…` in a command
/// stand for one.
#[derive(Default)]
pub(crate) struct Seen(Vec<(String, String)>);

impl Seen {
    /// Remembers the ids and keys of an output; of several with one prefix the first.
    pub(crate) fn remember(&mut self, output: &str) {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let words: Vec<&str> = output.split(|c: char| !inside(c)).collect();
        for word in words.into_iter().rev() {
            if let Some((text, name)) = mask::key(word).or_else(|| mask::id(word)) {
                self.0.retain(|(known, _)| *known != name);
                self.0.push((name, text.to_owned()));
            }
        }
    }

    /// The command with those ids.
    pub(crate) fn filled(&self, command: &str) -> String {
        let fill = |command: String, (name, id): &(String, String)| command.replace(name, id);
        self.0.iter().fold(command.to_owned(), fill)
    }
}

#[test]
fn words_are_those_of_a_shell() {
    let command = r#"openlma org create 'A B' --name "\u{1F600} \x*3y" "" --x=1"#;
    let wanted = [
        "openlma",
        "org",
        "create",
        "A B",
        "--name",
        "😀 xxxy",
        "",
        "--x=1",
    ];
    assert_eq!(words(command), wanted);
}
