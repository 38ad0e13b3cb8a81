//! Holds answers against `openapi.json`: as much of JSON Schema as stands there.

use std::sync::LazyLock;

use serde_json::Value;

use crate::client::Reply;

pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../src/http/routes/openapi.json")).expect("JSON"));

/// Fails where an answer is not one that the description promises.
pub(crate) fn check(method: &str, path: &str, reply: &Reply) {
    let path = match path.strip_prefix("//") {
        Some(path) => format!("/api/v0/{path}"),
        None => format!("/api/v0/processes{path}"),
    };
    let path = path.split('?').next().unwrap_or_default();
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    // A fixed path comes before one with an id.
    let known =
        paths.get(path).or_else(|| paths.iter().find(|(known, _)| is_like(known, path)).map(|it| it.1));
    let Some(known) = known else {
        assert_eq!(reply.status, 404, "{path} is not described");
        return conforms(&reply.body, &DOCUMENT["components"]["schemas"]["Error"], path);
    };
    let operation = &known[method.to_ascii_lowercase()];
    if operation.is_null() {
        assert_eq!(reply.status, 405, "{method} {path} is not described");
        return conforms(&reply.body, &DOCUMENT["components"]["schemas"]["Error"], path);
    }
    let response = resolve(&operation["responses"][reply.status.to_string()]);
    assert!(!response.is_null(), "{method} {path}: {} is not described: {}", reply.status, reply.body);
    let schema = &response["content"]["application/json"]["schema"];
    if schema.is_null() {
        assert_eq!(reply.body, Value::Null, "{method} {path}");
    } else {
        conforms(&reply.body, schema, &format!("{method} {path}: {}", reply.status));
    }
}

fn is_like(known: &str, path: &str) -> bool {
    let (known, path): (Vec<_>, Vec<_>) = (known.split('/').collect(), path.split('/').collect());
    known.len() == path.len()
        && known.iter().zip(path).all(|(known, part)| *known == part || *known == "{id}")
}

/// Fails where `value` is not what `schema` says.
pub(crate) fn conforms(value: &Value, schema: &Value, place: &str) {
    assert!(is_valid(value, schema), "{place}: {value} is not {schema}");
    let object = resolve(schema);
    if let (Some(fields), Some(value)) = (object["properties"].as_object(), value.as_object()) {
        for (name, value) in value {
            let schema = fields.get(name).unwrap_or_else(|| panic!("{place}: {name} is not described"));
            conforms(value, schema, &format!("{place}.{name}"));
        }
    }
}

fn resolve(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(name) => DOCUMENT.pointer(name.trim_start_matches('#')).expect("a schema"),
        None => schema,
    }
}

fn is_valid(value: &Value, schema: &Value) -> bool {
    let schema = resolve(schema);
    let all =
        |list: &Value, test: &dyn Fn(&Value) -> bool| list.as_array().is_none_or(|it| it.iter().all(test));
    let has_type = |name: &Value| match name.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("the type {other} is not known here"),
    };
    let types = &schema["type"];
    let type_fits = match types {
        Value::Null => true,
        Value::Array(names) => names.iter().any(has_type),
        name => has_type(name),
    };
    let any_fits = schema["anyOf"].as_array().is_none_or(|any| any.iter().any(|it| is_valid(value, it)));
    let is_listed = schema["enum"].as_array().is_none_or(|any| any.contains(value));
    let is_enough =
        schema["minimum"].as_u64().is_none_or(|least| value.as_u64().is_none_or(|it| it >= least));
    let is_complete = all(&schema["required"], &|name| value.get(name.as_str().expect("a name")).is_some());
    let items_fit = schema.get("items").is_none_or(|items| all(value, &|value| is_valid(value, items)));
    let rest_fits = schema["additionalProperties"].as_object().is_none_or(|_| {
        let values = value.as_object().into_iter().flat_map(serde_json::Map::values);
        values.into_iter().all(|value| is_valid(value, &schema["additionalProperties"]))
    });
    type_fits && any_fits && is_listed && is_enough && is_complete && items_fit && rest_fits
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    fn walk(value: &Value) {
        if let Some(name) = value["$ref"].as_str() {
            assert!(DOCUMENT.pointer(name.trim_start_matches('#')).is_some(), "{name}");
        }
        let fields = value.as_object().into_iter().flat_map(serde_json::Map::values);
        fields.chain(value.as_array().into_iter().flatten()).for_each(walk);
    }
    walk(&DOCUMENT);
}

#[test]
fn what_does_not_conform_is_noticed() {
    let error = &DOCUMENT["components"]["schemas"]["Error"];
    assert!(is_valid(&serde_json::json!({ "message": "x" }), error));
    assert!(!is_valid(
        &serde_json::json!({ "message": 1, "detail": "x" }),
        &serde_json::json!({ "type": "string" })
    ));
    assert!(!is_valid(&serde_json::json!({ "detail": "x" }), error));
    let result = std::panic::catch_unwind(|| conforms(&serde_json::json!({ "message": 1 }), error, "here"));
    assert!(result.is_err());
}
