//! Whoever turns signed attributes into a signature value: a trait, and the keys that ring holds.

use std::fmt;

use ring::{
    rand::SystemRandom,
    rsa::KeyPair as RsaKey,
    signature::{
        self as rs, ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair, RsaEncoding,
    },
};
use serde::{Deserialize, Serialize};

use super::algorithm::{SignatureAlgorithm, Wish};
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

/// A private key in memory, parsed once, with its chain.
pub struct RingSigner {
    key: Key,
    algorithm: SignatureAlgorithm,
    chain: Vec<CertificateDer>,
    rng: SystemRandom,
}

enum Key {
    Ecdsa(EcdsaKeyPair),
    Rsa {
        key: Box<RsaKey>,
        encoding: &'static dyn RsaEncoding,
    },
    Ed25519(Ed25519KeyPair),
}

impl RingSigner {
    /// Parses a PKCS#8 key and checks that the first certificate is its own. It signs with the algorithm usual for its
    /// kind.
    ///
    /// # Errors
    /// When the key is of no supported kind, the chain is empty, or its first certificate is for another key.
    pub fn from_pkcs8(
        pkcs8: &[u8],
        chain: Vec<CertificateDer>,
        rng: SystemRandom,
    ) -> Result<Self, SignerError> {
        Self::with_wish(pkcs8, chain, Wish::default(), rng)
    }

    /// The same key with another algorithm.
    ///
    /// # Errors
    /// As [`Self::from_pkcs8`], and when the key cannot do what is wished.
    pub fn with_wish(
        pkcs8: &[u8],
        chain: Vec<CertificateDer>,
        wish: Wish,
        rng: SystemRandom,
    ) -> Result<Self, SignerError> {
        let certified = public_key(&chain)?;
        let algorithm = SignatureAlgorithm::choose(&certified.kind, wish)?;
        let key = Key::parse(algorithm, pkcs8, &rng)?;
        if certified.bytes != key.public() {
            return Err(SignerError::OtherKey);
        }
        Ok(Self {
            key,
            algorithm,
            chain,
            rng,
        })
    }
}

impl AttributeSigner for RingSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn certificate_chain(&self) -> &[CertificateDer] {
        &self.chain
    }

    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError> {
        let refused = |error: ring::error::Unspecified| SignerError::Refused(error.to_string());
        match &self.key {
            Key::Ecdsa(key) => key
                .sign(&self.rng, signed_attributes_der)
                .map(|value| value.as_ref().to_vec())
                .map_err(refused),
            Key::Rsa { key, encoding } => {
                let mut value = vec![0; key.public().modulus_len()];
                key.sign(*encoding, &self.rng, signed_attributes_der, &mut value)
                    .map_err(refused)?;
                Ok(value)
            }
            Key::Ed25519(key) => Ok(key.sign(signed_attributes_der).as_ref().to_vec()),
        }
    }
}

// A key never prints itself.
impl fmt::Debug for RingSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RingSigner")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl Key {
    /// A key of the kind that the certificate names; one of another kind is another's.
    fn parse(
        algorithm: SignatureAlgorithm,
        pkcs8: &[u8],
        rng: &SystemRandom,
    ) -> Result<Self, SignerError> {
        let ecdsa = |curve| EcdsaKeyPair::from_pkcs8(curve, pkcs8, rng).map(Self::Ecdsa);
        let rsa = |encoding| {
            RsaKey::from_pkcs8(pkcs8).map(|key| Self::Rsa {
                key: Box::new(key),
                encoding,
            })
        };
        let parsed = match algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING),
            SignatureAlgorithm::EcdsaP384Sha384 => ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING),
            // OpenSSL writes Ed25519 keys as PKCS#8 v1, without the public half.
            SignatureAlgorithm::Ed25519 => {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map(Self::Ed25519)
            }
            SignatureAlgorithm::RsaPkcs1Sha256 => rsa(&rs::RSA_PKCS1_SHA256),
            SignatureAlgorithm::RsaPkcs1Sha384 => rsa(&rs::RSA_PKCS1_SHA384),
            SignatureAlgorithm::RsaPkcs1Sha512 => rsa(&rs::RSA_PKCS1_SHA512),
            SignatureAlgorithm::RsaPssSha256 => rsa(&rs::RSA_PSS_SHA256),
            SignatureAlgorithm::RsaPssSha384 => rsa(&rs::RSA_PSS_SHA384),
            SignatureAlgorithm::RsaPssSha512 => rsa(&rs::RSA_PSS_SHA512),
        };
        parsed.map_err(|_| {
            if Self::is_usable(pkcs8, rng) {
                SignerError::OtherKey
            } else {
                SignerError::UnsupportedKey
            }
        })
    }

    /// Whether it is a key of any kind that signs here.
    fn is_usable(pkcs8: &[u8], rng: &SystemRandom) -> bool {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, rng).is_ok()
            || EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8, rng).is_ok()
            || Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).is_ok()
            || RsaKey::from_pkcs8(pkcs8).is_ok()
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::Ecdsa(key) => key.public_key().as_ref(),
            Self::Rsa { key, .. } => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair as Pair, PKCS_ED25519};

    use super::*;

    fn chain_of(key: &Pair) -> Vec<CertificateDer> {
        let certificate = CertificateParams::default().self_signed(key).unwrap();
        vec![CertificateDer(certificate.der().to_vec())]
    }

    #[test]
    fn a_key_with_the_certificate_of_another_key_is_refused() {
        let other = Pair::generate().unwrap();
        for mine in [
            Pair::generate().unwrap(),
            Pair::generate_for(&PKCS_ED25519).unwrap(),
        ] {
            let rng = SystemRandom::new();
            let error = RingSigner::from_pkcs8(mine.serialized_der(), chain_of(&other), rng);
            assert_eq!(error.unwrap_err(), SignerError::OtherKey);
        }
        let rng = SystemRandom::new();
        let error = RingSigner::from_pkcs8(b"no key", chain_of(&other), rng).unwrap_err();
        assert_eq!(error, SignerError::UnsupportedKey);
    }

    #[test]
    fn a_value_over_other_bytes_or_by_another_key_is_not_believed() {
        let pair = Pair::generate().unwrap();
        let (chain, rng) = (chain_of(&pair), SystemRandom::new());
        let signer = RingSigner::from_pkcs8(pair.serialized_der(), chain.clone(), rng).unwrap();
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
