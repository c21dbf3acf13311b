//! The OpenAPI document: what the handlers state, and what holds for all of them, added once.

use serde_json::{Value, json};

use crate::problem::ProblemKind;
use crate::settings::ApiSettings;

/// The whole document: the handlers' own part with what every operation shares.
pub fn finished(document: &utoipa::openapi::OpenApi, settings: &ApiSettings) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.1.0"));
        root.insert("info".to_owned(), info());
        root.insert(
            "servers".to_owned(),
            json!([{"url": settings.base_address}]),
        );
        root.insert("security".to_owned(), json!([{SCHEME: []}]));
    }
    document["components"]["securitySchemes"][SCHEME] = scheme();
    document["components"]["schemas"]["Problem"] = problem_schema();
    for (path, item) in members(&mut document["paths"]) {
        for (method, operation) in members(item) {
            complete(path, method, operation);
        }
    }
    document
}

/// Whether a POST changes nothing, and so needs no key.
pub fn only_reads(path: &str) -> bool {
    path == "/api/v1/verifications"
}

const SCHEME: &str = "api_key";

fn info() -> Value {
    json!({
        "title": "Pena",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "E-office dan tanda tangan elektronik. Every POST carries an `Idempotency-Key`; letters are \
            changed under `If-Match`; refusals are RFC 9457 problems whose `type` is stable.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    })
}

fn scheme() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "An API key. What it may do is its account's rights, narrowed by its scopes.",
    })
}

/// RFC 9457; the members a kind adds are open.
fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "trace_id"],
        "properties": {
            "type": {"type": "string", "format": "uri", "description": "Stable; a page explains it."},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What happened, why, and who can help."},
            "trace_id": {"type": "string", "description": "What to quote when asking for help."},
            "retry_after": {"type": "integer", "minimum": 1},
            "rule": {"type": "string", "description": "The rule that refused."},
            "who": {"type": "string", "description": "Who can put it right."},
        },
    })
}

/// What holds for an operation by its method and parameters.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let changes_once = method == "post" && !only_reads(path);
    let mut parameters = operation["parameters"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let is_conditional = parameters
        .iter()
        .any(|parameter| parameter.get("name") == Some(&json!("If-Match")));
    if changes_once {
        parameters.push(idempotency_key());
    }
    operation["parameters"] = Value::Array(parameters);
    let mut kinds = vec![
        ProblemKind::Malformed,
        ProblemKind::Unauthenticated,
        ProblemKind::Forbidden,
        ProblemKind::NotFound,
        ProblemKind::TooOften,
        ProblemKind::Internal,
        ProblemKind::Unavailable,
    ];
    if has_body {
        kinds.extend([
            ProblemKind::TooLarge,
            ProblemKind::MediaType,
            ProblemKind::Invalid,
        ]);
    }
    if method == "get" {
        kinds.push(ProblemKind::NotAcceptable);
    } else {
        kinds.push(ProblemKind::Conflict);
    }
    if operation["responses"]["206"].is_object() {
        kinds.push(ProblemKind::Range);
    }
    if changes_once {
        kinds.push(ProblemKind::KeyReused);
    }
    if is_conditional {
        kinds.extend([ProblemKind::Precondition, ProblemKind::PreconditionMissing]);
    }
    for kind in kinds {
        let response = &mut operation["responses"][kind.status().as_str()];
        if response.is_null() {
            *response = problem_response(kind);
        }
    }
}

fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": true,
        "description": "Names this request. Sent again within 24 hours with the same body, it has no second effect \
            and gets the first answer; with another body it is refused (422).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]{1,255}$"},
        "example": "3f6c0a4e-1b5d-4a55-9d27-0f1e2d3c4b5a",
    })
}

fn problem_response(kind: ProblemKind) -> Value {
    json!({
        "description": kind.slug(),
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        },
    })
}

fn members(of: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    of.as_object_mut().into_iter().flatten()
}
