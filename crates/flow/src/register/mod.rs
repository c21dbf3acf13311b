//! A number register: one per year, OPD and group of kinds. Never a number twice, never a gap
//! without a named reason.

mod decide;
mod event;
mod evolve;
mod pattern;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use decide::{Command, decide};
pub use event::Fact;
pub use evolve::{evolve, replay};
pub use pattern::{NomorPattern, Parts, PatternError};

use crate::{
    id::{NaskahId, OpdId, RegisterId},
    jenis::Kelompok,
    nomor::Nomor,
    refusal::Who,
};

/// Which register it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterKey {
    /// The year of its OPD's own zone.
    pub tahun: u16,
    /// The OPD.
    pub opd: OpdId,
    /// The group of kinds.
    pub kelompok: Kelompok,
}

/// A register: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    id: RegisterId,
    version: u64,
    book: Option<Book>,
    last: u32,
    entries: BTreeMap<u32, Entry>,
}

/// What a register is, once opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Which one.
    pub key: RegisterKey,
    /// How it writes numbers.
    pub pattern: NomorPattern,
}

/// One number and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The letter it was reserved for.
    pub naskah: NaskahId,
    /// The number.
    pub nomor: Nomor,
    /// What became of it.
    pub state: EntryState,
}

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EntryState {
    /// Waits with its letter for the first signature.
    Reserved,
    /// Stands on a signed letter.
    Issued,
    /// A tombstone.
    Cancelled {
        /// Why the number is not in use.
        reason: Tombstone,
    },
}

impl EntryState {
    /// The word it is stored under.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::Issued => "issued",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// Why a number became a tombstone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tombstone {
    /// Its letter was cancelled.
    LetterCancelled,
    /// A signer refused.
    SignerRefused,
    /// The year ended before the first signature; the letter gets a number of the new year.
    YearEnded,
}

impl Register {
    /// A register nobody has opened yet.
    pub const fn new(id: RegisterId) -> Self {
        Self {
            id,
            version: 0,
            book: None,
            last: 0,
            entries: BTreeMap::new(),
        }
    }

    /// Its identity.
    pub const fn id(&self) -> RegisterId {
        self.id
    }

    /// How many events it is the fold of.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// What it is, once opened.
    pub const fn book(&self) -> Option<&Book> {
        self.book.as_ref()
    }

    /// The number given last; 0 before the first.
    pub const fn last(&self) -> u32 {
        self.last
    }

    /// Every number given, in order.
    pub const fn entries(&self) -> &BTreeMap<u32, Entry> {
        &self.entries
    }

    /// The number a letter holds here, reserved or issued.
    pub fn nomor_of(&self, naskah: NaskahId) -> Option<&Nomor> {
        self.live(naskah).map(|(_, entry)| &entry.nomor)
    }

    fn live(&self, naskah: NaskahId) -> Option<(u32, &Entry)> {
        self.entries
            .iter()
            .rev()
            .find(|(_, entry)| {
                entry.naskah == naskah && !matches!(entry.state, EntryState::Cancelled { .. })
            })
            .map(|(urut, entry)| (*urut, entry))
    }
}

/// Why a register refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegisterRefusal {
    /// It is open already, as another register.
    #[error("the register is open already, as another one")]
    OpenAlready,
    /// Nobody has opened it.
    #[error("the register has not been opened")]
    NotOpen,
    /// The office does not know the OPD.
    #[error("the office does not know this OPD")]
    UnknownOpd,
    /// The OPD's day lies in another year.
    #[error("the register is of another year; use that of the present one")]
    OtherYear,
    /// The letter's kind belongs in another register.
    #[error("letters of this kind are numbered in another register")]
    OtherKelompok,
    /// The letter holds no number here.
    #[error("the letter holds no number in this register")]
    NoReservation,
    /// The year has not ended yet.
    #[error("the year of the register has not ended")]
    YearNotEnded,
    /// An issued number is past the year's end.
    #[error("the number is issued and outlives its year")]
    Issued,
    /// The pattern writes numbers nobody could use.
    #[error("the pattern writes a number that is empty or too long")]
    Pattern,
    /// The register is full.
    #[error("the register has given its last number")]
    Full,
}

impl RegisterRefusal {
    /// Who can put it right.
    pub const fn who(self) -> Who {
        match self {
            Self::OpenAlready | Self::NotOpen | Self::UnknownOpd | Self::Pattern => Who::Admin,
            Self::OtherYear | Self::OtherKelompok | Self::NoReservation => Who::You,
            Self::YearNotEnded | Self::Issued | Self::Full => Who::Nobody,
        }
    }
}

#[cfg(test)]
mod tests;
