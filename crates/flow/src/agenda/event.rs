//! What can happen to an agenda entry.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Instruksi, Mail};
use crate::{
    event,
    id::{BlobId, DisposisiId, JabatanId, NaskahId},
    klasifikasi::KodeKlasifikasi,
    time::Timestamp,
};

/// What happened to an agenda entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// Mail came in.
    Received {
        /// What came in.
        mail: Mail,
    },
    /// One position asked another for something.
    Disposed {
        /// Identity of the disposisi.
        id: DisposisiId,
        /// The disposisi it passes on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<DisposisiId>,
        /// Who asks.
        from: JabatanId,
        /// Who is asked.
        to: JabatanId,
        /// For what.
        instructions: BTreeSet<Instruksi>,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<BlobId>,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    /// A disposisi was taken back unread.
    Recalled {
        /// Which.
        id: DisposisiId,
    },
    /// A disposisi was read.
    Read {
        /// Which.
        id: DisposisiId,
    },
    /// A disposisi was followed up.
    FollowedUp {
        /// Which.
        id: DisposisiId,
        /// What was done, in free text.
        note: BlobId,
        /// The letter that answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        naskah: Option<NaskahId>,
    },
    /// Nothing is open any more.
    Completed,
    /// It went into the archive.
    Filed {
        /// Under this code.
        klasifikasi: KodeKlasifikasi,
    },
}

impl event::Fact for Fact {
    const STREAM: &'static str = "agenda";

    fn kind(&self) -> &'static str {
        match self {
            Self::Received { .. } => "received",
            Self::Disposed { .. } => "disposed",
            Self::Recalled { .. } => "recalled",
            Self::Read { .. } => "read",
            Self::FollowedUp { .. } => "followed_up",
            Self::Completed => "completed",
            Self::Filed { .. } => "filed",
        }
    }
}
