//! Commands that carry a reason in free text: the text goes into a sealed blob, the event names it.

use flow::id::{BlobId, NaskahId};
use flow::naskah::{Command, Naskah};
use flow::office::Actor;

use super::act::{decide_and_store, hold_still, load};
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Runs the command that `command` makes of the note.
pub(super) async fn act_with_note(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    note: &str,
    command: impl Fn(BlobId) -> Command,
) -> Result<Naskah, ServiceError> {
    let note = note.trim();
    if note.is_empty() {
        return Err(ServiceError::NoteMissing);
    }
    let now = app.now();
    let blobs = LetterBlobs::open(app, &mut app.store.snapshot().await?, id).await?;
    let blob = blobs.put(note.as_bytes()).await?;
    transaction!(app.store, |tx| {
        hold_still(tx, id).await?;
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        tx.insert_blob(&blob).await?;
        decide_and_store(app, tx, loaded, command(blob.id), actor, &office, now).await
    })
}
