//! Whoever turns signed attributes into a signature value: a trait, and the keys that ring holds.

use std::fmt;

use ring::{
    rand::SystemRandom,
    rsa::KeyPair as RsaKey,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    },
};
use serde::{Deserialize, Serialize};
use x509_parser::prelude::{FromDer, X509Certificate};

/// One certificate as DER.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CertificateDer(pub Vec<u8>);

/// How a signature value is made from the signed attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaPkcs1Sha256,
    /// ECDSA on P-256 with SHA-256, value as DER `Ecdsa-Sig-Value`.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384, value as DER `Ecdsa-Sig-Value`.
    EcdsaP384Sha384,
    /// Ed25519 (RFC 8419).
    Ed25519,
}

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
}

/// Why a key could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The PKCS#8 bytes hold no key that can be used here.
    #[error("the key is no PKCS#8 key of P-256, P-384, RSA 2048-4096 or Ed25519")]
    UnsupportedKey,
    /// A signer needs its own certificate.
    #[error("the certificate chain is empty")]
    NoCertificate,
    /// The first certificate of the chain does not parse.
    #[error("the signer's certificate is not readable X.509")]
    BadCertificate,
    /// The first certificate of the chain is for another key.
    #[error("the certificate does not belong to the key")]
    OtherKey,
    /// The key refused to sign.
    #[error("the key refused to sign: {0}")]
    Refused(String),
}

/// A private key in memory, parsed once, with its chain.
pub struct RingSigner {
    key: Key,
    chain: Vec<CertificateDer>,
    rng: SystemRandom,
}

enum Key {
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
    Rsa(Box<RsaKey>),
    Ed25519(Ed25519KeyPair),
}

impl RingSigner {
    /// Parses a PKCS#8 key and checks that the first certificate is its own.
    ///
    /// # Errors
    /// When the key is of no supported kind, the chain is empty, or its first certificate is for another key.
    pub fn from_pkcs8(
        pkcs8: &[u8],
        chain: Vec<CertificateDer>,
        rng: SystemRandom,
    ) -> Result<Self, SignerError> {
        let key = Key::parse(pkcs8, &rng).ok_or(SignerError::UnsupportedKey)?;
        let leaf = chain.first().ok_or(SignerError::NoCertificate)?;
        let (_, certificate) =
            X509Certificate::from_der(&leaf.0).map_err(|_| SignerError::BadCertificate)?;
        if certificate.public_key().subject_public_key.data.as_ref() != key.public() {
            return Err(SignerError::OtherKey);
        }
        Ok(Self { key, chain, rng })
    }
}

impl AttributeSigner for RingSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        match self.key {
            Key::P256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Key::P384(_) => SignatureAlgorithm::EcdsaP384Sha384,
            Key::Rsa(_) => SignatureAlgorithm::RsaPkcs1Sha256,
            Key::Ed25519(_) => SignatureAlgorithm::Ed25519,
        }
    }

    fn certificate_chain(&self) -> &[CertificateDer] {
        &self.chain
    }

    fn sign(&self, signed_attributes_der: &[u8]) -> Result<Vec<u8>, SignerError> {
        let refused = |error: ring::error::Unspecified| SignerError::Refused(error.to_string());
        match &self.key {
            Key::P256(key) | Key::P384(key) => key
                .sign(&self.rng, signed_attributes_der)
                .map(|value| value.as_ref().to_vec())
                .map_err(refused),
            Key::Rsa(key) => {
                let mut value = vec![0; key.public().modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &self.rng,
                    signed_attributes_der,
                    &mut value,
                )
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
            .field("algorithm", &self.algorithm())
            .finish_non_exhaustive()
    }
}

impl Key {
    fn parse(pkcs8: &[u8], rng: &SystemRandom) -> Option<Self> {
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, rng) {
            return Some(Self::P256(key));
        }
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8, rng) {
            return Some(Self::P384(key));
        }
        // OpenSSL writes Ed25519 keys as PKCS#8 v1, without the public half.
        if let Ok(key) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8) {
            return Some(Self::Ed25519(key));
        }
        RsaKey::from_pkcs8(pkcs8)
            .ok()
            .map(|key| Self::Rsa(Box::new(key)))
    }

    fn public(&self) -> &[u8] {
        match self {
            Self::P256(key) | Self::P384(key) => key.public_key().as_ref(),
            Self::Rsa(key) => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair as Pair};

    use super::*;

    #[test]
    fn a_key_with_the_certificate_of_another_key_is_refused() {
        let (mine, other) = (Pair::generate().unwrap(), Pair::generate().unwrap());
        let certificate = CertificateParams::default().self_signed(&other).unwrap();
        let chain = vec![CertificateDer(certificate.der().to_vec())];
        let error =
            RingSigner::from_pkcs8(mine.serialized_der(), chain, SystemRandom::new()).unwrap_err();
        assert_eq!(error, SignerError::OtherKey);
    }
}
