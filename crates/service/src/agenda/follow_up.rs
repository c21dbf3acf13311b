//! Saying what came of a disposisi.

use flow::agenda::Command;
use flow::id::{AgendaId, DisposisiId, NaskahId};
use flow::office::Actor;

use super::act::{decide_and_store, load};
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Follows a disposisi up, with the letter that answers it if there is one.
///
/// # Errors
/// The rule of the agenda that forbids it, or [`ServiceError::NoteMissing`].
pub async fn follow_up(
    app: &App,
    actor: &Actor,
    id: AgendaId,
    disposisi: DisposisiId,
    note: &str,
    naskah: Option<NaskahId>,
) -> Result<(), ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let (_, row) = load(&mut tx, id).await?;
    let blobs = LetterBlobs::open(app, &mut tx, row.naskah).await?;
    drop(tx);
    let blob = blobs.put_note(note).await?;
    let command = Command::FollowUp {
        id: disposisi,
        note: blob.id,
        naskah,
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let (agenda, row) = load(tx, id).await?;
        tx.insert_blob(&blob).await?;
        decide_and_store(app, tx, agenda, row, command.clone(), actor, &office, now).await
    })
}
