//! Work from the outbox: at least once, each kind idempotent.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::model::{Job, NewJob};
use uuid::Uuid;

use flow::id::NaskahId;
use flow::time::Timestamp;
use store::Tx;

use crate::agenda;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What can be left to do after a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Todo {
    /// Put a dispatched letter into the agendas of its receivers.
    Deliver {
        /// The letter.
        naskah: NaskahId,
    },
}

/// Leaves work to do, in the transaction that makes it necessary.
pub(crate) async fn leave(
    app: &App,
    tx: &mut Tx,
    todo: &Todo,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let body = serde_json::to_string(todo).map_err(|error| ServiceError::Corrupt {
        what: "job",
        id: "new".to_owned(),
        why: error.to_string(),
    })?;
    let random: [u8; 16] = app.random()?;
    let job = NewJob {
        id: uuid::Builder::from_random_bytes(random).into_uuid(),
        topic: "naskah".to_owned(),
        body,
        run_at: now,
    };
    Ok(tx.put_job(&job).await?)
}

/// Forgets what nobody needs any more: sessions that are over, wrong entries of yesterday, answers of yesterday,
/// messages told a season ago.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn tidy(app: &App) -> Result<(), ServiceError> {
    crate::identity::sweep(app).await?;
    crate::idempotency::sweep(app).await?;
    crate::webhook::sweep(app).await
}

/// Does everything that is due, until nothing is.
///
/// # Errors
/// [`ServiceError::Store`] if the outbox cannot be read; a job that fails is tried again later.
pub async fn run_due(app: &App) -> Result<(), ServiceError> {
    loop {
        let now = app.now();
        let jobs = transaction!(app.store, |tx| {
            Ok(tx
                .claim_jobs(BATCH, now, now.plus_seconds(LEASE_SECONDS))
                .await?)
        })?;
        if jobs.is_empty() {
            return Ok(());
        }
        for job in jobs {
            let id = job.id;
            match run(app, &job).await {
                Ok(()) => finish(app, id).await?,
                Err(error) => {
                    tracing::warn!(job = %id, attempts = job.attempts, error = %error, "job failed");
                    later(app, &job).await?;
                }
            }
        }
    }
}

/// Does the open work, waiting for what another process or a process that died has claimed.
///
/// # Errors
/// [`ServiceError::JobsOpen`] when work is still open after a minute.
pub async fn finish_all(app: &App) -> Result<(), ServiceError> {
    for _ in 0..PATIENCE_SECONDS {
        run_due(app).await?;
        if open(app).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(ServiceError::JobsOpen(open(app).await?))
}

async fn open(app: &App) -> Result<u64, ServiceError> {
    Ok(app.store.snapshot().await?.open_job_count().await?)
}

async fn run(app: &App, job: &Job) -> Result<(), ServiceError> {
    let todo = serde_json::from_str(&job.body).map_err(|error| ServiceError::Corrupt {
        what: "job",
        id: job.id.to_string(),
        why: error.to_string(),
    })?;
    match todo {
        Todo::Deliver { naskah } => agenda::deliver(app, naskah).await,
    }
}

async fn finish(app: &App, id: Uuid) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| { Ok(tx.finish_job(id, now).await?) })
}

async fn later(app: &App, job: &Job) -> Result<(), ServiceError> {
    let pause = FIRST_PAUSE_SECONDS << job.attempts.min(8);
    let run_at = app.now().plus_seconds(pause);
    transaction!(app.store, |tx| { Ok(tx.retry_job(job.id, run_at).await?) })
}

const BATCH: u64 = 16;
const LEASE_SECONDS: i64 = 15;
const PATIENCE_SECONDS: u32 = 60;
const FIRST_PAUSE_SECONDS: i64 = 5;
