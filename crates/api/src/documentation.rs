//! The OpenAPI document for programs, and as a page for people: our own, without any script.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::Value;

use crate::problem::{Problem, ProblemKind};

/// The document.
pub(crate) fn json(text: String) -> Response {
    (
        [
            (CONTENT_TYPE, "application/json"),
            (CACHE_CONTROL, "public, max-age=300"),
        ],
        text,
    )
        .into_response()
}

/// The page that shows the document.
pub(crate) fn page(document: &Value) -> Response {
    let page = Page {
        style: crate::assets::address("pena.css"),
        groups: groups(document),
        schemas: schemas(document),
    };
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => Problem::new(ProblemKind::Internal).into_response(),
    }
}

#[derive(Template)]
#[template(path = "documentation.html")]
struct Page {
    style: String,
    groups: Vec<Group>,
    schemas: Vec<Shape>,
}

struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Parameter>,
    body: Option<String>,
    responses: Vec<(String, String)>,
}

struct Parameter {
    name: String,
    place: String,
    is_required: bool,
    description: String,
}

struct Shape {
    name: String,
    text: String,
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in members(&document["paths"]) {
        for (method, operation) in members(item) {
            let name = text(&operation["tags"][0]);
            let operation = self::operation(path, method, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group {
                    name,
                    operations: vec![operation],
                }),
            }
        }
    }
    groups
}

fn operation(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation["parameters"].as_array();
    Operation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        parameters: parameters
            .into_iter()
            .flatten()
            .map(|parameter| Parameter {
                name: text(&parameter["name"]),
                place: text(&parameter["in"]),
                is_required: parameter["required"] == Value::Bool(true),
                description: text(&parameter["description"]),
            })
            .collect(),
        body: members(&operation["requestBody"]["content"])
            .map(|(kind, content)| format!("{kind} {}", named(&content["schema"])))
            .next(),
        responses: members(&operation["responses"])
            .map(|(status, response)| (status.clone(), text(&response["description"])))
            .collect(),
    }
}

fn schemas(document: &Value) -> Vec<Shape> {
    members(&document["components"]["schemas"])
        .map(|(name, schema)| Shape {
            name: name.clone(),
            text: serde_json::to_string_pretty(schema).unwrap_or_default(),
        })
        .collect()
}

fn named(schema: &Value) -> String {
    let reference = text(&schema["$ref"]);
    reference.rsplit('/').next().unwrap_or_default().to_owned()
}

fn members(of: &Value) -> impl Iterator<Item = (&String, &Value)> {
    of.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
