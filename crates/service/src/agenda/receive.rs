//! Registering mail from outside: paper that was scanned, or a PDF from an office we do not share a house with.

use std::sync::Arc;

use flow::agenda::{Agenda, Command, Mail, Origin};
use flow::digest::Sha256;
use flow::id::{AgendaId, JabatanId, NaskahId, OpdId};
use flow::jenis::JenisNaskah;
use flow::office::{Actor, Office};
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use serde::{Deserialize, Serialize};
use signing::source::ByteSource;
use signing::validate::Headline;
use store::Tx;
use store::model::{AgendaRow, DeskRow, MailRole, NaskahRow};

use super::act::{decide_and_store, load};
use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::letter_blob::{LetterBlobs, new_key};
use crate::register::word;
use crate::transaction::transaction;
use crate::verification::examine;
use crate::{App, ServiceError, search};

/// Mail from outside, as the registry reads it.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// The OPD that received it.
    pub opd: OpdId,
    /// The position it is addressed to.
    pub to: JabatanId,
    /// Who sent it.
    pub sender: String,
    /// Its number; may be empty.
    pub nomor: String,
    /// The date on it.
    pub date: Option<CalendarDate>,
    /// What it is about.
    pub hal: String,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// The scan, or the file as it came.
    pub pdf: Vec<u8>,
    /// What it was registered for, so that a run that was cut off finds it again.
    pub batch: Option<String>,
}

/// What was registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registered {
    /// The entry.
    pub id: AgendaId,
    /// Its running number in the book of the year.
    pub urut: Option<u64>,
    /// What the validator says of the file.
    pub headline: Headline,
}

/// What is kept of it beside the file, sealed with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Details {
    /// Version of this form; 1.
    v: u8,
    pub(crate) sender: String,
    pub(crate) nomor: String,
    pub(crate) date: Option<CalendarDate>,
    pub(crate) hal: String,
    /// The verdict on the day it was registered.
    pub(crate) headline: Headline,
}

/// Registers it: gives it the next number of the agenda, keeps the file, and says what the file is worth.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not keep that OPD's registry; [`ServiceError::Invalid`] names the
/// field; the rule of the agenda that forbids it.
pub async fn receive(
    app: &Arc<App>,
    subject: &Subject,
    mut mail: NewMail,
) -> Result<Registered, ServiceError> {
    let object = Object::Opd(mail.opd);
    access::require(app, subject, Action::ReceiveMail, object).await?;
    let details = details(&mail)?;
    if let Some(batch) = &mail.batch
        && let Some(row) = crate::naskah::find_batch(app, batch).await?.first()
    {
        return registered(app, AgendaId::from_uuid(row.id.uuid())).await;
    }
    let now = app.now();
    let office = app.store.snapshot().await?.office().await?;
    let actor = registrar(subject, &office, mail.opd)?;
    let pdf = std::mem::take(&mut mail.pdf);
    let sha256 = Sha256::of(&pdf);
    let id = AgendaId::new(now, app.random()?);
    // Mail from outside is no letter of ours; what lists, keys and blobs need of one carries the entry's own id.
    let naskah = NaskahId::from_uuid(id.uuid());
    let (blobs, envelope) = new_key(app, naskah)?;
    let file = blobs.put(&pdf).await?;
    let source: Arc<dyn ByteSource> = Arc::new(pdf);
    let headline = examine(app, source, None).await?.report.headline;
    let details = Details {
        headline,
        ..details
    };
    let sealed = serde_json::to_vec(&details).map_err(|error| corrupt(id, &error))?;
    let sealed_sha256 = Sha256::of(&sealed);
    let sealed = blobs.put(&sealed).await?;
    let desk = desk_row(naskah, &mail, actor, sha256);
    let tujuan = office.jabatan.get(&mail.to);
    let tujuan = tujuan.map_or_else(String::new, |jabatan| jabatan.title.clone());
    let nomor = Some(details.nomor.clone()).filter(|nomor| !nomor.is_empty());
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let year = office.date_in(mail.opd, now).year();
        let urut = tx.next_agenda_urut(mail.opd, year).await?;
        tx.insert_naskah_key(naskah, &envelope).await?;
        tx.insert_blob(&file).await?;
        tx.insert_blob(&sealed).await?;
        tx.put_naskah(&NaskahRow {
            id: naskah,
            // Whoever sent it has no OPD here: a letter of nobody's shows in nobody's outgoing letters.
            opd: OpdId::from_uuid(uuid::Uuid::nil()),
            jenis: word(&JenisNaskah::SuratDinas)?,
            tahap: INCOMING.to_owned(),
            version: 1,
            content_digest: sealed_sha256,
            nomor: nomor.clone(),
            code: None,
            typed_code: None,
            batch: mail.batch.clone(),
            updated_at: now,
        })
        .await?;
        tx.put_desk(&desk).await?;
        let text = search::text_of_mail(mail.keamanan, &details, tujuan.clone());
        tx.put_text(naskah, text.as_ref()).await?;
        let received = Mail {
            opd: mail.opd,
            to: mail.to,
            sifat: mail.sifat,
            origin: Origin::External {
                file: file.id,
                sha256,
                details: sealed.id,
            },
            urut: Some(urut),
        };
        let row = AgendaRow {
            id,
            opd: mail.opd,
            naskah,
            tahap: String::new(),
            version: 0,
            received_at: now,
            role: MailRole::Addressed,
            read_at: None,
            urut: Some(urut),
        };
        decide_and_store(
            app,
            tx,
            Agenda::new(id),
            row,
            Command::Receive(received),
            &actor,
            &office,
            now,
        )
        .await
    })?;
    registered(app, id).await
}

async fn registered(app: &App, id: AgendaId) -> Result<Registered, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let (agenda, row) = load(&mut tx, id).await?;
    let details = read_details(app, &mut tx, &agenda, row.naskah).await?;
    Ok(Registered {
        id,
        urut: row.urut,
        headline: details.map_or(Headline::Unreadable, |details| details.headline),
    })
}

/// What was registered beside the file; `None` for a letter of ours, or where its words were erased.
pub(crate) async fn read_details(
    app: &App,
    tx: &mut Tx,
    agenda: &Agenda,
    naskah: NaskahId,
) -> Result<Option<Details>, ServiceError> {
    let Some(Origin::External { details, .. }) = agenda.mail().map(|mail| mail.origin) else {
        return Ok(None);
    };
    let blobs = match LetterBlobs::open(app, tx, naskah).await {
        Ok(blobs) => blobs,
        Err(ServiceError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let bytes = blobs.read(tx, details).await?;
    let details = serde_json::from_slice(&bytes).map_err(|error| corrupt(agenda.id(), &error))?;
    Ok(Some(details))
}

fn corrupt(id: AgendaId, error: &serde_json::Error) -> ServiceError {
    ServiceError::Corrupt {
        what: "details of incoming mail",
        id: id.to_string(),
        why: error.to_string(),
    }
}

/// What lists say of it.
fn desk_row(naskah: NaskahId, mail: &NewMail, actor: Actor, sha256: Sha256) -> DeskRow {
    let dated = mail.date.map(|date| {
        u32::from(date.year()) * 10_000 + u32::from(date.month()) * 100 + u32::from(date.day())
    });
    DeskRow {
        naskah,
        sifat: mail.sifat,
        keamanan: mail.keamanan,
        drafter_jabatan: actor.jabatan,
        drafter_pejabat: actor.pejabat,
        dated,
        signed_at: None,
        dispatched_at: None,
        version_sha256: Some(sha256),
    }
}

/// The stage, in the tables of lists, of what is no letter of ours.
const INCOMING: &str = "incoming";

fn details(mail: &NewMail) -> Result<Details, ServiceError> {
    let text = |what: &'static str, text: &str, most: usize| {
        let text = text.trim();
        let fits = text.chars().count() <= most && !text.chars().any(|letter| letter < ' ');
        fits.then(|| text.to_owned())
            .ok_or(ServiceError::Invalid { what })
    };
    let needed = |what: &'static str, given: &str| {
        let given = text(what, given, 500)?;
        if given.is_empty() {
            Err(ServiceError::Invalid { what })
        } else {
            Ok(given)
        }
    };
    if !mail.pdf.starts_with(b"%PDF-") {
        return Err(ServiceError::Invalid { what: "file" });
    }
    Ok(Details {
        v: 1,
        sender: needed("sender", &mail.sender)?,
        nomor: text("nomor", &mail.nomor, 100)?,
        date: mail.date,
        hal: needed("hal", &mail.hal)?,
        headline: Headline::Unreadable,
    })
}

/// The registry's own position in that OPD, else any of theirs.
fn registrar(subject: &Subject, office: &Office, opd: OpdId) -> Result<Actor, ServiceError> {
    let there = subject.actors().find(|actor| {
        let jabatan = office.jabatan.get(&actor.jabatan);
        jabatan.is_some_and(|jabatan| jabatan.opd == opd)
    });
    match there {
        Some(actor) => Ok(actor),
        None => subject.actor(),
    }
}
