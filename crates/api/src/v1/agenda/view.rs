//! An entry of an agenda as programs read it.

use std::collections::BTreeSet;

use flow::agenda::Instruksi;
use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, NaskahId, OpdId};
use flow::time::CalendarDate;
use serde::Serialize;
use service::access::Action;
use service::desk::{DisposisiState, DisposisiView, EntryView, MailRole, OutsideView};
use utoipa::ToSchema;

use crate::public::verdict;
use crate::v1::instant::Instant;
use crate::v1::letters::list::LetterItemView;
use crate::v1::letters::view::Person;
use crate::v1::schema;

/// An entry of a receiver's agenda.
#[derive(Serialize, ToSchema)]
pub(in crate::v1) struct Entry {
    /// The entry.
    #[schema(value_type = schema::AgendaId)]
    id: AgendaId,
    /// Who received it.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// The name of that OPD.
    opd_name: String,
    /// Whether it was addressed to them, or a copy.
    #[schema(value_type = String)]
    role: MailRole,
    /// The letter as lists say it.
    letter: LetterItemView,
    /// From whom.
    from: String,
    /// The position it is addressed to.
    to: Person,
    /// Its stage.
    tahap: String,
    /// When it came.
    received_at: Instant,
    /// When it was first opened.
    read_at: Option<Instant>,
    /// Its running number in the book of the year.
    urut: Option<u64>,
    /// What was registered of it, for mail from outside that the caller may read.
    outside: Option<Outside>,
    /// Every disposisi; `parent` says where one was passed on from.
    disposisi: Vec<DisposisiNode>,
    /// What the caller may do with it now.
    may: Vec<&'static str>,
    /// The version of its history.
    version: u64,
}

/// A disposisi.
#[derive(Serialize, ToSchema)]
struct DisposisiNode {
    /// The disposisi.
    #[schema(value_type = schema::DisposisiId)]
    id: DisposisiId,
    /// The one it was passed on from.
    #[schema(value_type = Option<schema::DisposisiId>)]
    parent: Option<DisposisiId>,
    /// Who asks.
    from: Person,
    /// Who is asked.
    to: Person,
    /// For what.
    #[schema(value_type = Vec<String>)]
    instructions: BTreeSet<Instruksi>,
    /// More, where the caller may read it.
    note: Option<String>,
    /// Until when.
    deadline: Option<Instant>,
    /// `sent`, `read`, `followed_up` or `recalled`.
    state: &'static str,
    /// Since when it is in that state.
    at: Option<Instant>,
    /// What was done, where the caller may read it.
    done: Option<String>,
    /// The letter that answers.
    #[schema(value_type = Option<schema::LetterId>)]
    answer: Option<NaskahId>,
    /// What the caller may do with it now.
    may: Vec<&'static str>,
}

/// What was registered of mail from outside.
#[derive(Serialize, ToSchema)]
struct Outside {
    /// Who sent it.
    sender: String,
    /// Its number, as they wrote it.
    nomor: String,
    /// The date on it.
    #[schema(value_type = Option<schema::Day>)]
    date: Option<CalendarDate>,
    /// What it is about.
    hal: String,
    /// SHA-256 of the file.
    #[schema(value_type = schema::Digest)]
    sha256: Sha256,
    /// What the validator said of the file when it was registered.
    headline: &'static str,
}

impl From<OutsideView> for Outside {
    fn from(view: OutsideView) -> Self {
        Self {
            sender: view.sender,
            nomor: view.nomor,
            date: view.date,
            hal: view.hal,
            sha256: view.sha256,
            headline: verdict::word(view.headline),
        }
    }
}

impl From<EntryView> for Entry {
    fn from(view: EntryView) -> Self {
        let mut disposisi = Vec::new();
        flatten(view.disposisi, None, &mut disposisi);
        Self {
            id: view.id,
            opd: view.opd,
            opd_name: view.opd_name,
            role: view.role,
            letter: view.letter.into(),
            from: view.from,
            to: view.to.into(),
            tahap: view.tahap,
            received_at: view.received_at.into(),
            read_at: view.read_at.map(Instant),
            urut: view.urut,
            outside: view.outside.map(Outside::from),
            disposisi,
            may: view.may.into_iter().map(Action::word).collect(),
            version: view.version,
        }
    }
}

/// The tree as a list, each before what was passed on from it: the schema then needs no recursion.
fn flatten(views: Vec<DisposisiView>, parent: Option<DisposisiId>, into: &mut Vec<DisposisiNode>) {
    for view in views {
        let id = view.id;
        let (state, at, done, answer) = match view.state {
            DisposisiState::Sent => ("sent", None, None, None),
            DisposisiState::Read { at } => ("read", Some(at.into()), None, None),
            DisposisiState::FollowedUp { at, note, naskah } => {
                ("followed_up", Some(at.into()), note, naskah)
            }
            DisposisiState::Recalled => ("recalled", None, None, None),
        };
        into.push(DisposisiNode {
            id,
            parent,
            from: view.from.into(),
            to: view.to.into(),
            instructions: view.instructions,
            note: view.note,
            deadline: view.deadline.map(Instant),
            state,
            at,
            done,
            answer,
            may: view.may.into_iter().map(Action::word).collect(),
        });
        flatten(view.below, Some(id), into);
    }
}
