//! What people see: tasks, lists, search, the progress of batches.

use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId, OpdId, PejabatId};
use flow::sifat::{Keamanan, Sifat};
use flow::time::Timestamp;
use uuid::Uuid;

use super::{LetterRow, NaskahRow, PreservationRow};
use crate::text::text_enum;

text_enum! {
    /// What waits to be done.
    TaskKind {
        /// A paraf.
        Paraf = "paraf",
        /// A signature.
        Sign = "sign",
        /// Nothing but a timestamp for a signature that was made: it comes by itself, or the signature is given up.
        AwaitTimestamp = "await_timestamp",
        /// The final bytes.
        Prepare = "prepare",
        /// Sending a signed letter.
        Dispatch = "dispatch",
        /// Opening incoming mail.
        ReadMail = "read_mail",
        /// Disposing of incoming mail, or completing it.
        FollowUpMail = "follow_up_mail",
        /// Opening a disposisi.
        ReadDisposisi = "read_disposisi",
        /// Following a disposisi up.
        FollowUpDisposisi = "follow_up_disposisi",
        /// Opening a copy.
        ReadTembusan = "read_tembusan",
        /// Revising a letter that was sent back.
        Revise = "revise",
    }
}

text_enum! {
    /// In what role an OPD received a letter.
    MailRole {
        /// It was addressed to them.
        Addressed = "addressed",
        /// They got a copy.
        Tembusan = "tembusan",
    }
}

/// Something that waits for a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Its id: the same task has the same one whenever it is written.
    pub id: Uuid,
    /// What.
    pub kind: TaskKind,
    /// For which position.
    pub jabatan: JabatanId,
    /// The OPD whose registry may do it as well.
    pub opd: OpdId,
    /// The letter.
    pub naskah: NaskahId,
    /// The agenda entry.
    pub agenda: Option<AgendaId>,
    /// The disposisi.
    pub disposisi: Option<DisposisiId>,
    /// Who sent it.
    pub from: JabatanId,
    /// Urgency.
    pub sifat: Sifat,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub due: Timestamp,
}

/// What lists say of a letter, beside its own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRow {
    /// The letter.
    pub naskah: NaskahId,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// The drafter's position.
    pub drafter_jabatan: JabatanId,
    /// The drafter.
    pub drafter_pejabat: PejabatId,
    /// The date on it, `year * 10000 + month * 100 + day`.
    pub dated: Option<u32>,
    /// When it was fully signed.
    pub signed_at: Option<Timestamp>,
    /// When it was sent.
    pub dispatched_at: Option<Timestamp>,
    /// SHA-256 of its newest PDF version.
    pub version_sha256: Option<Sha256>,
}

/// The words of a letter that is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// What it is about.
    pub hal: String,
    /// To whom.
    pub tujuan: String,
    /// From whom, for mail from outside.
    pub asal: Option<String>,
    /// Its stems, separated by spaces.
    pub kata: String,
}

/// Whose lists they are: what is visible through whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reader {
    /// The positions they hold.
    pub positions: Vec<JabatanId>,
    /// The positions they act for by delegation.
    pub mandated: Vec<Mandated>,
    /// OPD whose own letters that are no secret they see.
    pub opds: Vec<OpdId>,
    /// OPD whose incoming letters that are no secret they see.
    pub mail_opds: Vec<OpdId>,
    /// OPD of whose letters they see that they are there, whatever the secrecy.
    pub audited: Vec<OpdId>,
    /// OPD whose registry they keep.
    pub registry: Vec<OpdId>,
}

/// A position acted for by delegation, and in which matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandated {
    /// The position.
    pub jabatan: JabatanId,
    /// Kinds of naskah, as `flow` spells them; none named means all.
    pub kinds: Vec<String>,
    /// Of this OPD alone.
    pub opd: Option<OpdId>,
}

/// Which rows of a list; what is `None` does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListFilter {
    /// Which part of the reader's letters.
    pub part: ListPart,
    /// In this stage.
    pub tahap: Option<String>,
    /// Of this kind.
    pub jenis: Option<String>,
    /// Of this OPD.
    pub opd: Option<OpdId>,
    /// With all of these stems; ASCII letters and digits.
    pub words: Vec<String>,
    /// Changed at or after.
    pub from: Option<Timestamp>,
    /// Changed before.
    pub until: Option<Timestamp>,
    /// Older than this row.
    pub after: Option<(Timestamp, Uuid)>,
    /// So many rows.
    pub limit: u32,
}

/// Parts of a reader's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListPart {
    /// All.
    #[default]
    All,
    /// Made by the reader's OPD or positions.
    Outgoing,
    /// Received by the reader's OPD or positions in that role.
    Incoming(MailRole),
    /// In the archive.
    Filed,
}

/// A letter in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// Its own row.
    pub row: NaskahRow,
    /// What lists say of it.
    pub desk: DeskRow,
    /// What it is about, unless that is secret.
    pub hal: Option<String>,
    /// To whom, unless that is secret.
    pub tujuan: Option<String>,
    /// From whom, for mail from outside that is no secret.
    pub asal: Option<String>,
    /// The reader's agenda entry of it.
    pub agenda: Option<AgendaId>,
}

/// A letter with its line in lists and what its own page asks beside that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterDetailRow {
    /// Itself.
    pub letter: LetterRow,
    /// Its line.
    pub list: ListRow,
    /// Its sealed data key; `None` once it was erased.
    pub key: Option<String>,
    /// How far its evidence is; `None` where none is wanted.
    pub preservation: Option<PreservationRow>,
    /// Whether a signature of it waits for its timestamp.
    pub awaited: bool,
}

/// A task in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskListRow {
    /// The task.
    pub task: TaskRow,
    /// What the letter is about, unless that is secret.
    pub hal: Option<String>,
    /// From whom, for mail from outside that is no secret.
    pub asal: Option<String>,
    /// The digest of its present content.
    pub content_digest: Sha256,
    /// SHA-256 of its newest PDF version.
    pub version_sha256: Option<Sha256>,
}

/// One version an activation names, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// The version that was shown.
    pub shown: Sha256,
    /// The letter.
    pub naskah: NaskahId,
    /// Why it was not signed.
    pub failure: Option<String>,
    /// Where its intent stands.
    pub state: Option<super::IntentState>,
    /// The version that resulted, and its digest.
    pub signed: Option<(u64, Sha256)>,
}

/// The books of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookKind {
    /// Incoming letters.
    Incoming,
    /// Outgoing letters.
    Outgoing,
    /// What was sent.
    Sent,
}

/// Which rows of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookFilter {
    /// Whose book.
    pub opd: OpdId,
    /// Which.
    pub book: BookKind,
    /// At or after.
    pub from: Timestamp,
    /// Before.
    pub until: Timestamp,
    /// Later than this row.
    pub after: Option<(Timestamp, Uuid)>,
    /// So many rows.
    pub limit: u32,
}

/// A line of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookListRow {
    /// When it came, was signed, or was sent.
    pub at: Timestamp,
    /// The row, for the cursor.
    pub id: Uuid,
    /// The stage of the agenda entry.
    pub entry_tahap: Option<String>,
    /// The running number of the agenda entry.
    pub urut: Option<u64>,
    /// Whether the reader may open the letter, or the entry in the book of incoming letters.
    pub may_open: bool,
    /// The letter.
    pub list: ListRow,
}

/// The leaf of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafRow {
    /// The event's place in its stream.
    pub version: u64,
    /// Its index in the log, once it has one.
    pub index: Option<u64>,
    /// What the log commits to.
    pub body: String,
}
