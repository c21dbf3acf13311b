//! Commands that carry a reason in free text: the text goes into a sealed blob, the event names it.

use flow::id::{BlobId, NaskahId};
use flow::naskah::{Command, Naskah};
use flow::office::Actor;
use flow::register::Tombstone;

use super::act::{decide_and_store, hold_still, load};
use crate::letter_blob::LetterBlobs;
use crate::register::{self, Moment};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Runs the command that `command` makes of the note. Where `tombstone` gives a reason, the number that is held for
/// the letter, printed or only reserved, becomes one.
pub(super) async fn act_with_note(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    note: &str,
    command: impl Fn(BlobId) -> Command,
    tombstone: impl Fn(&Naskah) -> Option<Tombstone>,
) -> Result<(), ServiceError> {
    let now = app.now();
    let blobs = LetterBlobs::open(app, &mut app.store.snapshot().await?, id).await?;
    let blob = blobs.put_note(note).await?;
    transaction!(app.store, |tx| {
        hold_still(tx, id).await?;
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        let tombstone = tombstone(&loaded.naskah);
        tx.insert_blob(&blob).await?;
        decide_and_store(app, tx, loaded, command(blob.id), actor, &office, now).await?;
        let Some(reason) = tombstone else {
            return Ok(());
        };
        let moment = Moment {
            app,
            office: &office,
            actor,
            now,
        };
        register::cancel(&moment, tx, id, reason, Some(blob.id)).await
    })
}
