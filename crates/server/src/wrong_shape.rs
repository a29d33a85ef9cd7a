//! What is wrong with a body or a query string, in plain words: the framework tells it in the words
//! of Rust, which no caller needs to know (R-ERR-1).

use openlma_core::quote::beginning;
use openlma_core::{Code, Error};

/// The error for what the framework says of a body or of parameters.
pub(crate) fn told(code: Code, text: &str) -> Error {
    let (text, place) = place(text);
    let rest = ["into the target type: ", "query string: "]
        .iter()
        .find_map(|before| Some(text.split_once(before)?.1));
    let Some(rest) = rest else {
        return Error::new(
            code,
            format!("the body is not JSON{place}; send a JSON object"),
        );
    };
    let (path, reason) = path(rest);
    let quoted = || reason.split('`').nth(1).unwrap_or_default();
    if reason.starts_with("missing field") {
        return named(code, quoted(), "is missing; give it");
    }
    if reason.starts_with("duplicate field") {
        return named(code, quoted(), "is given twice; give it once");
    }
    if reason.starts_with("unknown field") {
        let allowed: Vec<&str> = reason.split('`').skip(3).step_by(2).collect();
        let allowed = match allowed.as_slice() {
            [] => "none".to_owned(),
            some => some.join(", "),
        };
        return named(
            code,
            quoted(),
            &format!("is not known here; allowed: {allowed}"),
        );
    }
    let said = match reason.split_once(", expected ") {
        Some((got, wanted)) => format!(
            "{} is not allowed; give {}",
            got_in_words(got),
            wanted_in_words(wanted)
        ),
        None => match reason {
            "invalid digit found in string"
            | "cannot parse integer from empty string"
            | "number too large to fit in target type"
            | "number too small to fit in target type" => "give a whole number".to_owned(),
            "provided string was not `true` or `false`" => "give true or false".to_owned(),
            other => beginning(other).into_owned(),
        },
    };
    named(code, path, &said)
}

/// What JSON's reader says where a text is no JSON, in plain words.
pub(crate) fn of_syntax(said: &str) -> &str {
    match said {
        _ if said.starts_with("EOF ") => "the JSON ends too early",
        "expected value" => "a value is missing, or is none of JSON's",
        "expected ident" => "only true, false and null are words of JSON",
        "trailing comma" => "nothing follows the comma",
        "trailing characters" => "something follows the end of the JSON",
        "key must be a string" => "a member's name is a text in double quotes",
        "recursion limit exceeded" => "the JSON is nested more than 127 levels deep",
        "invalid number" | "number out of range" => "JSON has no such number",
        "invalid escape" | "unexpected end of hex escape" => "JSON has no such escape",
        "lone leading surrogate in hex escape" | "invalid unicode code point" => {
            "this is no Unicode text"
        }
        _ if said.starts_with("control character") => "a control character is not escaped",
        "expected `:`" => "a colon is missing",
        "expected `,` or `]`" => "a comma or ] is missing",
        "expected `,` or `}`" => "a comma or } is missing",
        other => other,
    }
}

fn named(code: Code, member: &str, said: &str) -> Error {
    if member.is_empty() {
        return Error::new(code, format!("the body: {said}"));
    }
    let member = beginning(member);
    Error::new(code, format!("{member}: {said}")).field(member.into_owned())
}

/// Parts the sentence from the place that ends it.
fn place(text: &str) -> (&str, String) {
    let digits = |text: &str| text.bytes().all(|c| c.is_ascii_digit());
    let parted = text.rsplit_once(" at line ").and_then(|(before, place)| {
        let (line, column) = place.split_once(" column ")?;
        let told = format!(" at line {line}, column {column}");
        (digits(line) && digits(column)).then_some((before, told))
    });
    parted.unwrap_or((text, String::new()))
}

/// Parts the member's name, without the members that it is in, from what is said of it.
fn path(rest: &str) -> (&str, &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
    match rest.split_once(": ") {
        Some((path, reason)) if path.chars().all(is_name) => {
            let last = path.rsplit('.').next().unwrap_or_default();
            (last.split('[').next().unwrap_or_default(), reason)
        }
        _ => ("", rest),
    }
}

/// `invalid type: integer `5``: the number 5.
fn got_in_words(got: &str) -> String {
    let got = got.split_once(": ").map_or(got, |(_, got)| got);
    let value = |before: &str| {
        let value = got.strip_prefix(before)?.trim_matches('`');
        Some(beginning(value).into_owned())
    };
    match got {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        _ => ["integer ", "floating point ", "boolean ", "string "]
            .iter()
            .find_map(|before| value(before))
            .unwrap_or_else(|| beginning(got).into_owned()),
    }
}

fn wanted_in_words(wanted: &str) -> &str {
    match wanted {
        "a string" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "a whole number",
        "f64" => "a number",
        structure if structure.starts_with("struct ") => "an object",
        own => own,
    }
}

#[cfg(test)]
mod tests {
    use openlma_core::Code;

    use super::{of_syntax, told};

    /// R-ERR-1: every sentence of JSON's reader about broken text has plain words.
    #[test]
    fn r_err_1_broken_json_in_plain_words() {
        for json in [
            "{\"a\":1e}",
            "{\"a\":1e999}",
            "{a:1}",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\ud800\\u0041\"}",
            "{\"a\":\"\n\"}",
            "trux",
            "[1,]",
            "{\"a\" 1}",
            "{\"a\"",
            "{1:2}",
            "-",
            "[",
            "{} {}",
        ] {
            let refused = serde_json::from_str::<serde_json::Value>(json).unwrap_err();
            let told = refused.to_string();
            let (said, _) = told.split_once(" at line ").unwrap();
            assert_ne!(of_syntax(said), said, "{json}");
        }
    }

    /// R-ERR-1: plain words, the member, what is allowed; no word of Rust and no long value.
    #[test]
    fn r_err_1_shapes_in_plain_words() {
        let body = |rest: &str| {
            format!("Failed to deserialize the JSON body into the target type: {rest}")
        };
        let long = format!(
            "name: invalid type: string \"{}\", expected u32",
            "x".repeat(500)
        );
        for (text, member, said) in [
            (
                body(
                    "defaults.trial_days: invalid type: floating point `1.5`, expected 1 to 90 whole days",
                ),
                "trial_days",
                "trial_days: 1.5 is not allowed; give 1 to 90 whole days",
            ),
            (
                body("users[2]: invalid type: integer `5`, expected a string at line 1 column 12"),
                "users",
                "users: 5 is not allowed; give a text",
            ),
            (
                body("missing field `version_id` at line 1 column 2"),
                "version_id",
                "version_id: is missing; give it",
            ),
            (
                body(
                    "seats: unknown field `sets`, expected one of `seats`, `status` at line 1 column 9",
                ),
                "sets",
                "sets: is not known here; allowed: seats, status",
            ),
            (
                body("unknown field `a`, there are no fields at line 1 column 4"),
                "a",
                "a: is not known here; allowed: none",
            ),
            (
                "Failed to deserialize query string: limit: invalid digit found in string"
                    .to_owned(),
                "limit",
                "limit: give a whole number",
            ),
            (body(&long), "name", "give a whole number"),
        ] {
            let error = told(Code::JsonParserError, &text);
            assert_eq!(error.fields, [member], "{}", error.message);
            assert!(error.message.ends_with(said), "{}", error.message);
            assert!(error.message.chars().count() < 200, "{}", error.message);
        }
        let error = told(
            Code::JsonParserError,
            &body("invalid type: null, expected a JSON object at line 1 column 4"),
        );
        assert_eq!(
            error.message,
            "the body: null is not allowed; give a JSON object"
        );
        assert!(error.fields.is_empty());
        let error = told(
            Code::JsonParserError,
            "Failed to parse the request body as JSON: seats: EOF while parsing at line 1 column 9",
        );
        assert_eq!(
            error.message,
            "the body is not JSON at line 1, column 9; send a JSON object"
        );
    }
}
