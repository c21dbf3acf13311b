//! Refuses what another site makes a browser send.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName};

use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// Lets a browser change something only from our own pages. Programs under `/api` carry no cookie and are not asked.
pub async fn guard(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let exempt = request.method().is_safe() || request.uri().path().starts_with("/api/");
    if !exempt && is_foreign(request.headers(), &state.settings.base_address) {
        return Problem::new(ProblemKind::ForeignForm).into_response();
    }
    next.run(request).await
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the browser says of where the form stood (Fetch Metadata), else the `Origin` it names. A client that says
/// neither is no browser of today; its form token still decides.
fn is_foreign(headers: &HeaderMap, base_address: &str) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    headers
        .get(ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != origin_of(base_address).as_bytes())
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address
        .get(host..)
        .and_then(|rest| rest.find('/'))
        .map_or(address.len(), |at| host + at);
    address.get(..end).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(name: &'static str, value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        is_foreign(&headers, "https://tte.contohrejo.example/eoffice")
    }

    #[test]
    fn only_our_own_pages_send_forms() {
        assert!(foreign("origin", "https://evil.example"));
        assert!(foreign("origin", "null"));
        assert!(foreign("origin", "http://tte.contohrejo.example"));
        assert!(!foreign("origin", "https://tte.contohrejo.example"));
        assert!(foreign("sec-fetch-site", "cross-site"));
        assert!(foreign("sec-fetch-site", "same-site"));
        assert!(!foreign("sec-fetch-site", "same-origin"));
    }
}
