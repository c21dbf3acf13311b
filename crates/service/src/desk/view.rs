//! One letter, one agenda entry, as a page shows them.

use std::collections::BTreeSet;

use flow::agenda::Instruksi;
use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId, OpdId};
use flow::jenis::JenisNaskah;
use flow::mandat::Kapasitas;
use flow::naskah::{Chain, Content, ContentDigest, Quorum, StageKind};
use flow::sifat::{Keamanan, Sifat};
use flow::time::{CalendarDate, Timestamp};
use serde::Serialize;
use store::model::{Level, Preservation, VersionKind};

use super::item::{ActivityKind, LetterItem};
use super::outside::OutsideView;
use crate::access::Action;

/// A letter.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LetterView {
    /// What lists say of it.
    pub item: LetterItem,
    /// Its content; `None` where the reader may not see it.
    pub content: Option<Content>,
    /// The digest of the content, to which a paraf binds.
    pub content_digest: ContentDigest,
    /// The chain as it was set.
    pub chain_set: Chain,
    /// Who began it.
    pub drafter: PersonView,
    /// The chain with what each has done, signing last.
    pub chain: Vec<StageView>,
    /// What happened, oldest first.
    pub history: Vec<HistoryItem>,
    /// Its PDF versions, oldest first.
    pub versions: Vec<VersionView>,
    /// SHA-256 of the newest PDF version.
    pub version_sha256: Option<Sha256>,
    /// How many pages the newest PDF version has; 0 while there is none.
    pub pages: u32,
    /// The date on it.
    pub date: Option<CalendarDate>,
    /// Where it was received, as far as the reader may see.
    pub agenda: Vec<EntryView>,
    /// What this reader may do with it now.
    pub may: BTreeSet<Action>,
    /// What happens next.
    pub next: NextStep,
    /// How anyone can check it.
    pub verification: Option<VerificationView>,
    /// How far the evidence is that it shall carry; `None` where it shall carry none.
    pub preservation: Option<PreservationView>,
}

/// How far the evidence of a signed letter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PreservationView {
    /// The level it shall have.
    pub goal: Level,
    /// How far it is.
    pub state: Preservation,
}

/// What happens next with a letter, and whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum NextStep {
    /// The drafter writes on, or submits.
    Submit {
        /// Whose turn.
        who: Vec<PersonView>,
    },
    /// The drafter revises what was sent back.
    Revise {
        /// Whose turn.
        who: Vec<PersonView>,
        /// Why it was sent back, where the reader may read it.
        note: Option<String>,
    },
    /// Parafs are awaited.
    Paraf {
        /// Whose turn.
        who: Vec<PersonView>,
    },
    /// It is to be prepared for signing.
    Prepare {
        /// Who signs first.
        who: Vec<PersonView>,
    },
    /// A signature is awaited.
    Sign {
        /// Whose turn.
        who: Vec<PersonView>,
    },
    /// A signature is made, and a timestamp for it is awaited.
    AwaitTimestamp {
        /// Who signed.
        who: Vec<PersonView>,
        /// Since when.
        since: Timestamp,
        /// Whether the reader may give the signature up.
        may_give_up: bool,
    },
    /// The registry sends it.
    Dispatch,
    /// It can go into the archive.
    File,
    /// Nothing: it is in the archive.
    Nothing,
    /// Nothing: it was refused or is void.
    Void {
        /// Why, where the reader may read it.
        note: Option<String>,
    },
}

/// A stage of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageView {
    /// What it asks for.
    pub kind: StageKind,
    /// How many must agree.
    pub quorum: Quorum,
    /// Who takes part.
    pub people: Vec<PersonView>,
}

/// Somebody in the life of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonView {
    /// The position.
    pub jabatan: JabatanId,
    /// Its title.
    pub title: String,
    /// Who acted, or would act now; empty when the position is vacant.
    pub name: String,
    /// In which capacity, unless they hold the position.
    pub capacity: Option<Kapasitas>,
    /// Number of the SK the capacity rests on.
    pub sk: Option<String>,
    /// What they have done.
    pub state: PersonState,
    /// What they wrote, where the reader may read it.
    pub note: Option<String>,
}

/// What somebody in a chain has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PersonState {
    /// Not their turn yet, or no more needed.
    Later,
    /// It is their turn.
    Waiting,
    /// Done.
    Done {
        /// When.
        at: Timestamp,
    },
    /// They sent it back, refused it, or made it void.
    Void {
        /// When.
        at: Timestamp,
    },
}

/// Something that happened to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryItem {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: ActivityKind,
    /// Who.
    pub who: String,
    /// In which position.
    pub title: String,
    /// What they wrote, where the reader may read it.
    pub note: Option<String>,
    /// The index of its leaf in the audit log, once it has one.
    pub leaf: Option<u64>,
}

/// A version of a letter's PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionView {
    /// Its place, from 1.
    pub no: u64,
    /// How it came to be.
    pub kind: VersionKind,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// When.
    pub created: Timestamp,
}

/// How anyone can check a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerificationView {
    /// The code in the QR.
    pub code: String,
    /// The short code to type beside the number.
    pub typed_code: String,
    /// Where it leads.
    pub url: String,
}

/// An entry of a receiver's agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryView {
    /// The entry.
    pub id: AgendaId,
    /// Who received it.
    pub opd: OpdId,
    /// The name of that OPD.
    pub opd_name: String,
    /// Whether it was addressed to them, or a copy.
    pub role: store::model::MailRole,
    /// The letter as lists say it.
    pub letter: LetterItem,
    /// From whom: the name of the sending OPD.
    pub from: String,
    /// The position it is addressed to.
    pub to: PersonView,
    /// Its stage, as `flow` spells it.
    pub tahap: String,
    /// When it came.
    pub received_at: Timestamp,
    /// When it was first opened.
    pub read_at: Option<Timestamp>,
    /// Its running number in the book of the year.
    pub urut: Option<u64>,
    /// What was registered of it, for mail from outside that the reader may read.
    pub outside: Option<OutsideView>,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// Kind of the letter.
    pub jenis: JenisNaskah,
    /// The disposisi nobody passed on from another one; the others hang below.
    pub disposisi: Vec<DisposisiView>,
    /// What this reader may do with it now.
    pub may: BTreeSet<Action>,
    /// The version of its stream.
    pub version: u64,
}

/// A disposisi and what was passed on from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisposisiView {
    /// The disposisi.
    pub id: DisposisiId,
    /// Who asks.
    pub from: PersonView,
    /// Who is asked.
    pub to: PersonView,
    /// For what.
    pub instructions: BTreeSet<Instruksi>,
    /// More, where the reader may read it.
    pub note: Option<String>,
    /// Until when.
    pub deadline: Option<Timestamp>,
    /// What became of it.
    pub state: DisposisiState,
    /// What was passed on from it.
    pub below: Vec<DisposisiView>,
    /// What this reader may do with it now.
    pub may: BTreeSet<Action>,
}

/// What became of a disposisi.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DisposisiState {
    /// Not opened.
    Sent,
    /// Opened.
    Read {
        /// When.
        at: Timestamp,
    },
    /// Answered by deed.
    FollowedUp {
        /// When.
        at: Timestamp,
        /// What was done, where the reader may read it.
        note: Option<String>,
        /// The letter that answers.
        naskah: Option<NaskahId>,
    },
    /// Taken back.
    Recalled,
}

/// A picture of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// PNG.
    pub png: Vec<u8>,
    /// How many pages the document has.
    pub pages: u32,
}
