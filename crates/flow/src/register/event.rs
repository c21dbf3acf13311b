//! What can happen to a register.

use serde::{Deserialize, Serialize};

use super::{NomorPattern, RegisterKey, Tombstone};
use crate::{
    event,
    id::{BlobId, NaskahId},
    nomor::Nomor,
    time::CalendarDate,
};

/// What happened to a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// It was opened.
    Opened {
        /// Which one it is.
        key: RegisterKey,
        /// How it writes numbers.
        pattern: NomorPattern,
    },
    /// A number was reserved for a letter.
    Reserved {
        /// The letter.
        naskah: NaskahId,
        /// Its number.
        nomor: Nomor,
    },
    /// A letter bearing its number was signed.
    Issued {
        /// The letter.
        naskah: NaskahId,
        /// Place of its number.
        urut: u32,
        /// Date on the letter.
        date: CalendarDate,
    },
    /// A number became a tombstone.
    Cancelled {
        /// The letter that held it.
        naskah: NaskahId,
        /// Place of its number.
        urut: u32,
        /// Why.
        reason: Tombstone,
        /// Why, in free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<BlobId>,
    },
}

impl event::Fact for Fact {
    const STREAM: &'static str = "register";

    fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Reserved { .. } => "reserved",
            Self::Issued { .. } => "issued",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}
