//! Making the tables of lists anew from histories and contents: once, for a database from before they existed.

use std::collections::BTreeMap;

use flow::event::Event;
use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Content, Fact, Naskah, evolve};
use flow::office::Office;
use flow::time::Timestamp;
use store::Tx;
use store::model::{AgendaRow, MailRole, NaskahFilter, NaskahRow, Stream, StreamKind, TaskRow};

use super::refresh::{
    NextSignature, desk_row, entry_parts, entry_tasks, letter_parts, letter_tasks, next_signature,
};
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError, search, stream};

/// Rebuilds the lists unless this database has them. May be cut off and run again.
///
/// # Errors
/// [`ServiceError::Store`], or what is corrupt.
pub(crate) async fn rebuild_if_missing(app: &App) -> Result<(), ServiceError> {
    if app.store.snapshot().await?.meta(MARK).await?.is_none() {
        rebuild(app).await?;
    }
    Ok(())
}

/// Rebuilds the lists, one letter at a time.
///
/// # Errors
/// [`ServiceError::Store`], or what is corrupt.
pub async fn rebuild(app: &App) -> Result<(), ServiceError> {
    let rows = {
        let mut tx = app.store.snapshot().await?;
        tx.naskah_list(&NaskahFilter::default()).await?
    };
    for row in rows {
        let content = content(app, row.id).await?;
        transaction!(app.store, |tx| {
            // Another process may work on the letter at this very moment.
            tx.lock_naskah(row.id).await?;
            let office = tx.office().await?;
            letter(tx, &office, row.id, content.as_ref()).await?;
            for entry in tx.agenda_of(row.id).await? {
                mail(tx, &office, entry, content.as_ref()).await?;
            }
            Ok(())
        })?;
    }
    transaction!(app.store, |tx| { Ok(tx.put_meta(MARK, "1").await?) })
}

/// `None` for a letter whose data key was erased.
async fn content(app: &App, id: NaskahId) -> Result<Option<Content>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let blobs = match LetterBlobs::open(app, &mut tx, id).await {
        Ok(blobs) => blobs,
        Err(ServiceError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let naskah = crate::naskah::load(&mut tx, id).await?.naskah;
    let Some(content) = naskah.content() else {
        return Ok(None);
    };
    let bytes = blobs.read(&mut tx, content.blob).await?;
    Ok(Some(Content::from_json(&bytes)?))
}

async fn letter(
    tx: &mut Tx,
    office: &Office,
    id: NaskahId,
    content: Option<&Content>,
) -> Result<(), ServiceError> {
    let stream = Stream {
        kind: StreamKind::Naskah,
        id: id.uuid(),
    };
    let events = stream::load::<Fact>(tx, stream).await?;
    let mut naskah = Naskah::new(id);
    let mut waiting = Waiting::default();
    let mut dispatched = None;
    for event in &events {
        naskah = evolve(naskah, event);
        if matches!(event.fact, Fact::Dispatched { .. }) {
            dispatched = Some(event.at);
        }
        if let Some(draft) = naskah.draft() {
            let to_make = NextSignature::ToMake;
            waiting.now(letter_tasks(&naskah, draft, to_make, office, event.at));
        }
    }
    let signature = next_signature(tx, &naskah).await?;
    if let (NextSignature::AwaitsTimestamp, Some(draft)) = (signature, naskah.draft()) {
        let at = events
            .last()
            .map_or(Timestamp::from_micros(0), |last| last.at);
        waiting.now(letter_tasks(&naskah, draft, signature, office, at));
    }
    let Some(draft) = naskah.draft() else {
        return Ok(());
    };
    tx.put_letter_tasks(id, &[]).await?;
    tx.put_letter_tasks(id, &waiting.tasks()).await?;
    let mut desk = desk_row(&naskah, draft);
    desk.dispatched_at = dispatched;
    tx.put_desk(&desk).await?;
    tx.put_parts(id, id.uuid(), &letter_parts(&naskah, draft))
        .await?;
    let row: Option<NaskahRow> = tx.naskah(id).await?;
    let nomor = row.and_then(|row| row.nomor);
    let text = content.and_then(|content| search::text(content, nomor.as_deref()));
    Ok(tx.put_text(id, text.as_ref()).await?)
}

async fn mail(
    tx: &mut Tx,
    office: &Office,
    row: AgendaRow,
    content: Option<&Content>,
) -> Result<(), ServiceError> {
    let addressed = content.is_none_or(|content| {
        let mut to = content.recipients.iter();
        to.any(|to| to.opd == Some(row.opd))
    });
    let role = if addressed {
        MailRole::Addressed
    } else {
        MailRole::Tembusan
    };
    tx.set_mail_role(row.id, role).await?;
    let row = AgendaRow { role, ..row };
    let stream = Stream {
        kind: StreamKind::Agenda,
        id: row.id.uuid(),
    };
    let events: Vec<Event<flow::agenda::Fact>> = stream::load(tx, stream).await?;
    let sender = crate::naskah::load(tx, row.naskah).await?.naskah;
    let sender: Option<JabatanId> = sender
        .content()
        .and_then(|content| content.signers.last().copied());
    let mut agenda = flow::agenda::Agenda::new(row.id);
    let mut waiting = Waiting::default();
    for event in &events {
        agenda = flow::agenda::evolve(agenda, event);
        let from = sender.or(agenda.mail().map(|mail| mail.to));
        if let Some(from) = from {
            waiting.now(entry_tasks(&agenda, &row, from, office, event.at));
        }
    }
    tx.put_entry_tasks(row.id, &[]).await?;
    tx.put_entry_tasks(row.id, &waiting.tasks()).await?;
    Ok(tx
        .put_parts(row.naskah, row.id.uuid(), &entry_parts(&agenda))
        .await?)
}

/// Tasks as event follows event: one that goes on waiting keeps since when.
#[derive(Default)]
struct Waiting(BTreeMap<uuid::Uuid, TaskRow>);

impl Waiting {
    fn now(&mut self, tasks: Vec<TaskRow>) {
        let mut before = std::mem::take(&mut self.0);
        for task in tasks {
            let kept = before.remove(&task.id).unwrap_or(task);
            self.0.insert(kept.id, kept);
        }
    }

    fn tasks(self) -> Vec<TaskRow> {
        self.0.into_values().collect()
    }
}

/// The mark of a database whose lists are in step.
const MARK: &str = "desk";
