//! Giving a letter other content; after a return this is the revision.

use flow::id::NaskahId;
use flow::naskah::{Chain, Command, Content};
use flow::office::Actor;

use super::act::{decide_and_store, load};
use super::create::store_content;
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError, search};

/// The version of a letter that whoever changes it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Whichever it is.
    Any,
    /// This one: another one is not changed.
    Version(u64),
}

/// Replaces content and chain; parafs of the old content are void from now on.
///
/// # Errors
/// The rule of the office that forbids it, or [`ServiceError::Precondition`] when it is not as it was seen.
pub async fn edit(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    seen: Seen,
    content: &Content,
    chain: &Chain,
) -> Result<(), ServiceError> {
    let now = app.now();
    let blobs = LetterBlobs::open(app, &mut app.store.snapshot().await?, id).await?;
    let stored = store_content(&blobs, content, None).await?;
    let command = Command::Edit {
        content: content.reference(stored.content.id)?,
        chain: chain.clone(),
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        let present = loaded.row.version;
        match seen {
            Seen::Version(seen) if seen != present => {
                return Err(ServiceError::Precondition { present });
            }
            Seen::Version(_) | Seen::Any => {}
        }
        for blob in stored.rows() {
            tx.insert_blob(blob).await?;
        }
        let nomor = loaded.row.nomor.clone();
        decide_and_store(app, tx, loaded, command.clone(), actor, &office, now).await?;
        let text = search::text(content, nomor.as_deref());
        Ok(tx.put_text(id, text.as_ref()).await?)
    })
}
