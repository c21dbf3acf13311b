//! A letter whose signature is made and waits for its timestamp: everybody sees it, the outbox tries again, and its
//! signer may give it up.

use flow::id::NaskahId;
use flow::time::Timestamp;
use store::Tx;
use store::model::{GivenUp, IntentRow, IntentState};

use super::failure::FailureReason;
use crate::access::{self, Action};
use crate::desk::refresh;
use crate::identity::Subject;
use crate::jobs::{self, Todo};
use crate::letter_blob::LetterBlobs;
use crate::naskah::load;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// From now on the letter is shown as waiting, and the outbox tries again.
pub(super) async fn wait(app: &App, row: &IntentRow) -> Result<(), ServiceError> {
    let now = app.now();
    let intent = row.intent.id;
    transaction!(app.store, |tx| {
        tx.await_timestamp(intent, now).await?;
        jobs::leave(app, tx, &Todo::Stamp { intent }, now).await?;
        show_what_waits(tx, row.intent.naskah, now).await
    })
}

/// Gives up the signature that waits for its timestamp, saying why: it is forgotten, its key use counts as aborted, and
/// the letter waits for its signer again.
///
/// # Errors
/// [`ServiceError::Impossible`] when none waits, [`ServiceError::NoteMissing`], or what forbids signing the letter.
pub async fn give_up(
    app: &App,
    subject: &Subject,
    id: NaskahId,
    note: &str,
) -> Result<(), ServiceError> {
    access::letter(app, subject, id, Action::Sign).await?;
    let blobs = LetterBlobs::open(app, &mut app.store.snapshot().await?, id).await?;
    let note = blobs.put_note(note).await?;
    let now = app.now();
    transaction!(app.store, |tx| {
        tx.lock_naskah(id).await?;
        let waiting = awaited(tx, id).await?.ok_or(ServiceError::Impossible {
            rule: "no-timestamp-awaited",
        })?;
        let intent = waiting.intent;
        tx.insert_blob(&note).await?;
        tx.give_up_intent(intent.id, GivenUp::ByPerson, Some(note.id), now)
            .await?;
        let reason = FailureReason::GivenUp.word();
        tx.fail_in_batch(intent.activation, intent.version_sha256, reason)
            .await?;
        show_what_waits(tx, id, now).await
    })
}

/// The signature of the letter that waits for its timestamp.
pub(crate) async fn awaited(
    tx: &mut Tx,
    naskah: NaskahId,
) -> Result<Option<IntentRow>, ServiceError> {
    let intents = tx.intents_of(naskah).await?;
    let waits = |row: &IntentRow| row.state == IntentState::AwaitingTimestamp;
    Ok(intents.into_iter().find(waits))
}

/// # Errors
/// [`ServiceError::AwaitingTimestamp`].
pub(super) async fn refuse_while_waiting(
    tx: &mut Tx,
    naskah: NaskahId,
) -> Result<(), ServiceError> {
    match awaited(tx, naskah).await? {
        Some(_) => Err(ServiceError::AwaitingTimestamp(naskah)),
        None => Ok(()),
    }
}

/// Keeps the lists in step with what the letter waits for.
pub(super) async fn show_what_waits(
    tx: &mut Tx,
    id: NaskahId,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let office = tx.office().await?;
    let loaded = load(tx, id).await?;
    refresh::letter(tx, &office, &loaded.naskah, &loaded.row, now).await
}
