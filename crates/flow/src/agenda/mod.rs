//! Incoming mail in a receiver's agenda, and the tree of disposisi that grows from it.

mod decide;
mod disposisi;
mod event;
mod evolve;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use decide::{Command, Target, decide};
pub use disposisi::{Disposisi, Instruksi, State};
pub use event::Fact;
pub use evolve::{evolve, replay};

use crate::{
    digest::Sha256,
    id::{AgendaId, BlobId, DisposisiId, JabatanId, NaskahId, OpdId},
    jenis::JenisNaskah,
    mandat::Matter,
    refusal::Who,
    sifat::Sifat,
    time::Timestamp,
};

/// An entry of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agenda {
    id: AgendaId,
    version: u64,
    mail: Option<Mail>,
    tahap: Tahap,
    disposisi: BTreeMap<DisposisiId, Disposisi>,
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The OPD that received it.
    pub opd: OpdId,
    /// The position it is addressed to.
    pub to: JabatanId,
    /// Its urgency.
    pub sifat: Sifat,
    /// Where it came from.
    pub origin: Origin,
    /// Its running number in the OPD's book of the year; entries from before there were any have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urut: Option<u64>,
}

/// Where incoming mail came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Origin {
    /// A letter of another OPD of this regency.
    Naskah(NaskahId),
    /// From outside, registered by the registry.
    External {
        /// Its scan or file.
        file: BlobId,
        /// SHA-256 of it.
        sha256: Sha256,
        /// Sender, number, date and subject as registered.
        details: BlobId,
    },
}

/// Where an agenda entry stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tahap", rename_all = "snake_case")]
pub enum Tahap {
    /// Nothing has happened yet.
    New,
    /// In the agenda.
    Received {
        /// When.
        at: Timestamp,
    },
    /// Disposed of to somebody.
    Disposed,
    /// Somebody has followed a disposisi up.
    FollowedUp,
    /// Done; nothing is open.
    Completed {
        /// When.
        at: Timestamp,
    },
    /// In the archive.
    Filed,
}

impl Tahap {
    /// The word it is stored and shown under.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Received { .. } => "received",
            Self::Disposed => "disposed",
            Self::FollowedUp => "followed_up",
            Self::Completed { .. } => "completed",
            Self::Filed => "filed",
        }
    }
}

impl Agenda {
    /// An entry to which nothing has happened yet.
    pub const fn new(id: AgendaId) -> Self {
        Self {
            id,
            version: 0,
            mail: None,
            tahap: Tahap::New,
            disposisi: BTreeMap::new(),
        }
    }

    /// Its identity.
    pub const fn id(&self) -> AgendaId {
        self.id
    }

    /// How many events it is the fold of.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// What came in.
    pub const fn mail(&self) -> Option<&Mail> {
        self.mail.as_ref()
    }

    /// Where it stands.
    pub const fn tahap(&self) -> Tahap {
        self.tahap
    }

    /// All disposisi, recalled ones included.
    pub const fn disposisi(&self) -> &BTreeMap<DisposisiId, Disposisi> {
        &self.disposisi
    }

    /// Disposisi somebody still owes: not followed up, not passed on, not recalled. One that asks
    /// only to take note is done with once it was read.
    pub fn open(&self) -> impl Iterator<Item = &Disposisi> {
        self.disposisi.values().filter(|node| {
            let owed = match node.state {
                State::Sent => true,
                State::Read { .. } => node
                    .instructions
                    .iter()
                    .any(|asked| *asked != Instruksi::UntukDiketahui),
                State::FollowedUp { .. } | State::Recalled => false,
            };
            owed && !self.passed_on(node.id)
        })
    }

    fn passed_on(&self, id: DisposisiId) -> bool {
        self.disposisi
            .values()
            .any(|node| node.parent == Some(id) && node.state != State::Recalled)
    }
}

impl Mail {
    /// What delegations are asked about.
    pub const fn matter(&self) -> Matter {
        Matter {
            jenis: JenisNaskah::LembarDisposisi,
            opd: self.opd,
        }
    }
}

/// Why the agenda refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgendaRefusal {
    /// The entry exists already.
    #[error("the agenda entry exists already")]
    Exists,
    /// The stage of the entry does not permit it.
    #[error("an agenda entry in stage {0} does not permit this")]
    Stage(&'static str),
    /// The position addressed is not one of the receiving OPD.
    #[error("the position addressed does not belong to the receiving OPD")]
    OtherOpd,
    /// The actor may not act for the position now.
    #[error("the actor holds neither the position nor a delegation for it now")]
    NoAuthority,
    /// There is no such disposisi.
    #[error("there is no such disposisi")]
    UnknownDisposisi,
    /// Nobody, nobody known, the giver, or somebody twice is to get the disposisi.
    #[error("a disposisi goes to different known positions, and not to its giver")]
    Targets,
    /// It asks for nothing.
    #[error("a disposisi needs an instruction")]
    NoInstruction,
    /// The deadline has passed already.
    #[error("the deadline has passed already")]
    Deadline,
    /// It was read; it can no longer be recalled.
    #[error("the disposisi was read and can no longer be recalled")]
    Read,
    /// It was recalled or followed up already.
    #[error("the disposisi was recalled or followed up already")]
    Closed,
    /// Somebody still owes a follow-up.
    #[error("a disposisi is still open")]
    Open,
}

impl AgendaRefusal {
    /// Who can put it right.
    pub const fn who(self) -> Who {
        match self {
            Self::Exists
            | Self::Stage(_)
            | Self::UnknownDisposisi
            | Self::Targets
            | Self::NoInstruction
            | Self::Deadline
            | Self::Closed => Who::You,
            Self::OtherOpd => Who::Registry,
            Self::NoAuthority => Who::Admin,
            Self::Read => Who::Nobody,
            Self::Open => Who::Participant,
        }
    }
}

#[cfg(test)]
mod tests;
