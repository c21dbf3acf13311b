//! Refusals in the two forms that programs made for the eSign Client read: that of its framework for whoever is not known,
//! and a code with a sentence for the rest.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::lang::Lang;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// The file that was sent is none, or cannot be taken out of what was sent.
pub(super) fn no_pdf() -> Problem {
    Problem::new(ProblemKind::Malformed)
        .with(CODE, NO_PDF)
        .because("bsre-bukan-pdf", &[])
}

/// Writes whatever was refused.
pub(super) async fn written(
    State(state): State<ApiState>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let now = state.app.now();
    let said = if problem.kind() == ProblemKind::Unauthenticated {
        json!({
            "timestamp": now.to_string(),
            "status": 401,
            "error": "Unauthorized",
            "path": path,
        })
    } else {
        json!({
            "status_code": code(&problem),
            "error": problem.detail(Lang::Id),
        })
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    if problem.kind() == ProblemKind::Unauthenticated {
        parts
            .headers
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static(BASIC));
    }
    if let Some(seconds) = problem.wait_from(now) {
        parts
            .headers
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    (parts, Body::from(said.to_string())).into_response()
}

/// The service's own code where it has one, else the status.
fn code(problem: &Problem) -> Value {
    let own = problem.member(CODE).cloned();
    own.unwrap_or_else(|| json!(problem.kind().status().as_u16()))
}

const CODE: &str = "status_code";
/// "dokumen PDF tidak valid"
const NO_PDF: u16 = 2041;
const JSON: &str = "application/json";
const BASIC: &str = "Basic realm=\"Pena\"";
