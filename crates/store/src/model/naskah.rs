//! Read models of letters, registers and agendas, and the blobs of letters.

use flow::digest::Sha256;
use flow::id::{AgendaId, BlobId, NaskahId, OpdId, RegisterId};
use flow::time::Timestamp;

use super::MailRole;
use crate::text::text_enum;

/// A sealed blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobRow {
    /// Its id, bound into the seal.
    pub id: BlobId,
    /// The letter whose data key sealed it.
    pub naskah: Option<NaskahId>,
    /// SHA-256 of the sealed bytes: its address.
    pub sealed_sha256: Sha256,
    /// SHA-256 of the plain bytes.
    pub plain_sha256: Sha256,
    /// The length of the plain bytes.
    pub length: u64,
    /// When it was written.
    pub created: Timestamp,
}

/// A letter as lists and the verification page need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NaskahRow {
    /// The letter.
    pub id: NaskahId,
    /// The OPD that makes it.
    pub opd: OpdId,
    /// The kind of letter, as `flow` spells it.
    pub jenis: String,
    /// The name of the stage it is in, as `flow` spells it.
    pub tahap: String,
    /// The version of its stream.
    pub version: u64,
    /// The digest of its present content.
    pub content_digest: Sha256,
    /// Its number, once reserved.
    pub nomor: Option<String>,
    /// The public verification code.
    pub code: Option<String>,
    /// The short code to type.
    pub typed_code: Option<String>,
    /// The batch it was made in.
    pub batch: Option<String>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A letter as whoever looks at it needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRow {
    /// Its own row.
    pub row: NaskahRow,
    /// The agenda entries it came into, by the time of their arrival.
    pub entries: Vec<AgendaRow>,
    /// The place of the newest version of its PDF among them; `None` before there is one.
    pub newest: Option<u64>,
}

/// Which letters to list; what is `None` does not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NaskahFilter {
    /// Of this OPD.
    pub opd: Option<OpdId>,
    /// In this stage.
    pub tahap: Option<String>,
    /// Of this batch.
    pub batch: Option<String>,
}

text_enum! {
    /// How a version of a letter's PDF came to be.
    VersionKind {
        /// Typeset, numbered, fields placed.
        Prepared = "prepared",
        /// The version before plus a signature.
        Signed = "signed",
        /// The version before plus validation data.
        Extended = "extended",
        /// Rewritten by an upstream that does not append.
        Replaced = "replaced",
    }
}

/// One version of a letter's PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionRow {
    /// The letter.
    pub naskah: NaskahId,
    /// Its place, from 1.
    pub no: u64,
    /// How it came to be.
    pub kind: VersionKind,
    /// Where the bytes are.
    pub blob: BlobId,
    /// SHA-256 of the plain bytes.
    pub sha256: Sha256,
    /// When.
    pub created: Timestamp,
}

/// A number register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Its id.
    pub id: RegisterId,
    /// The year.
    pub year: u16,
    /// The OPD.
    pub opd: OpdId,
    /// The group of kinds that share it.
    pub kind_group: String,
}

text_enum! {
    /// Where a number stands.
    NomorState {
        /// Held for a letter that is not fully signed.
        Reserved = "reserved",
        /// Given to a signed letter.
        Issued = "issued",
        /// A tombstone.
        Cancelled = "cancelled",
    }
}

/// One number of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NomorRow {
    /// The register.
    pub register: RegisterId,
    /// The running number, from 1.
    pub urut: u64,
    /// Where it stands.
    pub state: NomorState,
    /// The letter that holds it.
    pub naskah: Option<NaskahId>,
    /// The whole number as printed.
    pub text: String,
    /// Why it is a tombstone: the kind of reason, no free text.
    pub reason: Option<String>,
}

/// An entry of a receiver's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    /// Its id.
    pub id: AgendaId,
    /// The receiving OPD.
    pub opd: OpdId,
    /// The letter.
    pub naskah: NaskahId,
    /// The name of the stage it is in, as `flow` spells it.
    pub tahap: String,
    /// The version of its stream.
    pub version: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// Whether it was addressed to the OPD or is a copy.
    pub role: MailRole,
    /// When somebody of the OPD first opened it.
    pub read_at: Option<Timestamp>,
    /// Its running number in the OPD's book of the year; entries from before there were any have none.
    pub urut: Option<u64>,
}
