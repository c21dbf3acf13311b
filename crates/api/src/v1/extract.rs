//! What requests carry, read once at the door; refusals are problems.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use service::naskah::Seen;

use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// A JSON body; unknown fields are refused by its type.
pub struct Json<T>(pub T);

/// Parts of the path; an id that is none names nothing.
pub struct Path<T>(pub T);

/// The query; what it does not know is refused by its type.
pub struct Query<T>(pub T);

/// The version a change is meant for.
pub struct IfMatch(Wanted);

enum Wanted {
    Any,
    Tags(Vec<String>),
}

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(ProblemKind::MediaType));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| {
            Problem::new(if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ProblemKind::TooLarge
            } else {
                ProblemKind::Malformed
            })
        })?;
        read(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<ApiState> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Problem::not_found())
    }
}

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let malformed =
            || Problem::new(ProblemKind::Malformed).because("problem-query-detail", &[]);
        // A parameter without a value would be read as one that was not given.
        let query = parts.uri.query().unwrap_or_default();
        let is_empty = |pair: &str| pair.ends_with('=') || !pair.contains('=');
        if query
            .split('&')
            .any(|pair| !pair.is_empty() && is_empty(pair))
        {
            return Err(malformed());
        }
        axum_extra::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|axum_extra::extract::Query(value)| Self(value))
            .map_err(|_| malformed())
    }
}

impl FromRequestParts<ApiState> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Problem> {
        let values: Vec<&str> = parts
            .headers
            .get_all(IF_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        match values.as_slice() {
            [] => Err(Problem::new(ProblemKind::PreconditionMissing)),
            ["*"] => Ok(Self(Wanted::Any)),
            tags if !tags.iter().copied().all(is_tag) => Err(Problem::new(ProblemKind::Malformed)),
            tags => Ok(Self(Wanted::Tags(
                tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ))),
        }
    }
}

impl IfMatch {
    /// Refuses when the present version is another one (RFC 9110 13.1.1); the answer names it. What is seen here is
    /// held against the letter once more by whoever changes it.
    ///
    /// # Errors
    /// [`ProblemKind::Precondition`].
    pub fn check(&self, version: u64, tahap: &str) -> Result<Seen, Problem> {
        let present = tag(version);
        match &self.0 {
            Wanted::Any => Ok(Seen::Any),
            Wanted::Tags(tags) if tags.contains(&present) => Ok(Seen::Version(version)),
            Wanted::Tags(_) => Err(Problem::new(ProblemKind::Precondition)
                .with("version", version)
                .with("tahap", tahap)),
        }
    }
}

/// The header that names a version (RFC 9110 8.8.3).
pub fn etag(version: u64) -> [(HeaderName, HeaderValue); 1] {
    let value =
        HeaderValue::from_str(&tag(version)).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
    [(ETAG, value)]
}

fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// An entity-tag (RFC 9110 8.8.3). A weak one is well-formed and matches nothing here.
fn is_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| {
        inner
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"')
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// What is wrong is told by its place, never by its value: it may be a passphrase.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let from = &mut serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut *from).map_err(|error| {
        let field = error.path().to_string();
        if error.inner().is_data() {
            Problem::invalid(&field).because("problem-field-detail", &[("field", &field)])
        } else {
            Problem::new(ProblemKind::Malformed)
        }
    })?;
    from.end()
        .map_err(|_| Problem::new(ProblemKind::Malformed))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::lang::Lang;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only its type matters")]
        passphrase: String,
    }

    #[test]
    fn a_wrong_value_is_named_by_its_place_and_never_shown() {
        let problem = read::<Body>(br#"{"passphrase": 31337}"#).unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::Invalid);
        let text = format!("{problem:?} {}", problem.detail(Lang::En));
        assert!(
            text.contains("passphrase") && !text.contains("31337"),
            "{text}"
        );
    }

    #[test]
    fn an_entity_tag_stands_in_quotes() {
        for (text, is_one) in [
            ("\"7\"", true),
            ("W/\"7\"", true),
            ("\"\"", true),
            ("7", false),
            ("{}", false),
            ("\"", false),
            ("\"a\"b\"", false),
        ] {
            assert_eq!(is_tag(text), is_one, "{text}");
        }
    }

    #[test]
    fn unknown_fields_and_broken_json_are_refused() {
        let kind = |text: &str| read::<Body>(text.as_bytes()).unwrap_err().kind();
        assert_eq!(
            kind(r#"{"passphrase":"a","opd_id":"x"}"#),
            ProblemKind::Invalid
        );
        assert_eq!(kind("{"), ProblemKind::Malformed);
        assert_eq!(kind(r#"{"passphrase":"a"} x"#), ProblemKind::Malformed);
    }
}
