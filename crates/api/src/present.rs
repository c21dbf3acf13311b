//! Writes problems: as `application/problem+json`, or as a page to a browser, in the asker's language.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, ALLOW, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, VARY};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::lang::Lang;
use crate::pages::{self, layout::Frame};
use crate::problem::{Problem, ProblemKind, ProblemView};
use crate::state::ApiState;
use crate::trace::TraceId;

/// Gives every refused request its explanation, whoever refused it.
pub async fn problems(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.uri().path(), request.headers());
    let asker = wants_page.then(|| asker(&request));
    let lang = Lang::of(request.headers());
    let trace_id = request
        .extensions()
        .get::<TraceId>()
        .cloned()
        .unwrap_or_default();
    let is_head = request.method() == Method::HEAD;
    let mut response = next.run(request).await;
    let Some(problem) = problem_of(&mut response) else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    let (kind, text) = if let Some(asker) = asker {
        let frame = frame(asker, &state).await;
        let view = problem.view(&state.settings, frame.lang, trace_id.as_str());
        (HTML, pages::error::page(&view, frame))
    } else {
        let view = problem.view(&state.settings, lang, trace_id.as_str());
        (PROBLEM_JSON, json(&view))
    };
    if let Some(seconds) = problem.wait_from(state.app.now()) {
        parts
            .headers
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(
        VARY,
        HeaderValue::from_static("accept, accept-language, cookie"),
    );
    let body = if is_head {
        Body::empty()
    } else {
        Body::from(text)
    };
    (parts.status, parts.headers, body).into_response()
}

/// What of a request says who asks: the request itself is gone when the refusal comes back.
fn asker(request: &Request) -> Parts {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.headers = request.headers().clone();
    parts.extensions = request.extensions().clone();
    // Where a form was sent to is no place to go back to.
    if request.method() == Method::GET {
        parts.uri = request.uri().clone();
    }
    parts
}

/// The surroundings of whoever asks, in the language of their account.
async fn frame(mut asker: Parts, state: &ApiState) -> Frame {
    match Frame::from_request_parts(&mut asker, state).await {
        Ok(frame) => frame,
        Err(never) => match never {},
    }
}

const PROBLEM_JSON: &str = "application/problem+json";
const HTML: &str = "text/html; charset=utf-8";

/// Programs read under `/api`; elsewhere whoever accepts a page gets one.
fn wants_page(path: &str, headers: &HeaderMap) -> bool {
    !path.starts_with("/api/")
        && headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|accept| accept.contains("text/html"))
}

/// The problem a handler left, or the one that a bare refusal of a library stands for.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let bare = response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare {
        return None;
    }
    let kind = match response.status() {
        StatusCode::NOT_FOUND => ProblemKind::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::MediaType,
        StatusCode::UNPROCESSABLE_ENTITY => ProblemKind::Invalid,
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => ProblemKind::Unavailable,
        status if status.is_client_error() => ProblemKind::Malformed,
        status if status.is_server_error() => ProblemKind::Internal,
        _ => return None,
    };
    *response.status_mut() = kind.status();
    let problem = Problem::new(kind);
    Some(match response.headers().get(ALLOW).cloned() {
        Some(methods) => problem.allow(methods),
        None => problem,
    })
}

fn json(view: &ProblemView) -> String {
    serde_json::to_string(view).unwrap_or_else(|_| "{}".to_owned())
}
