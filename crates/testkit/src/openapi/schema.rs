//! Does a value have the shape that the document gives? Knows the part of JSON Schema that the
//! document uses, and no more.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::document;

pub(super) fn resolve(schema: &Json) -> &Json {
    let Some(reference) = schema.get("$ref").and_then(Json::as_str) else {
        return schema;
    };
    let pointer = reference.trim_start_matches('#');
    let target = document().pointer(pointer);
    resolve(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
}

/// Does a value have the shape? What is wrong, with its place, otherwise.
pub(super) fn conforms(schema: &Json, value: &Json) -> Result<(), String> {
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
