//! The chain a letter passes: stages of paraf, then signing. Positions take part, not people.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::JabatanId;

/// Stages in order; the last and only the last one signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Stage>", into = "Vec<Stage>")]
pub struct Chain {
    parafs: Vec<Stage>,
    signing: Stage,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// What it asks for.
    pub kind: StageKind,
    /// Who takes part; signers in signing order.
    pub participants: Vec<JabatanId>,
    /// How many must agree.
    pub quorum: Quorum,
}

/// What a stage asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Initials up the line.
    ParafHierarki,
    /// Initials of other units the content touches.
    ParafKoordinasi,
    /// Signatures.
    TandaTangan,
}

/// How many participants must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// Every one.
    All,
    /// Any one.
    Any,
    /// At least so many.
    AtLeast(u8),
}

/// Why stages make no chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The last stage must sign, and no other may.
    #[error("the last stage of a chain signs, and only the last")]
    Signing,
    /// All signers sign.
    #[error("every signer signs: the quorum of the signing stage is all")]
    SigningQuorum,
    /// A stage without participants, with too many, or with one twice.
    #[error("a stage needs 1 to 50 different participants")]
    Participants,
    /// A quorum the participants cannot reach, or one of nobody.
    #[error("the quorum asks for more participants than the stage has, or for none")]
    Quorum,
    /// Too many stages.
    #[error("a chain has at most 20 stages")]
    Length,
}

impl Chain {
    /// The chain of these stages.
    ///
    /// # Errors
    /// Why they make none.
    pub fn new(mut stages: Vec<Stage>) -> Result<Self, ChainError> {
        if stages.len() > 20 {
            return Err(ChainError::Length);
        }
        stages.iter().try_for_each(Stage::check)?;
        let signing = stages.pop().ok_or(ChainError::Signing)?;
        let signs = |stage: &Stage| stage.kind == StageKind::TandaTangan;
        if !signs(&signing) || stages.iter().any(signs) {
            return Err(ChainError::Signing);
        }
        if signing.quorum != Quorum::All {
            return Err(ChainError::SigningQuorum);
        }
        Ok(Self {
            parafs: stages,
            signing,
        })
    }

    /// The stages of paraf, in order.
    pub fn parafs(&self) -> &[Stage] {
        &self.parafs
    }

    /// The signers, in order.
    pub fn signers(&self) -> &[JabatanId] {
        &self.signing.participants
    }
}

impl Stage {
    /// How many participants must agree.
    pub fn needed(&self) -> usize {
        match self.quorum {
            Quorum::All => self.participants.len(),
            Quorum::Any => 1,
            Quorum::AtLeast(n) => usize::from(n),
        }
    }

    fn check(&self) -> Result<(), ChainError> {
        let distinct: BTreeSet<_> = self.participants.iter().collect();
        let count = self.participants.len();
        if !(1..=50).contains(&count) || distinct.len() != count {
            return Err(ChainError::Participants);
        }
        if !(1..=count).contains(&self.needed()) {
            return Err(ChainError::Quorum);
        }
        Ok(())
    }
}

impl TryFrom<Vec<Stage>> for Chain {
    type Error = ChainError;

    fn try_from(stages: Vec<Stage>) -> Result<Self, ChainError> {
        Self::new(stages)
    }
}

impl From<Chain> for Vec<Stage> {
    fn from(chain: Chain) -> Self {
        let mut stages = chain.parafs;
        stages.push(chain.signing);
        stages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::jabatan;

    fn stage(kind: StageKind, participants: &[u8], quorum: Quorum) -> Stage {
        Stage {
            kind,
            participants: participants.iter().copied().map(jabatan).collect(),
            quorum,
        }
    }

    #[test]
    fn only_the_last_stage_signs_and_all_of_it() {
        let paraf = || stage(StageKind::ParafHierarki, &[1], Quorum::All);
        let sign = |quorum| stage(StageKind::TandaTangan, &[2, 3], quorum);
        assert!(Chain::new(vec![paraf(), sign(Quorum::All)]).is_ok());
        assert_eq!(Chain::new(vec![]), Err(ChainError::Signing));
        assert_eq!(Chain::new(vec![paraf()]), Err(ChainError::Signing));
        assert_eq!(
            Chain::new(vec![sign(Quorum::All), sign(Quorum::All)]),
            Err(ChainError::Signing)
        );
        assert_eq!(
            Chain::new(vec![sign(Quorum::Any)]),
            Err(ChainError::SigningQuorum)
        );
    }

    #[test]
    fn a_quorum_must_be_reachable_and_participants_different() {
        let check = |participants: &[u8], quorum| {
            stage(StageKind::ParafKoordinasi, participants, quorum).check()
        };
        assert_eq!(check(&[1, 2, 3], Quorum::AtLeast(2)), Ok(()));
        assert_eq!(
            check(&[1, 2, 3], Quorum::AtLeast(4)),
            Err(ChainError::Quorum)
        );
        assert_eq!(
            check(&[1, 2, 3], Quorum::AtLeast(0)),
            Err(ChainError::Quorum)
        );
        assert_eq!(check(&[1, 1], Quorum::All), Err(ChainError::Participants));
        assert_eq!(check(&[], Quorum::All), Err(ChainError::Participants));
    }
}
