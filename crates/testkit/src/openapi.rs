//! Holds every request and answer under `/api/v1` against the OpenAPI document: a status, a
//! member or a value that is not described stops the test.
//!
//! Knows the part of JSON Schema that the document uses, and no more.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::http::Answer;

/// Where the described addresses begin.
const BASE: &str = "/api/v1";

/// The OpenAPI document of the server.
#[must_use]
pub fn document() -> &'static Json {
    static DOCUMENT: OnceLock<Json> = OnceLock::new();
    DOCUMENT
        .get_or_init(|| serde_json::to_value(openlma_server::openapi()).expect("the description"))
}

/// Every described operation: verb in upper case, address with `{names}`.
#[must_use]
pub fn operations() -> Vec<(String, String)> {
    let paths = document()["paths"].as_object().expect("paths");
    let verbs = |(path, item): (&String, &Json)| {
        let verbs = item.as_object().expect("a path's operations").keys();
        let verbs =
            verbs.filter(|v| ["get", "post", "put", "patch", "delete"].contains(&v.as_str()));
        verbs
            .map(|verb| (verb.to_uppercase(), path.clone()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(verbs).collect()
}

/// Checks one exchange.
///
/// # Panics
/// When the document does not describe it.
pub(crate) fn check(verb: &str, target: &str, body: &[u8], answer: &Answer) {
    let path = target.split('?').next().unwrap_or_default();
    if path != BASE && !path.starts_with("/api/v1/") {
        return;
    }
    let told = || format!("{verb} {target} answered {} {}", answer.status, answer.text);
    let Some(operation) = operation(verb, path) else {
        assert!(matches!(answer.status, 401 | 404 | 405 | 413), "{}", told());
        return problem(answer);
    };
    let status = answer.status.to_string();
    let described = resolve(&operation["responses"][&status]);
    assert!(!described.is_null(), "an undocumented status: {}", told());
    if answer.status >= 400 {
        return problem(answer);
    }
    if let Some(schema) = operation["requestBody"].get("content") {
        let sent: Json = serde_json::from_slice(body).expect("JSON was sent");
        let schema = &schema["application/json"]["schema"];
        conforms(schema, &sent).unwrap_or_else(|e| panic!("request, {e}: {verb} {target} {sent}"));
    }
    let Some(content) = described.get("content") else {
        assert_eq!(answer.text, "", "{}", told());
        return;
    };
    let schema = &content[&answer.content_type]["schema"];
    conforms(schema, &answer.json()).unwrap_or_else(|e| panic!("answer, {e}: {}", told()));
}

fn problem(answer: &Answer) {
    assert_eq!(
        answer.content_type, "application/problem+json",
        "{answer:?}"
    );
    let schema = &document()["components"]["schemas"]["Problem"];
    let body = answer.json();
    conforms(schema, &body).unwrap_or_else(|e| panic!("problem, {e}: {answer:?}"));
    assert_eq!(body["status"], answer.status, "{answer:?}");
    assert!(
        body["detail"].as_str().is_some_and(|d| !d.is_empty()),
        "{answer:?}"
    );
}

/// The operation of an address, of several that fit the one with fewest names.
fn operation(verb: &str, path: &str) -> Option<&'static Json> {
    let fits = |template: &str| {
        let (wanted, given) = (template.split('/'), path.split('/'));
        wanted.clone().count() == given.clone().count()
            && wanted
                .zip(given)
                .all(|(w, g)| w == g || (w.starts_with('{') && !g.is_empty()))
    };
    document()["paths"]
        .as_object()?
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .and_then(|(_, item)| item.get(verb.to_lowercase()))
}

fn resolve(schema: &Json) -> &Json {
    let Some(reference) = schema.get("$ref").and_then(Json::as_str) else {
        return schema;
    };
    let pointer = reference.trim_start_matches('#');
    let target = document().pointer(pointer);
    resolve(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
}

/// Does a value have the shape? What is wrong, with its place, otherwise.
///
/// # Errors
/// The first difference.
pub fn conforms(schema: &Json, value: &Json) -> Result<(), String> {
    let schema = match (schema, schema.as_object()) {
        (Json::Bool(true), _) => return Ok(()),
        (_, Some(_)) => schema,
        _ => return Err("not described".into()),
    };
    if let Some(reference) = resolved(schema) {
        return conforms(reference, value);
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(choices) = schema.get(key).and_then(Json::as_array) {
            let fit = choices
                .iter()
                .filter(|c| conforms(c, value).is_ok())
                .count();
            let right = if key == "oneOf" { fit == 1 } else { fit > 0 };
            return right
                .then_some(())
                .ok_or(format!("{value} fits {fit} of {key}"));
        }
    }
    for part in schema
        .get("allOf")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
    {
        conforms(part, value)?;
    }
    typed(schema, value)?;
    if let Some(words) = schema.get("enum").and_then(Json::as_array) {
        words
            .contains(value)
            .then_some(())
            .ok_or(format!("{value} is none of {words:?}"))?;
    }
    match value {
        Json::Object(members) => object(schema, members),
        Json::Array(items) => array(schema, items),
        Json::String(text) => string(schema, text),
        Json::Number(n) => number(schema, n.as_f64().unwrap_or_default()),
        Json::Null | Json::Bool(_) => Ok(()),
    }
}

fn resolved(schema: &Json) -> Option<&Json> {
    schema.get("$ref").map(|_| resolve(schema))
}

fn typed(schema: &Json, value: &Json) -> Result<(), String> {
    let types: Vec<&str> = match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(many) => many.iter().filter_map(Json::as_str).collect(),
        _ => return Ok(()),
    };
    let is = |name: &&str| match *name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    types
        .iter()
        .any(is)
        .then_some(())
        .ok_or(format!("{value} is not of type {types:?}"))
}

fn object(schema: &Json, members: &serde_json::Map<String, Json>) -> Result<(), String> {
    let described: BTreeMap<&String, &Json> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .collect();
    let required = schema["required"].as_array().into_iter().flatten();
    for name in required.filter_map(Json::as_str) {
        members.get(name).ok_or(format!("{name} is missing"))?;
    }
    for (name, value) in members {
        let inner = match (described.get(name), schema.get("additionalProperties")) {
            (Some(inner), _) => inner,
            (None, Some(more)) if more != false => more,
            (None, _) if described.is_empty() => &Json::Bool(true),
            (None, _) => return Err(format!("{name} is not described")),
        };
        conforms(inner, value).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(())
}

fn array(schema: &Json, items: &[Json]) -> Result<(), String> {
    bounds(schema, "minItems", "maxItems", items.len() as f64)?;
    items.iter().try_for_each(|item| match schema.get("items") {
        Some(inner) => conforms(inner, item),
        None => Ok(()),
    })
}

fn string(schema: &Json, text: &str) -> Result<(), String> {
    bounds(
        schema,
        "minLength",
        "maxLength",
        text.chars().count() as f64,
    )?;
    let well_formed = match schema["format"].as_str() {
        Some("date") => text.parse::<jiff::civil::Date>().is_ok() && text.len() == 10,
        Some("date-time") => text.parse::<jiff::Timestamp>().is_ok(),
        _ => true,
    };
    well_formed
        .then_some(())
        .ok_or(format!("{text} is no {}", schema["format"]))
}

fn number(schema: &Json, n: f64) -> Result<(), String> {
    bounds(schema, "minimum", "maximum", n)
}

fn bounds(schema: &Json, least: &str, most: &str, n: f64) -> Result<(), String> {
    let within = schema[least].as_f64().is_none_or(|least| n >= least)
        && schema[most].as_f64().is_none_or(|most| n <= most);
    within.then_some(()).ok_or(format!("{n} is out of bounds"))
}
