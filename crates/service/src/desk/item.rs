//! Rows of lists.

use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId, OpdId, PejabatId};
use flow::jenis::JenisNaskah;
use flow::naskah::ContentDigest;
use flow::sifat::{Keamanan, Sifat};
use flow::time::{CalendarDate, Timestamp};
use serde::Serialize;
pub use store::model::TaskKind;

/// How much waits, as the home page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counters {
    /// Letters that wait for my signature.
    pub unsigned: u64,
    /// Letters whose signature is made and waits for its timestamp.
    pub awaiting_timestamp: u64,
    /// Signed letters that were not sent yet.
    pub undispatched: u64,
    /// Letters that wait for my paraf.
    pub awaiting_paraf: u64,
    /// Incoming letters nobody opened.
    pub unread_mail: u64,
    /// Incoming letters that were opened and neither disposed of nor completed.
    pub unfollowed_mail: u64,
    /// Disposisi to me that I did not open.
    pub unread_disposisi: u64,
    /// Disposisi to me that I opened and did not follow up.
    pub unfollowed_disposisi: u64,
    /// Copies to me that I did not open.
    pub unread_tembusan: u64,
}

/// Something the person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Activity {
    /// When.
    pub at: Timestamp,
    /// On which letter.
    pub naskah: NaskahId,
    /// On which agenda entry, where it was one.
    pub agenda: Option<AgendaId>,
    /// What the letter is about, where lists may say it.
    pub hal: Option<String>,
    /// What.
    pub what: ActivityKind,
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Began a letter.
    Created,
    /// Changed it.
    Edited,
    /// Sent it up the chain.
    Submitted,
    /// Gave a paraf.
    ParafGiven,
    /// Sent it back.
    Returned,
    /// Took it back.
    Withdrawn,
    /// Refused it for good.
    Rejected,
    /// Made its final bytes.
    Prepared,
    /// Signed it.
    Signed,
    /// Sent it.
    Dispatched,
    /// Put it into the archive.
    Filed,
    /// Made it void.
    Cancelled,
    /// Entered incoming mail.
    MailReceived,
    /// Opened a disposisi.
    DisposisiRead,
    /// Asked somebody for something.
    Disposed,
    /// Took a disposisi back.
    Recalled,
    /// Followed a disposisi up.
    FollowedUp,
    /// Closed an agenda entry.
    Completed,
    /// Put an agenda entry into the archive.
    MailFiled,
}

/// Which tasks to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Of this kind only.
    pub kind: Option<TaskKind>,
}

/// Something that waits for one of the person's positions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskItem {
    /// What is to be done.
    pub kind: TaskKind,
    /// The letter.
    pub naskah: NaskahId,
    /// The agenda entry, for incoming mail.
    pub agenda: Option<AgendaId>,
    /// The disposisi, for one.
    pub disposisi: Option<DisposisiId>,
    /// The position it waits for.
    pub jabatan: JabatanId,
    /// Who sent it: the title of the position.
    pub from: String,
    /// What the letter is about, where lists may say it.
    pub hal: Option<String>,
    /// Urgency.
    pub sifat: Sifat,
    /// Since when it waits.
    pub since: Timestamp,
    /// Until when it should be done.
    pub due: Option<Timestamp>,
    /// SHA-256 of the newest PDF version, for what is to be signed.
    pub version_sha256: Option<Sha256>,
    /// The present content, to which a paraf binds.
    pub content_digest: ContentDigest,
}

/// Which letters to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetterQuery {
    /// Which part of the office's letters.
    pub tab: Tab,
    /// In this stage, as `flow` spells it.
    pub tahap: Option<String>,
    /// Of this kind.
    pub jenis: Option<JenisNaskah>,
    /// Of this OPD.
    pub opd: Option<OpdId>,
    /// With these words.
    pub q: Option<String>,
    /// Changed on this day or later.
    pub from: Option<CalendarDate>,
    /// Changed on this day or earlier.
    pub until: Option<CalendarDate>,
}

/// Parts of the office's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// What goes out.
    Keluar,
    /// What came in, addressed to us.
    Masuk,
    /// What came in as a copy.
    Tembusan,
    /// What is in the archive.
    Arsip,
    /// All of them.
    #[default]
    Semua,
}

/// A letter in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterItem {
    /// The letter.
    pub id: NaskahId,
    /// Our agenda entry of it, where it came in.
    pub agenda: Option<AgendaId>,
    /// Whose it is.
    pub opd: OpdId,
    /// The name of that OPD.
    pub opd_name: String,
    /// Its kind.
    pub jenis: JenisNaskah,
    /// Its stage, as `flow` spells it.
    pub tahap: String,
    /// What it is about, where lists may say it.
    pub hal: Option<String>,
    /// Its number.
    pub nomor: Option<String>,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The version of its stream.
    pub version: u64,
}

/// Which book of an OPD, and which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookQuery {
    /// Whose book.
    pub opd: OpdId,
    /// Which book.
    pub book: Book,
    /// Of this year.
    pub year: u16,
    /// Of this month, or of the whole year.
    pub month: Option<u8>,
}

/// The books of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// Agenda of incoming letters.
    Masuk,
    /// Agenda of outgoing letters.
    Keluar,
    /// What was sent, and to whom.
    Ekspedisi,
}

/// A line of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookRow {
    /// The letter.
    pub naskah: NaskahId,
    /// The agenda entry, in the book of incoming letters.
    pub agenda: Option<AgendaId>,
    /// Its running number in the book of incoming letters; entries from before there were any have none.
    pub urut: Option<u64>,
    /// When it came, was signed, or was sent.
    pub at: Timestamp,
    /// Its number.
    pub nomor: Option<String>,
    /// The date on it.
    pub date: Option<CalendarDate>,
    /// From whom: the name of an OPD.
    pub from: String,
    /// To whom, where lists may say it.
    pub to: Option<String>,
    /// What it is about, where lists may say it.
    pub hal: Option<String>,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// The stage of the letter, or of the agenda entry.
    pub tahap: String,
    /// Whether the reader may open it: a book has a line for secret letters too.
    pub may_open: bool,
}

/// Somebody a letter can go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DirectoryEntry {
    /// The OPD.
    pub opd: OpdId,
    /// Its name.
    pub opd_name: String,
    /// The position; `None` for the OPD as a whole.
    pub jabatan: Option<JabatanId>,
    /// Its title; that of the head for an OPD as a whole.
    pub title: String,
    /// Who holds it now.
    pub pejabat: Option<PejabatId>,
    /// Their name.
    pub name: Option<String>,
}
