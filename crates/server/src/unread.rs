//! What could not be read, in plain words: the reader's own sentences speak of Rust's types, these of
//! what is wrong and what is allowed (R-ERR-1). Knows nothing of HTTP.

use openlma_core::echo::echo;

/// What is wrong with a request, and with which member.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The sentence.
    pub(crate) message: String,
    /// The member, if it is one.
    pub(crate) member: Option<String>,
}

/// Where the framework's sentences end and the reader's begin.
const OF_SHAPE: [&str; 2] = [
    "into the target type: ",
    "Failed to deserialize query string: ",
];
/// How the reader speaks of a member that is not known.
const UNKNOWN: &str = "unknown field `";
const OF_SYNTAX: &str = "Failed to parse the request body as JSON: ";

/// A sentence of the framework about a body or a query.
pub(crate) fn plainly(told: &str) -> Unread {
    let said = OF_SHAPE.iter().find_map(|begin| told.split_once(begin));
    if let Some((_, said)) = said {
        return of_shape(said);
    }
    let broken = told.split_once(OF_SYNTAX).map(|(_, said)| {
        let (said, place) = said.rsplit_once(" at line ").unwrap_or((said, ""));
        let place = place.replace(" column ", ", column ");
        // Before the reader's words stands the member where it stopped.
        let said = said.rsplit_once(": ").map_or(said, |(_, said)| said);
        format!("the body is no JSON: {} at line {place}", of_syntax(said))
    });
    Unread {
        message: broken.unwrap_or_else(|| "the request could not be read".to_owned()),
        member: None,
    }
}

/// What JSON's reader says where the text is no JSON.
pub(crate) fn of_syntax(said: &str) -> &str {
    match said {
        _ if said.starts_with("EOF ") => "it ends too early",
        "expected value" => "a value is missing or is none of JSON's",
        "expected ident" => "only true, false and null are words",
        "trailing comma" => "a comma with nothing behind it",
        "trailing characters" => "something follows its end",
        "key must be a string" => "names are texts in double quotes",
        "recursion limit exceeded" => "it is nested more than 127 levels deep",
        "invalid number" | "number out of range" => "a number that JSON does not have",
        "invalid escape" | "unexpected end of hex escape" => "an escape that JSON does not have",
        "lone leading surrogate in hex escape" | "invalid unicode code point" => {
            "text that is not Unicode"
        }
        _ if said.starts_with("control character") => "a control character that is not escaped",
        "expected `:`" => "a colon is missing",
        "expected `,` or `]`" => "a comma or ] is missing",
        "expected `,` or `}`" => "a comma or } is missing",
        other => other,
    }
}

/// `path: what` of a value that is not of its member's shape.
fn of_shape(said: &str) -> Unread {
    let said = said.rsplit_once(" at line ").map_or(said, |(said, _)| said);
    let (path, what) = match said.split_once(": ") {
        Some((path, what)) if is_path(path) => (path, what),
        // The path to a member that is not known ends with its name, whatever that is.
        _ => {
            let at = said.find(UNKNOWN).unwrap_or_default();
            ("", &said[at..])
        }
    };
    let member = last_member(path);
    if let Some((name, allowed)) = unknown(what, UNKNOWN) {
        let allowed = allowed.map_or_else(
            || "nothing is taken here".to_owned(),
            |allowed| format!("allowed: {allowed}"),
        );
        return about(name, &format!(" is not known; {allowed}"));
    }
    for (begin, why) in [
        ("missing field `", " is missing; give it"),
        ("duplicate field `", " is there twice; give it once"),
    ] {
        if let Some((name, _)) = unknown(what, begin) {
            return about(name, why);
        }
    }
    let why = wrong_value(what);
    match member {
        Some(member) => about(member, &format!(": {why}")),
        None => Unread {
            message: format!("the body: {why}"),
            member: None,
        },
    }
}

fn about(member: &str, why: &str) -> Unread {
    Unread {
        message: format!("{}{why}", echo(member)),
        member: Some(member.to_owned()),
    }
}

/// `name` of a sentence that begins with `begin`, and the names that would be known.
fn unknown<'a>(what: &'a str, begin: &str) -> Option<(&'a str, Option<String>)> {
    let rest = what.strip_prefix(begin)?;
    let (name, rest) = match rest.rsplit_once("`, expected ") {
        Some((name, allowed)) => (name, Some(allowed)),
        None => (rest.split_once('`')?.0, None),
    };
    let allowed = rest.map(|allowed| {
        let allowed = allowed.strip_prefix("one of ").unwrap_or(allowed);
        allowed.replace(" or ", ", ").replace('`', "")
    });
    Some((name, allowed))
}

/// What is wrong with a value, and what is allowed in its place.
fn wrong_value(what: &str) -> String {
    if let Some((word, Some(allowed))) = unknown(what, "unknown variant `") {
        return format!("{} is not allowed; give one of {allowed}", echo(word));
    }
    let of_kind = ["invalid type: ", "invalid value: ", "invalid length "];
    let Some(rest) = of_kind.iter().find_map(|begin| what.strip_prefix(begin)) else {
        return text_value(what);
    };
    match rest.rsplit_once(", expected ") {
        Some((got, wanted)) => format!("{} is not allowed; give {}", given(got), kind(wanted)),
        None => format!("{} is not allowed", given(rest)),
    }
}

/// What is said of a parameter's text.
fn text_value(what: &str) -> String {
    match what {
        "invalid digit found in string" | "cannot parse integer from empty string" => {
            "give a whole number".to_owned()
        }
        "number too large to fit in target type" => "give a smaller whole number".to_owned(),
        "provided string was not `true` or `false`" => "give true or false".to_owned(),
        other => echo(other).into_owned(),
    }
}

/// What was sent.
fn given(got: &str) -> String {
    for begin in ["integer `", "floating point `", "boolean `", "number `"] {
        if let Some(value) = got.strip_prefix(begin) {
            return echo(value.trim_end_matches('`')).into_owned();
        }
    }
    match got {
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => match got.strip_prefix("string \"") {
            Some(text) => format!("\"{}\"", echo(text.strip_suffix('"').unwrap_or(text))),
            None => echo(got).into_owned(),
        },
    }
}

/// What belongs there.
fn kind(wanted: &str) -> String {
    match wanted {
        "a string" | "string" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a JSON object".to_owned(),
        "u8" => format!("a whole number from 0 to {}", u8::MAX),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "i64" => "a whole number".to_owned(),
        _ if wanted.starts_with("struct ") => "a JSON object".to_owned(),
        other => other.to_owned(),
    }
}

/// Is this where a value stands: `defaults.trial_days`, `users[1]`?
fn is_path(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.[]?".contains(c))
}

/// The member that a path ends with: of `defaults.users[1]` it is `users`.
fn last_member(path: &str) -> Option<&str> {
    let names = path.rsplit('.').map(|part| {
        let end = part.find('[').unwrap_or(part.len());
        &part[..end]
    });
    names
        .into_iter()
        .find(|name| !name.is_empty() && *name != "?")
}

#[cfg(test)]
#[path = "unread_tests.rs"]
mod tests;
