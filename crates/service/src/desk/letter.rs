//! One letter with everything about it.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::event::Event;
use flow::id::{BlobId, JabatanId, NaskahId};
use flow::naskah::{Content, Draft, Fact, Naskah, Stage, Tahap};
use flow::office::{Actor, Office};
use flow::time::Timestamp;
use store::model::LetterDetailRow;
use store::{StoreError, Tx};

use super::entry::{Asked, entry_view};
use super::letters::item;
use super::may::of_letter as may_of_letter;
use super::people::{People, name, title};
use super::reader::reader;
use super::recent;
use super::view::{
    HistoryItem, LetterView, NextStep, PersonState, PersonView, PreservationView, StageView,
    VerificationView, VersionView,
};
use crate::access::{self, Action, Decision, LetterPermit, Object};
use crate::identity::Subject;
use crate::letter_blob::LetterBlobs;
use crate::{App, ServiceError, picture, sign};

/// The letter, as far as the person may see it.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden.
pub async fn letter(
    app: &Arc<App>,
    subject: &Subject,
    id: NaskahId,
) -> Result<LetterView, ServiceError> {
    let (view, naskah) = read(app, subject, id).await?;
    // Counting them may mean to draw one, and a connection must not be held meanwhile.
    let pages = picture::pages(app, &naskah).await?;
    Ok(LetterView { pages, ..view })
}

/// Of a letter that was read lately everything is in memory but its rows, which one statement shows. Any other is read
/// through a snapshot.
async fn read(
    app: &App,
    subject: &Subject,
    id: NaskahId,
) -> Result<(LetterView, Naskah), ServiceError> {
    let eyes = |office: &Office| reader(subject, office, app.now());
    let found = app.store.letter_detail(id, eyes).await?;
    match view(app, &mut app.store.not_begun(), subject, id, found).await {
        Err(ServiceError::Store(StoreError::NotBegun)) => {}
        done => return done,
    }
    let mut snapshot = app.store.snapshot().await?;
    let found = snapshot.letter_detail(id, eyes).await?;
    view(app, &mut snapshot, subject, id, found).await
}

/// The letter as it was found, but for the number of its pages; `tx` shows the same moment.
async fn view(
    app: &App,
    tx: &mut Tx,
    subject: &Subject,
    id: NaskahId,
    found: Option<(LetterDetailRow, Arc<Office>)>,
) -> Result<(LetterView, Naskah), ServiceError> {
    let now = app.now();
    let gone = || ServiceError::NotFound {
        what: "letter",
        id: id.to_string(),
    };
    let (detail, office) = found.ok_or_else(gone)?;
    let LetterDetailRow {
        letter,
        list,
        key,
        preservation,
        awaited,
    } = detail;
    let letter = Some((letter, office));
    let permit = access::letter_found(app, tx, subject, id, letter, Action::Read).await?;
    let draft = permit.naskah.draft().cloned().ok_or_else(gone)?;
    let mut item = item(list.clone(), &permit.office)?;
    let notes = Notes::open(app, key.as_deref(), subject, &permit)?;
    let content = notes.content(tx, &draft).await?;
    item.hal = content
        .as_ref()
        .map(|content| content.hal.clone())
        .or(item.hal);
    let people = People {
        office: &permit.office,
        matter: permit.facts.matter,
        now,
    };
    let events = &permit.history.events;
    let places = permit.history.places(tx).await?;
    let history = history(tx, &notes, &people, events, &places).await?;
    let versions = permit.history.versions(tx, permit.newest).await?;
    let version_sha256 = versions.last().map(|newest| newest.sha256);
    let mut agenda = Vec::new();
    for entry in &permit.entries {
        let asked = Asked {
            subject,
            office: &permit.office,
            key: key.as_deref(),
            now,
        };
        agenda.extend(entry_view(app, tx, asked, entry, list.clone()).await?);
    }
    let mut may = may_of_letter(subject, &permit, content.as_ref(), now);
    let awaited = if awaited {
        awaited_time(tx, subject, &permit, &people).await?
    } else {
        None
    };
    let next = match awaited {
        Some(awaited) => {
            // Until it is completed or given up, nothing else can be done with the letter.
            may.retain(|one| {
                !matches!(
                    one,
                    Action::Sign
                        | Action::Prepare
                        | Action::Return
                        | Action::Reject
                        | Action::Cancel
                )
            });
            awaited
        }
        None => next_step(tx, &notes, &people, &permit.naskah, &draft).await?,
    };
    let prepared = permit.naskah.tahap().prepared();
    let view = LetterView {
        content_digest: draft.content.digest,
        chain_set: draft.chain.clone(),
        drafter: people.did(draft.drafter, PersonState::Later),
        chain: chain(&people, &permit.naskah, &draft, events),
        history,
        versions: versions
            .iter()
            .map(|row| VersionView {
                no: row.no,
                kind: row.kind,
                sha256: row.sha256,
                created: row.created,
            })
            .collect(),
        version_sha256,
        pages: 0,
        date: prepared.map(|prepared| prepared.date),
        agenda,
        may,
        next,
        preservation: preservation.map(|row| PreservationView {
            goal: row.goal,
            state: row.state,
        }),
        verification: prepared.and_then(|_| verification(app, &permit)),
        item,
        content,
    };
    Ok((view, permit.naskah))
}

/// The step of a letter whose signature is made and waits for its timestamp.
async fn awaited_time(
    tx: &mut Tx,
    subject: &Subject,
    permit: &LetterPermit,
    people: &People<'_>,
) -> Result<Option<NextStep>, ServiceError> {
    if permit.naskah.next_signer().is_none() {
        return Ok(None);
    }
    let Some(awaited) = sign::awaited(tx, permit.naskah.id()).await? else {
        return Ok(None);
    };
    let object = Object::Letter(&permit.facts);
    let decision = access::allowed(subject, &permit.office, Action::Sign, object, people.now);
    Ok(Some(NextStep::AwaitTimestamp {
        who: vec![people.would_act(awaited.intent.jabatan, PersonState::Waiting)],
        since: awaited.changed,
        may_give_up: decision == Decision::Allow,
    }))
}

/// Reads free text for those who may read it, and nothing for others.
struct Notes<'a> {
    blobs: Option<LetterBlobs<'a>>,
}

impl<'a> Notes<'a> {
    /// `key` is the sealed data key of the letter; without one it was erased: its proof is left, its words are not.
    fn open(
        app: &'a App,
        key: Option<&str>,
        subject: &Subject,
        permit: &LetterPermit,
    ) -> Result<Self, ServiceError> {
        let object = Object::Letter(&permit.facts);
        let decision = access::allowed(
            subject,
            &permit.office,
            Action::ReadContent,
            object,
            app.now(),
        );
        let blobs = match decision {
            Decision::Allow => key
                .map(|key| LetterBlobs::unseal(app, permit.naskah.id(), key))
                .transpose()?,
            Decision::Hide | Decision::Refuse => None,
        };
        Ok(Self { blobs })
    }

    async fn content(&self, tx: &mut Tx, draft: &Draft) -> Result<Option<Content>, ServiceError> {
        let Some(blobs) = &self.blobs else {
            return Ok(None);
        };
        Ok(Some(blobs.content(tx, draft.content.blob).await?))
    }

    async fn note(&self, tx: &mut Tx, note: BlobId) -> Result<Option<String>, ServiceError> {
        let Some(blobs) = &self.blobs else {
            return Ok(None);
        };
        Ok(Some(blobs.note(tx, note).await?))
    }
}

async fn history(
    tx: &mut Tx,
    notes: &Notes<'_>,
    people: &People<'_>,
    events: &[Event<Fact>],
    places: &[Option<u64>],
) -> Result<Vec<HistoryItem>, ServiceError> {
    let mut history = Vec::new();
    for (event, place) in events.iter().zip(places) {
        let note = match &event.fact {
            Fact::Returned { note, .. }
            | Fact::Rejected { note, .. }
            | Fact::Cancelled { note, .. } => notes.note(tx, *note).await?,
            Fact::Created { .. }
            | Fact::Edited { .. }
            | Fact::Submitted
            | Fact::ParafGiven { .. }
            | Fact::Withdrawn
            | Fact::Prepared { .. }
            | Fact::Reprepared { .. }
            | Fact::Signed { .. }
            | Fact::Dispatched { .. }
            | Fact::Filed { .. } => None,
        };
        history.push(HistoryItem {
            at: event.at,
            what: recent::of_letter(&event.fact),
            who: name(people.office, event.by),
            title: title(people.office, event.by.jabatan),
            note,
            leaf: *place,
        });
    }
    Ok(history)
}

fn chain(
    people: &People<'_>,
    naskah: &Naskah,
    draft: &Draft,
    events: &[Event<Fact>],
) -> Vec<StageView> {
    let awaited: BTreeSet<JabatanId> = naskah.awaited().into_iter().collect();
    let stages: Vec<Stage> = draft.chain.clone().into();
    let last = stages.len().saturating_sub(1);
    stages
        .into_iter()
        .enumerate()
        .map(|(place, stage)| {
            let now_here = match naskah.tahap() {
                Tahap::Review { stage, .. } => *stage == place,
                Tahap::Signing { .. } | Tahap::Ready => place == last,
                Tahap::New
                | Tahap::Draft
                | Tahap::Returned { .. }
                | Tahap::Signed { .. }
                | Tahap::Dispatched { .. }
                | Tahap::Filed { .. }
                | Tahap::Withdrawn
                | Tahap::Rejected { .. }
                | Tahap::Cancelled { .. } => false,
            };
            let one = |jabatan: &JabatanId| {
                if place == last {
                    signer(
                        people,
                        naskah,
                        *jabatan,
                        now_here && awaited.contains(jabatan),
                    )
                } else {
                    let waits = now_here && awaited.contains(jabatan);
                    initialler(people, naskah, events, place, *jabatan, waits)
                }
            };
            StageView {
                kind: stage.kind,
                quorum: stage.quorum,
                people: stage.participants.iter().map(one).collect(),
            }
        })
        .collect()
}

fn signer(people: &People<'_>, naskah: &Naskah, jabatan: JabatanId, waits: bool) -> PersonView {
    let signatures = naskah.tahap().signatures().iter();
    let signed = signatures.rev().find(|one| one.jabatan == jabatan);
    match signed {
        Some(signature) => {
            let actor = Actor {
                pejabat: signature.pejabat,
                jabatan,
            };
            let at = signature.signed_at;
            people.acted(
                jabatan,
                actor,
                signature.authority,
                PersonState::Done { at },
            )
        }
        None => people.would_act(jabatan, turn(waits)),
    }
}

fn initialler(
    people: &People<'_>,
    naskah: &Naskah,
    events: &[Event<Fact>],
    stage: usize,
    jabatan: JabatanId,
    waits: bool,
) -> PersonView {
    let given = naskah
        .parafs()
        .iter()
        .find(|paraf| paraf.stage == stage && paraf.jabatan == jabatan);
    if let Some(given) = given {
        let actor = Actor {
            pejabat: given.pejabat,
            jabatan,
        };
        let at = when(
            events,
            |fact| matches!(fact, Fact::ParafGiven { paraf } if paraf == given),
        );
        return people.acted(jabatan, actor, given.authority, PersonState::Done { at });
    }
    let refused = match naskah.tahap() {
        Tahap::Returned { by, .. } | Tahap::Rejected { by, .. } => *by == jabatan,
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Ready
        | Tahap::Signing { .. }
        | Tahap::Signed { .. }
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Withdrawn
        | Tahap::Cancelled { .. } => false,
    };
    if refused {
        let at = when(events, |fact| {
            matches!(fact, Fact::Returned { .. } | Fact::Rejected { .. })
        });
        return people.would_act(jabatan, PersonState::Void { at });
    }
    people.would_act(jabatan, turn(waits))
}

const fn turn(waits: bool) -> PersonState {
    if waits {
        PersonState::Waiting
    } else {
        PersonState::Later
    }
}

/// When something of that kind last happened.
fn when(events: &[Event<Fact>], is: impl Fn(&Fact) -> bool) -> Timestamp {
    let last = events.iter().rev().find(|event| is(&event.fact));
    last.map_or(Timestamp::from_micros(0), |event| event.at)
}

async fn next_step(
    tx: &mut Tx,
    notes: &Notes<'_>,
    people: &People<'_>,
    naskah: &Naskah,
    draft: &Draft,
) -> Result<NextStep, ServiceError> {
    let drafter = || vec![people.would_act(draft.drafter.jabatan, PersonState::Waiting)];
    let awaited = || {
        naskah
            .awaited()
            .into_iter()
            .map(|jabatan| people.would_act(jabatan, PersonState::Waiting))
            .collect()
    };
    Ok(match naskah.tahap() {
        Tahap::New | Tahap::Draft | Tahap::Withdrawn => NextStep::Submit { who: drafter() },
        Tahap::Returned { note, .. } => NextStep::Revise {
            who: drafter(),
            note: notes.note(tx, *note).await?,
        },
        Tahap::Review { .. } => NextStep::Paraf { who: awaited() },
        Tahap::Ready => NextStep::Prepare {
            who: draft
                .chain
                .signers()
                .first()
                .map(|first| people.would_act(*first, PersonState::Waiting))
                .into_iter()
                .collect(),
        },
        Tahap::Signing { .. } => NextStep::Sign { who: awaited() },
        Tahap::Signed { .. } => NextStep::Dispatch,
        Tahap::Dispatched { .. } => NextStep::File,
        Tahap::Filed { .. } => NextStep::Nothing,
        Tahap::Rejected { note, .. } | Tahap::Cancelled { note, .. } => NextStep::Void {
            note: notes.note(tx, *note).await?,
        },
    })
}

fn verification(app: &App, permit: &LetterPermit) -> Option<VerificationView> {
    let code = permit.row.code.clone()?;
    Some(VerificationView {
        url: format!("{}/v/{code}", app.settings.base_address),
        typed_code: permit.row.typed_code.clone().unwrap_or_default(),
        code,
    })
}
