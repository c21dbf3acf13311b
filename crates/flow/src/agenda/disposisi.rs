//! One node of the disposisi tree.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{BlobId, DisposisiId, JabatanId, NaskahId},
    time::Timestamp,
};

/// A disposisi: what one position asks of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposisi {
    /// Identity.
    pub id: DisposisiId,
    /// The disposisi it passes on; none for the first ones.
    pub parent: Option<DisposisiId>,
    /// Who asks.
    pub from: JabatanId,
    /// Who is asked.
    pub to: JabatanId,
    /// For what.
    pub instructions: BTreeSet<Instruksi>,
    /// Free text.
    pub note: Option<BlobId>,
    /// Until when.
    pub deadline: Option<Timestamp>,
    /// What became of it.
    pub state: State,
}

/// What became of a disposisi.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Unread.
    Sent,
    /// Read.
    Read {
        /// When.
        at: Timestamp,
    },
    /// Answered by deed.
    FollowedUp {
        /// When.
        at: Timestamp,
        /// What was done, in free text.
        note: BlobId,
        /// The letter that answers, if one does.
        naskah: Option<NaskahId>,
    },
    /// Taken back unread.
    Recalled,
}

/// What a disposisi asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instruksi {
    /// Tanggapan dan saran.
    TanggapanDanSaran,
    /// Proses lebih lanjut.
    ProsesLebihLanjut,
    /// Koordinasi/konfirmasi.
    Koordinasi,
    /// Untuk diketahui.
    UntukDiketahui,
    /// Wakili/hadiri.
    Wakili,
    /// Arsipkan.
    Arsipkan,
}

impl Instruksi {
    /// The words of the lembar disposisi.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TanggapanDanSaran => "Tanggapan dan saran",
            Self::ProsesLebihLanjut => "Proses lebih lanjut",
            Self::Koordinasi => "Koordinasi/konfirmasi",
            Self::UntukDiketahui => "Untuk diketahui",
            Self::Wakili => "Wakili/hadiri",
            Self::Arsipkan => "Arsipkan",
        }
    }
}
