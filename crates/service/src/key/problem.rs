//! Why a key that lies outside the vault, or was brought along, is not used or not taken on.

use custody::pkcs11::TokenError;
use remote::csc::CscError;
use signing::SignerError;
use signing::sign::SignError;
use signing::sign::lint::LintError;

use super::Flaw;

/// Why a key that lies outside the vault, or was brought along, is not used or not taken on. Nothing was signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyProblem {
    /// The PIN, or the passphrase of the file, is wrong. It was tried once.
    #[error("the PIN is wrong; it was tried once")]
    WrongPin,
    /// The one-time code is wrong or over.
    #[error("the service does not take the one-time code")]
    WrongCode,
    /// The service asks for a one-time code, and none was given.
    #[error("the service asks for a one-time code besides the PIN")]
    CodeMissing,
    /// A one-time code is good for one authorisation.
    #[error("one code of the service is good for {most} letters at a time")]
    TooMany {
        /// How many letters one code is good for.
        most: usize,
    },
    /// The token is locked.
    #[error("the PIN of the token is locked; its issuer can unlock it")]
    Locked,
    /// A wrong PIN would lock the token.
    #[error("one try is left before the token locks; its own program can spend it")]
    FinalTry,
    /// The token is open for another activation.
    #[error("the token is open for other letters; try again when they are signed")]
    InUse,
    /// The configuration names no such token or service.
    #[error("the configuration does not name the provider {0}")]
    NotConfigured(String),
    /// The token or the service does not answer, or not in a way that can be understood.
    #[error("the key cannot be reached: {0}")]
    Away(String),
    /// The token or the service refuses.
    #[error("the use of the key is refused: {0}")]
    Denied(String),
    /// The key or its certificate is not fit.
    #[error("the key is not fit: {why}")]
    Unfit {
        /// What about it.
        flaw: Flaw,
        /// The same in the words of whoever found it.
        why: String,
    },
    /// The certificate is in another name.
    #[error("the certificate is in the name of {named}, not of {official}")]
    OtherPerson {
        /// Whom it names.
        named: String,
        /// Whose key it was to be.
        official: String,
    },
    /// The certificate is bound to an official already, or was.
    #[error("the certificate is bound already; one that was revoked here does not come back")]
    Bound,
    /// A trial signature was not found intact.
    #[error("a trial signature was not found intact: {0}")]
    Trial(String),
}

impl KeyProblem {
    /// What an error says is not fit.
    pub(crate) fn unfit<'e, E>(error: &'e E) -> Self
    where
        E: std::error::Error,
        Flaw: From<&'e E>,
    {
        Self::Unfit {
            flaw: Flaw::from(error),
            why: error.to_string(),
        }
    }

    /// Its stable name.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::WrongPin => "wrong-pin",
            Self::WrongCode => "wrong-code",
            Self::CodeMissing => "code-missing",
            Self::TooMany { .. } => "too-many",
            Self::Locked => "locked",
            Self::FinalTry => "final-try",
            Self::InUse => "in-use",
            Self::NotConfigured(_) => "not-configured",
            Self::Away(_) => "away",
            Self::Denied(_) => "denied",
            Self::Unfit { .. } => "unfit",
            Self::OtherPerson { .. } => "other-person",
            Self::Bound => "bound",
            Self::Trial(_) => "trial",
        }
    }

    /// Every stable name.
    pub const WORDS: [&'static str; 14] = [
        "wrong-pin",
        "wrong-code",
        "code-missing",
        "too-many",
        "locked",
        "final-try",
        "in-use",
        "not-configured",
        "away",
        "denied",
        "unfit",
        "other-person",
        "bound",
        "trial",
    ];
}

impl From<TokenError> for KeyProblem {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart is a token that does not answer as it should"
    )]
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::WrongPin(_) => Self::WrongPin,
            TokenError::Locked => Self::Locked,
            TokenError::FinalTryLeft => Self::FinalTry,
            TokenError::InUse => Self::InUse,
            TokenError::NoPinSet | TokenError::PinExpired => Self::Denied(error.to_string()),
            TokenError::NoKey { .. }
            | TokenError::SeveralKeys(_)
            | TokenError::AlwaysAuthenticate
            | TokenError::NoCertificate
            | TokenError::NoMechanism(_)
            | TokenError::Signer(_) => Self::unfit(&error),
            other => Self::Away(other.to_string()),
        }
    }
}

impl From<CscError> for KeyProblem {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart is a service that refuses"
    )]
    fn from(error: CscError) -> Self {
        match error {
            CscError::WrongPin => Self::WrongPin,
            CscError::WrongOtp => Self::WrongCode,
            CscError::Needs(_) => Self::CodeMissing,
            away if away.is_away() => Self::Away(away.to_string()),
            CscError::KeyStatus(_)
            | CscError::CertificateStatus(_)
            | CscError::OtherCertificate(_)
            | CscError::NotOffered(_)
            | CscError::Authorisation(_)
            | CscError::Signer(_) => Self::unfit(&error),
            other => Self::Denied(other.to_string()),
        }
    }
}

impl From<SignerError> for KeyProblem {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart is a key that is not fit"
    )]
    fn from(error: SignerError) -> Self {
        match error {
            SignerError::WrongPin => Self::WrongPin,
            SignerError::WrongCode => Self::WrongCode,
            SignerError::Unreachable(why) => Self::Away(why),
            SignerError::Refused(why) => Self::Denied(why),
            other => Self::unfit(&other),
        }
    }
}

impl From<LintError> for KeyProblem {
    fn from(error: LintError) -> Self {
        Self::unfit(&error)
    }
}

impl From<SignError> for KeyProblem {
    fn from(error: SignError) -> Self {
        Self::unfit(&error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no token of the tests can be brought to do.
    #[test]
    fn a_locked_token_and_a_last_try_are_told_apart_from_a_wrong_pin() {
        let word = |error: TokenError| KeyProblem::from(error).word();
        assert_eq!(word(TokenError::Locked), "locked");
        assert_eq!(word(TokenError::FinalTryLeft), "final-try");
        assert_eq!(word(TokenError::InUse), "in-use");
        assert_eq!(word(TokenError::Ambiguous(2)), "away");
        assert_eq!(word(TokenError::PinExpired), "denied");
        assert_eq!(word(TokenError::NoCertificate), "unfit");
    }

    #[test]
    fn a_service_that_refuses_is_told_apart_from_one_that_is_silent() {
        let word = |error: CscError| KeyProblem::from(error).word();
        assert_eq!(word(CscError::WrongPin), "wrong-pin");
        assert_eq!(word(CscError::SadExpired), "denied");
        assert_eq!(word(CscError::KeyStatus("disabled".to_owned())), "unfit");
        assert_eq!(word(CscError::Token), "denied");
    }
}
