//! What can happen to a letter.

use serde::{Deserialize, Serialize};

use super::{
    chain::Chain,
    content::ContentRef,
    tahap::{Paraf, Prepared, Signature},
};
use crate::{
    event,
    id::{BlobId, JabatanId, OpdId},
    klasifikasi::KodeKlasifikasi,
    nomor::Nomor,
};

/// What happened to a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// It was begun; the actor is its drafter.
    Created {
        /// Its content.
        content: ContentRef,
        /// Its chain.
        chain: Chain,
    },
    /// It got other content; parafs of the old are void.
    Edited {
        /// Its content.
        content: ContentRef,
        /// Its chain.
        chain: Chain,
    },
    /// It went up the chain.
    Submitted,
    /// A paraf was given.
    ParafGiven {
        /// The paraf.
        paraf: Paraf,
    },
    /// It was sent back.
    Returned {
        /// By this position.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// The drafter took it back.
    Withdrawn,
    /// It was refused for good.
    Rejected {
        /// By this position.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
    },
    /// Its final bytes were made.
    Prepared {
        /// What was prepared.
        prepared: Prepared,
    },
    /// Its final bytes were made anew before the first signature.
    Reprepared {
        /// What was prepared.
        prepared: Prepared,
    },
    /// It was signed.
    Signed {
        /// The signature.
        signature: Signature,
    },
    /// It was sent.
    Dispatched {
        /// By the registry of this OPD.
        opd: OpdId,
    },
    /// It went into the archive.
    Filed {
        /// Under this code.
        klasifikasi: KodeKlasifikasi,
    },
    /// It became void.
    Cancelled {
        /// By this position.
        jabatan: JabatanId,
        /// Why.
        note: BlobId,
        /// The number that becomes a tombstone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nomor: Option<Nomor>,
    },
}

impl event::Fact for Fact {
    const STREAM: &'static str = "naskah";

    fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Edited { .. } => "edited",
            Self::Submitted => "submitted",
            Self::ParafGiven { .. } => "paraf_given",
            Self::Returned { .. } => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Rejected { .. } => "rejected",
            Self::Prepared { .. } => "prepared",
            Self::Reprepared { .. } => "reprepared",
            Self::Signed { .. } => "signed",
            Self::Dispatched { .. } => "dispatched",
            Self::Filed { .. } => "filed",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}
