//! Taking what was committed into the tamper-evident log.

use store::audit::{Checkpoint, sequence};

use crate::data_dir::Readers;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Gives every waiting leaf its index, a batch and a signed checkpoint at a time, and keeps the newest checkpoint
/// outside the database as well: whoever sets the database back cannot set that back.
///
/// Dying between the two leaves the older checkpoint outside, which the newer log still extends.
///
/// # Errors
/// [`ServiceError::Store`]; the log then stays as it was.
pub async fn sequence_all(app: &App) -> Result<(), ServiceError> {
    while let Some(checkpoint) = sequence_batch(app).await? {
        app.data_dir.replace(
            CHECKPOINT_FILE,
            checkpoint.note.as_bytes(),
            Readers::Everyone,
        )?;
    }
    Ok(())
}

/// How many leaves the signed log holds.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn log_size(app: &App) -> Result<u64, ServiceError> {
    let newest = app.store.snapshot().await?.newest_checkpoint().await?;
    Ok(newest.map_or(0, |checkpoint| checkpoint.size))
}

/// The newest checkpoint kept outside the database.
pub(super) fn outside(app: &App) -> Result<Option<String>, ServiceError> {
    let note = app.data_dir.read(CHECKPOINT_FILE)?;
    Ok(note.map(|note| String::from_utf8_lossy(&note).into_owned()))
}

async fn sequence_batch(app: &App) -> Result<Option<Checkpoint>, ServiceError> {
    transaction!(app.store, |tx| {
        Ok(sequence(tx, BATCH, &app.checkpoints).await?)
    })
}

const CHECKPOINT_FILE: &str = "audit/checkpoint";
const BATCH: u64 = 1000;
