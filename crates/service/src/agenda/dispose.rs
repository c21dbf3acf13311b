//! Disposing of an incoming letter to somebody.

use std::collections::BTreeSet;

use flow::agenda::{Command, Instruksi, Target};
use flow::id::{AgendaId, DisposisiId, JabatanId};
use flow::office::Actor;
use flow::time::Timestamp;

use super::act::{decide_and_store, load};
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What is to be done, by whom, until when.
#[derive(Debug, Clone)]
pub struct NewDisposisi {
    /// The position that disposes.
    pub from: JabatanId,
    /// The disposisi it passes on; `None` for the first.
    pub parent: Option<DisposisiId>,
    /// To whom.
    pub to: Vec<JabatanId>,
    /// What is asked for.
    pub instructions: BTreeSet<Instruksi>,
    /// More, in free text; may be empty.
    pub note: String,
    /// Until when.
    pub deadline: Option<Timestamp>,
}

/// Disposes of the letter. Returns one id per target, in order.
///
/// # Errors
/// The rule of the agenda that forbids it.
pub async fn dispose(
    app: &App,
    actor: &Actor,
    id: AgendaId,
    new: &NewDisposisi,
) -> Result<Vec<DisposisiId>, ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let (_, row) = load(&mut tx, id).await?;
    let blobs = LetterBlobs::open(app, &mut tx, row.naskah).await?;
    drop(tx);
    let note = match new.note.trim() {
        "" => None,
        text => Some(blobs.put(text.as_bytes()).await?),
    };
    let targets = new
        .to
        .iter()
        .map(|to| {
            Ok(Target {
                id: DisposisiId::new(now, app.random()?),
                to: *to,
            })
        })
        .collect::<Result<Vec<_>, ServiceError>>()?;
    let command = Command::Dispose {
        from: new.from,
        parent: new.parent,
        targets: targets.clone(),
        instructions: new.instructions.clone(),
        note: note.as_ref().map(|blob| blob.id),
        deadline: new.deadline,
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let (agenda, row) = load(tx, id).await?;
        if let Some(blob) = &note {
            tx.insert_blob(blob).await?;
        }
        decide_and_store(app, tx, agenda, row, command.clone(), actor, &office, now).await?;
        Ok(targets.iter().map(|target| target.id).collect())
    })
}
