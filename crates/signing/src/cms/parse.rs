//! Takes a received `SignedData` apart (RFC 5652 5.1), keeping the bytes that were signed.

use der::asn1::ObjectIdentifier;

use super::ber::{self, BerError, Reader, Tlv, tag};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const MAX_SIGNERS: usize = 16;
const MAX_CERTIFICATES: usize = 100;
const MAX_ATTRIBUTES: usize = 100;

/// A received CMS `SignedData`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedCms {
    /// The embedded X.509 certificates, as received.
    pub certificates: Vec<Vec<u8>>,
    /// The embedded CRLs, as received.
    pub crls: Vec<Vec<u8>>,
    /// The type of what was signed.
    pub content_type: ObjectIdentifier,
    /// What was signed, where it is inside.
    pub content: Option<Vec<u8>>,
    /// Who signed.
    pub signers: Vec<SignerInfo>,
    /// How the bytes behind the CMS in `/Contents` look.
    pub padding: Padding,
}

/// What follows the CMS inside `/Contents`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// Nothing, or zeros to the end.
    Zeros,
    /// Something else; no reader needs it and the signature does not protect it.
    Other,
}

impl Padding {
    /// How these octets look.
    pub(crate) fn of(rest: &[u8]) -> Self {
        if rest.iter().all(|&octet| octet == 0) {
            Self::Zeros
        } else {
            Self::Other
        }
    }
}

/// One signer's part (RFC 5652 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerInfo {
    /// Which certificate the signer names.
    pub sid: SignerId,
    /// The digest over the document and, without a digest of its own, of the signature.
    pub digest_algorithm: AlgorithmId,
    /// What was signed; absent in old signatures that sign the digest itself.
    pub signed_attributes: Option<ReceivedAttributes>,
    /// How the value was made.
    pub signature_algorithm: AlgorithmId,
    /// The value.
    pub signature: Vec<u8>,
    /// Attributes added after signing.
    pub unsigned_attributes: Vec<ReceivedAttribute>,
}

/// How a signer is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignerId {
    /// By issuer and serial number, both as received.
    IssuerAndSerial {
        /// DER of the issuer's name.
        issuer: Vec<u8>,
        /// Content octets of the serial number.
        serial: Vec<u8>,
    },
    /// By subject key identifier.
    KeyIdentifier(Vec<u8>),
}

/// An algorithm with its parameters, as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlgorithmId {
    /// Which.
    pub oid: ObjectIdentifier,
    /// DER of the parameters.
    pub parameters: Option<Vec<u8>>,
}

/// The signed attributes with the bytes that were signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedAttributes {
    /// The received bytes under the tag of SET instead of `[0]`: what the value was made over (RFC 5652 5.4).
    pub signed: Vec<u8>,
    /// One by one.
    pub attributes: Vec<ReceivedAttribute>,
}

/// One attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedAttribute {
    /// Which.
    pub oid: ObjectIdentifier,
    /// DER of each value.
    pub values: Vec<Vec<u8>>,
}

impl ReceivedCms {
    /// Reads the `ContentInfo` at the start of a `/Contents` string; BER is accepted, what follows is padding.
    ///
    /// # Errors
    /// When the bytes are no CMS `SignedData`.
    pub fn parse(contents: &[u8]) -> Result<Self, BerError> {
        let (der, rest) = ber::first_value(contents)?;
        let padding = Padding::of(rest);
        let mut info = Reader::new(&der).expect(tag::SEQUENCE)?.reader();
        if oid(info.expect(tag::OID)?)? != SIGNED_DATA {
            return Err(BerError::Value("content type, which is not signed data"));
        }
        let mut data = info
            .expect(tag::context(0))?
            .reader()
            .expect(tag::SEQUENCE)?
            .reader();
        data.expect(tag::INTEGER)?;
        data.expect(tag::SET)?;
        let mut encapsulated = data.expect(tag::SEQUENCE)?.reader();
        let content_type = oid(encapsulated.expect(tag::OID)?)?;
        let content = encapsulated
            .optional(tag::context(0))?
            .map(|explicit| {
                // No digest covers the tag (RFC 5652 5.4), so no other may stand there.
                let content = explicit.reader().expect(tag::OCTET_STRING);
                content.map(|content| content.value.to_vec())
            })
            .transpose()?;
        let certificates = raw_values(data.optional(tag::context(0))?, tag::SEQUENCE)?;
        let crls = raw_values(data.optional(tag::context(1))?, tag::SEQUENCE)?;
        let signers = data
            .expect(tag::SET)?
            .reader()
            .all(MAX_SIGNERS)?
            .into_iter()
            .map(SignerInfo::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            certificates,
            crls,
            content_type,
            content,
            signers,
            padding,
        })
    }
}

impl SignerInfo {
    fn parse(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let mut info = tlv.expect(tag::SEQUENCE)?.reader();
        info.expect(tag::INTEGER)?;
        let sid = SignerId::parse(info.any()?)?;
        let digest_algorithm = AlgorithmId::parse(info.expect(tag::SEQUENCE)?)?;
        let signed_attributes = info
            .optional(tag::context(0))?
            .map(ReceivedAttributes::parse)
            .transpose()?;
        let signature_algorithm = AlgorithmId::parse(info.expect(tag::SEQUENCE)?)?;
        let signature = info.expect(tag::OCTET_STRING)?.value.to_vec();
        let unsigned_attributes = match info.optional(tag::context(1))? {
            Some(set) => attributes(set)?,
            None => Vec::new(),
        };
        Ok(Self {
            sid,
            digest_algorithm,
            signed_attributes,
            signature_algorithm,
            signature,
            unsigned_attributes,
        })
    }
}

impl SignerId {
    fn parse(tlv: Tlv<'_>) -> Result<Self, BerError> {
        if tlv.tag == tag::implicit(0) {
            return Ok(Self::KeyIdentifier(tlv.value.to_vec()));
        }
        let mut pair = tlv.expect(tag::SEQUENCE)?.reader();
        Ok(Self::IssuerAndSerial {
            issuer: pair.expect(tag::SEQUENCE)?.raw.to_vec(),
            serial: pair.expect(tag::INTEGER)?.value.to_vec(),
        })
    }
}

impl AlgorithmId {
    pub(crate) fn parse(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let mut parts = tlv.expect(tag::SEQUENCE)?.reader();
        let oid = oid(parts.expect(tag::OID)?)?;
        let parameters = if parts.is_empty() {
            None
        } else {
            Some(parts.any()?.raw.to_vec())
        };
        Ok(Self { oid, parameters })
    }
}

impl ReceivedAttributes {
    fn parse(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let mut signed = tlv.raw.to_vec();
        if let Some(first) = signed.first_mut() {
            *first = tag::SET;
        }
        Ok(Self {
            signed,
            attributes: attributes(tlv)?,
        })
    }

    /// The same in the order of DER (X.690 11.6), where they came in another: RFC 5652 5.4 signs them in that order,
    /// some programs sign them as they send them. `None` where both are the same.
    pub fn in_der_order(&self) -> Option<Vec<u8>> {
        let parts = Reader::new(&self.signed)
            .expect(tag::SET)
            .and_then(|set| set.reader().all(MAX_ATTRIBUTES))
            .ok()?;
        let mut parts: Vec<&[u8]> = parts.iter().map(|part| part.raw).collect();
        if parts.is_sorted() {
            return None;
        }
        parts.sort_unstable();
        Some(super::write::wrap(tag::SET, &parts))
    }

    /// Every attribute of this type; a lawful one occurs once and has one value (RFC 5652 11).
    pub fn of(&self, oid: ObjectIdentifier) -> impl Iterator<Item = &ReceivedAttribute> {
        self.attributes
            .iter()
            .filter(move |attribute| attribute.oid == oid)
    }

    /// The value of an attribute that occurs exactly once with exactly one value.
    pub fn single(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        let mut found = self.of(oid);
        match (found.next(), found.next()) {
            (Some(attribute), None) => match attribute.values.as_slice() {
                [value] => Some(value),
                _ => None,
            },
            _ => None,
        }
    }
}

pub(crate) fn oid(tlv: Tlv<'_>) -> Result<ObjectIdentifier, BerError> {
    ObjectIdentifier::from_bytes(tlv.expect(tag::OID)?.value)
        .map_err(|_| BerError::Value("object identifier"))
}

fn attributes(set: Tlv<'_>) -> Result<Vec<ReceivedAttribute>, BerError> {
    set.reader()
        .all(MAX_ATTRIBUTES)?
        .into_iter()
        .map(|tlv| {
            let mut parts = tlv.expect(tag::SEQUENCE)?.reader();
            let oid = oid(parts.expect(tag::OID)?)?;
            let values = parts.expect(tag::SET)?.reader().all(MAX_ATTRIBUTES)?;
            Ok(ReceivedAttribute {
                oid,
                values: values.into_iter().map(|value| value.raw.to_vec()).collect(),
            })
        })
        .collect()
}

/// The values of one tag in a choice; others (attribute certificates, OCSP in `crls`) are left out.
fn raw_values(set: Option<Tlv<'_>>, tag: u8) -> Result<Vec<Vec<u8>>, BerError> {
    let Some(set) = set else {
        return Ok(Vec::new());
    };
    Ok(set
        .reader()
        .all(MAX_CERTIFICATES)?
        .into_iter()
        .filter(|value| value.tag == tag)
        .map(|value| value.raw.to_vec())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CertificateDer, SignatureAlgorithm,
        cms::{assemble, signed_attributes},
    };

    fn example() -> (Vec<u8>, Vec<u8>) {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default()
            .self_signed(&key)
            .unwrap();
        let attributes = signed_attributes(&[7; 32], certificate.der()).unwrap();
        let chain = [CertificateDer(certificate.der().to_vec())];
        let cms = assemble(
            &attributes,
            b"value",
            SignatureAlgorithm::EcdsaP256Sha256,
            &chain,
        )
        .unwrap();
        (cms, attributes.der().to_vec())
    }

    #[test]
    fn the_bytes_that_were_signed_come_back_with_the_tag_of_set() {
        let (mut cms, attributes) = example();
        cms.extend_from_slice(&[0; 100]);
        let received = ReceivedCms::parse(&cms).unwrap();
        assert_eq!(received.padding, Padding::Zeros);
        assert_eq!(received.certificates.len(), 1);
        let signer = received.signers.first().unwrap();
        assert_eq!(
            signer.signed_attributes.as_ref().unwrap().signed,
            attributes
        );
        assert_eq!(signer.signature, b"value");
    }

    #[test]
    fn no_truncation_or_flip_of_a_cms_panics() {
        let (cms, _) = example();
        for at in 0..cms.len() {
            assert!(ReceivedCms::parse(&cms[..at]).is_err());
            let mut flipped = cms.clone();
            flipped[at] ^= 0x55;
            let _ = ReceivedCms::parse(&flipped);
        }
    }
}
