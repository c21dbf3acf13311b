//! One entry of an agenda with its disposisi.

use flow::agenda::{Agenda, Disposisi, State};
use flow::id::{AgendaId, BlobId, DisposisiId};
use flow::office::Office;
use flow::time::Timestamp;
use store::Tx;
use store::model::{AgendaRow, ListRow};

use super::item::LetterItem;
use super::letters::item;
use super::may;
use super::outside::outside;
use super::people::{People, opd_name};
use super::reader::reader;
use super::refresh;
use super::view::{DisposisiState, DisposisiView, EntryView, PersonState};
use crate::access::{self, Action, AgendaFacts, Decision, Object};
use crate::identity::Subject;
use crate::letter_blob::LetterBlobs;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// The entry, as far as the person may see it. When the addressee opens it, it is read from then on.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden.
pub async fn entry(app: &App, subject: &Subject, id: AgendaId) -> Result<EntryView, ServiceError> {
    let permit = access::agenda(app, subject, id, Action::Read).await?;
    let now = app.now();
    let addressee = subject
        .acting_for(&permit.office, permit.facts.to, permit.facts.matter(), now)
        .is_some();
    if addressee && permit.row.read_at.is_none() {
        mark_read(app, id, now).await?;
    }
    let mut tx = app.store.snapshot().await?;
    let gone = || ServiceError::NotFound {
        what: "agenda entry",
        id: id.to_string(),
    };
    let row = tx.agenda(id).await?.ok_or_else(gone)?;
    let reader = reader(subject, &permit.office, now);
    let list = tx.list_row(&reader, row.naskah).await?.ok_or_else(gone)?;
    let key = tx.naskah_key(row.naskah).await?;
    let asked = Asked {
        subject,
        office: &permit.office,
        key: key.as_deref(),
        now,
    };
    entry_view(app, &mut tx, asked, &row, list)
        .await?
        .ok_or_else(gone)
}

async fn mark_read(app: &App, id: AgendaId, now: Timestamp) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| {
        if !tx.mark_mail_read(id, now).await? {
            return Ok(());
        }
        let office = tx.office().await?;
        let (agenda, row) = crate::agenda::load(tx, id).await?;
        refresh::entry(tx, &office, &agenda, &row, now).await
    })
}

/// Who asks, in which office, and when.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) subject: &'a Subject,
    pub(super) office: &'a Office,
    /// The sealed data key of the letter; `None` once it was erased.
    pub(super) key: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// The entry beside its letter in a list; `None` where the person may not see it.
pub(super) async fn entry_view(
    app: &App,
    snapshot: &mut Tx,
    asked: Asked<'_>,
    row: &AgendaRow,
    list: ListRow,
) -> Result<Option<EntryView>, ServiceError> {
    let Asked {
        subject,
        office,
        key,
        now,
    } = asked;
    let agenda = crate::agenda::read(app, snapshot, row).await?;
    let keamanan = list.desk.keamanan;
    let (Some(mail), Some(facts)) = (agenda.mail(), AgendaFacts::of(&agenda, keamanan)) else {
        return Ok(None);
    };
    let allowed = |action| access::allowed(subject, office, action, Object::Agenda(&facts), now);
    if allowed(Action::Read) != Decision::Allow {
        return Ok(None);
    }
    let mut letter = item(list, office)?;
    let (notes, outside) = match allowed(Action::ReadContent) {
        Decision::Allow => (
            read_notes(app, snapshot, key, &agenda, &mut letter).await?,
            outside(app, snapshot, row.naskah, &agenda).await?,
        ),
        Decision::Hide | Decision::Refuse => (Texts::new(), None),
    };
    if let Some(outside) = &outside {
        letter.hal = Some(outside.hal.clone());
        letter.opd_name.clone_from(&outside.sender);
    }
    letter.agenda = Some(row.id);
    let people = People {
        office,
        matter: facts.matter(),
        now,
    };
    let tree = Tree {
        subject,
        people,
        agenda: &agenda,
        facts: &facts,
        notes: &notes,
    };
    Ok(Some(EntryView {
        id: row.id,
        opd: mail.opd,
        opd_name: opd_name(office, mail.opd),
        role: row.role,
        from: letter.opd_name.clone(),
        to: people.would_act(mail.to, PersonState::Later),
        tahap: row.tahap.clone(),
        received_at: row.received_at,
        read_at: row.read_at,
        urut: row.urut,
        outside,
        sifat: mail.sifat,
        keamanan,
        jenis: letter.jenis,
        disposisi: tree.below(None),
        may: may::of_entry(subject, office, &agenda, &facts, now),
        version: row.version,
        letter,
    }))
}

type Texts = std::collections::BTreeMap<BlobId, String>;

/// The notes of the disposisi, and what the letter is about where lists do not say it.
async fn read_notes(
    app: &App,
    tx: &mut Tx,
    key: Option<&str>,
    agenda: &Agenda,
    letter: &mut LetterItem,
) -> Result<Texts, ServiceError> {
    let mut texts = Texts::new();
    // Opening the letter's key costs more than all the rest.
    if letter.hal.is_some() && agenda.disposisi().is_empty() {
        return Ok(texts);
    }
    let naskah = letter.id;
    let Some(key) = key else {
        // The letter was erased: its proof is left, its words are not.
        return Ok(texts);
    };
    let blobs = LetterBlobs::unseal(app, naskah, key)?;
    for node in agenda.disposisi().values() {
        let answer = match node.state {
            State::FollowedUp { note, .. } => Some(note),
            State::Sent | State::Read { .. } | State::Recalled => None,
        };
        for note in node.note.into_iter().chain(answer) {
            texts.insert(note, blobs.note(tx, note).await?);
        }
    }
    if letter.hal.is_none() {
        let (_, read) = crate::naskah::read(app, tx, naskah).await?;
        if let Some(content) = read.naskah.content() {
            letter.hal = Some(blobs.content(tx, content.blob).await?.hal);
        }
    }
    Ok(texts)
}

/// The disposisi of one entry.
struct Tree<'a> {
    subject: &'a Subject,
    people: People<'a>,
    agenda: &'a Agenda,
    facts: &'a AgendaFacts,
    notes: &'a Texts,
}

impl Tree<'_> {
    /// What hangs below a disposisi. A disposisi names an older one, so this ends.
    fn below(&self, parent: Option<DisposisiId>) -> Vec<DisposisiView> {
        let all = self.agenda.disposisi().values();
        all.filter(|node| node.parent == parent)
            .map(|node| self.view(node))
            .collect()
    }

    fn view(&self, node: &Disposisi) -> DisposisiView {
        let note = |id: BlobId| self.notes.get(&id).cloned();
        let (state, person) = match node.state {
            State::Sent => (DisposisiState::Sent, PersonState::Waiting),
            State::Read { at } => (DisposisiState::Read { at }, PersonState::Waiting),
            State::FollowedUp {
                at,
                note: text,
                naskah,
            } => {
                let note = note(text);
                (
                    DisposisiState::FollowedUp { at, note, naskah },
                    PersonState::Done { at },
                )
            }
            State::Recalled => (DisposisiState::Recalled, PersonState::Later),
        };
        DisposisiView {
            id: node.id,
            from: self.people.would_act(node.from, PersonState::Later),
            to: self.people.would_act(node.to, person),
            instructions: node.instructions.clone(),
            note: node.note.and_then(note),
            deadline: node.deadline,
            state,
            below: self.below(Some(node.id)),
            may: may::of_disposisi(
                self.subject,
                self.people.office,
                node,
                self.facts,
                self.people.now,
            ),
        }
    }
}
