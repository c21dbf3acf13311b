//! Names every request, and logs and counts it without anything of persons.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use uuid::Uuid;

/// What a request is called in logs and problems.
#[derive(Debug, Clone, Default)]
pub struct TraceId(String);

impl TraceId {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names the request, then logs and counts how it went: method, route (the template, never the path), status, time.
pub async fn requests(mut request: Request, next: Next) -> Response {
    let trace_id = TraceId(Uuid::new_v4().simple().to_string());
    let method = request.method().as_str().to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    request.extensions_mut().insert(trace_id.clone());
    let span = tracing::info_span!("request", trace_id = %trace_id.0);
    async move {
        let begun = Instant::now();
        let mut response = next.run(request).await;
        let took = begun.elapsed();
        let status = response.status().as_u16();
        tracing::info!(
            method,
            route,
            status,
            milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
        let labels = [
            ("method", method),
            ("route", route),
            ("status", status.to_string()),
        ];
        metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(took);
        metrics::counter!("http_requests_total", &labels).increment(1);
        if let Ok(value) = HeaderValue::from_str(&trace_id.0) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
