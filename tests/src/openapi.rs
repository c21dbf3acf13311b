//! The interface's own description: which operations there are, and a request that fits each.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::api::Api;

/// The OpenAPI document of a running service.
#[derive(Debug, Clone)]
pub struct Document(Value);

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its method.
    pub method: Method,
    /// Its path, with names in braces.
    pub path: String,
    /// Its name.
    pub id: String,
    /// The schema of its body and the body's media type.
    body: Option<(String, Value)>,
}

impl Document {
    /// What the service says of itself.
    ///
    /// # Panics
    /// If it says nothing.
    pub async fn ask(api: &Api) -> Self {
        Self(api.get("/api/v1/openapi.json").await.must(200).json())
    }

    /// Every operation.
    ///
    /// # Panics
    /// If the document is not one.
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().expect("it has paths");
        let mut found = Vec::new();
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().expect("a path has methods") {
                let Ok(method) = method.to_uppercase().parse::<Method>() else {
                    continue;
                };
                let content = operation["requestBody"]["content"].as_object();
                let body = content
                    .and_then(|content| content.iter().next())
                    .map(|(media, content)| (media.clone(), content["schema"].clone()));
                found.push(Operation {
                    method,
                    path: path.clone(),
                    id: operation["operationId"]
                        .as_str()
                        .expect("an operation has a name")
                        .to_owned(),
                    body,
                });
            }
        }
        assert!(found.len() > 20, "{} operations are not all", found.len());
        found
    }

    /// A body that fits an operation's schema; `None` where it takes none or takes a file.
    pub fn body(&self, operation: &Operation) -> Option<Value> {
        let (media, schema) = operation.body.as_ref()?;
        (media == "application/json").then(|| self.sample(schema, &operation.id))
    }

    /// The smallest value that fits a schema.
    fn sample(&self, schema: &Value, place: &str) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let name = name.rsplit('/').next().unwrap_or_default();
            return self.sample(
                &self.0["components"]["schemas"][name],
                &format!("{place}/{name}"),
            );
        }
        for key in ["example", "default"] {
            if let Some(value) = schema.get(key) {
                return value.clone();
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|list| list.first()) {
            return first.clone();
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(first) = schema[key].as_array().and_then(|list| list.first()) {
                return self.sample(first, place);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut all = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.sample(part, place) {
                    all.extend(fields);
                }
            }
            return Value::Object(all);
        }
        let kind = &schema["type"];
        let kind = match kind.as_array() {
            Some(kinds) => kinds.first().and_then(Value::as_str),
            None => kind.as_str(),
        };
        match kind {
            Some("object") => {
                let required = schema["required"].as_array().into_iter().flatten();
                let fields = required.filter_map(Value::as_str).map(|name| {
                    let value =
                        self.sample(&schema["properties"][name], &format!("{place}/{name}"));
                    (name.to_owned(), value)
                });
                Value::Object(fields.collect())
            }
            Some("array") => {
                let least = schema["minItems"].as_u64().unwrap_or(0);
                let items: Vec<Value> = (0..least)
                    .map(|_| self.sample(&schema["items"], place))
                    .collect();
                Value::Array(items)
            }
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(false),
            Some("string") => text(schema, place),
            other => panic!("{place}: no sample for {other:?}: {schema}"),
        }
    }
}

/// Text that fits the pattern; each pattern of the interface has a line here.
fn text(schema: &Value, place: &str) -> Value {
    if schema["format"] == "date-time" {
        return json!("2030-01-02T03:04:05+07:00");
    }
    let Some(pattern) = schema["pattern"].as_str() else {
        return json!("uji");
    };
    if let Some(prefix) = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix("[0-9a-f]{32}$"))
    {
        return json!(format!("{prefix}{}", "0".repeat(32)));
    }
    let samples = [
        "uji",
        "uji-uji-uji-uji",
        "000000",
        "000.5",
        "0000000000000000",
        "199001012015011001",
        "https://penerima.example/kait",
        "2030-01-02T03:04:05+07:00",
    ];
    let sample = match pattern {
        r"\S" | "^[!-~]{1,100}$" | "^[!-~]{1,255}$" => samples[0],
        _ if pattern.contains("{12,200}") => samples[1],
        "^[0-9]{6}$" => samples[2],
        _ if pattern.starts_with("^[0-9]00") => samples[3],
        "^[0-9]{16}$" => samples[4],
        "^[0-9]{18}$" => samples[5],
        _ if pattern.starts_with("^https?") => samples[6],
        _ if pattern.contains("T[0-9]") || pattern.contains(r"T\d") => samples[7],
        "^[0-9a-f]{64}$" => return json!("0".repeat(64)),
        _ if pattern.contains("^[a-z]")
            || pattern.contains("[A-Za-z0-9]")
            || pattern.contains("[!-~]")
            || pattern.contains(r"[^\s")
            || pattern.contains("[A-Za-z") =>
        {
            samples[0]
        }
        other => panic!("{place}: no text for the pattern {other}; give it a line here"),
    };
    json!(sample)
}
