//! What stands beside the bodies: names in the address, the query string, headers.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value as Json;

use super::Request;
use super::schema::{conforms, resolve};
use crate::http::Answer;

/// Headers of any answer: how it travels, and which request it belongs to.
const OF_EVERY_ANSWER: [&str; 7] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "date",
    "x-content-type-options",
    "x-request-id",
];
/// Headers of any request.
const OF_EVERY_REQUEST: [&str; 3] = ["content-type", "authorization", "accept"];

/// Are all parameters of a request described, and is none missing?
pub(super) fn sent(operation: &Json, template: &str, request: &Request<'_>) -> Result<(), String> {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((request.target, ""));
    let names = template.split('/').zip(path.split('/'));
    let in_path = names.filter_map(|(name, value)| {
        let name = name.strip_prefix('{')?.strip_suffix('}')?;
        Some(("path", name.into(), decoded(value)))
    });
    let in_query = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            ("query", decoded(name), decoded(value))
        });
    let headers = request.headers.iter();
    let headers = headers
        .filter(|(name, _)| !OF_EVERY_REQUEST.iter().any(|of| same(Some(of), name)))
        .map(|(name, value)| ("header", Cow::Borrowed(*name), Cow::Borrowed(*value)));
    let given: Vec<_> = in_path.chain(in_query).chain(headers).collect();

    let described = operation["parameters"].as_array();
    let described = || described.into_iter().flatten().map(resolve);
    for (place, name, value) in &given {
        let fits = |p: &&Json| p["in"] == *place && same(p["name"].as_str(), name);
        let parameter = described().find(fits);
        let parameter = parameter.ok_or(format!("{place} {name} is not described"))?;
        let schema = &parameter["schema"];
        conforms(schema, &typed(schema, value)).map_err(|e| format!("{place} {name}: {e}"))?;
    }
    for parameter in described().filter(|p| p["required"] == true) {
        let there = |(place, name, _): &(&str, Cow<'_, str>, Cow<'_, str>)| {
            parameter["in"] == *place && same(parameter["name"].as_str(), name)
        };
        if !given.iter().any(there) {
            return Err(format!("{} is missing", parameter["name"]));
        }
    }
    Ok(())
}

/// Are all headers of an answer described, and is none missing?
pub(super) fn answered(described: &Json, answer: &Answer) -> Result<(), String> {
    let headers = described["headers"].as_object();
    let headers = || headers.into_iter().flatten();
    for (name, value) in &answer.headers {
        if OF_EVERY_ANSWER.contains(&name.as_str()) {
            continue;
        }
        let found = headers().find(|(n, _)| same(Some(n.as_str()), name));
        let (_, header) = found.ok_or(format!("header {name} is not described"))?;
        let schema = &resolve(header)["schema"];
        conforms(schema, &typed(schema, value)).map_err(|e| format!("header {name}: {e}"))?;
    }
    for (name, _) in headers().filter(|(_, header)| resolve(header)["required"] == true) {
        let there = answer
            .headers
            .iter()
            .any(|(n, _)| same(Some(name.as_str()), n));
        there
            .then_some(())
            .ok_or(format!("header {name} is missing"))?;
    }
    Ok(())
}

fn same(described: Option<&str>, name: &str) -> bool {
    described.is_some_and(|d| d.eq_ignore_ascii_case(name))
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// A text as a value of the type that its schema names.
fn typed(schema: &Json, text: &str) -> Json {
    let as_text = || Json::String(text.to_owned());
    match resolve(schema)["type"].as_str() {
        Some("integer" | "number" | "boolean") => {
            serde_json::from_str(text).unwrap_or_else(|_| as_text())
        }
        _ => as_text(),
    }
}
