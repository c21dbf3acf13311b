//! Making a letter void; its number becomes a tombstone.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Command, decide};
use flow::office::Actor;
use flow::register::Tombstone;

use super::act::{hold_still, load, store_outcome};
use crate::letter_blob::LetterBlobs;
use crate::register::{self, Moment};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Cancels the letter, saying why. A partly signed PDF stays as void evidence.
///
/// # Errors
/// The rule of the office that forbids it, [`ServiceError::NoteMissing`], or [`ServiceError::Busy`] while a
/// signature is under way.
pub async fn cancel(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    jabatan: JabatanId,
    note: &str,
) -> Result<(), ServiceError> {
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
        let reason = if loaded.naskah.tahap().signatures().is_empty() {
            Tombstone::LetterCancelled
        } else {
            Tombstone::SignerRefused
        };
        let command = Command::Cancel {
            jabatan,
            note: blob.id,
        };
        let events = decide(&loaded.naskah, command, actor, &office, now)?;
        tx.insert_blob(&blob).await?;
        store_outcome(app, tx, loaded, &events, now).await?;
        let moment = Moment {
            app,
            office: &office,
            actor,
            now,
        };
        register::cancel(&moment, tx, id, reason, Some(blob.id)).await
    })
}
