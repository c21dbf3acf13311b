//! Work from the outbox: at least once, each kind idempotent.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::model::{Job, NewJob};
use uuid::Uuid;

use flow::id::{IntentId, NaskahId};
use flow::time::Timestamp;
use store::Tx;

use crate::transaction::transaction;
use crate::{App, ServiceError, agenda, provable, sign};

/// What can be left to do after a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Todo {
    /// Put a dispatched letter into the agendas of its receivers.
    Deliver {
        /// The letter.
        naskah: NaskahId,
    },
    /// Get a signature its timestamp, and complete it.
    Stamp {
        /// What was intended.
        intent: IntentId,
    },
    /// Add what a version lacks to carry its own evidence.
    Preserve {
        /// The letter.
        naskah: NaskahId,
        /// The place of the version.
        base: u64,
    },
}

/// Work of one kind, done one after the other; work that asks strangers does not hold up the office's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Needs nobody else.
    Office,
    /// Asks authorities over the network.
    Outside,
}

impl Todo {
    const fn lane(&self) -> Lane {
        match self {
            Self::Deliver { .. } => Lane::Office,
            Self::Stamp { .. } | Self::Preserve { .. } => Lane::Outside,
        }
    }
}

impl Lane {
    const fn topic(self) -> &'static str {
        match self {
            Self::Office => "naskah",
            Self::Outside => "outside",
        }
    }

    /// How many jobs are claimed at a time, and for how many seconds.
    const fn share(self) -> (u64, i64) {
        match self {
            Self::Office => (16, 15),
            // One asks several sources, each for seconds.
            Self::Outside => (1, 90),
        }
    }

    /// The longest pause after failures is the first one, doubled so often.
    const fn most_doublings(self) -> u64 {
        match self {
            Self::Office => 8,
            // Somebody waits for the timestamp: five minutes at most.
            Self::Outside => 6,
        }
    }
}

/// Leaves work to do, in the transaction that makes it necessary.
pub(crate) async fn leave(
    app: &App,
    tx: &mut Tx,
    todo: &Todo,
    now: Timestamp,
) -> Result<(), ServiceError> {
    leave_until(app, tx, todo, now).await
}

/// Leaves work to do from that instant on.
pub(crate) async fn leave_until(
    app: &App,
    tx: &mut Tx,
    todo: &Todo,
    run_at: Timestamp,
) -> Result<(), ServiceError> {
    let body = serde_json::to_string(todo).map_err(|error| ServiceError::Corrupt {
        what: "job",
        id: "new".to_owned(),
        why: error.to_string(),
    })?;
    let random: [u8; 16] = app.random()?;
    let job = NewJob {
        id: uuid::Builder::from_random_bytes(random).into_uuid(),
        topic: todo.lane().topic().to_owned(),
        body,
        run_at,
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

/// Does everything of the office's own that is due, until nothing is.
///
/// # Errors
/// [`ServiceError::Store`] if the outbox cannot be read; a job that fails is tried again later.
pub async fn run_due(app: &Arc<App>) -> Result<(), ServiceError> {
    run_lane(app, Lane::Office).await
}

/// Does everything due that asks strangers over the network: timestamps of signatures, evidence of letters.
///
/// # Errors
/// As [`run_due`].
pub async fn run_due_outside(app: &Arc<App>) -> Result<(), ServiceError> {
    run_lane(app, Lane::Outside).await
}

async fn run_lane(app: &Arc<App>, lane: Lane) -> Result<(), ServiceError> {
    let (most, seconds) = lane.share();
    loop {
        let now = app.now();
        let jobs = transaction!(app.store, |tx| {
            let until = now.plus_seconds(seconds);
            Ok(tx.claim_jobs(lane.topic(), most, now, until).await?)
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
                    later(app, lane, &job).await?;
                }
            }
        }
    }
}

/// Does the office's own open work, waiting for what another process or a process that died has claimed.
///
/// # Errors
/// [`ServiceError::JobsOpen`] when work is still open after a minute.
pub async fn finish_all(app: &Arc<App>) -> Result<(), ServiceError> {
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
    let mut tx = app.store.snapshot().await?;
    Ok(tx.open_job_count(Lane::Office.topic()).await?)
}

async fn run(app: &Arc<App>, job: &Job) -> Result<(), ServiceError> {
    let todo = serde_json::from_str(&job.body).map_err(|error| ServiceError::Corrupt {
        what: "job",
        id: job.id.to_string(),
        why: error.to_string(),
    })?;
    match todo {
        Todo::Deliver { naskah } => agenda::deliver(app, naskah).await,
        Todo::Stamp { intent } => sign::complete_stamped(app, intent).await,
        Todo::Preserve { naskah, base } => provable::preserve(app, naskah, base).await,
    }
}

async fn finish(app: &App, id: Uuid) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| { Ok(tx.finish_job(id, now).await?) })
}

async fn later(app: &App, lane: Lane, job: &Job) -> Result<(), ServiceError> {
    let pause = FIRST_PAUSE_SECONDS << job.attempts.min(lane.most_doublings());
    let run_at = app.now().plus_seconds(pause);
    transaction!(app.store, |tx| { Ok(tx.retry_job(job.id, run_at).await?) })
}

const PATIENCE_SECONDS: u32 = 60;
const FIRST_PAUSE_SECONDS: i64 = 5;
