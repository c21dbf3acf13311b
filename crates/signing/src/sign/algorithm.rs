//! The algorithms that signatures are made with, and which of them a key can make.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::signer::SignerError;
use crate::x509::signature::{Digest, KeyKind, Pss, Scheme};

/// How a signature value is made from the signed attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RsaPkcs1Sha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RsaPkcs1Sha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RsaPkcs1Sha512,
    /// RSASSA-PSS with SHA-256, MGF1 over it, 32 bytes of salt.
    RsaPssSha256,
    /// RSASSA-PSS with SHA-384, MGF1 over it, 48 bytes of salt.
    RsaPssSha384,
    /// RSASSA-PSS with SHA-512, MGF1 over it, 64 bytes of salt.
    RsaPssSha512,
    /// ECDSA on P-256 with SHA-256, value as DER `Ecdsa-Sig-Value`.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384, value as DER `Ecdsa-Sig-Value`.
    EcdsaP384Sha384,
    /// Ed25519 (RFC 8419).
    Ed25519,
}

/// What a caller wants of a key that can do several things; a key that cannot do it is refused, never another
/// algorithm taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// How an RSA value is padded; other keys know no padding.
    pub padding: Padding,
    /// The digest; without one, that of the key's kind: SHA-256, for P-384 SHA-384, for Ed25519 SHA-512.
    pub digest: Option<Digest>,
}

/// How an RSA value is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Padding {
    /// RSASSA-PKCS1-v1_5: every validator knows it.
    #[default]
    Pkcs1,
    /// RSASSA-PSS.
    Pss,
}

impl SignatureAlgorithm {
    /// What a key of this kind makes under this wish.
    ///
    /// # Errors
    /// When no such key signs here, or it cannot do what is wished.
    pub fn choose(key: &KeyKind, wish: Wish) -> Result<Self, SignerError> {
        let unsuitable = |digest: Digest| SignerError::UnsuitableDigest {
            key: key.to_string(),
            digest: digest.name(),
        };
        let only = |own: Digest, algorithm: Self| match wish.digest {
            Some(digest) if digest != own => Err(unsuitable(digest)),
            Some(_) | None => Ok(algorithm),
        };
        if wish.padding == Padding::Pss && !matches!(key, KeyKind::Rsa { .. }) {
            return Err(SignerError::NoPadding(key.to_string()));
        }
        match key {
            KeyKind::Rsa { bits: 2048..=4096 } => {
                let digest = wish.digest.unwrap_or(Digest::Sha256);
                match (wish.padding, digest) {
                    (Padding::Pkcs1, Digest::Sha256) => Ok(Self::RsaPkcs1Sha256),
                    (Padding::Pkcs1, Digest::Sha384) => Ok(Self::RsaPkcs1Sha384),
                    (Padding::Pkcs1, Digest::Sha512) => Ok(Self::RsaPkcs1Sha512),
                    (Padding::Pss, Digest::Sha256) => Ok(Self::RsaPssSha256),
                    (Padding::Pss, Digest::Sha384) => Ok(Self::RsaPssSha384),
                    (Padding::Pss, Digest::Sha512) => Ok(Self::RsaPssSha512),
                    (
                        Padding::Pkcs1 | Padding::Pss,
                        Digest::Sha1
                        | Digest::Sha3_256
                        | Digest::Sha3_384
                        | Digest::Sha3_512
                        | Digest::Shake256,
                    ) => Err(unsuitable(digest)),
                }
            }
            KeyKind::P256 => only(Digest::Sha256, Self::EcdsaP256Sha256),
            KeyKind::P384 => only(Digest::Sha384, Self::EcdsaP384Sha384),
            KeyKind::Ed25519 => only(Digest::Sha512, Self::Ed25519),
            KeyKind::Rsa { .. }
            | KeyKind::P521
            | KeyKind::BrainpoolP256
            | KeyKind::BrainpoolP384
            | KeyKind::Ed448
            | KeyKind::Other(_) => Err(SignerError::UnsupportedKey),
        }
    }

    /// The digest over the document, which the signed attributes carry: that of the signature itself (RFC 5754 2), and
    /// for Ed25519 SHA-512 (RFC 8419 3.1).
    pub const fn digest(self) -> Digest {
        match self {
            Self::RsaPkcs1Sha256 | Self::RsaPssSha256 | Self::EcdsaP256Sha256 => Digest::Sha256,
            Self::RsaPkcs1Sha384 | Self::RsaPssSha384 | Self::EcdsaP384Sha384 => Digest::Sha384,
            Self::RsaPkcs1Sha512 | Self::RsaPssSha512 | Self::Ed25519 => Digest::Sha512,
        }
    }

    /// The object identifier that names scheme and digest together (RFC 4055, RFC 5758, RFC 8410); for PSS the digest
    /// stands in its parameters.
    pub const fn oid(self) -> &'static str {
        match self {
            Self::RsaPkcs1Sha256 => "1.2.840.113549.1.1.11",
            Self::RsaPkcs1Sha384 => "1.2.840.113549.1.1.12",
            Self::RsaPkcs1Sha512 => "1.2.840.113549.1.1.13",
            Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512 => "1.2.840.113549.1.1.10",
            Self::EcdsaP256Sha256 => "1.2.840.10045.4.3.2",
            Self::EcdsaP384Sha384 => "1.2.840.10045.4.3.3",
            Self::Ed25519 => "1.3.101.112",
        }
    }

    /// How its values are checked.
    pub const fn scheme(self) -> Scheme {
        let digest = self.digest();
        match self {
            Self::RsaPkcs1Sha256 | Self::RsaPkcs1Sha384 | Self::RsaPkcs1Sha512 => {
                Scheme::RsaPkcs1(digest)
            }
            Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512 => {
                Scheme::RsaPss(Pss::usual(digest))
            }
            Self::EcdsaP256Sha256 | Self::EcdsaP384Sha384 => Scheme::Ecdsa(digest),
            Self::Ed25519 => Scheme::Ed25519,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scheme().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_do_what_is_wished_is_refused_and_nothing_else_is_taken() {
        let rsa = |bits| KeyKind::Rsa { bits };
        let wish = |padding, digest| Wish { padding, digest };
        let choose = SignatureAlgorithm::choose;
        let plain = Wish::default();
        assert_eq!(
            choose(&rsa(3072), wish(Padding::Pss, Some(Digest::Sha512))),
            Ok(SignatureAlgorithm::RsaPssSha512)
        );
        assert_eq!(
            choose(&KeyKind::Ed25519, plain),
            Ok(SignatureAlgorithm::Ed25519)
        );
        for (key, wish) in [
            (rsa(1024), plain),
            (rsa(8192), plain),
            (KeyKind::P521, plain),
            (rsa(2048), wish(Padding::Pkcs1, Some(Digest::Sha1))),
            (rsa(2048), wish(Padding::Pss, Some(Digest::Sha3_256))),
            (KeyKind::P256, wish(Padding::Pkcs1, Some(Digest::Sha384))),
            (KeyKind::P256, wish(Padding::Pss, None)),
            (KeyKind::Ed25519, wish(Padding::Pkcs1, Some(Digest::Sha256))),
        ] {
            assert!(choose(&key, wish).is_err(), "{key} {wish:?}");
        }
    }
}
