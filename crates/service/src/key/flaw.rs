//! What about a key or its certificate is not fit.

use custody::P12Error;
use custody::pkcs11::TokenError;
use remote::csc::CscError;
use signing::SignerError;
use signing::sign::SignError;
use signing::sign::lint::{CertificateProblem, LintError};

/// What about a key or its certificate is not fit, as far as its owner can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// What was given, or the certificate, is not readable.
    Unreadable,
    /// There is no private key with its certificate.
    NoKey,
    /// Keys of this kind are not used here.
    Algorithm,
    /// The certificate is for another key, or for another than the one that was bound.
    OtherKey,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not come.
    NotYet,
    /// The certificate is not for signing documents.
    Purpose,
    /// The certificate is revoked.
    Revoked,
    /// Nobody who is trusted here vouches for the certificate.
    Untrusted,
    /// Something else.
    Other,
}

impl Flaw {
    /// Its stable name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoKey => "no-key",
            Self::Algorithm => "algorithm",
            Self::OtherKey => "other-key",
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::Purpose => "purpose",
            Self::Revoked => "revoked",
            Self::Untrusted => "untrusted",
            Self::Other => "other",
        }
    }

    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::NoKey,
        Self::Algorithm,
        Self::OtherKey,
        Self::Expired,
        Self::NotYet,
        Self::Purpose,
        Self::Revoked,
        Self::Untrusted,
        Self::Other,
    ];
}

impl From<&P12Error> for Flaw {
    fn from(error: &P12Error) -> Self {
        match error {
            P12Error::NoKey => Self::NoKey,
            P12Error::Pem | P12Error::Unreadable(_) | P12Error::WrongPassphrase => Self::Unreadable,
        }
    }
}

impl From<&SignerError> for Flaw {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart has no words of its own"
    )]
    fn from(error: &SignerError) -> Self {
        match error {
            SignerError::UnsupportedKey | SignerError::UnsuitableDigest { .. } => Self::Algorithm,
            SignerError::NoCertificate => Self::NoKey,
            SignerError::BadCertificate => Self::Unreadable,
            SignerError::OtherKey => Self::OtherKey,
            _ => Self::Other,
        }
    }
}

impl From<&SignError> for Flaw {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart has no words of its own"
    )]
    fn from(error: &SignError) -> Self {
        match error {
            SignError::Untrusted { .. } => Self::Untrusted,
            SignError::Revoked { .. } => Self::Revoked,
            SignError::Signer(error) => error.into(),
            _ => Self::Other,
        }
    }
}

impl From<&LintError> for Flaw {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart has no words of its own"
    )]
    fn from(error: &LintError) -> Self {
        match error {
            LintError::Signer(error) => error.into(),
            LintError::Certificate { problem, .. } => match problem {
                CertificateProblem::Over(_) => Self::Expired,
                CertificateProblem::NotYet(_) => Self::NotYet,
                CertificateProblem::KeyUsage | CertificateProblem::Purpose => Self::Purpose,
                CertificateProblem::Critical(_) => Self::Other,
            },
            LintError::Trial(error) => error.into(),
            _ => Self::Other,
        }
    }
}

impl From<&TokenError> for Flaw {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart has no words of its own"
    )]
    fn from(error: &TokenError) -> Self {
        match error {
            TokenError::NoKey { .. } | TokenError::NoCertificate => Self::NoKey,
            TokenError::NoMechanism(_) => Self::Algorithm,
            TokenError::Signer(error) => error.into(),
            _ => Self::Other,
        }
    }
}

impl From<&CscError> for Flaw {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what is not told apart has no words of its own"
    )]
    fn from(error: &CscError) -> Self {
        match error {
            CscError::Signer(error) => error.into(),
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use signing::UtcTime;

    use super::*;

    fn lint(problem: CertificateProblem) -> LintError {
        let subject = "CN=Contoh".to_owned();
        LintError::Certificate { subject, problem }
    }

    #[test]
    fn what_its_owner_can_do_something_about_is_told_apart() {
        let at = UtcTime::from_unix(0);
        for (problem, flaw) in [
            (CertificateProblem::Over(at), Flaw::Expired),
            (CertificateProblem::NotYet(at), Flaw::NotYet),
            (CertificateProblem::KeyUsage, Flaw::Purpose),
            (CertificateProblem::Purpose, Flaw::Purpose),
            (CertificateProblem::Critical("1.2".to_owned()), Flaw::Other),
        ] {
            assert_eq!(Flaw::from(&lint(problem)), flaw);
        }
        let revoked = SignError::Revoked {
            subject: "CN=Contoh".to_owned(),
            since: at,
        };
        assert_eq!(Flaw::from(&revoked), Flaw::Revoked);
        let inside = LintError::Trial(SignError::Signer(SignerError::UnsupportedKey));
        assert_eq!(Flaw::from(&inside), Flaw::Algorithm);
        assert_eq!(Flaw::from(&TokenError::NoCertificate), Flaw::NoKey);
        let at_service = CscError::Signer(SignerError::BadCertificate);
        assert_eq!(Flaw::from(&at_service), Flaw::Unreadable);
    }

    #[test]
    fn every_flaw_has_a_name_of_its_own() {
        let words: std::collections::BTreeSet<_> = Flaw::ALL.into_iter().map(Flaw::word).collect();
        assert_eq!(words.len(), Flaw::ALL.len());
    }
}
