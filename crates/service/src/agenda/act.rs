//! What all verbs share: the entry as the fold of its events, and the read model beside it.

use std::sync::Arc;

use flow::agenda::{Agenda, Command, Fact, decide, evolve, replay};
use flow::id::AgendaId;
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use store::Tx;
use store::model::{AgendaRow, Stream, StreamKind};

use crate::desk::refresh;
use crate::stream;
use crate::transaction::transaction;
use crate::{App, ServiceError, webhook};

/// The entry of a row that a snapshot shows; from memory where that version was read before.
pub(crate) async fn read(
    app: &App,
    snapshot: &mut Tx,
    row: &AgendaRow,
) -> Result<Arc<Agenda>, ServiceError> {
    let id = row.id;
    if let Some(known) = app.entries.get(id.uuid(), row.version) {
        return Ok(known);
    }
    let events = stream::load::<Fact>(snapshot, stream_of(id)).await?;
    let agenda = Arc::new(replay(id, &events));
    app.entries.keep(id.uuid(), agenda.version(), &agenda);
    Ok(agenda)
}

/// The entry as it stands, and its row, for whoever is about to change it.
pub(crate) async fn load(tx: &mut Tx, id: AgendaId) -> Result<(Agenda, AgendaRow), ServiceError> {
    // The row last, as for a letter: it is never older than the events that are decided on.
    let events = stream::load::<Fact>(tx, stream_of(id)).await?;
    let row = tx.agenda(id).await?.ok_or_else(|| ServiceError::NotFound {
        what: "agenda entry",
        id: id.to_string(),
    })?;
    Ok((replay(id, &events), row))
}

/// Runs a command that needs nothing but the entry.
pub(super) async fn act(
    app: &App,
    actor: &Actor,
    id: AgendaId,
    command: Command,
) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let (agenda, row) = load(tx, id).await?;
        decide_and_store(app, tx, agenda, row, command.clone(), actor, &office, now).await
    })
}

/// Decides, appends the events and keeps the read model in step.
#[expect(
    clippy::too_many_arguments,
    reason = "one command, its entry and its circumstances; a struct of them would have one user"
)]
pub(super) async fn decide_and_store(
    app: &App,
    tx: &mut Tx,
    agenda: Agenda,
    row: AgendaRow,
    command: Command,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let events = decide(&agenda, command, actor, office, now)?;
    if events.is_empty() {
        return Ok(());
    }
    stream::append(app, tx, stream_of(agenda.id()), agenda.version(), &events).await?;
    let agenda = events.iter().fold(agenda, evolve);
    let row = AgendaRow {
        tahap: agenda.tahap().word().to_owned(),
        version: agenda.version(),
        ..row
    };
    tx.put_agenda(&row).await?;
    webhook::of_agenda(app, tx, &agenda, &row, &events).await?;
    refresh::entry(tx, office, &agenda, &row, now).await
}

/// The history of an agenda entry.
pub(super) fn stream_of(id: AgendaId) -> Stream {
    Stream {
        kind: StreamKind::Agenda,
        id: id.uuid(),
    }
}
