//! One request, one effect: a repeat gets the stored answer.
//!
//! Answers are kept for 24 hours. A process that dies in the middle leaves a claim that lapses after a minute; then
//! the request may run again. The transaction of its effect notes the effect beside the claim, so whoever runs it again
//! knows that it was done, and a slow process whose claim was taken over has no effect any more.

use std::sync::{Arc, OnceLock};

use flow::digest::Sha256;
use flow::time::Timestamp;
use store::model::NewRequest;
pub use store::model::StoredAnswer;
use store::{StoreError, Tx};
use uuid::Uuid;

use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What a claim led to.
#[derive(Debug)]
pub enum Begun {
    /// The request is the claimant's to run.
    Fresh(Ticket),
    /// It ran; this is its answer.
    Replay(StoredAnswer),
    /// It had its effect, and whoever ran it died before the answer was kept: the claimant answers, and does nothing.
    Effected(Ticket),
    /// It is running; ask again in a moment.
    Running,
    /// The key was used for another request.
    OtherRequest,
}

/// The right to run a request, and the duty to finish or abandon it.
#[derive(Debug)]
#[must_use = "a ticket that is neither finished nor abandoned blocks its key for a minute"]
pub struct Ticket {
    id: Uuid,
    batch: String,
}

impl Ticket {
    /// A mark that is the same whenever this request runs: what a first run made is found under it.
    pub fn batch(&self) -> &str {
        &self.batch
    }
}

/// Carries the ticket of a request to the transactions of its effect, wherever in its work they are.
#[derive(Debug, Clone, Default)]
pub struct Effect(Arc<OnceLock<Uuid>>);

impl Effect {
    /// Whose effect it is. The first one stands.
    pub fn belongs_to(&self, ticket: &Ticket) {
        // A request has one ticket.
        let _first = self.0.set(ticket.id);
    }

    /// Runs the work of the request: every event that it appends notes its effect.
    pub async fn within<W: Future>(&self, work: W) -> W::Output {
        RUNNING.scope(self.clone(), work).await
    }
}

tokio::task_local! {
    static RUNNING: Effect;
}

/// Notes, in the transaction of an effect, whose effect it is; nothing outside of a request.
pub(crate) async fn note_effect(tx: &mut Tx) -> Result<(), ServiceError> {
    let ticket = RUNNING.try_with(|effect| effect.0.get().copied());
    match ticket.ok().flatten() {
        Some(ticket) => Ok(tx.note_effect(ticket).await?),
        None => Ok(()),
    }
}

/// Claims the request of a key.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn begin(
    app: &App,
    owner: &str,
    key: &str,
    request_sha256: Sha256,
) -> Result<Begun, ServiceError> {
    let now = app.now();
    let mark = Sha256::of(format!("{owner}\0{key}").as_bytes());
    let ticket = Ticket {
        id: uuid::Builder::from_random_bytes(app.random()?).into_uuid(),
        batch: format!("idem:{mark}"),
    };
    let new = NewRequest {
        owner: owner.to_owned(),
        key: key.to_owned(),
        request_sha256,
        ticket: ticket.id,
        lease_until: now.plus_seconds(LEASE_SECONDS),
        expires: now.plus_seconds(KEPT_SECONDS),
    };
    // A lost race is no failure: the second look finds the winner.
    for _ in 0..LOOKS {
        let found = app.store.snapshot().await?.request(owner, key).await?;
        let effected = matches!(&found, Some(row) if row.had_effect && row.request.expires > now);
        let claimed: Result<(), ServiceError> = match found {
            None => transaction!(app.store, |tx| { Ok(tx.insert_request(&new).await?) }),
            Some(row) if is_free(&row, now) => {
                let from = row.request.ticket;
                // Whoever repeats it after a crash must repeat the same.
                let lapsed = row.request.expires > now;
                if lapsed && row.request.request_sha256 != request_sha256 {
                    return Ok(Begun::OtherRequest);
                }
                transaction!(app.store, |tx| {
                    Ok(tx.take_over_request(from, &new, now).await?)
                })
            }
            Some(row) if row.request.request_sha256 != request_sha256 => {
                return Ok(Begun::OtherRequest);
            }
            Some(row) => {
                return Ok(row.answer.map_or(Begun::Running, Begun::Replay));
            }
        };
        match claimed {
            Ok(()) if effected => return Ok(Begun::Effected(ticket)),
            Ok(()) => return Ok(Begun::Fresh(ticket)),
            Err(ServiceError::Store(StoreError::Exists { .. } | StoreError::Stale { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Begun::Running)
}

/// Stores the answer. If the claim lapsed meanwhile and somebody else runs the request, theirs is kept.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn finish(app: &App, ticket: Ticket, answer: &StoredAnswer) -> Result<(), ServiceError> {
    let done = transaction!(app.store, |tx| {
        Ok(tx.finish_request(ticket.id, answer).await?)
    });
    lapsed_is_fine(done)
}

/// Keeps the claim of a request that takes long; to be called more often than once a minute.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn keep(app: &App, ticket: &Ticket) -> Result<(), ServiceError> {
    let until = app.now().plus_seconds(LEASE_SECONDS);
    let done = transaction!(app.store, |tx| {
        Ok(tx.renew_request(ticket.id, until).await?)
    });
    lapsed_is_fine(done)
}

/// Nothing happened: the same key may be used again, for whatever.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn abandon(app: &App, ticket: Ticket) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| { Ok(tx.abandon_request(ticket.id).await?) })
}

/// Forgets answers whose time is over.
pub(crate) async fn sweep(app: &App) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        tx.sweep_requests(now).await?;
        Ok(())
    })
}

/// Whether somebody else may claim it: its time is over, or its claimant died.
fn is_free(row: &store::model::RequestRow, now: Timestamp) -> bool {
    row.request.expires <= now || (row.answer.is_none() && row.request.lease_until <= now)
}

fn lapsed_is_fine(done: Result<(), ServiceError>) -> Result<(), ServiceError> {
    match done {
        Err(ServiceError::Store(StoreError::Stale { .. })) => Ok(()),
        other => other,
    }
}

const LEASE_SECONDS: i64 = 60;
const KEPT_SECONDS: i64 = 24 * 3_600;
const LOOKS: u32 = 3;
