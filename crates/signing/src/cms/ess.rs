//! The ESS attributes that bind a signature to its signer's certificate (RFC 5035 3 and 4).

use super::{
    ber::{BerError, Reader, tag},
    parse::{AlgorithmId, ReceivedAttributes},
};
use crate::x509::signature::Digest;
use der::asn1::ObjectIdentifier;

const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const MAX_CERTIFICATES: usize = 32;

/// What the signed attributes say about the signer's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CertificateBinding {
    /// No attribute: the certificate is named only by the unsigned signer identifier.
    Absent,
    /// The attribute cannot be used, because of this.
    Unusable(&'static str),
    /// The first reference, which is the signer's own (RFC 5035 3).
    Bound {
        /// Over the certificate's DER.
        digest: Digest,
        /// Its value.
        hash: Vec<u8>,
    },
}

impl CertificateBinding {
    /// Reads version 2, or else version 1.
    pub(crate) fn read(attributes: &ReceivedAttributes) -> Self {
        if attributes.of(SIGNING_CERTIFICATE_V2).next().is_some() {
            return read_once(attributes.single(SIGNING_CERTIFICATE_V2), parse_v2);
        }
        if attributes.of(SIGNING_CERTIFICATE).next().is_some() {
            return read_once(attributes.single(SIGNING_CERTIFICATE), parse_v1);
        }
        Self::Absent
    }

    /// Whether `certificate` is the one that is bound; `None` when nothing usable is said.
    pub(crate) fn matches(&self, certificate: &[u8]) -> Option<bool> {
        match self {
            Self::Absent | Self::Unusable(_) => None,
            Self::Bound { digest, hash } => Some(digest.of(certificate) == *hash),
        }
    }
}

fn read_once(
    value: Option<&[u8]>,
    parse: impl Fn(&[u8]) -> Result<CertificateBinding, BerError>,
) -> CertificateBinding {
    match value.map(parse) {
        Some(Ok(binding)) => binding,
        Some(Err(_)) => CertificateBinding::Unusable("it is malformed"),
        None => CertificateBinding::Unusable("it occurs more than once"),
    }
}

fn parse_v2(value: &[u8]) -> Result<CertificateBinding, BerError> {
    let mut id = first_reference(value)?;
    let digest = match id.optional(tag::SEQUENCE)? {
        Some(algorithm) => match Digest::read(&AlgorithmId::parse(algorithm)?) {
            Some(digest) => digest,
            None => {
                return Ok(CertificateBinding::Unusable(
                    "its digest cannot be computed",
                ));
            }
        },
        None => Digest::Sha256,
    };
    Ok(CertificateBinding::Bound {
        digest,
        hash: id.expect(tag::OCTET_STRING)?.value.to_vec(),
    })
}

fn parse_v1(value: &[u8]) -> Result<CertificateBinding, BerError> {
    let hash = first_reference(value)?
        .expect(tag::OCTET_STRING)?
        .value
        .to_vec();
    Ok(CertificateBinding::Bound {
        digest: Digest::Sha1,
        hash,
    })
}

fn first_reference(value: &[u8]) -> Result<Reader<'_>, BerError> {
    let mut outer = Reader::new(value).expect(tag::SEQUENCE)?.reader();
    let references = outer
        .expect(tag::SEQUENCE)?
        .reader()
        .all(MAX_CERTIFICATES)?;
    let first = references
        .first()
        .ok_or(BerError::Value("signing-certificate attribute"))?;
    Ok(first.expect(tag::SEQUENCE)?.reader())
}
