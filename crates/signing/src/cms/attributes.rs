//! The signed attributes of a PAdES signature (EN 319 142-1 6.3).

use der::{
    Encode, Sequence, ValueOrd,
    asn1::{Any, ObjectIdentifier, OctetString, SetOfVec},
};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::CmsError;

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// `id-data`: the content type of a detached PDF signature.
pub(super) const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

/// The DER `SET OF Attribute` that a signer signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAttributes {
    der: Vec<u8>,
    /// Bytes of the message digest inside.
    digest_length: usize,
}

impl SignedAttributes {
    /// The bytes to sign, beginning with the tag of SET.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn digest_length(&self) -> usize {
        self.digest_length
    }
}

/// The attributes that bind a document's digest, by the algorithm of the signature ([`crate::SignatureAlgorithm::digest`]), to a signer's certificate: content-type, message-digest and ESS
/// signing-certificate-v2 (RFC 5035, SHA-256 being the omitted default). PAdES forbids signing-time; the claimed time
/// lives in `/M`.
///
/// # Errors
/// When the attributes do not encode.
pub fn signed_attributes(
    message_digest: &[u8],
    cert_der: &[u8],
) -> Result<SignedAttributes, CmsError> {
    let certificate = SigningCertificateV2 {
        certs: vec![EssCertIdV2 {
            cert_hash: OctetString::new(digest(&SHA256, cert_der).as_ref())?,
        }],
    };
    let attributes = SetOfVec::try_from(vec![
        Attribute::new(CONTENT_TYPE, &DATA)?,
        Attribute::new(MESSAGE_DIGEST, &OctetString::new(message_digest)?)?,
        Attribute::new(SIGNING_CERTIFICATE_V2, &certificate)?,
    ])?;
    Ok(SignedAttributes {
        der: attributes.to_der()?,
        digest_length: message_digest.len(),
    })
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence, ValueOrd)]
struct Attribute {
    oid: ObjectIdentifier,
    values: SetOfVec<Any>,
}

impl Attribute {
    fn new<T: Encode + der::Tagged + der::EncodeValue>(
        oid: ObjectIdentifier,
        value: &T,
    ) -> Result<Self, der::Error> {
        Ok(Self {
            oid,
            values: SetOfVec::try_from(vec![Any::encode_from(value)?])?,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct EssCertIdV2 {
    cert_hash: OctetString,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attributes_are_a_sorted_set_without_a_signing_time() {
        let attributes = signed_attributes(&[7; 32], b"certificate").unwrap();
        assert_eq!(attributes.der().first(), Some(&0x31));
        let signing_time = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5")
            .to_der()
            .unwrap();
        assert!(
            !attributes
                .der()
                .windows(signing_time.len())
                .any(|window| window == signing_time)
        );
        assert!(attributes.der().windows(32).any(|window| window == [7; 32]));
    }
}
