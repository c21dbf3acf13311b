//! Checking one signature value with one public key; what cannot be checked is named, never called wrong.

use der::asn1::ObjectIdentifier;
use ring::signature::{self as rs, UnparsedPublicKey, VerificationAlgorithm};

use super::{beyond_ring, pss::RSA_PSS};
pub use super::{digest::Digest, pss::Pss};
use crate::cms::{
    ber::{BerError, Reader, tag},
    parse::{AlgorithmId, oid},
};

/// How a value was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Digest),
    /// RSASSA-PSS.
    RsaPss(Pss),
    /// ECDSA with a DER value.
    Ecdsa(Digest),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
}

/// What kind of key a certificate holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA with a modulus of this many bits.
    Rsa {
        /// Bits of the modulus.
        bits: usize,
    },
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Brainpool P256r1 (RFC 5639).
    BrainpoolP256,
    /// Brainpool P384r1.
    BrainpoolP384,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Any other, by its object identifier.
    Other(ObjectIdentifier),
}

/// A public key as its certificate gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its kind.
    pub kind: KeyKind,
    /// Content of the subjectPublicKey BIT STRING.
    pub bytes: Vec<u8>,
}

/// What a check of a value says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// The value was made over these bytes by this key.
    Good,
    /// It was not.
    Bad,
    /// Nobody here can tell; the algorithm is named.
    CannotCheck(String),
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const BRAINPOOL_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7");
const BRAINPOOL_P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.11");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const ED448: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.113");

const SCHEMES: [(&str, Scheme); 16] = [
    ("1.2.840.113549.1.1.5", Scheme::RsaPkcs1(Digest::Sha1)),
    ("1.2.840.113549.1.1.11", Scheme::RsaPkcs1(Digest::Sha256)),
    ("1.2.840.113549.1.1.12", Scheme::RsaPkcs1(Digest::Sha384)),
    ("1.2.840.113549.1.1.13", Scheme::RsaPkcs1(Digest::Sha512)),
    (
        "2.16.840.1.101.3.4.3.14",
        Scheme::RsaPkcs1(Digest::Sha3_256),
    ),
    (
        "2.16.840.1.101.3.4.3.15",
        Scheme::RsaPkcs1(Digest::Sha3_384),
    ),
    (
        "2.16.840.1.101.3.4.3.16",
        Scheme::RsaPkcs1(Digest::Sha3_512),
    ),
    ("1.2.840.10045.4.1", Scheme::Ecdsa(Digest::Sha1)),
    ("1.2.840.10045.4.3.2", Scheme::Ecdsa(Digest::Sha256)),
    ("1.2.840.10045.4.3.3", Scheme::Ecdsa(Digest::Sha384)),
    ("1.2.840.10045.4.3.4", Scheme::Ecdsa(Digest::Sha512)),
    ("2.16.840.1.101.3.4.3.10", Scheme::Ecdsa(Digest::Sha3_256)),
    ("2.16.840.1.101.3.4.3.11", Scheme::Ecdsa(Digest::Sha3_384)),
    ("2.16.840.1.101.3.4.3.12", Scheme::Ecdsa(Digest::Sha3_512)),
    ("1.3.101.112", Scheme::Ed25519),
    ("1.3.101.113", Scheme::Ed448),
];

/// What cannot be checked here, by the name people know: no finished crate gives it.
const UNCHECKED: [(&str, &str); 5] = [
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10040.4.3", "DSA with SHA-1"),
    ("1.2.840.113549.1.1.4", "RSA PKCS#1 v1.5 with MD5"),
    ("1.2.840.113549.2.5", "MD5"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
];

/// An object identifier as people are told of it.
pub(crate) fn named(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    match UNCHECKED.iter().find(|(known, _)| *known == oid) {
        Some((_, name)) => format!("{name} ({oid})"),
        None => oid,
    }
}

impl Scheme {
    /// Reads an algorithm identifier. In CMS it may name the key's kind only; then `digest` is the one to use.
    ///
    /// # Errors
    /// The name of an algorithm that cannot be checked.
    pub fn read(algorithm: &AlgorithmId, digest: Option<Digest>) -> Result<Self, String> {
        let oid = algorithm.oid.to_string();
        if let Some((_, scheme)) = SCHEMES.iter().find(|(known, _)| *known == oid) {
            return Ok(*scheme);
        }
        match (algorithm.oid, digest) {
            (RSA, Some(digest)) => Ok(Self::RsaPkcs1(digest)),
            (EC_PUBLIC_KEY, Some(digest)) => Ok(Self::Ecdsa(digest)),
            (RSA_PSS, _) => Pss::read(algorithm.parameters.as_deref()).map(Self::RsaPss),
            (other, _) => Err(named(other)),
        }
    }

    /// The digest inside, except what Ed25519 and Ed448 use in themselves.
    pub const fn digest(self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) => Some(digest),
            Self::RsaPss(pss) => Some(pss.digest),
            Self::Ed25519 | Self::Ed448 => None,
        }
    }

    /// Checks `value` over `message` with `key`.
    pub fn check(self, key: &PublicKey, message: &[u8], value: &[u8]) -> Checked {
        if let Some(algorithm) = self.ring(&key.kind).filter(|_| key.is_plain()) {
            let key = UnparsedPublicKey::new(algorithm, &key.bytes);
            return Checked::from(key.verify(message, value).is_ok());
        }
        beyond_ring::check(self, key, message, value)
            .unwrap_or_else(|| Checked::CannotCheck(format!("{self} with a key of {}", key.kind)))
    }

    fn ring(self, key: &KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
        use Digest::{Sha1, Sha3_256, Sha3_384, Sha3_512, Sha256, Sha384, Sha512, Shake256};
        let algorithm: &'static dyn VerificationAlgorithm = match (self, key) {
            (Self::RsaPkcs1(digest), KeyKind::Rsa { bits: 2048..=8192 }) => match digest {
                Sha1 => &rs::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Sha256 => &rs::RSA_PKCS1_2048_8192_SHA256,
                Sha384 => &rs::RSA_PKCS1_2048_8192_SHA384,
                Sha512 => &rs::RSA_PKCS1_2048_8192_SHA512,
                Sha3_256 | Sha3_384 | Sha3_512 | Shake256 => return None,
            },
            (Self::RsaPkcs1(digest), KeyKind::Rsa { bits: 1024..2048 }) => match digest {
                Sha1 => &rs::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Sha256 => &rs::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
                Sha512 => &rs::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
                Sha384 | Sha3_256 | Sha3_384 | Sha3_512 | Shake256 => return None,
            },
            (Self::RsaPss(pss), KeyKind::Rsa { bits: 2048..=8192 })
                if pss == Pss::usual(pss.digest) =>
            {
                match pss.digest {
                    Sha256 => &rs::RSA_PSS_2048_8192_SHA256,
                    Sha384 => &rs::RSA_PSS_2048_8192_SHA384,
                    Sha512 => &rs::RSA_PSS_2048_8192_SHA512,
                    Sha1 | Sha3_256 | Sha3_384 | Sha3_512 | Shake256 => return None,
                }
            }
            (Self::Ecdsa(Sha256), KeyKind::P256) => &rs::ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Sha384), KeyKind::P256) => &rs::ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Sha256), KeyKind::P384) => &rs::ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Sha384), KeyKind::P384) => &rs::ECDSA_P384_SHA384_ASN1,
            (Self::Ed25519, KeyKind::Ed25519) => &rs::ED25519,
            (
                Self::RsaPkcs1(_) | Self::RsaPss(_) | Self::Ecdsa(_) | Self::Ed25519 | Self::Ed448,
                _,
            ) => return None,
        };
        Some(algorithm)
    }
}

impl PublicKey {
    /// From the DER of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7).
    ///
    /// # Errors
    /// When the DER is malformed.
    pub fn parse(spki: &[u8]) -> Result<Self, BerError> {
        let mut info = Reader::new(spki).expect(tag::SEQUENCE)?.reader();
        let algorithm = AlgorithmId::parse(info.expect(tag::SEQUENCE)?)?;
        let bytes = bit_string(info.expect(tag::BIT_STRING)?.value)?.to_vec();
        let kind = match algorithm.oid {
            RSA | RSA_PSS => KeyKind::Rsa {
                bits: modulus_bits(&bytes)?,
            },
            EC_PUBLIC_KEY => {
                let curve = algorithm
                    .parameters
                    .as_deref()
                    .map(|der| oid(Reader::new(der).any()?));
                match curve {
                    Some(Ok(P256)) => KeyKind::P256,
                    Some(Ok(P384)) => KeyKind::P384,
                    Some(Ok(P521)) => KeyKind::P521,
                    Some(Ok(BRAINPOOL_P256)) => KeyKind::BrainpoolP256,
                    Some(Ok(BRAINPOOL_P384)) => KeyKind::BrainpoolP384,
                    Some(Ok(other)) => KeyKind::Other(other),
                    Some(Err(_)) | None => KeyKind::Other(EC_PUBLIC_KEY),
                }
            }
            ED25519 => KeyKind::Ed25519,
            ED448 => KeyKind::Ed448,
            other => KeyKind::Other(other),
        };
        Ok(Self { kind, bytes })
    }

    /// The modulus of an RSA key, without leading zeros.
    pub fn rsa_modulus(&self) -> Option<&[u8]> {
        match self.kind {
            KeyKind::Rsa { .. } => modulus(&self.bytes).ok(),
            KeyKind::P256
            | KeyKind::P384
            | KeyKind::P521
            | KeyKind::BrainpoolP256
            | KeyKind::BrainpoolP384
            | KeyKind::Ed25519
            | KeyKind::Ed448
            | KeyKind::Other(_) => None,
        }
    }

    /// Whether it has the form that ring reads: a point on a curve is not compressed.
    fn is_plain(&self) -> bool {
        match self.kind {
            KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => self.bytes.first() == Some(&4),
            KeyKind::Rsa { .. }
            | KeyKind::BrainpoolP256
            | KeyKind::BrainpoolP384
            | KeyKind::Ed25519
            | KeyKind::Ed448
            | KeyKind::Other(_) => true,
        }
    }
}

impl From<bool> for Checked {
    fn from(held: bool) -> Self {
        if held { Self::Good } else { Self::Bad }
    }
}

/// The octets of a BIT STRING without unused bits.
pub(crate) fn bit_string(value: &[u8]) -> Result<&[u8], BerError> {
    match value.split_first() {
        Some((0, octets)) => Ok(octets),
        Some(_) | None => Err(BerError::Value("bit string")),
    }
}

/// RFC 8017 A.1.1: the first integer of an RSA key, without leading zeros.
fn modulus(key: &[u8]) -> Result<&[u8], BerError> {
    let mut parts = Reader::new(key).expect(tag::SEQUENCE)?.reader();
    let octets = parts.expect(tag::INTEGER)?.value;
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    octets.get(zeros..).ok_or(BerError::Value("RSA modulus"))
}

fn modulus_bits(key: &[u8]) -> Result<usize, BerError> {
    let octets = modulus(key)?;
    let first = octets.first().ok_or(BerError::Value("RSA modulus"))?;
    let zeros = usize::try_from(first.leading_zeros()).unwrap_or(0);
    Ok(octets.len().saturating_mul(8).saturating_sub(zeros))
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSA PKCS#1 v1.5 with {}", digest.name()),
            Self::RsaPss(pss) => {
                write!(f, "RSASSA-PSS with {}", pss.digest.name())?;
                if pss.mask != pss.digest {
                    write!(f, ", MGF1 with {}", pss.mask.name())?;
                }
                if pss.salt != pss.digest.length() {
                    write!(f, ", {} bytes of salt", pss.salt)?;
                }
                Ok(())
            }
            Self::Ecdsa(digest) => write!(f, "ECDSA with {}", digest.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
        }
    }
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::P521 => f.write_str("P-521"),
            Self::BrainpoolP256 => f.write_str("brainpoolP256r1"),
            Self::BrainpoolP384 => f.write_str("brainpoolP384r1"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Ed448 => f.write_str("Ed448"),
            Self::Other(oid) => f.write_str(&named(*oid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn algorithm(oid: &str, parameters: Option<&[u8]>) -> AlgorithmId {
        AlgorithmId {
            oid: ObjectIdentifier::new_unwrap(oid),
            parameters: parameters.map(<[u8]>::to_vec),
        }
    }

    #[test]
    fn an_algorithm_of_the_future_is_named_and_not_called_wrong() {
        let error = Scheme::read(&algorithm("2.16.840.1.101.3.4.3.17", None), None).unwrap_err();
        assert_eq!(error, "2.16.840.1.101.3.4.3.17");
        let key = PublicKey {
            kind: KeyKind::P256,
            bytes: vec![4; 65],
        };
        assert_eq!(
            Scheme::Ed25519.check(&key, b"", b""),
            Checked::CannotCheck("Ed25519 with a key of P-256".to_owned())
        );
        let dsa = Scheme::read(&algorithm("1.2.840.10040.4.3", None), None).unwrap_err();
        assert_eq!(dsa, "DSA with SHA-1 (1.2.840.10040.4.3)");
    }
}
