//! A remote key as a key that signs attributes.

use signing::{AttributeSigner, CertificateDer, SignatureAlgorithm, SignerError};
use tokio::runtime::{Handle, Runtime};

use super::{Credential, CscError, Factors};

/// A remote key with what its owner gave to allow its use. It holds up its thread until the service has answered.
pub struct CscSigner {
    credential: Credential,
    factors: Factors,
    waits: Waits,
}

/// Where a signer waits for the service.
pub enum Waits {
    /// In a runtime of its own.
    Alone(Runtime),
    /// In one that runs already; the signer is not to be called on a thread of it.
    Within(Handle),
}

impl CscSigner {
    /// A key whose factors are sent with every use.
    pub fn new(credential: Credential, factors: Factors, waits: Waits) -> Self {
        Self {
            credential,
            factors,
            waits,
        }
    }
}

impl AttributeSigner for CscSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.credential.algorithm()
    }

    fn certificate_chain(&self) -> &[CertificateDer] {
        self.credential.certificate_chain()
    }

    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError> {
        let values = self.sign_together(&[signed_attributes_der])?;
        values.into_iter().next().ok_or(SignerError::WrongValue)
    }

    fn most_together(&self) -> usize {
        self.credential.multisign()
    }

    fn sign_together(&self, signed_attributes: &[&[u8]]) -> Result<Vec<Vec<u8>>, SignerError> {
        let signing = self.credential.sign(signed_attributes, &self.factors);
        let signed = match &self.waits {
            Waits::Alone(runtime) => runtime.block_on(signing),
            Waits::Within(runtime) => runtime.block_on(signing),
        };
        Ok(signed?)
    }
}

impl From<CscError> for SignerError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a problem that is not about PIN, code or reach is a refusal"
    )]
    fn from(error: CscError) -> Self {
        match error {
            CscError::Signer(error) => error,
            CscError::WrongPin => Self::WrongPin,
            CscError::WrongOtp => Self::WrongCode,
            away if away.is_away() => Self::Unreachable(away.to_string()),
            refusal => Self::Refused(refusal.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::csc::message::Call;

    #[test]
    fn what_the_owner_mistyped_a_silent_service_and_a_refusal_are_told_apart() {
        let refused = |status| CscError::Refused {
            call: Call::SignHash,
            status,
            code: "kode".to_owned(),
            description: String::new(),
        };
        let malformed = CscError::Malformed {
            call: Call::SignHash,
            what: "it",
        };
        let as_signer = |error: CscError| SignerError::from(error);
        assert_eq!(as_signer(CscError::WrongPin), SignerError::WrongPin);
        assert_eq!(as_signer(CscError::WrongOtp), SignerError::WrongCode);
        let value = CscError::Signer(SignerError::WrongValue);
        assert_eq!(as_signer(value), SignerError::WrongValue);
        for away in [malformed, refused(StatusCode::BAD_GATEWAY)] {
            assert!(matches!(as_signer(away), SignerError::Unreachable(_)));
        }
        for refusal in [refused(StatusCode::BAD_REQUEST), CscError::SadExpired] {
            assert!(matches!(as_signer(refusal), SignerError::Refused(_)));
        }
    }
}
