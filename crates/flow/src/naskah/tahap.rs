//! Where a letter stands in its life, with what is known there.

use serde::{Deserialize, Serialize};

use super::content::ContentDigest;
use crate::{
    digest::Sha256,
    id::{BlobId, JabatanId, PejabatId},
    nomor::Nomor,
    office::Authority,
    time::{CalendarDate, Timestamp},
};

/// The stage of a letter's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tahap", rename_all = "snake_case")]
pub enum Tahap {
    /// Nothing has happened yet.
    New,
    /// Being written.
    Draft,
    /// Passing the chain's parafs.
    Review {
        /// Index of the paraf stage it waits in.
        stage: usize,
        /// Since when it is in the chain.
        submitted: Timestamp,
    },
    /// Sent back with a note.
    Returned {
        /// By this position.
        by: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// Every paraf is given on the present content; waits to be prepared.
    Ready,
    /// Final bytes exist; signers sign in order.
    Signing {
        /// What was prepared.
        prepared: Prepared,
        /// Signatures so far.
        signatures: Vec<Signature>,
    },
    /// Every signature is there.
    Signed {
        /// What was prepared.
        prepared: Prepared,
        /// All signatures, in order.
        signatures: Vec<Signature>,
    },
    /// Sent.
    Dispatched {
        /// What was prepared.
        prepared: Prepared,
        /// All signatures, in order.
        signatures: Vec<Signature>,
        /// When.
        at: Timestamp,
    },
    /// In the archive.
    Filed {
        /// What was prepared.
        prepared: Prepared,
        /// All signatures, in order.
        signatures: Vec<Signature>,
        /// When.
        at: Timestamp,
    },
    /// Taken back by the drafter; may be edited and submitted again.
    Withdrawn,
    /// Refused for good before it had a number.
    Rejected {
        /// By this position.
        by: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// Void. Its number, if it had one, is a tombstone; a partial PDF is void evidence.
    Cancelled {
        /// Why, in free text.
        note: BlobId,
        /// What had been prepared.
        prepared: Option<Prepared>,
        /// Signatures that had been made.
        signatures: Vec<Signature>,
    },
}

impl Tahap {
    /// The word it is stored and shown under.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Draft => "draft",
            Self::Review { .. } => "review",
            Self::Returned { .. } => "returned",
            Self::Ready => "ready",
            Self::Signing { .. } => "signing",
            Self::Signed { .. } => "signed",
            Self::Dispatched { .. } => "dispatched",
            Self::Filed { .. } => "filed",
            Self::Withdrawn => "withdrawn",
            Self::Rejected { .. } => "rejected",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    /// What was prepared, where something is.
    pub const fn prepared(&self) -> Option<&Prepared> {
        match self {
            Self::Signing { prepared, .. }
            | Self::Signed { prepared, .. }
            | Self::Dispatched { prepared, .. }
            | Self::Filed { prepared, .. } => Some(prepared),
            Self::Cancelled { prepared, .. } => prepared.as_ref(),
            Self::New
            | Self::Draft
            | Self::Review { .. }
            | Self::Returned { .. }
            | Self::Ready
            | Self::Withdrawn
            | Self::Rejected { .. } => None,
        }
    }

    /// The signatures made so far.
    pub fn signatures(&self) -> &[Signature] {
        match self {
            Self::Signing { signatures, .. }
            | Self::Signed { signatures, .. }
            | Self::Dispatched { signatures, .. }
            | Self::Filed { signatures, .. }
            | Self::Cancelled { signatures, .. } => signatures,
            Self::New
            | Self::Draft
            | Self::Review { .. }
            | Self::Returned { .. }
            | Self::Ready
            | Self::Withdrawn
            | Self::Rejected { .. } => &[],
        }
    }

    /// The newest version of the PDF: the prepared one, or that of the last signature.
    pub fn current_version(&self) -> Option<Sha256> {
        let prepared = self.prepared()?.version_sha256;
        Some(
            self.signatures()
                .last()
                .map_or(prepared, |last| last.signed_sha256),
        )
    }
}

/// The letter as it will be signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    /// Its number.
    pub nomor: Nomor,
    /// The date on it.
    pub date: CalendarDate,
    /// The content it shows.
    pub content_digest: ContentDigest,
    /// SHA-256 of its bytes.
    pub version_sha256: Sha256,
    /// Where the bytes are kept.
    pub blob: BlobId,
    /// One per signer, in signing order.
    pub signers: Vec<PreparedSigner>,
}

/// One signer's place in the prepared letter, with the authority its block was printed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreparedSigner {
    /// The position that signs.
    pub jabatan: JabatanId,
    /// The person printed in its block.
    pub pejabat: PejabatId,
    /// The authority printed in its block.
    pub authority: Authority,
    /// Name of the signature field.
    pub field: String,
}

/// A signature that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Its place in the order of signers, from 0.
    pub step: u8,
    /// The position that signed.
    pub jabatan: JabatanId,
    /// The person who signed.
    pub pejabat: PejabatId,
    /// By what authority.
    pub authority: Authority,
    /// SHA-256 of the version signed over.
    pub version_sha256: Sha256,
    /// SHA-256 of the version that resulted.
    pub signed_sha256: Sha256,
    /// Where the resulting version is kept.
    pub blob: BlobId,
    /// When the key was to be used, by the intent.
    pub signed_at: Timestamp,
}

/// A paraf that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paraf {
    /// Index of the paraf stage.
    pub stage: usize,
    /// The position that gave it.
    pub jabatan: JabatanId,
    /// The person who gave it.
    pub pejabat: PejabatId,
    /// By what authority.
    pub authority: Authority,
    /// The content it binds to.
    pub content_digest: ContentDigest,
}
