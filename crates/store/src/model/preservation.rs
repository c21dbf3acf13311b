//! Letters that shall carry their own evidence (EN 319 142-1, levels B-LT and B-LTA).

use flow::id::NaskahId;
use flow::time::Timestamp;

use super::Level;
use crate::text::text_enum;

text_enum! {
    /// Why evidence could not be added yet; the log tells more.
    PreservationProblem {
        /// No authority gave a timestamp.
        Timestamp = "timestamp",
        /// A source about a certificate did not answer, or not rightly.
        Evidence = "evidence",
        /// A certificate is revoked, not trusted or not cleared by what the sources say.
        Certificate = "certificate",
        /// What was made does not read back as the level.
        Level = "level",
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Preservation {
    /// The evidence is still to be added, for the first time or anew.
    Waiting {
        /// Why the last attempt failed, if there was one.
        problem: Option<PreservationProblem>,
    },
    /// The newest version carries it.
    Kept {
        /// When the certificate of its archive timestamp ends; `None` where it has none.
        expires: Option<Timestamp>,
    },
}

/// One letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreservationRow {
    /// The letter.
    pub naskah: NaskahId,
    /// The level it shall have.
    pub goal: Level,
    /// How far it is.
    pub state: Preservation,
    /// When that changed.
    pub changed: Timestamp,
}
