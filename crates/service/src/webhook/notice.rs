//! From events to messages, in the transaction that stores the events.

use flow::event::Event;
use flow::id::{AgendaId, DeliveryId, NaskahId, OpdId};
use flow::naskah::{self, Naskah};
use flow::sifat::Keamanan;
use flow::time::Timestamp;
use flow::{agenda, digest::Sha256};
use serde::Serialize;
use store::Tx;
use store::model::{AgendaRow, NewDelivery};

use super::EventKind;
use crate::{App, ServiceError};

/// What a message tells. Nothing of what the letter says, or who had to do with it.
#[derive(Serialize)]
struct Message {
    r#type: EventKind,
    timestamp: String,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    id: NaskahId,
    #[serde(flatten)]
    facts: Option<Facts>,
}

#[derive(Serialize)]
struct Facts {
    opd: OpdId,
    tahap: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nomor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<Sha256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agenda: Option<AgendaId>,
}

/// Leaves the messages about a letter's events; `naskah` is the letter after them.
pub(crate) async fn of_letter(
    app: &App,
    tx: &mut Tx,
    naskah: &Naskah,
    events: &[Event<naskah::Fact>],
) -> Result<(), ServiceError> {
    let kinds = events
        .iter()
        .filter_map(|event| Some((EventKind::of_letter(&event.fact)?, event.at)));
    let Some(content) = naskah.content() else {
        return Ok(());
    };
    for (kind, at) in kinds {
        let facts = Facts {
            opd: content.opd,
            tahap: naskah.tahap().word(),
            nomor: naskah
                .tahap()
                .prepared()
                .map(|prepared| prepared.nomor.text().to_owned()),
            sha256: naskah.tahap().current_version(),
            agenda: None,
        };
        let about = (naskah.id(), content.keamanan);
        leave(app, tx, kind, at, about, facts).await?;
    }
    Ok(())
}

/// Leaves the messages about events of an agenda entry; `agenda` is the entry after them.
pub(crate) async fn of_agenda(
    app: &App,
    tx: &mut Tx,
    agenda: &agenda::Agenda,
    row: &AgendaRow,
    events: &[Event<agenda::Fact>],
) -> Result<(), ServiceError> {
    for event in events {
        let Some(kind) = EventKind::of_agenda(&event.fact) else {
            continue;
        };
        if tx.listening_webhooks(row.opd).await?.is_empty() {
            return Ok(());
        }
        let letter = crate::naskah::load(tx, row.naskah).await?.naskah;
        let keamanan = letter
            .content()
            .map_or(Keamanan::SangatRahasia, |content| content.keamanan);
        let facts = Facts {
            opd: row.opd,
            tahap: agenda.tahap().word(),
            nomor: letter
                .tahap()
                .prepared()
                .map(|prepared| prepared.nomor.text().to_owned()),
            sha256: letter.tahap().current_version(),
            agenda: Some(agenda.id()),
        };
        leave(app, tx, kind, event.at, (row.naskah, keamanan), facts).await?;
    }
    Ok(())
}

async fn leave(
    app: &App,
    tx: &mut Tx,
    kind: EventKind,
    at: Timestamp,
    (naskah, keamanan): (NaskahId, Keamanan),
    facts: Facts,
) -> Result<(), ServiceError> {
    let opd = facts.opd;
    let facts = match keamanan {
        Keamanan::Biasa | Keamanan::Terbatas => Some(facts),
        // That there is such a letter is all that leaves the house.
        Keamanan::Rahasia | Keamanan::SangatRahasia => None,
    };
    let message = Message {
        r#type: kind,
        timestamp: at.to_string(),
        data: Data { id: naskah, facts },
    };
    let body = serde_json::to_string(&message).map_err(|error| ServiceError::Corrupt {
        what: "message about letter",
        id: naskah.to_string(),
        why: error.to_string(),
    })?;
    for webhook in tx.listening_webhooks(opd).await? {
        if !webhook.kinds.iter().any(|word| word == kind.word()) {
            continue;
        }
        let delivery = NewDelivery {
            id: DeliveryId::new(at, app.random()?),
            webhook: webhook.id,
            kind: kind.word().to_owned(),
            naskah,
            body: body.clone(),
            created: at,
        };
        tx.insert_delivery(&delivery).await?;
    }
    Ok(())
}
