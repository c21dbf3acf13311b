//! What can be asked of a letter.

use super::{
    chain::Chain,
    content::{ContentDigest, ContentRef},
};
use crate::{
    digest::Sha256,
    id::{BlobId, JabatanId},
    nomor::Nomor,
    office::Actor,
    time::{CalendarDate, Timestamp},
};

/// What can be asked of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Begin it.
    Create {
        /// Its first content.
        content: ContentRef,
        /// The chain it shall pass.
        chain: Chain,
    },
    /// Give it other content, or another chain. After a return this is the revision.
    Edit {
        /// The new content.
        content: ContentRef,
        /// The chain it shall pass.
        chain: Chain,
    },
    /// Send it up the chain.
    Submit,
    /// Initial the content that was shown.
    Paraf {
        /// For this position.
        jabatan: JabatanId,
        /// The content that was shown.
        content_digest: ContentDigest,
    },
    /// Send it back for revision.
    Return {
        /// For this position.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// Take it back.
    Withdraw,
    /// Refuse it for good, while it has no number.
    Reject {
        /// For this position.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// Record the final bytes.
    Prepare(Preparation),
    /// Record final bytes anew, same number, before the first signature.
    Reprepare(Preparation),
    /// Record a signature that was made.
    Sign(Signing),
    /// Send it.
    Dispatch,
    /// Put it into the archive.
    File,
    /// Make it void.
    Cancel {
        /// For this position: the drafter's or a signer's.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
    },
}

/// The final bytes and what they show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preparation {
    /// The number reserved.
    pub nomor: Nomor,
    /// The date on the letter: today in its OPD.
    pub date: CalendarDate,
    /// The content that was typeset.
    pub content_digest: ContentDigest,
    /// SHA-256 of the bytes.
    pub version_sha256: Sha256,
    /// Where they are kept.
    pub blob: BlobId,
    /// One per signer, in signing order.
    pub signers: Vec<PlannedSigner>,
}

/// Whom a signature block was printed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedSigner {
    /// The position that signs.
    pub jabatan: JabatanId,
    /// Who shall sign, and from which position of their own.
    pub actor: Actor,
    /// Name of the signature field.
    pub field: String,
}

/// A signature that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Its place in the order of signers, from 0.
    pub step: u8,
    /// SHA-256 of the version signed over.
    pub version_sha256: Sha256,
    /// SHA-256 of the version that resulted.
    pub signed_sha256: Sha256,
    /// Where the resulting version is kept.
    pub blob: BlobId,
    /// The instant of the intent: authority and date are judged by it, not by when the outcome is recorded.
    pub signed_at: Timestamp,
}
