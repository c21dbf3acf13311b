//! Asking the policy about stored things.

use std::sync::Arc;

use flow::agenda::{Agenda, Origin};
use flow::id::{AgendaId, JabatanId, NaskahId};
use flow::mandat::Matter;
use flow::naskah::Naskah;
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use store::Tx;
use store::model::{AgendaRow, LetterRow, NaskahRow, Reader};

use super::{Action, AgendaFacts, Decision, LetterFacts, Object, allowed};
use crate::identity::Subject;
use crate::naskah::History;
use crate::{App, ServiceError};

/// That the subject may do what was asked to this letter.
pub struct LetterPermit {
    /// The letter.
    pub naskah: Naskah,
    /// Its row.
    pub row: NaskahRow,
    /// Everything that happened to it.
    pub(crate) history: Arc<History>,
    /// Entries it came into.
    pub(crate) entries: Vec<AgendaRow>,
    /// The place of the newest version of its PDF.
    pub(crate) newest: Option<u64>,
    /// What the policy knew of it.
    pub facts: LetterFacts,
    /// The office it was asked in.
    pub office: Arc<Office>,
    actor: Option<Actor>,
}

/// That the subject may do what was asked to this entry.
pub struct AgendaPermit {
    /// The entry.
    pub agenda: Agenda,
    /// Its row.
    pub row: AgendaRow,
    /// What the policy knew of it.
    pub facts: AgendaFacts,
    /// The office it was asked in.
    pub office: Arc<Office>,
    actor: Option<Actor>,
}

impl LetterPermit {
    /// The subject in the position that fits best: the awaited one, the drafter's, one of the letter's OPD, the first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for a subject without a position, who can only read.
    pub fn actor(&self) -> Result<Actor, ServiceError> {
        self.actor.ok_or(NO_POSITION)
    }
}

impl AgendaPermit {
    /// The subject in the position that fits best: one that owes something, one that was asked, the first.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for a subject without a position, who can only read.
    pub fn actor(&self) -> Result<Actor, ServiceError> {
        self.actor.ok_or(NO_POSITION)
    }
}

/// Asks for a letter.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden; [`ServiceError::Forbidden`].
pub async fn letter(
    app: &App,
    subject: &Subject,
    id: NaskahId,
    action: Action,
) -> Result<LetterPermit, ServiceError> {
    let mut snapshot = app.store.snapshot().await?;
    let found = snapshot.letter(id).await?;
    letter_found(app, &mut snapshot, subject, id, found, action).await
}

/// Asks for a letter as it was found, with the office of that moment; `snapshot` shows the same moment.
///
/// # Errors
/// As [`letter`].
pub(crate) async fn letter_found(
    app: &App,
    snapshot: &mut Tx,
    subject: &Subject,
    id: NaskahId,
    found: Option<(LetterRow, Arc<Office>)>,
    action: Action,
) -> Result<LetterPermit, ServiceError> {
    let now = app.now();
    let hidden = || ServiceError::NotFound {
        what: "letter",
        id: id.to_string(),
    };
    let (letter, office) = found.ok_or_else(hidden)?;
    let LetterRow {
        row,
        entries,
        newest,
    } = letter;
    let history = crate::naskah::history(app, snapshot, &row).await?;
    let naskah = &history.naskah;
    let draft = naskah.draft().ok_or_else(hidden)?;
    let mail = mail(app, snapshot, &entries, draft.content.keamanan).await?;
    let facts = LetterFacts::of(naskah, draft, mail);
    match allowed(subject, &office, action, Object::Letter(&facts), now) {
        Decision::Allow => {}
        Decision::Hide => return Err(hidden()),
        Decision::Refuse => {
            return Err(ServiceError::Forbidden {
                what: action.word(),
            });
        }
    }
    let wanted = facts.awaited.iter().copied();
    let wanted = wanted
        .chain([facts.drafter.jabatan])
        .chain(facts.chain.iter().copied());
    let actor = best(subject, &office, wanted, facts.matter, now);
    // These are work of the OPD, whatever else the person is.
    let of_the_opd = matches!(action, Action::Dispatch | Action::File | Action::Prepare);
    let actor = in_opd(subject, &office, facts.matter)
        .filter(|_| of_the_opd)
        .or(actor);
    Ok(LetterPermit {
        naskah: naskah.clone(),
        row,
        entries,
        newest,
        history: Arc::clone(&history),
        facts,
        office,
        actor,
    })
}

/// Asks for an agenda entry.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden; [`ServiceError::Forbidden`].
pub async fn agenda(
    app: &App,
    subject: &Subject,
    id: AgendaId,
    action: Action,
) -> Result<AgendaPermit, ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let hidden = || ServiceError::NotFound {
        what: "agenda entry",
        id: id.to_string(),
    };
    let row = tx.agenda(id).await?.ok_or_else(hidden)?;
    let agenda = crate::agenda::read(app, &mut tx, &row).await?;
    let origin = agenda.mail().map(|mail| mail.origin).ok_or_else(hidden)?;
    let keamanan = match origin {
        Origin::Naskah(naskah) => {
            let (_, letter) = crate::naskah::read(app, &mut tx, naskah).await?;
            letter.naskah.content().map(|content| content.keamanan)
        }
        // Mail from outside has no letter with a history; its secrecy was set when it was registered.
        Origin::External { .. } => {
            let listed = tx.list_row(&Reader::default(), row.naskah).await?;
            listed.map(|listed| listed.desk.keamanan)
        }
    };
    drop(tx);
    let keamanan = keamanan.ok_or_else(hidden)?;
    let facts = AgendaFacts::of(&agenda, keamanan).ok_or_else(hidden)?;
    match allowed(subject, &office, action, Object::Agenda(&facts), now) {
        Decision::Allow => {}
        Decision::Hide => return Err(hidden()),
        Decision::Refuse => {
            return Err(ServiceError::Forbidden {
                what: action.word(),
            });
        }
    }
    let wanted = facts.awaited.iter().copied();
    let wanted = wanted.chain([facts.to]).chain(facts.asked.iter().copied());
    let actor = best(subject, &office, wanted, facts.matter(), now);
    Ok(AgendaPermit {
        agenda: Agenda::clone(&agenda),
        row,
        facts,
        office,
        actor,
    })
}

/// Asks for something that is neither a letter nor an entry.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::NotFound`] for what is to be hidden.
pub async fn require(
    app: &App,
    subject: &Subject,
    action: Action,
    object: Object<'_>,
) -> Result<(), ServiceError> {
    let office = app.store.snapshot().await?.office().await?;
    match allowed(subject, &office, action, object, app.now()) {
        Decision::Allow => Ok(()),
        Decision::Hide => Err(ServiceError::NotFound {
            what: "object",
            id: action.word().to_owned(),
        }),
        Decision::Refuse => Err(ServiceError::Forbidden {
            what: action.word(),
        }),
    }
}

/// Asks whether the subject has this right at all: over the regency, or over any OPD of it. What it is used on is
/// asked again where that is known.
///
/// # Errors
/// [`ServiceError::Forbidden`].
pub async fn require_anywhere(
    app: &App,
    subject: &Subject,
    action: Action,
) -> Result<(), ServiceError> {
    let office = app.store.snapshot().await?.office().await?;
    let mut places = office.opd.keys().copied().map(Object::Opd);
    let has = |place| allowed(subject, &office, action, place, app.now()) == Decision::Allow;
    if has(Object::Regency) || places.any(has) {
        Ok(())
    } else {
        Err(ServiceError::Forbidden {
            what: action.word(),
        })
    }
}

/// The entries a letter came into, as the policy sees them.
async fn mail(
    app: &App,
    snapshot: &mut Tx,
    entries: &[AgendaRow],
    keamanan: flow::sifat::Keamanan,
) -> Result<Vec<AgendaFacts>, ServiceError> {
    let mut all = Vec::new();
    for row in entries {
        let agenda = crate::agenda::read(app, snapshot, row).await?;
        all.extend(AgendaFacts::of(&agenda, keamanan));
    }
    Ok(all)
}

fn best(
    subject: &Subject,
    office: &Office,
    wanted: impl Iterator<Item = JabatanId>,
    matter: Matter,
    now: Timestamp,
) -> Option<Actor> {
    let mut wanted = wanted;
    wanted
        .find_map(|jabatan| subject.acting_for(office, jabatan, matter, now))
        .or_else(|| in_opd(subject, office, matter))
        .or_else(|| subject.actors().next())
}

fn in_opd(subject: &Subject, office: &Office, matter: Matter) -> Option<Actor> {
    subject.actors().find(|actor| {
        office
            .jabatan
            .get(&actor.jabatan)
            .is_some_and(|jabatan| jabatan.opd == matter.opd)
    })
}

const NO_POSITION: ServiceError = ServiceError::Forbidden { what: "position" };
