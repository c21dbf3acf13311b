//! What all verbs share: the letter as the fold of its events, and the read model beside it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flow::event::Event;
use flow::id::NaskahId;
use flow::naskah::{Command, Fact, Naskah, decide, evolve, replay};
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use store::Tx;
use store::model::{IntentState, NaskahRow, Stream, StreamKind, VersionRow};

use crate::desk::refresh;
use crate::register::word;
use crate::stream;
use crate::transaction::transaction;
use crate::{App, ServiceError, webhook};

/// A letter and its row.
pub(crate) struct Loaded {
    pub(crate) naskah: Naskah,
    pub(crate) row: NaskahRow,
}

/// A letter with everything that happened to it.
pub(crate) struct History {
    pub(crate) naskah: Naskah,
    pub(crate) events: Vec<Event<Fact>>,
    places: OnceLock<Vec<Option<u64>>>,
    versions: Mutex<Arc<[VersionRow]>>,
}

impl History {
    /// The places of the events in the audit log, in their order; `None` for one that waits for its place. Once all have
    /// theirs they are kept: a place never changes.
    pub(crate) async fn places(&self, snapshot: &mut Tx) -> Result<Vec<Option<u64>>, ServiceError> {
        if let Some(known) = self.places.get() {
            return Ok(known.clone());
        }
        let leaves = snapshot.leaves_of(stream_of(self.naskah.id())).await?;
        let indices: BTreeMap<u64, Option<u64>> = leaves
            .into_iter()
            .map(|leaf| (leaf.version, leaf.index))
            .collect();
        let places: Vec<Option<u64>> = (1..)
            .zip(&self.events)
            .map(|(version, _)| indices.get(&version).copied().flatten())
            .collect();
        if places.iter().all(Option::is_some) {
            // Whoever was faster read the same.
            let _ = self.places.set(places.clone());
        }
        Ok(places)
    }

    /// The versions of the letter's PDF, oldest first, when `newest` is the place of the newest: a version never changes,
    /// and evidence adds one without an event.
    pub(crate) async fn versions(
        &self,
        snapshot: &mut Tx,
        newest: Option<u64>,
    ) -> Result<Arc<[VersionRow]>, ServiceError> {
        let known = Arc::clone(&self.versions.lock().unwrap_or_else(PoisonError::into_inner));
        if known.last().map(|version| version.no) == newest {
            return Ok(known);
        }
        let read: Arc<[VersionRow]> = snapshot.versions(self.naskah.id()).await?.into();
        *self.versions.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&read);
        Ok(read)
    }
}

/// The letter and its row as a snapshot shows them; from memory where that version was read before.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub(crate) async fn read(
    app: &App,
    snapshot: &mut Tx,
    id: NaskahId,
) -> Result<(NaskahRow, Arc<History>), ServiceError> {
    let row = row(snapshot, id).await?;
    let history = history(app, snapshot, &row).await?;
    Ok((row, history))
}

/// What happened to the letter of a row that a snapshot shows; from memory where that version was read before.
pub(crate) async fn history(
    app: &App,
    snapshot: &mut Tx,
    row: &NaskahRow,
) -> Result<Arc<History>, ServiceError> {
    let id = row.id;
    if let Some(known) = app.letters.get(id.uuid(), row.version) {
        return Ok(known);
    }
    let events = stream::load::<Fact>(snapshot, stream_of(id)).await?;
    let history = Arc::new(History {
        naskah: replay(id, &events),
        events,
        places: OnceLock::new(),
        versions: Mutex::default(),
    });
    app.letters
        .keep(id.uuid(), history.naskah.version(), &history);
    Ok(history)
}

async fn row(tx: &mut Tx, id: NaskahId) -> Result<NaskahRow, ServiceError> {
    tx.naskah(id).await?.ok_or_else(|| ServiceError::NotFound {
        what: "letter",
        id: id.to_string(),
    })
}

/// The letter as it stands, for whoever is about to change it.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub(crate) async fn load(tx: &mut Tx, id: NaskahId) -> Result<Loaded, ServiceError> {
    // The row last: PostgreSQL lets each statement see what was committed before it. A row at least as new as the events
    // either shows a faster command to whoever looks at its version, or is theirs, or their append is a conflict.
    let events = stream::load::<Fact>(tx, stream_of(id)).await?;
    Ok(Loaded {
        naskah: replay(id, &events),
        row: row(tx, id).await?,
    })
}

/// Runs a command that needs nothing but the letter.
pub(super) async fn act(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    command: Command,
) -> Result<Naskah, ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        decide_and_store(app, tx, loaded, command.clone(), actor, &office, now).await
    })
}

/// Locks the letter until the transaction ends and makes sure that no signature of it is under way. Writing an intent
/// locks it too: whichever of the two comes second sees the other.
///
/// # Errors
/// [`ServiceError::Busy`], [`ServiceError::AwaitingTimestamp`].
pub(super) async fn hold_still(tx: &mut Tx, id: NaskahId) -> Result<(), ServiceError> {
    tx.lock_naskah(id).await?;
    for row in tx.intents_of(id).await? {
        match row.state {
            IntentState::Intended | IntentState::Signed | IntentState::Stamped => {
                return Err(ServiceError::Busy(id));
            }
            IntentState::AwaitingTimestamp => return Err(ServiceError::AwaitingTimestamp(id)),
            IntentState::Completed | IntentState::Released => {}
        }
    }
    Ok(())
}

/// Decides, appends the events and keeps the read model in step.
pub(super) async fn decide_and_store(
    app: &App,
    tx: &mut Tx,
    loaded: Loaded,
    command: Command,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<Naskah, ServiceError> {
    let events = decide(&loaded.naskah, command, actor, office, now)?;
    store_outcome(app, tx, loaded, &events, office, now).await
}

/// Appends events that were decided on `loaded`.
pub(crate) async fn store_outcome(
    app: &App,
    tx: &mut Tx,
    loaded: Loaded,
    events: &[Event<Fact>],
    office: &Office,
    now: Timestamp,
) -> Result<Naskah, ServiceError> {
    let Loaded { naskah, row } = loaded;
    stream::append(app, tx, stream_of(row.id), naskah.version(), events).await?;
    let naskah = events.iter().fold(naskah, evolve);
    let row = refreshed(row, &naskah, now)?;
    tx.put_naskah(&row).await?;
    webhook::of_letter(app, tx, &naskah, events).await?;
    refresh::letter(tx, office, &naskah, &row, now).await?;
    Ok(naskah)
}

/// The row of a letter as it stands; what only the row knows (codes, batch) is kept.
pub(super) fn refreshed(
    row: NaskahRow,
    naskah: &Naskah,
    now: Timestamp,
) -> Result<NaskahRow, ServiceError> {
    let content = naskah.content().ok_or_else(|| ServiceError::Corrupt {
        what: "letter",
        id: row.id.to_string(),
        why: "it has no content".to_owned(),
    })?;
    Ok(NaskahRow {
        opd: content.opd,
        jenis: word(&content.jenis)?,
        tahap: naskah.tahap().word().to_owned(),
        version: naskah.version(),
        content_digest: content.digest.0,
        nomor: naskah
            .tahap()
            .prepared()
            .map(|prepared| prepared.nomor.text().to_owned())
            .or(row.nomor),
        updated_at: now,
        ..row
    })
}

/// The history of a letter.
pub(super) fn stream_of(id: NaskahId) -> Stream {
    Stream {
        kind: StreamKind::Naskah,
        id: id.uuid(),
    }
}
