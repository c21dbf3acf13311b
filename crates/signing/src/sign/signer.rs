//! Whoever turns signed attributes into a signature value.

use serde::{Deserialize, Serialize};

use super::algorithm::SignatureAlgorithm;
use crate::x509::{
    Certificate,
    signature::{Checked, PublicKey},
};

/// One certificate as DER.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CertificateDer(pub Vec<u8>);

/// Makes the signature value over the DER of the signed attributes: a local key, a token, a remote service.
pub trait AttributeSigner {
    /// The algorithm of the values this signer makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The signer's certificate first, then its issuers.
    fn certificate_chain(&self) -> &[CertificateDer];

    /// Signs the DER `SET OF Attribute`; the signer hashes if its algorithm asks for it.
    ///
    /// # Errors
    /// When the key refuses or cannot be reached.
    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError>;

    /// How many signatures one use of the key is good for.
    fn most_together(&self) -> usize {
        1
    }

    /// Signs several by one use of the key, in their order; all or none.
    ///
    /// # Errors
    /// As [`Self::sign`].
    fn sign_together(&self, signed_attributes: &[&[u8]]) -> Result<Vec<Vec<u8>>, SignerError> {
        signed_attributes.iter().map(|der| self.sign(der)).collect()
    }
}

/// Why a key could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// There is no key that can be used here.
    #[error("the key is none of RSA 2048-4096, P-256, P-384 and Ed25519")]
    UnsupportedKey,
    /// The key does not sign with this digest.
    #[error("a key of {key} does not sign with {digest} here")]
    UnsuitableDigest {
        /// Its kind.
        key: String,
        /// The digest's name.
        digest: &'static str,
    },
    /// Only an RSA key knows a padding.
    #[error("a key of {0} knows no RSASSA-PSS")]
    NoPadding(String),
    /// A signer needs its own certificate.
    #[error("the certificate chain is empty")]
    NoCertificate,
    /// The first certificate of the chain does not parse.
    #[error("the signer's certificate is not readable X.509")]
    BadCertificate,
    /// The first certificate of the chain is for another key.
    #[error("the certificate does not belong to the key")]
    OtherKey,
    /// What came from a token or a service is no signature of the certificate's key over what was sent.
    #[error("the answer is no signature by the key of the certificate")]
    WrongValue,
    /// The key refused to sign.
    #[error("the key refused to sign: {0}")]
    Refused(String),
    /// The PIN that allows its use is wrong.
    #[error("the PIN of the key is wrong")]
    WrongPin,
    /// The one-time code that allows its use is wrong or over.
    #[error("the one-time code of the key is wrong or over")]
    WrongCode,
    /// Nobody answers for the key.
    #[error("the key cannot be reached: {0}")]
    Unreachable(String),
}

/// The public key of the first certificate of a chain.
///
/// # Errors
/// When there is none, or it is not readable.
pub fn public_key(chain: &[CertificateDer]) -> Result<PublicKey, SignerError> {
    let leaf = chain.first().ok_or(SignerError::NoCertificate)?;
    Certificate::parse(&leaf.0)
        .map(|certificate| certificate.key)
        .map_err(|_| SignerError::BadCertificate)
}

/// Believes a value that was made elsewhere only if it checks with the key of the certificate.
///
/// # Errors
/// [`SignerError::WrongValue`].
pub fn believe(
    algorithm: SignatureAlgorithm,
    key: &PublicKey,
    message: &[u8],
    value: Vec<u8>,
) -> Result<Vec<u8>, SignerError> {
    match algorithm.scheme().check(key, message, &value) {
        Checked::Good => Ok(value),
        Checked::Bad | Checked::CannotCheck(_) => Err(SignerError::WrongValue),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use rcgen::{CertificateParams, KeyPair as Pair};
    use ring::rand::SystemRandom;

    use super::*;
    use crate::sign::LocalSigner;

    /// A certificate that a key gave itself.
    pub(in crate::sign) fn chain_of(key: &Pair) -> Vec<CertificateDer> {
        let certificate = CertificateParams::default().self_signed(key).unwrap();
        vec![CertificateDer(certificate.der().to_vec())]
    }

    #[test]
    fn a_value_over_other_bytes_or_by_another_key_is_not_believed() {
        let pair = Pair::generate().unwrap();
        let (chain, rng) = (chain_of(&pair), SystemRandom::new());
        let signer = LocalSigner::from_pkcs8(pair.serialized_der(), chain.clone(), rng).unwrap();
        let value = signer.sign(b"ini").unwrap();
        let believed = |chain: &[CertificateDer], message| {
            let key = public_key(chain).unwrap();
            believe(signer.algorithm(), &key, message, value.clone())
        };
        assert_eq!(believed(&chain, b"ini"), Ok(value.clone()));
        assert_eq!(believed(&chain, b"itu"), Err(SignerError::WrongValue));
        let other = chain_of(&Pair::generate().unwrap());
        assert_eq!(believed(&other, b"ini"), Err(SignerError::WrongValue));
    }
}
