//! One request, one effect, one answer: what forms and the interface for programs share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use flow::digest::Sha256;
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use service::App;
use service::idempotency::{self, Begun, Effect, StoredAnswer, Ticket};

use crate::problem::{Problem, ProblemKind};

/// How a request that must have one effect goes on.
pub(crate) enum Start {
    /// It is the first: do it, then [`finish`].
    Fresh(Ticket),
    /// It was done, and its answer was lost with the process that did it: answer without doing it, then [`finish`].
    Effected(Ticket),
    /// It was done: this was its answer.
    Answered(Response),
}

/// Where a handler leaves the ticket that its answer finishes.
#[derive(Clone, Default)]
pub(crate) struct Slot {
    ticket: Arc<Mutex<Option<Ticket>>>,
    effect: Effect,
}

impl Slot {
    pub(crate) fn put(&self, ticket: Ticket) {
        self.effect.belongs_to(&ticket);
        *self.ticket.lock().unwrap_or_else(PoisonError::into_inner) = Some(ticket);
    }

    pub(crate) fn take(&self) -> Option<Ticket> {
        self.ticket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// What the work of the form runs within.
    pub(crate) fn effect(&self) -> Effect {
        self.effect.clone()
    }
}

/// Marks an answer that shows a secret once, or is too large to keep: a repeated request is told that it was done.
#[derive(Debug, Clone, Copy)]
pub struct NotKept;

/// Claims the key, waiting a while for another request that holds it.
///
/// # Errors
/// The problem to answer with: the key was used for another request, or that one is still running.
pub(crate) async fn begin(
    app: &App,
    owner: &str,
    key: &str,
    request: Sha256,
) -> Result<Start, Problem> {
    let mut patience = PATIENCE;
    loop {
        match idempotency::begin(app, owner, key, request).await? {
            Begun::Fresh(ticket) => return Ok(Start::Fresh(ticket)),
            Begun::Effected(ticket) => return Ok(Start::Effected(ticket)),
            Begun::Replay(answer) => return Ok(Start::Answered(replayed(answer))),
            Begun::OtherRequest => return Err(Problem::new(ProblemKind::KeyReused)),
            Begun::Running if patience.is_zero() => {
                return Err(Problem::new(ProblemKind::Busy).retry_after(5));
            }
            Begun::Running => {
                tokio::time::sleep(PAUSE).await;
                patience = patience.saturating_sub(PAUSE);
            }
        }
    }
}

/// Tells that a request was done, for one whose answer cannot be made again.
pub(crate) async fn tell(app: &App, ticket: Ticket) -> Response {
    let done = StoredAnswer {
        status: StatusCode::CONFLICT.as_u16(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    match idempotency::finish(app, ticket, &done).await {
        Ok(()) => replayed(done),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Keeps the answer of a request that had its effect, or frees the key of one that had none.
pub(crate) async fn finish(app: &App, ticket: Ticket, response: Response) -> Response {
    let status = response.status();
    let is_kept = status.is_success() || status.is_redirection();
    let settled = if !is_kept {
        idempotency::abandon(app, ticket).await.map(|()| response)
    } else if response.extensions().get::<NotKept>().is_some() {
        let done = StoredAnswer {
            status: StatusCode::CONFLICT.as_u16(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        idempotency::finish(app, ticket, &done)
            .await
            .map(|()| response)
    } else {
        let (parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, MOST_ANSWER).await else {
            return Problem::new(ProblemKind::Internal).into_response();
        };
        let answer = StoredAnswer {
            status: status.as_u16(),
            headers: kept_headers(&parts.headers),
            body: bytes.to_vec(),
        };
        idempotency::finish(app, ticket, &answer)
            .await
            .map(|()| Response::from_parts(parts, Body::from(bytes)))
    };
    // The effect stands, but its answer could not be kept: the asker is not told more than is known.
    settled.unwrap_or_else(|error| Problem::from(error).into_response())
}

const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);
const MOST_ANSWER: usize = 1 << 20;
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const KEPT: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];

fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    KEPT.iter()
        .filter_map(|name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        })
        .collect()
}

fn replayed(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::CONFLICT {
        return Problem::new(ProblemKind::Done).into_response();
    }
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name);
        let value = HeaderValue::try_from(value);
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
