//! A letter as programs read it.

use flow::digest::Sha256;
use flow::id::JabatanId;
use flow::mandat::Kapasitas;
use flow::naskah::{Content, ContentDigest, Quorum, StageKind};
use flow::time::CalendarDate;
use serde::Serialize;
use service::access::Action;
use service::desk::{
    ActivityKind, HistoryItem, LetterView, NextStep, PersonState, PersonView, PreservationView,
    StageView, VerificationView, VersionKind, VersionView,
};
use service::provable::{Level, Preservation, PreservationProblem};
use utoipa::ToSchema;

use super::list::LetterItemView;
use crate::v1::agenda::view::Entry;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// A letter.
#[derive(Serialize, ToSchema)]
pub(super) struct LetterDetail {
    /// What lists say of it.
    #[serde(flatten)]
    item: LetterItemView,
    /// Its content; null where the caller may not see it.
    #[schema(value_type = Option<Object>)]
    content: Option<Content>,
    /// SHA-256 of the content: a paraf names it.
    #[schema(value_type = schema::Digest)]
    content_digest: ContentDigest,
    /// Who began it.
    drafter: Person,
    /// The chain with what each has done, signing last.
    chain: Vec<ChainStage>,
    /// What happened, oldest first.
    history: Vec<Happened>,
    /// Its PDF versions, oldest first.
    versions: Vec<Version>,
    /// SHA-256 of the newest PDF version: whoever signs names it.
    #[schema(value_type = Option<schema::Digest>)]
    version_sha256: Option<Sha256>,
    /// The date on it.
    #[schema(value_type = Option<schema::Day>)]
    date: Option<CalendarDate>,
    /// Where it was received, as far as the caller may see.
    entries: Vec<Entry>,
    /// What the caller may do with it now.
    may: Vec<&'static str>,
    /// What happens next.
    next: Next,
    /// How anyone can check it.
    verification: Option<Verification>,
    /// How far the evidence is that it shall carry; null where it shall carry none.
    preservation: Option<Preserved>,
}

/// How far the evidence of a signed letter is.
#[derive(Serialize, ToSchema)]
struct Preserved {
    /// The level it shall have: `b-lt` or `b-lta`.
    #[schema(value_type = String)]
    goal: Level,
    /// `waiting` or `kept`.
    state: &'static str,
    /// What stands in the way: `timestamp`, `evidence`, `certificate` or `level`.
    #[schema(value_type = Option<String>)]
    problem: Option<PreservationProblem>,
    /// When the certificate of its archive timestamp ends; it is renewed before.
    expires: Option<Instant>,
}

/// Somebody in the life of a letter.
#[derive(Serialize, ToSchema)]
pub(in crate::v1) struct Person {
    /// The position.
    #[schema(value_type = schema::JabatanId)]
    jabatan: JabatanId,
    /// Its title.
    title: String,
    /// Who acted, or would act now; empty when the position is vacant.
    name: String,
    /// In which capacity, unless they hold the position.
    #[schema(value_type = Option<String>)]
    capacity: Option<Kapasitas>,
    /// Number of the SK the capacity rests on.
    sk: Option<String>,
    /// `later`, `waiting`, `done` or `void`.
    state: &'static str,
    /// When they acted.
    at: Option<Instant>,
    /// What they wrote, where the caller may read it.
    note: Option<String>,
}

/// A stage of the chain.
#[derive(Serialize, ToSchema)]
struct ChainStage {
    /// What it asks for.
    #[schema(value_type = String)]
    kind: StageKind,
    /// `all`, `any`, or `{"at_least": n}`.
    #[schema(value_type = serde_json::Value)]
    quorum: Quorum,
    /// Who takes part.
    people: Vec<Person>,
}

/// Something that happened to a letter.
#[derive(Serialize, ToSchema)]
struct Happened {
    /// When.
    at: Instant,
    /// What.
    #[schema(value_type = String)]
    what: ActivityKind,
    /// Who.
    who: String,
    /// In which position.
    title: String,
    /// What they wrote, where the caller may read it.
    note: Option<String>,
    /// The index of its leaf in the audit log, once it has one.
    leaf: Option<u64>,
}

/// A version of a letter's PDF.
#[derive(Serialize, ToSchema)]
struct Version {
    /// Its place, from 1.
    no: u64,
    /// How it came to be.
    #[schema(value_type = String)]
    kind: VersionKind,
    /// SHA-256 of its bytes.
    #[schema(value_type = schema::Digest)]
    sha256: Sha256,
    /// When.
    created: Instant,
}

/// What happens next, and whose turn it is.
#[derive(Serialize, ToSchema)]
struct Next {
    /// `submit`, `revise`, `paraf`, `prepare`, `sign`, `await_timestamp`, `dispatch`, `file`, `nothing` or `void`.
    step: &'static str,
    /// Whose turn.
    who: Vec<Person>,
    /// Why it was sent back or is void, where the caller may read it.
    note: Option<String>,
}

/// How anyone can check a letter.
#[derive(Serialize, ToSchema)]
struct Verification {
    /// The code in the QR.
    code: String,
    /// The short code to type beside the number.
    typed_code: String,
    /// Where it leads.
    url: String,
}

impl From<LetterView> for LetterDetail {
    fn from(view: LetterView) -> Self {
        Self {
            item: view.item.into(),
            content: view.content,
            content_digest: view.content_digest,
            drafter: view.drafter.into(),
            chain: view.chain.into_iter().map(ChainStage::from).collect(),
            history: view.history.into_iter().map(Happened::from).collect(),
            versions: view.versions.into_iter().map(Version::from).collect(),
            version_sha256: view.version_sha256,
            date: view.date,
            entries: view.agenda.into_iter().map(Entry::from).collect(),
            may: view.may.into_iter().map(Action::word).collect(),
            next: view.next.into(),
            verification: view.verification.map(Verification::from),
            preservation: view.preservation.map(Preserved::from),
        }
    }
}

impl From<PersonView> for Person {
    fn from(person: PersonView) -> Self {
        let (state, at) = match person.state {
            PersonState::Later => ("later", None),
            PersonState::Waiting => ("waiting", None),
            PersonState::Done { at } => ("done", Some(at.into())),
            PersonState::Void { at } => ("void", Some(at.into())),
        };
        Self {
            jabatan: person.jabatan,
            title: person.title,
            name: person.name,
            capacity: person.capacity,
            sk: person.sk,
            state,
            at,
            note: person.note,
        }
    }
}

impl From<StageView> for ChainStage {
    fn from(stage: StageView) -> Self {
        Self {
            kind: stage.kind,
            quorum: stage.quorum,
            people: people(stage.people),
        }
    }
}

impl From<HistoryItem> for Happened {
    fn from(item: HistoryItem) -> Self {
        Self {
            at: item.at.into(),
            what: item.what,
            who: item.who,
            title: item.title,
            note: item.note,
            leaf: item.leaf,
        }
    }
}

impl From<VersionView> for Version {
    fn from(version: VersionView) -> Self {
        Self {
            no: version.no,
            kind: version.kind,
            sha256: version.sha256,
            created: version.created.into(),
        }
    }
}

impl From<NextStep> for Next {
    fn from(next: NextStep) -> Self {
        let (step, who, note) = match next {
            NextStep::Submit { who } => ("submit", who, None),
            NextStep::Revise { who, note } => ("revise", who, note),
            NextStep::Paraf { who } => ("paraf", who, None),
            NextStep::Prepare { who } => ("prepare", who, None),
            NextStep::Sign { who } => ("sign", who, None),
            NextStep::AwaitTimestamp { who, .. } => ("await_timestamp", who, None),
            NextStep::Dispatch => ("dispatch", Vec::new(), None),
            NextStep::File => ("file", Vec::new(), None),
            NextStep::Nothing => ("nothing", Vec::new(), None),
            NextStep::Void { note } => ("void", Vec::new(), note),
        };
        Self {
            step,
            who: people(who),
            note,
        }
    }
}

impl From<PreservationView> for Preserved {
    fn from(view: PreservationView) -> Self {
        let (state, problem, expires) = match view.state {
            Preservation::Waiting { problem } => ("waiting", problem, None),
            Preservation::Kept { expires } => ("kept", None, expires),
        };
        Self {
            goal: view.goal,
            state,
            problem,
            expires: expires.map(Instant),
        }
    }
}

impl From<VerificationView> for Verification {
    fn from(view: VerificationView) -> Self {
        Self {
            code: view.code,
            typed_code: view.typed_code,
            url: view.url,
        }
    }
}

fn people(views: Vec<PersonView>) -> Vec<Person> {
    views.into_iter().map(Person::from).collect()
}
