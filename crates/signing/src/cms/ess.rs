//! The ESS attributes that bind a signature to its signer's certificate (RFC 5035 3 and 4).

use super::{
    ber::{BerError, Reader, tag},
    parse::{AlgorithmId, ReceivedAttributes},
};
use crate::x509::{Certificate, name::GeneralName, signature::Digest};
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
        /// What the reference says of the certificate beside that.
        issued: Option<Issued>,
    },
}

/// Who issued a certificate, under which number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    by: Vec<GeneralName>,
    serial: Vec<u8>,
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
            Self::Bound { digest, hash, .. } => Some(digest.of(certificate) == *hash),
        }
    }

    /// Whether the reference says of the certificate that it is another one than that whose digest it gives.
    pub(crate) fn contradicts(&self, certificate: &Certificate) -> bool {
        let Self::Bound {
            issued: Some(issued),
            ..
        } = self
        else {
            return false;
        };
        let issuer = GeneralName::Directory(certificate.issuer_name.clone());
        issued.serial != certificate.serial || !issued.by.contains(&issuer)
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
        issued: issued(id).unwrap_or_default(),
    })
}

fn parse_v1(value: &[u8]) -> Result<CertificateBinding, BerError> {
    let mut id = first_reference(value)?;
    Ok(CertificateBinding::Bound {
        digest: Digest::Sha1,
        hash: id.expect(tag::OCTET_STRING)?.value.to_vec(),
        issued: issued(id).unwrap_or_default(),
    })
}

/// `IssuerSerial`, which may be left out; one that cannot be read binds nothing that the digest does not.
fn issued(mut rest: Reader<'_>) -> Result<Option<Issued>, BerError> {
    let Some(named) = rest.optional(tag::SEQUENCE)? else {
        return Ok(None);
    };
    let mut parts = named.reader();
    Ok(Some(Issued {
        by: GeneralName::read_all(parts.expect(tag::SEQUENCE)?)?,
        serial: parts.expect(tag::INTEGER)?.value.to_vec(),
    }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::write::wrap;

    fn certificate(serial: &[u8]) -> Certificate {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.serial_number = Some(rcgen::SerialNumber::from(serial.to_vec()));
        Certificate::parse(params.self_signed(&key).unwrap().der()).unwrap()
    }

    /// A reference to one certificate that says it is another.
    fn reference(to: &Certificate, said: &Certificate) -> CertificateBinding {
        let hash = wrap(tag::OCTET_STRING, &[&Digest::Sha256.of(&to.der)]);
        let names = wrap(tag::SEQUENCE, &[&wrap(tag::context(4), &[&said.issuer])]);
        let serial = wrap(tag::INTEGER, &[&said.serial]);
        let issued = wrap(tag::SEQUENCE, &[&names, &serial]);
        let id = wrap(tag::SEQUENCE, &[&hash, &issued]);
        parse_v2(&wrap(tag::SEQUENCE, &[&wrap(tag::SEQUENCE, &[&id])])).unwrap()
    }

    #[test]
    fn a_reference_that_names_another_number_contradicts_itself() {
        let (own, other) = (certificate(&[0x11]), certificate(&[0x22]));
        for (said, contradicts) in [(&own, false), (&other, true)] {
            let binding = reference(&own, said);
            assert_eq!(binding.matches(&own.der), Some(true));
            assert_eq!(binding.contradicts(&own), contradicts);
        }
    }
}
