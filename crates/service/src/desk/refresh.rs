//! Keeping the tables of lists in step, in the transaction of the events.

use std::collections::BTreeSet;

use flow::agenda::{Agenda, State};
use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId, OpdId};
use flow::naskah::{Draft, Naskah, Tahap};
use flow::office::Office;
use flow::sifat::Sifat;
use flow::time::Timestamp;
use store::Tx;
use store::model::{AgendaRow, DeskRow, MailRole, NaskahRow, TaskKind, TaskRow};
use uuid::Uuid;

use super::due::due;
use crate::{ServiceError, search, sign};

/// After events of a letter.
pub(crate) async fn letter(
    tx: &mut Tx,
    office: &Office,
    naskah: &Naskah,
    row: &NaskahRow,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let Some(draft) = naskah.draft() else {
        return Ok(());
    };
    let signature = next_signature(tx, naskah).await?;
    let tasks = letter_tasks(naskah, draft, signature, office, now);
    tx.put_letter_tasks(naskah.id(), &tasks).await?;
    tx.put_desk(&desk_row(naskah, draft)).await?;
    tx.put_parts(
        naskah.id(),
        naskah.id().uuid(),
        &letter_parts(naskah, draft),
    )
    .await?;
    if let Some(nomor) = &row.nomor
        && let Some(text) = tx.text_of(naskah.id()).await?
    {
        let text = search::with_nomor(text, nomor);
        tx.put_text(naskah.id(), Some(&text)).await?;
    }
    Ok(())
}

/// After events of an agenda entry, or when somebody opened its mail.
pub(crate) async fn entry(
    tx: &mut Tx,
    office: &Office,
    agenda: &Agenda,
    row: &AgendaRow,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let naskah = crate::naskah::load(tx, row.naskah).await?.naskah;
    let from = naskah.content().and_then(|content| content.signers.last());
    let Some(mail) = agenda.mail() else {
        return Ok(());
    };
    let from = from.copied().unwrap_or(mail.to);
    tx.put_entry_tasks(agenda.id(), &entry_tasks(agenda, row, from, office, now))
        .await?;
    tx.put_parts(row.naskah, agenda.id().uuid(), &entry_parts(agenda))
        .await?;
    Ok(())
}

/// How far the signature is that a letter waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextSignature {
    /// Its signer has to make it.
    ToMake,
    /// It is made, and waits for its timestamp.
    AwaitsTimestamp,
}

pub(super) async fn next_signature(
    tx: &mut Tx,
    naskah: &Naskah,
) -> Result<NextSignature, ServiceError> {
    if naskah.next_signer().is_some() && sign::awaited(tx, naskah.id()).await?.is_some() {
        return Ok(NextSignature::AwaitsTimestamp);
    }
    Ok(NextSignature::ToMake)
}

/// What a letter makes people wait for.
pub(super) fn letter_tasks(
    naskah: &Naskah,
    draft: &Draft,
    signature: NextSignature,
    office: &Office,
    now: Timestamp,
) -> Vec<TaskRow> {
    let drafter = draft.drafter.jabatan;
    let signers = draft.chain.signers();
    let make = |kind, jabatan, from| {
        let about = About {
            naskah: naskah.id(),
            agenda: None,
            disposisi: None,
            opd: draft.content.opd,
            sifat: draft.content.sifat,
        };
        about.task(
            kind,
            jabatan,
            from,
            now,
            due(office, &about.opd, about.sifat, now),
        )
    };
    match naskah.tahap() {
        Tahap::Review { .. } => naskah
            .awaited()
            .into_iter()
            .map(|jabatan| make(TaskKind::Paraf, jabatan, drafter))
            .collect(),
        Tahap::Returned { by, .. } => vec![make(TaskKind::Revise, drafter, *by)],
        Tahap::Ready => signers
            .first()
            .map(|first| make(TaskKind::Prepare, *first, drafter))
            .into_iter()
            .collect(),
        Tahap::Signing { .. } => naskah
            .next_signer()
            .map(|(_, jabatan)| {
                let kind = match signature {
                    NextSignature::ToMake => TaskKind::Sign,
                    NextSignature::AwaitsTimestamp => TaskKind::AwaitTimestamp,
                };
                make(kind, jabatan, drafter)
            })
            .into_iter()
            .collect(),
        Tahap::Signed { .. } => {
            let from = signers.last().copied().unwrap_or(drafter);
            vec![make(TaskKind::Dispatch, drafter, from)]
        }
        Tahap::New
        | Tahap::Draft
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Withdrawn
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => Vec::new(),
    }
}

/// What an agenda entry makes people wait for.
pub(super) fn entry_tasks(
    agenda: &Agenda,
    row: &AgendaRow,
    from: JabatanId,
    office: &Office,
    now: Timestamp,
) -> Vec<TaskRow> {
    let Some(mail) = agenda.mail() else {
        return Vec::new();
    };
    let about = About {
        naskah: row.naskah,
        agenda: Some(agenda.id()),
        disposisi: None,
        opd: mail.opd,
        sifat: mail.sifat,
    };
    let of_mail = |kind| {
        let due = due(office, &about.opd, about.sifat, row.received_at);
        about.task(kind, mail.to, from, now, due)
    };
    let open: Vec<_> = agenda.open().collect();
    match agenda.tahap() {
        flow::agenda::Tahap::New
        | flow::agenda::Tahap::Completed { .. }
        | flow::agenda::Tahap::Filed => Vec::new(),
        flow::agenda::Tahap::Received { .. } => match (row.role, row.read_at) {
            (MailRole::Addressed, None) => vec![of_mail(TaskKind::ReadMail)],
            (MailRole::Addressed, Some(_)) => vec![of_mail(TaskKind::FollowUpMail)],
            (MailRole::Tembusan, None) => vec![of_mail(TaskKind::ReadTembusan)],
            (MailRole::Tembusan, Some(_)) => Vec::new(),
        },
        // Nobody owes anything any more: the addressee can close it.
        flow::agenda::Tahap::Disposed | flow::agenda::Tahap::FollowedUp if open.is_empty() => {
            vec![of_mail(TaskKind::FollowUpMail)]
        }
        flow::agenda::Tahap::Disposed | flow::agenda::Tahap::FollowedUp => open
            .into_iter()
            .map(|node| {
                let kind = match node.state {
                    State::Sent => TaskKind::ReadDisposisi,
                    State::Read { .. } | State::FollowedUp { .. } | State::Recalled => {
                        TaskKind::FollowUpDisposisi
                    }
                };
                let usual = due(office, &about.opd, about.sifat, now);
                let about = About {
                    disposisi: Some(node.id),
                    ..about
                };
                about.task(
                    kind,
                    node.to,
                    node.from,
                    now,
                    node.deadline.unwrap_or(usual),
                )
            })
            .collect(),
    }
}

/// What tasks of one letter or entry have in common.
#[derive(Clone, Copy)]
struct About {
    naskah: NaskahId,
    agenda: Option<AgendaId>,
    disposisi: Option<DisposisiId>,
    opd: OpdId,
    sifat: Sifat,
}

impl About {
    fn task(
        self,
        kind: TaskKind,
        jabatan: JabatanId,
        from: JabatanId,
        since: Timestamp,
        due: Timestamp,
    ) -> TaskRow {
        let Self {
            naskah,
            agenda,
            disposisi,
            opd,
            sifat,
        } = self;
        // The same task has the same id whenever it is written, so that it keeps since when it waits.
        let name = format!("{kind}/{naskah}/{agenda:?}/{disposisi:?}/{jabatan}");
        TaskRow {
            id: named(&name),
            kind,
            jabatan,
            opd,
            naskah,
            agenda,
            disposisi,
            from,
            sifat,
            since,
            due,
        }
    }
}

fn named(name: &str) -> Uuid {
    let Sha256(hash) = Sha256::of(name.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

pub(super) fn desk_row(naskah: &Naskah, draft: &Draft) -> DeskRow {
    let tahap = naskah.tahap();
    let last = tahap.signatures().last().map(|last| last.signed_at);
    let (signed_at, dispatched_at) = match tahap {
        Tahap::Signed { .. } => (last, None),
        // When it was sent is kept once it was written.
        Tahap::Dispatched { at, .. } | Tahap::Filed { at, .. } => (last, Some(*at)),
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Ready
        | Tahap::Signing { .. }
        | Tahap::Withdrawn
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => (None, None),
    };
    DeskRow {
        naskah: naskah.id(),
        sifat: draft.content.sifat,
        keamanan: draft.content.keamanan,
        drafter_jabatan: draft.drafter.jabatan,
        drafter_pejabat: draft.drafter.pejabat,
        dated: tahap.prepared().map(|prepared| {
            let date = prepared.date;
            u32::from(date.year()) * 10_000 + u32::from(date.month()) * 100 + u32::from(date.day())
        }),
        signed_at,
        dispatched_at,
        version_sha256: tahap.current_version(),
    }
}

/// A letter that is still in its drafter's hands is nobody else's business.
pub(super) fn letter_parts(naskah: &Naskah, draft: &Draft) -> BTreeSet<JabatanId> {
    let mut parts = BTreeSet::from([draft.drafter.jabatan]);
    match naskah.tahap() {
        Tahap::New | Tahap::Draft | Tahap::Withdrawn => {}
        Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Ready
        | Tahap::Signing { .. }
        | Tahap::Signed { .. }
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => {
            let stages = draft.chain.parafs().iter();
            parts.extend(stages.flat_map(|stage| stage.participants.iter().copied()));
            parts.extend(draft.chain.signers());
        }
    }
    parts
}

pub(super) fn entry_parts(agenda: &Agenda) -> BTreeSet<JabatanId> {
    let asked = agenda
        .disposisi()
        .values()
        .filter(|node| node.state != State::Recalled)
        .map(|node| node.to);
    agenda
        .mail()
        .map(|mail| mail.to)
        .into_iter()
        .chain(asked)
        .collect()
}
