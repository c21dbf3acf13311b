//! Putting a dispatched letter into the agendas of its receivers.

use flow::agenda::{Agenda, Command, Mail, Origin};
use flow::id::{AgendaId, NaskahId, OpdId};
use flow::naskah::{Content, Refusal};
use flow::office::{Actor, Office};
use store::model::{AgendaRow, MailRole};

use super::act::decide_and_store;
use crate::letter_blob::LetterBlobs;
use crate::naskah::load;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Gives every receiving OPD of the regency, tembusan included, an agenda entry. May run again: an OPD that has one
/// keeps it.
pub(crate) async fn deliver(app: &App, id: NaskahId) -> Result<(), ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let naskah = load(&mut tx, id).await?.naskah;
    let draft = naskah
        .draft()
        .cloned()
        .ok_or(Refusal::Stage(naskah.tahap().word()))?;
    let blobs = LetterBlobs::open(app, &mut tx, id).await?;
    let content = Content::from_json(&blobs.read(&mut tx, draft.content.blob).await?)?;
    drop(tx);
    // An OPD that is addressed and gets a copy as well is addressed: the first of two entries stands.
    let addressed = content
        .recipients
        .iter()
        .map(|to| (to, MailRole::Addressed));
    let copied = content.tembusan.iter().map(|to| (to, MailRole::Tembusan));
    let receivers = addressed.chain(copied);
    for (opd, role) in receivers.filter_map(|(to, role)| to.opd.map(|opd| (opd, role))) {
        transaction!(app.store, |tx| {
            let there = tx.agenda_list(Some(opd)).await?;
            if there.iter().any(|row| row.naskah == id) {
                return Ok(());
            }
            let office = tx.office().await?;
            let year = office.date_in(opd, now).year();
            let urut = Some(tx.next_agenda_urut(opd, year).await?);
            let to = head(&office, opd).ok_or_else(|| ServiceError::NotFound {
                what: "head of OPD",
                id: opd.to_string(),
            })?;
            let entry = AgendaId::new(now, app.random()?);
            let row = AgendaRow {
                id: entry,
                opd,
                naskah: id,
                tahap: String::new(),
                version: 0,
                received_at: now,
                role,
                read_at: None,
                urut,
            };
            let mail = Mail {
                opd,
                to,
                sifat: draft.content.sifat,
                origin: Origin::Naskah(id),
                urut,
            };
            let sender: Actor = draft.drafter;
            decide_and_store(
                app,
                tx,
                Agenda::new(entry),
                row,
                Command::Receive(mail),
                &sender,
                &office,
                now,
            )
            .await
        })?;
    }
    Ok(())
}

/// The position of an OPD that has no superior inside it.
fn head(office: &Office, opd: OpdId) -> Option<flow::id::JabatanId> {
    office
        .jabatan
        .values()
        .find(|jabatan| jabatan.opd == opd && jabatan.superior.is_none())
        .map(|jabatan| jabatan.id)
}
