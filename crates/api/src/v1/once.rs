//! `Idempotency-Key` on every POST that changes something: the same request twice has one effect and one answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flow::digest::Sha256;
use flow::id::{AgendaId, NaskahId};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use service::idempotency::Effect;
use tokio_util::io::ReaderStream;

use super::auth::Caller;
use super::{agenda, letters};
use crate::once::{self, Start};
use crate::openapi;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;
use crate::upload::Uploaded;

/// A mark that is the same whenever the same request runs: what a first run made is found under it.
#[derive(Clone)]
pub struct Batch(pub String);

impl FromRequestParts<ApiState> for Batch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &ApiState) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::new(ProblemKind::KeyMissing))
    }
}

/// The header that names a request.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Claims the key, runs the request to its end even if the asker goes away, and keeps the answer.
pub(super) async fn once(
    State(state): State<ApiState>,
    caller: Caller,
    request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || openapi::only_reads(request.uri().path()) {
        return next.run(request).await;
    }
    let (mut request, digest) = match spooled(request).await {
        Ok(spooled) => spooled,
        Err(problem) => return problem.into_response(),
    };
    let key = match key_of(request.headers()) {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let ticket = match once::begin(&state.app, &caller.owner(), &key, digest).await {
        Ok(Start::Fresh(ticket)) => ticket,
        Ok(Start::Effected(ticket)) => match repeat(request.uri().path()) {
            Repeat::Finds => ticket,
            Repeat::Letter(id) => {
                let shown = letters::present(&state, &caller, id).await;
                return once::finish(&state.app, ticket, shown.into_response()).await;
            }
            Repeat::Entry(id) => {
                let shown = agenda::present(&state, &caller, id).await;
                return once::finish(&state.app, ticket, shown.into_response()).await;
            }
            Repeat::Tells => return once::tell(&state.app, ticket).await,
        },
        Ok(Start::Answered(response)) => return response,
        Err(problem) => return problem.into_response(),
    };
    request
        .extensions_mut()
        .insert(Batch(ticket.batch().to_owned()));
    let app = Arc::clone(&state.app);
    let work = tokio::spawn(async move {
        let effect = Effect::default();
        effect.belongs_to(&ticket);
        let response = effect.within(next.run(request)).await;
        once::finish(&app, ticket, response).await
    });
    work.await
        .unwrap_or_else(|_| Problem::new(ProblemKind::Internal).into_response())
}

/// How a request is answered that had its effect in a process that died before it answered.
enum Repeat {
    /// Its handler finds what the first run did, and does what is left.
    Finds,
    /// With the letter as it stands now, as every step of one.
    Letter(NaskahId),
    /// With the entry as it stands now, as every step of one.
    Entry(AgendaId),
    /// With a problem that says that it was done: its answer held what only the first run knew.
    Tells,
}

fn repeat(path: &str) -> Repeat {
    let steps = path.strip_prefix("/api/v1/").unwrap_or_default();
    let steps: Vec<&str> = steps.split('/').collect();
    match steps.as_slice() {
        ["letters"] | ["letters", "imports"] | ["letters", _, "prepare"] | ["signatures", ..] => {
            Repeat::Finds
        }
        ["letters", id, _] => id.parse().map_or(Repeat::Tells, Repeat::Letter),
        ["agenda", _, "disposisi"] => Repeat::Tells,
        ["agenda", id, ..] => id.parse().map_or(Repeat::Tells, Repeat::Entry),
        _ => Repeat::Tells,
    }
}

const LONGEST_KEY: usize = 255;
/// The largest PDF and its description beside it.
const MOST_BODY: u64 = 52 << 20;

fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let key = headers
        .get(IDEMPOTENCY_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()))
        .ok_or_else(|| Problem::new(ProblemKind::KeyMissing))?;
    Ok(key.to_owned())
}

/// The request with its body out of the socket, and the digest of all that makes it this request.
async fn spooled(request: Request) -> Result<(Request, Sha256), Problem> {
    let (parts, body) = request.into_parts();
    let uploaded = Uploaded::receive(body.into_data_stream(), MOST_BODY).await?;
    let digest =
        Sha256::of(format!("{} {} {}", parts.method, parts.uri, uploaded.sha256()).as_bytes());
    let file = tokio::fs::File::from_std(uploaded.into_file());
    let body = Body::from_stream(ReaderStream::new(file));
    Ok((Request::from_parts(parts, body), digest))
}
