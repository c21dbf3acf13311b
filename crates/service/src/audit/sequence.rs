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
    refuse_a_log_set_back(app).await?;
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

/// Nothing is signed on top of a log that is older than, or not the same as, the one whose head lies outside: a fork
/// would look whole afterwards.
async fn refuse_a_log_set_back(app: &App) -> Result<(), ServiceError> {
    let Some(note) = outside(app)? else {
        return Ok(());
    };
    let corrupt = |why: &str| ServiceError::Corrupt {
        what: "audit log",
        id: CHECKPOINT_FILE.to_owned(),
        why: why.to_owned(),
    };
    let kept = app
        .checkpoint_verifier()
        .verify(&note)
        .map_err(|error| corrupt(&error.to_string()))?;
    let newest = app.store.snapshot().await?.newest_checkpoint().await?;
    match newest {
        Some(newest) if newest.size > kept.size => Ok(()),
        Some(newest) if newest.size == kept.size && newest.root == kept.root => Ok(()),
        Some(_) | None => Err(corrupt(
            "the database is older than this checkpoint, or another one: it was set back",
        )),
    }
}

async fn sequence_batch(app: &App) -> Result<Option<Checkpoint>, ServiceError> {
    transaction!(app.store, |tx| {
        Ok(sequence(tx, BATCH, &app.checkpoints).await?)
    })
}

const CHECKPOINT_FILE: &str = "audit/checkpoint";
const BATCH: u64 = 1000;
