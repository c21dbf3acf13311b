//! Why a letter of a batch was not signed, as a word that lasts.

use custody::KeyUseError;
use flow::naskah::Refusal;
use serde::Serialize;
use signing::SignerError;

use crate::ServiceError;

/// Why a letter of a batch was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The date turned since it was prepared: prepare it again.
    Date,
    /// The block was printed for another person or authority: prepare it again.
    PrintedOtherwise,
    /// The letter has another version than the one shown.
    Stale,
    /// It is another signer's turn, or the letter is in another stage.
    Turn,
    /// No position or delegation of the signer covers it now.
    NoAuthority,
    /// Another signature or command works on it.
    Busy,
    /// The key's certificate ended or was revoked.
    NoKey,
    /// The signer froze the own signature.
    Frozen,
    /// It was made, and given up before a time was put on it.
    GivenUp,
    /// PIN or one-time code is wrong.
    WrongPin,
    /// The token or the signing service does not answer.
    KeyAway,
    /// The token or the signing service refuses, or what it gives is no signature.
    KeyRefused,
    /// The activation ended.
    Interrupted,
    /// Something broke; the log tells more.
    Failed,
}

impl FailureReason {
    /// Every reason.
    pub const ALL: [Self; 14] = [
        Self::Date,
        Self::PrintedOtherwise,
        Self::Stale,
        Self::Turn,
        Self::NoAuthority,
        Self::Busy,
        Self::NoKey,
        Self::Frozen,
        Self::GivenUp,
        Self::WrongPin,
        Self::KeyAway,
        Self::KeyRefused,
        Self::Interrupted,
        Self::Failed,
    ];

    /// The word it is stored under.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::PrintedOtherwise => "printed_otherwise",
            Self::Stale => "stale",
            Self::Turn => "turn",
            Self::NoAuthority => "no_authority",
            Self::Busy => "busy",
            Self::NoKey => "no_key",
            Self::Frozen => "frozen",
            Self::GivenUp => "given_up",
            Self::WrongPin => "wrong_pin",
            Self::KeyAway => "key_away",
            Self::KeyRefused => "key_refused",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }

    /// Whether every other letter would fail for it too.
    pub(super) const fn is_of_the_key(self) -> bool {
        matches!(self, Self::WrongPin | Self::KeyAway | Self::KeyRefused)
    }

    /// The reason of a stored word; one that is not known is told as something that broke.
    pub(super) fn of_word(word: &str) -> Self {
        let found = Self::ALL.iter().find(|reason| reason.word() == word);
        found.copied().unwrap_or(Self::Failed)
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "whatever else stopped a signature is for the log, and not for the signer to put right"
    )]
    pub(super) fn of(error: &ServiceError) -> Self {
        match error {
            ServiceError::Refused(Refusal::DateMoved) => Self::Date,
            ServiceError::Refused(Refusal::PrintedOtherwise) => Self::PrintedOtherwise,
            ServiceError::Refused(Refusal::StaleVersion) => Self::Stale,
            ServiceError::Refused(Refusal::NoAuthority) => Self::NoAuthority,
            ServiceError::Refused(_) => Self::Turn,
            ServiceError::Busy(_) => Self::Busy,
            ServiceError::NoKey(_) => Self::NoKey,
            ServiceError::Frozen { .. } => Self::Frozen,
            ServiceError::KeyUse(KeyUseError::Signature(problem)) => match problem {
                SignerError::WrongPin | SignerError::WrongCode => Self::WrongPin,
                SignerError::Unreachable(_) => Self::KeyAway,
                _ => Self::KeyRefused,
            },
            ServiceError::NotActivated(_) => Self::Interrupted,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_back_from_its_word_and_an_unknown_word_is_a_failure() {
        for reason in FailureReason::ALL {
            assert_eq!(FailureReason::of_word(reason.word()), reason);
        }
        assert_eq!(FailureReason::of_word("other"), FailureReason::Failed);
    }
}
