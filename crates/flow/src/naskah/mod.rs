//! A letter: the fold of its events, from draft to archive.

mod chain;
mod command;
mod content;
mod decide;
mod event;
mod evolve;
mod refusal;
mod tahap;

use serde::{Deserialize, Serialize};

pub use chain::{Chain, ChainError, Quorum, Stage, StageKind};
pub use command::{Command, PlannedSigner, Preparation, Signing};
pub use content::{Content, ContentDigest, ContentError, ContentRef, Recipient, Source};
pub use decide::{decide, may_prepare, may_sign};
pub use event::Fact;
pub use evolve::{evolve, replay};
pub use refusal::Refusal;
pub use tahap::{Paraf, Prepared, PreparedSigner, Signature, Tahap};

use crate::{
    id::{JabatanId, NaskahId, OpdId},
    nomor::Nomor,
    office::Actor,
};

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naskah {
    id: NaskahId,
    version: u64,
    draft: Option<Draft>,
    parafs: Vec<Paraf>,
    nomor: Option<Nomor>,
    tahap: Tahap,
}

/// What a letter is about, once it was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Who began it.
    pub drafter: Actor,
    /// Its present content.
    pub content: ContentRef,
    /// The chain it passes.
    pub chain: Chain,
}

impl Naskah {
    /// A letter to which nothing has happened yet.
    pub const fn new(id: NaskahId) -> Self {
        Self {
            id,
            version: 0,
            draft: None,
            parafs: Vec::new(),
            nomor: None,
            tahap: Tahap::New,
        }
    }

    /// Its identity.
    pub const fn id(&self) -> NaskahId {
        self.id
    }

    /// How many events it is the fold of.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Where it stands.
    pub const fn tahap(&self) -> &Tahap {
        &self.tahap
    }

    /// What it is about, once it was begun.
    pub const fn draft(&self) -> Option<&Draft> {
        self.draft.as_ref()
    }

    /// Its present content, once it was begun.
    pub fn content(&self) -> Option<&ContentRef> {
        self.draft.as_ref().map(|draft| &draft.content)
    }

    /// Whose letter it is, once it was begun.
    pub fn opd(&self) -> Option<OpdId> {
        self.content().map(|content| content.opd)
    }

    /// Parafs that stand: all on the present content.
    pub fn parafs(&self) -> &[Paraf] {
        &self.parafs
    }

    /// The number it holds, which it keeps when it is sent back.
    pub const fn nomor(&self) -> Option<&Nomor> {
        self.nomor.as_ref()
    }

    /// The step that signs next and its position, while it is being signed.
    pub fn next_signer(&self) -> Option<(u8, JabatanId)> {
        let Tahap::Signing {
            prepared,
            signatures,
        } = &self.tahap
        else {
            return None;
        };
        let step = u8::try_from(signatures.len()).ok()?;
        prepared
            .signers
            .get(usize::from(step))
            .map(|signer| (step, signer.jabatan))
    }

    /// The positions whose turn it is: those that still owe a paraf, or the next signer.
    pub fn awaited(&self) -> Vec<JabatanId> {
        let Some(draft) = &self.draft else {
            return Vec::new();
        };
        if let Tahap::Review { stage, .. } = &self.tahap {
            let owes = |jabatan: &JabatanId| !self.has_paraf(*stage, *jabatan);
            return draft
                .chain
                .parafs()
                .get(*stage)
                .map(|stage| stage.participants.iter().copied().filter(owes).collect())
                .unwrap_or_default();
        }
        self.next_signer()
            .map(|(_, jabatan)| jabatan)
            .into_iter()
            .collect()
    }

    fn has_paraf(&self, stage: usize, jabatan: JabatanId) -> bool {
        self.parafs
            .iter()
            .any(|paraf| paraf.stage == stage && paraf.jabatan == jabatan)
    }
}

#[cfg(test)]
mod tests;
