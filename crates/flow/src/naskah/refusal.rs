//! Why a letter refuses a command, and who can put it right.

use crate::refusal::Who;

/// Why a letter refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The letter exists already.
    #[error("the letter exists already")]
    Exists,
    /// The stage of the letter does not permit it.
    #[error("a letter in stage {0} does not permit this")]
    Stage(&'static str),
    /// Only the drafter's position may do this.
    #[error("only the drafter's position may do this")]
    NotDrafter,
    /// The actor does not work in the letter's OPD.
    #[error("the actor does not work in the letter's OPD")]
    OtherOpd,
    /// The position takes no part in this stage.
    #[error("the position takes no part in the present stage")]
    NotParticipant,
    /// The actor may not act for the position now.
    #[error("the actor holds neither the position nor a delegation that covers this letter now")]
    NoAuthority,
    /// The position has given its paraf already.
    #[error("the position has given its paraf already")]
    ParafGiven,
    /// The content that was shown is no longer that of the letter.
    #[error("the content shown is not the letter's present content")]
    StaleContent,
    /// The chain's signers are not those of the content.
    #[error("the signers of the chain are not those of the content")]
    SignersDiffer,
    /// A letter may not change to another OPD, nor a numbered one to another kind.
    #[error("a letter keeps its OPD, and once numbered its kind")]
    FixedByNumber,
    /// A numbered letter can only be cancelled.
    #[error("the letter has a number: cancel it instead, so that the number is explained")]
    Numbered,
    /// It holds another number.
    #[error("the letter holds another number, which it keeps")]
    OtherNomor,
    /// The number is of another year than the date.
    #[error("the number is of another year than the letter's date")]
    NomorYear,
    /// The date on the letter is not today in its OPD.
    #[error("the date on the letter is not today in its OPD: prepare it again")]
    DateMoved,
    /// A field name is empty or used twice.
    #[error("every signer needs a signature field of their own")]
    Fields,
    /// After the first signature nothing may change.
    #[error("the letter bears a signature: nothing in it may change")]
    SignatureExists,
    /// It is another signer's turn.
    #[error("it is another signer's turn")]
    NotYourTurn,
    /// The block was printed for another person or authority.
    #[error("the signature block was printed for another person or authority: prepare it again")]
    PrintedOtherwise,
    /// The version signed over is not the newest one.
    #[error("the version signed over is not the letter's newest version")]
    StaleVersion,
}

impl Refusal {
    /// Who can put it right.
    pub const fn who(self) -> Who {
        match self {
            Self::Exists
            | Self::Stage(_)
            | Self::StaleContent
            | Self::StaleVersion
            | Self::SignersDiffer
            | Self::Fields
            | Self::NomorYear
            | Self::OtherNomor => Who::You,
            Self::NotDrafter | Self::Numbered => Who::Drafter,
            Self::NotParticipant | Self::ParafGiven => Who::Participant,
            Self::NotYourTurn => Who::Signer,
            Self::OtherOpd | Self::DateMoved | Self::PrintedOtherwise => Who::Registry,
            Self::NoAuthority => Who::Admin,
            Self::FixedByNumber | Self::SignatureExists => Who::Nobody,
        }
    }
}
