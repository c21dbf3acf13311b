//! Checking one signature value with one public key; what cannot be checked is named, never called wrong.

use der::asn1::ObjectIdentifier;
use ring::{
    digest,
    signature::{self as rs, UnparsedPublicKey, VerificationAlgorithm},
};

use crate::cms::{
    ber::{BerError, Reader, tag},
    parse::{AlgorithmId, oid},
};

/// The digests that can be computed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Digest {
    /// SHA-1: computed to name it, never trusted.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// How a value was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Digest),
    /// RSASSA-PSS with MGF1 over the same digest and a salt of its length.
    RsaPss(Digest),
    /// ECDSA with a DER value.
    Ecdsa(Digest),
    /// Ed25519.
    Ed25519,
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
    /// Ed25519.
    Ed25519,
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
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

const DIGESTS: [(ObjectIdentifier, Digest); 4] = [
    (ObjectIdentifier::new_unwrap("1.3.14.3.2.26"), Digest::Sha1),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"),
        Digest::Sha256,
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2"),
        Digest::Sha384,
    ),
    (
        ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3"),
        Digest::Sha512,
    ),
];

const SCHEMES: [(ObjectIdentifier, Scheme); 9] = [
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"),
        Scheme::RsaPkcs1(Digest::Sha1),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
        Scheme::RsaPkcs1(Digest::Sha256),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
        Scheme::RsaPkcs1(Digest::Sha384),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
        Scheme::RsaPkcs1(Digest::Sha512),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"),
        Scheme::Ecdsa(Digest::Sha1),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
        Scheme::Ecdsa(Digest::Sha256),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
        Scheme::Ecdsa(Digest::Sha384),
    ),
    (
        ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"),
        Scheme::Ecdsa(Digest::Sha512),
    ),
    (ED25519, Scheme::Ed25519),
];

impl Digest {
    /// The digest of this object identifier.
    pub fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        DIGESTS
            .iter()
            .find(|(known, _)| *known == oid)
            .map(|(_, digest)| *digest)
    }

    /// Its object identifier.
    pub fn oid(self) -> ObjectIdentifier {
        let [(sha1, _), (sha256, _), (sha384, _), (sha512, _)] = DIGESTS;
        match self {
            Self::Sha1 => sha1,
            Self::Sha256 => sha256,
            Self::Sha384 => sha384,
            Self::Sha512 => sha512,
        }
    }

    /// Its value over `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        digest::digest(self.ring(), bytes).as_ref().to_vec()
    }

    pub(crate) fn ring(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

impl Scheme {
    /// Reads an algorithm identifier. In CMS it may name the key's kind only; then `digest` is the one to use.
    ///
    /// # Errors
    /// The name of an algorithm that cannot be checked.
    pub fn read(algorithm: &AlgorithmId, digest: Option<Digest>) -> Result<Self, String> {
        if let Some((_, scheme)) = SCHEMES.iter().find(|(oid, _)| *oid == algorithm.oid) {
            return Ok(*scheme);
        }
        match (algorithm.oid, digest) {
            (RSA, Some(digest)) => Ok(Self::RsaPkcs1(digest)),
            (EC_PUBLIC_KEY, Some(digest)) => Ok(Self::Ecdsa(digest)),
            (RSA_PSS, _) => pss(algorithm.parameters.as_deref()),
            (other, _) => Err(other.to_string()),
        }
    }

    /// The digest inside, except Ed25519's own.
    pub const fn digest(self) -> Option<Digest> {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss(digest) | Self::Ecdsa(digest) => Some(digest),
            Self::Ed25519 => None,
        }
    }

    /// Checks `value` over `message` with `key`.
    pub fn check(self, key: &PublicKey, message: &[u8], value: &[u8]) -> Checked {
        let Some(algorithm) = self.ring(&key.kind) else {
            return Checked::CannotCheck(format!("{self} with a key of {}", key.kind));
        };
        match UnparsedPublicKey::new(algorithm, &key.bytes).verify(message, value) {
            Ok(()) => Checked::Good,
            Err(_) => Checked::Bad,
        }
    }

    fn ring(self, key: &KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
        use Digest::{Sha1, Sha256, Sha384, Sha512};
        let algorithm: &'static dyn VerificationAlgorithm = match (self, key) {
            (Self::RsaPkcs1(digest), KeyKind::Rsa { bits: 2048..=8192 }) => match digest {
                Sha1 => &rs::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Sha256 => &rs::RSA_PKCS1_2048_8192_SHA256,
                Sha384 => &rs::RSA_PKCS1_2048_8192_SHA384,
                Sha512 => &rs::RSA_PKCS1_2048_8192_SHA512,
            },
            (Self::RsaPkcs1(digest), KeyKind::Rsa { bits: 1024..2048 }) => match digest {
                Sha1 => &rs::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Sha256 => &rs::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
                Sha512 => &rs::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
                Sha384 => return None,
            },
            (Self::RsaPss(digest), KeyKind::Rsa { bits: 2048..=8192 }) => match digest {
                Sha256 => &rs::RSA_PSS_2048_8192_SHA256,
                Sha384 => &rs::RSA_PSS_2048_8192_SHA384,
                Sha512 => &rs::RSA_PSS_2048_8192_SHA512,
                Sha1 => return None,
            },
            (Self::Ecdsa(Sha256), KeyKind::P256) => &rs::ECDSA_P256_SHA256_ASN1,
            (Self::Ecdsa(Sha384), KeyKind::P256) => &rs::ECDSA_P256_SHA384_ASN1,
            (Self::Ecdsa(Sha256), KeyKind::P384) => &rs::ECDSA_P384_SHA256_ASN1,
            (Self::Ecdsa(Sha384), KeyKind::P384) => &rs::ECDSA_P384_SHA384_ASN1,
            (Self::Ed25519, KeyKind::Ed25519) => &rs::ED25519,
            (Self::RsaPkcs1(_) | Self::RsaPss(_) | Self::Ecdsa(_) | Self::Ed25519, _) => {
                return None;
            }
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
                    Some(Ok(other)) => KeyKind::Other(other),
                    Some(Err(_)) | None => KeyKind::Other(EC_PUBLIC_KEY),
                }
            }
            ED25519 => KeyKind::Ed25519,
            other => KeyKind::Other(other),
        };
        Ok(Self { kind, bytes })
    }
}

/// The octets of a BIT STRING without unused bits.
pub(crate) fn bit_string(value: &[u8]) -> Result<&[u8], BerError> {
    match value.split_first() {
        Some((0, octets)) => Ok(octets),
        Some(_) | None => Err(BerError::Value("bit string")),
    }
}

fn modulus_bits(key: &[u8]) -> Result<usize, BerError> {
    let mut parts = Reader::new(key).expect(tag::SEQUENCE)?.reader();
    let modulus = parts.expect(tag::INTEGER)?.value;
    let octets = modulus.iter().skip_while(|&&octet| octet == 0);
    let Some(first) = octets.clone().next() else {
        return Err(BerError::Value("RSA modulus"));
    };
    let zeros = usize::try_from(first.leading_zeros()).unwrap_or(0);
    Ok(octets.count().saturating_mul(8).saturating_sub(zeros))
}

/// RFC 4055 3.1; an absent field is SHA-1, MGF1 with SHA-1, salt 20.
fn pss(parameters: Option<&[u8]>) -> Result<Scheme, String> {
    let unusual = || "RSASSA-PSS with unusual parameters".to_owned();
    read_pss(parameters.ok_or_else(unusual)?)
        .ok()
        .flatten()
        .map(Scheme::RsaPss)
        .ok_or_else(unusual)
}

fn read_pss(parameters: &[u8]) -> Result<Option<Digest>, BerError> {
    let mut fields = Reader::new(parameters).expect(tag::SEQUENCE)?.reader();
    let (Some(hash), Some(mask), Some(salt)) = (
        fields.optional(tag::context(0))?,
        fields.optional(tag::context(1))?,
        fields.optional(tag::context(2))?,
    ) else {
        return Ok(None);
    };
    let digest = Digest::from_oid(AlgorithmId::parse(hash.reader().any()?)?.oid);
    let mask = AlgorithmId::parse(mask.reader().any()?)?;
    let inner = match mask.parameters.as_deref() {
        Some(der) => Digest::from_oid(AlgorithmId::parse(Reader::new(der).any()?)?.oid),
        None => None,
    };
    let salt = salt.reader().expect(tag::INTEGER)?.value;
    Ok(digest.filter(|digest| {
        let length = digest.ring().output_len();
        mask.oid == MGF1
            && inner == Some(*digest)
            && matches!(salt, [octet] if usize::from(*octet) == length)
            && fields.is_empty()
    }))
}

impl std::fmt::Display for Scheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSA PKCS#1 v1.5 with {}", digest.name()),
            Self::RsaPss(digest) => write!(f, "RSASSA-PSS with {}", digest.name()),
            Self::Ecdsa(digest) => write!(f, "ECDSA with {}", digest.name()),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

impl std::fmt::Display for KeyKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Other(oid) => write!(f, "{oid}"),
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
            Scheme::Ecdsa(Digest::Sha512).check(&key, b"", b""),
            Checked::CannotCheck("ECDSA with SHA-512 with a key of P-256".to_owned())
        );
    }

    #[test]
    fn pss_is_read_only_with_a_salt_as_long_as_its_digest() {
        let parameters = |salt: u8| {
            let hash = [
                0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
            ];
            let mgf1 = [
                0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
            ];
            let mut der = vec![0x30, 0x30, 0xa0, 0x0d];
            der.extend(hash);
            der.extend([0xa1, 0x1a, 0x30, 0x18]);
            der.extend(mgf1);
            der.extend(hash);
            der.extend([0xa2, 0x03, 0x02, 0x01, salt]);
            der
        };
        let read = |salt| {
            Scheme::read(
                &algorithm("1.2.840.113549.1.1.10", Some(&parameters(salt))),
                None,
            )
        };
        assert_eq!(read(32), Ok(Scheme::RsaPss(Digest::Sha256)));
        assert!(read(20).is_err());
    }
}
