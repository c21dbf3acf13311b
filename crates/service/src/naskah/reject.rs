//! Refusing a letter for good, while it bears no number.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::Command;
use flow::office::Actor;
use flow::register::Tombstone;

use super::act::{decide_and_store, hold_still, load};
use crate::letter_blob::LetterBlobs;
use crate::register::{self, Moment};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Rejects the letter, saying why. A number that was reserved for it, but never got onto its pages, is a tombstone
/// from now on.
///
/// # Errors
/// The rule of the office that forbids it, or [`ServiceError::NoteMissing`].
pub async fn reject(
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
    let command = Command::Reject {
        jabatan,
        note: blob.id,
    };
    transaction!(app.store, |tx| {
        hold_still(tx, id).await?;
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        tx.insert_blob(&blob).await?;
        decide_and_store(app, tx, loaded, command.clone(), actor, &office, now).await?;
        let moment = Moment {
            app,
            office: &office,
            actor,
            now,
        };
        register::cancel(&moment, tx, id, Tombstone::SignerRefused, Some(blob.id)).await
    })
}
